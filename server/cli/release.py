"""Verbs about releases: `release` from declaring to verifying, `trace` from a number to its source.

Declaring and approving are two persons' business, so whoever does it signs in: the name with
``--as``, the password is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from server.cli.acting import as_account, signed_in
from server.cli.opening import the_office
from server.db.engine import reading
from server.releases import approval, build, plan, published, store
from server.releases.declaration import AREAS, LEAST_NEW, REASONS, ReleaseDeclaration
from server.releases.files import BETWEEN, SUMS
from server.releases.moments import second_of
from server.releases.source import USUAL
from server.releases.trace import TracedNumber
from server.releases.trace import trace as trace_number
from server.releases.verify import verify as verify_edition
from server.rollup.handed import in_one_file

DECLARERS = frozenset({"administrator", "statistician"})


@click.group()
def release() -> None:
    """Publish tables: declare, protect and audit, approve by a second person, publish, verify."""


@release.command()
@as_account
@click.option(
    "--table", "tables", multiple=True, help="Such as CL-CLASS, or CL-CLASS:area,child_labour."
)
@click.option("--period", "periods", multiple=True, required=True, help="Such as 2026.")
@click.option(
    "--threshold", type=int, help="Smaller counts are withheld; that of the office if left out."
)
@click.option(
    "--levels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON: for each dimension finest code to the code it is published under.",
)
@click.option(
    "--corrects",
    type=int,
    help="The edition this one takes the place of; at its levels, unless others are given.",
)
@click.option("--propose", is_flag=True, help="A correction, too, at the levels that are proposed.")
@click.option("--reason", type=click.Choice(REASONS))
@click.option("--note", "notes", nargs=2, multiple=True, metavar="LANGUAGE TEXT")
@click.option("--due", help="The day it is announced for, such as 2026-12-31.")
@click.option("--next-due", help="The day the one after it is announced for.")
@click.option("--least-new", default=LEAST_NEW, show_default=True, help="Persons.")
@click.option("--areas", type=click.Choice(AREAS), default=AREAS[0], help="Of then, or of today.")
@click.option("--time-limit", default=900, show_default=True, help="Seconds of processor time.")
def declare(
    name: str,
    tables: tuple[str, ...],
    periods: tuple[str, ...],
    threshold: int | None,
    levels: Path | None,
    corrects: int | None,
    propose: bool,
    reason: str | None,
    notes: tuple[tuple[str, str], ...],
    due: str | None,
    next_due: str | None,
    least_new: int,
    areas: str,
    time_limit: int,
) -> None:
    """Declare a release of these tables (the usual, when left out), to be protected and audited."""
    with signed_in(name, DECLARERS) as (office, actor):
        declared = ReleaseDeclaration(
            tables or USUAL,
            periods,
            threshold or build.usual_threshold(office),
            _levels(levels) if levels else {},
            corrects,
            reason,
            dict(notes),
            due,
            next_due,
            least_new,
            limit_s=time_limit,
            areas=areas,
        )
        number = build.declare(office, actor, declared, propose=propose)
    click.echo(
        f"Release {number} is declared. `tally87 work` protects and audits it, or "
        f"`tally87 release protect {number}` now; `tally87 release show {number}` tells how far."
    )


@release.command()
@click.argument("number", type=int)
def protect(number: int) -> None:
    """Protect and audit release NUMBER now, in this process, as the job would."""
    with the_office() as office:
        build.build(office, str(number))
        with reading(office.engine) as connection:
            _tell(store.release_of(connection, number))


@release.command("again")
@as_account
@click.argument("number", type=int)
def again(name: str, number: int) -> None:
    """Have release NUMBER, not out yet, protected afresh; it then needs its approval anew."""
    with signed_in(name, DECLARERS) as (office, actor):
        build.ask_again(office, actor, number)
    click.echo(f"Release {number} waits to be protected and audited again.")


@release.command("plan")
@as_account
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take_plan(name: str, file: Path) -> None:
    """Take the plan of visits FILE (CSV: area, month, visits) that quality reports compare with."""
    with signed_in(name, DECLARERS) as (office, actor):
        count = plan.take(office, actor, file.read_bytes())
    click.echo(f"{count} areas and months are planned. Releases made from now on compare with it.")


@release.command()
@as_account
@click.argument("number", type=int)
def drop(name: str, number: int) -> None:
    """Give up release NUMBER, which was never published."""
    with signed_in(name, DECLARERS) as (office, actor):
        build.drop(office, actor, number)
    click.echo(f"Release {number} is given up; its files are deleted.")


@release.command("list")
def list_releases() -> None:
    """List the releases and the editions that came of them."""
    with the_office() as office, reading(office.engine) as connection:
        by_release = {one.release: one for one in store.editions(connection)}
        for one in store.releases(connection):
            out = by_release.get(one.number)
            edition = f"  edition {out.number}, version {out.version}" if out else ""
            gone = "  withdrawn" if out and out.withdrawn_at_s else ""
            click.echo(
                f"{one.number:4} {one.state.value:10} {', '.join(one.declared.periods)}"
                f"  declared by {one.declared_by}{edition}{gone}"
            )


@release.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """Tell the state of release NUMBER, its audit, its checklist and every step."""
    with the_office() as office:
        with reading(office.engine) as connection:
            kept = store.release_of(connection, number)
            steps = store.steps(connection, number)
        _tell(kept)
        found = approval.checklist_of(office, number)
        for error in found.errors:
            click.echo(f"  error: {error.value}")
        for warning in found.warnings:
            click.echo(f"  warning: {warning.value}")
        for at_s, actor, step, details in steps:
            said = json.dumps(details, sort_keys=True, ensure_ascii=False)
            click.echo(f"  {_moment(at_s)}  {step:15} {actor}  {said}")


@release.command()
@as_account
@click.argument("number", type=int)
@click.option("--read", "warnings", multiple=True, help="A warning that you have read.")
@click.option("--embargo", help="Not before, UTC, such as 2026-12-31T09:30.")
@click.option(
    "--pre-release",
    nargs=3,
    multiple=True,
    metavar="NAME ORGANISATION FROM",
    help="Who may see it before, from when; the list is public.",
)
def approve(
    name: str,
    number: int,
    warnings: tuple[str, ...],
    embargo: str | None,
    pre_release: tuple[tuple[str, str, str], ...],
) -> None:
    """Approve release NUMBER, as somebody who did not declare it."""
    with signed_in(name, DECLARERS) as (office, actor):
        approval.approve(
            office,
            actor,
            number,
            read=warnings,
            embargo_until_s=_seconds(embargo) if embargo else None,
            pre_release=[
                {"name": who, "of": of, "from_s": _seconds(since)} for who, of, since in pre_release
            ],
        )
    click.echo(
        f"Release {number} is approved. `tally87 work` publishes it"
        + (f" at {embargo}." if embargo else ", or `tally87 release publish` now.")
    )


@release.command()
@click.argument("number", type=int)
def publish(number: int) -> None:
    """Publish release NUMBER now, when it is approved and its embargo is over."""
    with the_office() as office:
        edition = approval.publish(office, number)
    click.echo(f"Edition {edition} is published.")


@release.command()
@as_account
@click.argument("edition", type=int)
@click.option("--reason", type=click.Choice(REASONS), help="Asks for the withdrawal.")
@click.option("--note", "notes", nargs=2, multiple=True, metavar="LANGUAGE TEXT")
@click.option("--approve", "approves", is_flag=True, help="Approves what somebody else asked for.")
def withdraw(
    name: str,
    edition: int,
    reason: str | None,
    notes: tuple[tuple[str, str], ...],
    approves: bool,
) -> None:
    """Withdraw EDITION: one person asks with a reason, another approves."""
    with signed_in(name, DECLARERS) as (office, actor):
        if approves:
            approval.withdraw(office, actor, edition)
            click.echo(f"Edition {edition} is withdrawn; its page says why.")
        else:
            approval.ask_withdrawal(office, actor, edition, reason or "", dict(notes))
            click.echo(
                f"Asked. Somebody else has to approve: `tally87 release withdraw {edition} "
                "--approve`."
            )


@release.command()
@click.argument("edition", type=int)
def verify(edition: int) -> None:
    """Make EDITION again from its sealed counts, bit for bit, and attack its files again."""
    with the_office() as office:
        remarks = verify_edition(office, edition)
    for remark in remarks:
        click.echo(remark, err=True)
    if remarks:
        raise click.exceptions.Exit(1)
    click.echo(
        f"Edition {edition} comes out of its sealed counts bit for bit; signature and digests "
        "hold; the attack on its files finds nothing."
    )


@release.command()
@click.argument("edition", type=int)
@click.argument("folder", type=click.Path(path_type=Path))
def save(edition: int, folder: Path) -> None:
    """Write the files of EDITION into FOLDER, with manifest, signature and public key; into one
    file when FOLDER ends in .zip."""
    with the_office() as office:
        one = published.edition(office, edition)
        names = [
            *one.digests,
            *(published.MANIFEST, published.SIGNATURE, published.PUBLIC_KEY, SUMS),
        ]
        contents = {name: published.file_of_edition(office, edition, name) for name in names}
    if one.is_withdrawn:
        raise click.ClickException(f"Edition {edition} is withdrawn: its files are shown no more.")
    if folder.suffix == ".zip":
        folder.write_bytes(in_one_file({name: said or b"" for name, said in contents.items()}))
        click.echo(f"{len(names)} files are in {folder}.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content or b"")
    click.echo(f"{len(names)} files are in {folder}. `sha256sum --check SHA256SUMS` checks them.")


@release.command()
def calendar() -> None:
    """List what is announced, soonest first, and what is late."""
    with the_office() as office:
        for one in published.announced(office):
            late = "  late" if one.is_late else ""
            click.echo(f"{one.due}  {', '.join(one.tables)}  {', '.join(one.periods)}{late}")


@click.command()
@click.argument("number")
@click.option("--edition", type=int, help="The newest that holds, when left out.")
@click.option("--as", "name", help="Your account, for the log.")
def trace(number: str, edition: int | None, name: str | None) -> None:
    """Trace a published NUMBER to its table, parameters, rules, linkage run and records.

    NUMBER as it is printed, or an address: TABLE / CODE / CODE. For the office only: it opens the
    counts behind the edition, and the look is logged.
    """
    with the_office() as office:
        found = trace_number(office, name or "command line", number, edition)
    for one in found:
        _tell_traced(one)


def _tell_traced(one: TracedNumber) -> None:
    linkage: Mapping[str, Any] = one.provenance["linkage"]
    revisions: Mapping[str, int] = one.provenance["revisions"]
    levels = one.parameters.get("levels") or {}
    lines = {
        "edition": f"{one.edition}, version {one.version}, release {one.release}",
        "table": f"{one.table}, cell {BETWEEN.join(one.codes)}",
        "file": f"SHA-256 {one.file_digest}",
        "parameters": ", ".join(
            f"{key} {value}" for key, value in one.parameters.items() if key != "levels"
        ),
        "levels": ", ".join(levels) or "the finest",
        "rules": str(one.provenance["rules"]),
        "linkage": (
            f"edition {linkage['edition']}, weights {linkage['weights']}, up to link "
            f"{linkage['last_link']}"
        ),
        "as of": _moment(int(one.provenance["as_of_s"])),
        "persons": str(one.persons),
        "records counted": str(one.records),
        "merged": f"{one.merged} records are a further one of a person already counted",
        "by list of": ", ".join(f"{who} {n}" for who, n in one.by_organisation.items()),
        "rejected": f"{revisions['rejected']} revisions of {sum(revisions.values())} ever received",
    }
    for key, said in lines.items():
        click.echo(f"{key:16} {said}")
    click.echo("")


def _tell(kept: store.KeptRelease) -> None:
    click.echo(
        f"Release {kept.number}: {kept.state.value}, {kept.progress} % done; "
        f"{', '.join(kept.declared.tables)}; {', '.join(kept.declared.periods)}"
    )
    if kept.audit:
        found = kept.audit["findings"]
        click.echo(
            f"  audit: {found['attackers']} attackers, {found['unsafe']} unsafe, {found['exact']} "
            f"known, {found['known_classes']} known classes; files {kept.audit['digest'][:16]}"
        )
        for name, shares in kept.audit["shown"].items():
            click.echo(
                f"  {name}: {shares['cells']:.0%} of the non-zero cells shown, "
                f"{shares['persons']:.0%} of the persons"
            )
    if kept.proposal:
        click.echo(f"  no table was made: {json.dumps(kept.proposal, ensure_ascii=False)}")


def _levels(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        raise click.ClickException(f"{file.name} is no JSON. Nothing was kept.") from None


def _seconds(moment: str) -> int:
    try:
        return second_of(moment)
    except ValueError:
        raise click.ClickException(f"{moment} is no moment: write 2026-12-31T09:30.") from None


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
