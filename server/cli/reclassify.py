"""tally87 reclassify: every case anew by the rules of today."""

from __future__ import annotations

import click

from server.cli.acting import as_account, signed_in
from server.intake import reclassify_all

ROLES = frozenset({"administrator", "steward"})


@click.command("reclassify")
@as_account
@click.option("--look", is_flag=True, help="Only say how many cases wait for it.")
def command(name: str, look: bool) -> None:
    """Classify every case that is held by the rules of this program and the edition in force.

    For after the program was brought up to date, or an edition told other law: cases that came
    before have classes by the rules of before. The counts follow; editions that are out stay as
    they are.
    """
    with signed_in(name, ROLES) as (office, actor):
        if look:
            found = reclassify_all.waiting(office)
            click.echo(f"{found} cases were classified by the rules of before.")
            return
        done = reclassify_all.reclassify_all(office, actor)
        left = reclassify_all.waiting(office)
    click.echo(
        f"{done.cases} cases looked at. Of another class now: {done.child_labour} in child labour, "
        f"{done.forced_labour} in forced labour; {done.other} differ in something else, or in the "
        "version of the rules alone."
    )
    click.echo("The counts follow with the work that waits (tally87 work).")
    if left:
        click.echo(f"{left} cases could not be read and keep their classes (tally87 doctor).")
