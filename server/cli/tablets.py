"""Verbs about enrolled tablets: signed out, put aside, how much they may bring, odd ones."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from server.cli.opening import the_office
from server.intake import quota, tablet_quarantine
from server.programme import enrolment
from server.register import odd

ACTOR = "command line"


@click.group()
def tablet() -> None:
    """Enrolled tablets."""


@tablet.command("revoke")
@click.argument("tablet_id")
def revoke(tablet_id: str) -> None:
    """Sign a tablet out: lost, stolen, or its officer has left."""
    with the_office() as office:
        enrolment.revoke(office, tablet_id, ACTOR)
        click.echo("Done. Its parcels are set aside from now on, and it will erase identities.")


@tablet.command("quarantine")
@click.argument("tablet_id")
@click.option(
    "--since",
    type=click.DateTime(),
    required=True,
    help="By the office's clock, in UTC: 2026-11-28 or 2026-11-28T14:00:00.",
)
def put_tablet_aside(tablet_id: str, since: datetime) -> None:
    """Put aside everything a tablet brought since a moment, and brings from now on.

    Its records stand nowhere until they are brought back; the tablet is told nothing.
    """
    with the_office() as office:
        since_s = int(since.replace(tzinfo=UTC).timestamp())
        done = tablet_quarantine.put_aside(office, tablet_id, since_s, ACTOR)
        click.echo(f"{done.cases} cases and {done.visits} visits are put aside.")
        _tell_periods(done.periods)


@tablet.command("seeding")
@click.argument("tablet_id")
def mark_for_seeding(tablet_id: str) -> None:
    """Mark a new tablet on which invented persons are recorded to measure linking.

    Nothing it brings is ever counted; it is told nothing, and it cannot be brought back.
    """
    with the_office() as office:
        tablet_quarantine.mark_for_seeding(office, tablet_id, ACTOR)
        click.echo("Marked. Nothing it brings is counted: `tally87 seeds` measures with it.")


@tablet.command("bring-back")
@click.argument("tablet_id")
def bring_tablet_back(tablet_id: str) -> None:
    """Bring back everything of a tablet that was put aside."""
    with the_office() as office:
        done = tablet_quarantine.bring_back(office, tablet_id, ACTOR)
        click.echo(f"{done.cases} cases and {done.visits} visits stand again.")
        _tell_periods(done.periods)


def _tell_periods(periods: tuple[str, ...]) -> None:
    if periods:
        click.echo(f"Tables change of: {', '.join(periods)}. Correct what is published of them.")


@tablet.command("quota")
@click.argument("tablet_id", required=False)
@click.option("--at-once", type=int, help="New records of one tablet after a long silence.")
@click.option("--a-day", type=int, help="So many become possible again each day.")
@click.option("--from-year", type=int, help="First year of visits; 0 for none.")
@click.option("--to-year", type=int, help="Last year of visits; 0 for none.")
@click.option("--outside-at-once", type=int, help="The same for visits of other years.")
@click.option("--outside-a-day", type=int, help="The same for visits of other years.")
def set_quota(tablet_id: str | None, **wanted: int | None) -> None:
    """Show or set what TABLET_ID may bring; without it, every tablet that has no own quota.

    What comes beyond it is refused with the time to wait, by whatever road, and is not lost.
    """
    changes: dict[str, int | None] = {
        name: None if name.endswith("_year") and number == 0 else number
        for name, number in wanted.items()
        if number is not None
    }
    with the_office() as office:
        if changes:
            now = quota.change(office, changes, ACTOR, tablet_id)
        else:
            now = quota.current(office, tablet_id or "")
    click.echo(f"New records: {now.at_once} at once, {now.a_day} a day.")
    if now.has_years:
        years = f"{now.from_year or 'any'} to {now.to_year or 'any'}"
        click.echo(
            f"Of visits outside {years}: {now.outside_at_once} at once, {now.outside_a_day} a day."
        )


@tablet.command("odd")
@click.option("--days", type=click.IntRange(7, 366), default=30, show_default=True)
def list_odd(days: int) -> None:
    """List tablets and persons that look odd by what came in so many days.

    It proves nothing, and nobody outside the office can tell that they are listed.
    """
    with the_office() as office:
        tablets, persons = odd.odd_lately(office, days)
    for one in tablets:
        click.echo(
            f"tablet {one.tablet_id}: {one.cases} cases, {one.linked:.0%} persons of others, "
            f"{one.copied:.0%} copies, {one.growth} usual weeks: {'; '.join(one.why)}"
        )
    for grown in persons:
        click.echo(
            f"person {grown.person_id}: {grown.cases} cases from tablet {grown.tablet_id}: "
            f"{odd.Oddity.ONE_HAND}"
        )
    if not tablets and not persons:
        click.echo("Nothing looks odd.")
