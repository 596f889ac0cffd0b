"""Verbs for who answers for data protection: a breach, a person who asks, terms that are over."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from server.cli.opening import the_office
from server.jobs.terms import SCHEDULE
from server.operations import retention
from server.operations.breach import Breach, since
from server.operations.subject import held_of

ACTOR = "command line"


@click.group()
def breach() -> None:
    """What to tell an authority when something was lost, stolen or seen."""


@breach.command("report")
@click.option(
    "--since", "moment", required=True, type=click.DateTime(), help="UTC, by the office's clock."
)
@click.option("--tablet", "tablet_id", default="", help="Of this tablet alone, when it was lost.")
def report(moment: datetime, tablet_id: str) -> None:
    """Write the facts since a moment: how many persons, which tablets, who looked at what.

    Counts, ids and moments, never an answer. Consequences and measures are yours to write.
    """
    since_s = int(moment.replace(tzinfo=UTC).timestamp())
    with the_office() as office:
        found, now_s = since(office, since_s, tablet_id), office.now_s()
    for line in _lines(found, now_s):
        click.echo(line)


@click.group()
def subject() -> None:
    """Requests of persons about themselves, brought by the organisation that recorded them."""


@subject.command("report")
@click.argument("case_number")
@click.option("--by", required=True, help="Who asks, and for whom: it stands in the audit log.")
def held(case_number: str, by: str) -> None:
    """Write all that the office holds of one case, as JSON; of no other case of that person."""
    with the_office() as office:
        found = held_of(office, case_number.strip().lower(), by, ACTOR)
    click.echo(json.dumps(asdict(found), indent=1, ensure_ascii=False))


@click.group(invoke_without_command=True)
@click.option("--now", is_flag=True, help="End what is over now, as the daily job does.")
def terms(now: bool) -> None:
    """Show how long each table is kept; what is not listed is kept while the programme runs."""
    for term in SCHEDULE:
        what = "is emptied" if term.empties else "is deleted"
        click.echo(f"{term.table}: {what} {term.days} days after {term.after}.")
    if now:
        with the_office() as office:
            gone = retention.let_go(office, SCHEDULE).gone
        told = ", ".join(f"{one.rows} of {one.table}" for one in gone)
        click.echo(f"Ended now: {told}." if told else "Nothing was over its term.")


def _lines(found: Breach, now_s: int) -> list[str]:
    lines = [
        f"Facts from {_moment(found.since_s)} to {_moment(now_s)}, by the office's clock.",
        "",
        f"Persons whose answers the office holds: {found.persons}, in {found.cases} cases.",
        "The office holds no names; linkage codes are keyed twice, by keys outside the database.",
        "",
        f"Accounts that are open: {len(found.accounts)}.",
        *(f"  {name}, {role}" for name, role in sorted(found.accounts.items())),
        "",
        "Looks at what is not protected:" if found.looks else "Nobody looked at a page.",
        *(f"  {who}, {page}: {often}" for (who, page), often in sorted(found.looks.items())),
        "",
        "Acts:" if found.acts else "No acts.",
        *(f"  {who}, {act}: {often}" for (who, act), often in sorted(found.acts.items())),
        "",
        "Tablets that brought cases:" if found.tablets else "No tablet brought a case.",
    ]
    for one in found.tablets:
        heard = _moment(one.last_heard_s) if one.last_heard_s else "never"
        out = f", signed out {_moment(one.signed_out_s)}" if one.signed_out_s else ""
        lines.append(
            f"  {one.tablet_id}, {one.organisation}, {one.officer}: {one.cases_since} of "
            f"{one.cases} cases since; heard last {heard}{out}"
        )
    return [
        *lines,
        "",
        f"Tablets put aside: {found.put_aside}. Parcels of signed-out tablets: "
        f"{found.set_aside_parcels}. Notices of what looks odd: {found.odd}.",
        f"The audit log of this time begins with entry {found.log_is_from or 'none'}; "
        "`tally87 doctor --edition FOLDER` says whether it is whole.",
    ]


def _moment(at_s: int) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M} UTC"
