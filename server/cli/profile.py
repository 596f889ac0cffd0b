"""tally87 profile: what a country's profile leaves open."""

from __future__ import annotations

import sys
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from server.cli.confirmation import confirm_duty, confirm_helpline, confirm_parameter
from server.cli.country import say_faults
from shared.errors import QuestionnaireError
from shared.profiles import Confirmation, check_profile, load_profile, profiles_at_hand

_TITLES = {
    "contradiction": "Contradictions",
    "missing": "Missing",
    "below_standard": "Below the international standard",
    "unread": "Words that no value carries",
    "untold": "Values that no words tell",
    "unsigned": "Confirmed by nobody known",
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

    Of a folder every file, column, row and word that is wrong or that nothing reads is named.
    Exit status: 0 when a profile can be used, 1 when one contradicts itself or cannot be read.
    """
    wrong = False
    for number, iso3 in enumerate(countries or profiles_at_hand()):
        errors = [say_faults(iso3.upper(), one) for one in folders]
        wrong = wrong or any(errors)
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


@profile.command()
@click.argument("country", metavar="ISO3")
@click.argument("name", metavar="PARAMETER")
@click.option(
    "--folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The programme's country folder: its profile.toml gets the confirmation.",
)
@click.option("--by", required=True, help="Who says that the value is right.")
@click.option("--office", required=True, help="The office they speak for.")
@click.option("--document", required=True, help="The document: law and section, letter, date.")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day.")
@click.option("--area", default="", help="Only in this area, such as PK-SD.")
@click.option("--industry", default="", help="Only in this ISIC section or division, such as A.")
@click.option("--value", default="", help="The right value, where the profile's is not; or none.")
def confirm(
    country: str,
    name: str,
    folder: Path,
    by: str,
    office: str,
    document: str,
    day: datetime,
    area: str,
    industry: str,
    value: str,
) -> None:
    """Write down who confirmed a value of COUNTRY, in what office, by which document, on what day.

    PARAMETER is a name that `tally87 profile check` shows, helpline:NUMBER, or duty:1 for
    the first duty to report. The next edition takes the confirmation to the tablets.
    """
    if not (by.strip() and office.strip() and document.strip()):
        raise click.UsageError("Who, office and document cannot be empty.")
    confirmation = Confirmation(by.strip(), office.strip(), document.strip(), day.date())
    iso3 = country.upper()
    try:
        if name.startswith("helpline:"):
            what = confirm_helpline(iso3, folder, name.partition(":")[2], confirmation, area)
        elif name.startswith("duty:") and name.partition(":")[2].isdecimal():
            what = confirm_duty(iso3, folder, int(name.partition(":")[2]), confirmation)
        else:
            what = confirm_parameter(
                iso3, folder, name, confirmation, area=area, industry=industry, value=value
            ).name
    except QuestionnaireError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{iso3} {what}: confirmed by {by}, {office}, {document}, {day.date()}.")
    click.echo("Publish the next edition (tally87 reference publish) to bring it to the tablets.")
