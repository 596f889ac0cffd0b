"""tally87 profile: what a country's profile leaves open."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

import click

from shared.errors import QuestionnaireError
from shared.profiles import check_profile, load_profile, profiles_at_hand

_TITLES = {
    "contradiction": "Contradictions",
    "missing": "Missing",
    "below_standard": "Below the international standard",
    "unconfirmed": "Not confirmed by the country",
}


@click.group()
def profile() -> None:
    """Look at country profiles."""


@profile.command("list")
def list_profiles() -> None:
    """The countries whose profile comes with Tally87."""
    for iso3 in profiles_at_hand():
        known = load_profile(iso3)
        click.echo(f"{iso3}  {known.name()}")


@profile.command()
@click.argument("countries", metavar="[ISO3]...", nargs=-1)
@click.option(
    "--folder",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A country folder of your own; may be given more than once.",
)
def check(countries: tuple[str, ...], folders: tuple[Path, ...]) -> None:
    """Explain what is missing, contradictory or unconfirmed in the profiles (all, or ISO3...).

    Exit status: 0 when a profile can be used, 1 when one contradicts itself or cannot be read.
    """
    wrong = False
    for number, iso3 in enumerate(countries or profiles_at_hand()):
        try:
            known = load_profile(iso3.upper(), folders)
        except QuestionnaireError as error:
            click.echo(str(error), err=True)
            wrong = True
            continue
        remarks = check_profile(known)
        click.echo(f"{'' if number == 0 else chr(10)}{known.iso3}  {known.name()}")
        for kind, those in groupby(remarks, key=lambda remark: remark.kind):
            click.echo(f"  {_TITLES[kind]}:")
            for remark in those:
                click.echo(f"    {remark.subject}: {remark.sentence}")
            wrong = wrong or kind == "contradiction"
        for note in known.notes:
            click.echo(f"  Note: {note}")
        if not remarks:
            click.echo("  Everything is given and confirmed.")
    if wrong:
        sys.exit(1)
