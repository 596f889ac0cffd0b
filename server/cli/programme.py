"""Verbs about who records: programme, organisation, officer, tickets, accounts."""

from __future__ import annotations

import io
import os
from pathlib import Path

import click
import segno

from server.cli.opening import the_office
from server.db.engine import reading
from server.db.migrate import migrate as migrate_database
from server.office import Office
from server.office.key_files import passphrase_in
from server.operations.saying import new_generation
from server.programme import enrolment
from server.programme.keys import make_keys
from server.reference.in_force import reference_of
from server.reference.reach import checked_scope
from server.staff import accounts, factors
from server.staff.scope import AccountScope
from shared.errors import WireError
from shared.profiles import load_profile
from shared.reference import load_reference
from shared.wire.tickets import MAX_ENROLMENT_BYTES, REPLY_SUFFIX


@click.command()
@click.option("--to", default="head", show_default=True, help="A revision, or base.")
def migrate(to: str) -> None:
    """Bring the database to the shape this version needs."""
    with the_office(migrated=False) as office:
        now_at = migrate_database(office.engine, to, office.config.country_folders) or "base"
        if to == "head":
            factors.seal_open_ones(office)
        click.echo(f"The database is at revision {now_at}.")


@click.group()
def programme() -> None:
    """The programme: one country's deployment."""


@programme.command("restored")
def restored() -> None:
    """Say that the database was restored from a backup: tablets offer again what may be gone.

    Run it once after each restore, before tablets send again.
    """
    with the_office() as office:
        _, tablets = new_generation(office, "command line")
    click.echo(f"{tablets} tablets are told with their next receipt.")


@programme.command("create")
@click.option("--name", required=True, help="As pages and files show it.")
@click.option("--country", required=True, help="ISO 3166-1 alpha-3 code, such as PAK.")
@click.option(
    "--data",
    "data_origin",
    type=click.Choice(enrolment.DATA_ORIGINS),
    default="field",
    show_default=True,
    help="Where the records come from; all but field is said on every page.",
)
@click.option("--practice", is_flag=True, help="For training: its records are no statistics.")
def create(name: str, country: str, data_origin: str, practice: bool) -> None:
    """Make the programme and its keys. BACK UP the key folder: nobody can make it again."""
    with the_office(migrated=False) as office:
        # Before anything is made: a country without a profile could never be repaired.
        load_profile(country.upper(), office.config.country_folders)
        load_reference(country.upper(), office.config.country_folders)
        migrate_database(office.engine)
        passphrase = passphrase_in(office.config.key_passphrase_file)
        keys = make_keys(office.config.key_folder, os.urandom, passphrase)
        number = enrolment.create_programme(
            office, keys, name, country.upper(), data_origin, practice
        )
        click.echo(f"Programme {number} is made. Its keys are in {office.config.key_folder}:")
        click.echo("back them up now, apart from the database.")


@click.group()
def organisation() -> None:
    """Organisations that record."""


@organisation.command("add")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--list", "source_list", required=True, help="A code of the list source_lists.")
def add_organisation(code: str, name: str, source_list: str) -> None:
    """Add an organisation."""
    with the_office() as office:
        enrolment.add_organisation(
            office, code, name, source_list, reference_of(office).codelists["source_lists"]
        )
        click.echo(f"Organisation {code} is added.")


@click.group()
def officer() -> None:
    """Officers of an organisation."""


@officer.command("add")
@click.argument("code")
@click.option("--organisation", "organisation_code", required=True)
def add_officer(code: str, organisation_code: str) -> None:
    """Add an officer, known by a code only."""
    with the_office() as office:
        enrolment.add_officer(office, organisation_code, code)
        click.echo(f"Officer {code} is added.")


@click.command()
@click.option("--officer", "officer_code", required=True)
@click.option("--hours", default=enrolment.TICKET_HOURS, show_default=True)
@click.option("--qr", type=click.Path(dir_okay=False, path_type=Path), help="An SVG or PNG file.")
@click.option("--show", is_flag=True, help="Draw the QR code in this terminal.")
def enrol(officer_code: str, hours: int, qr: Path | None, show: bool) -> None:
    """Issue a ticket: one tablet may use it once, before it expires."""
    if qr is not None:
        # Before the ticket is issued: one that cannot be drawn would stay open for nobody.
        if qr.suffix.lower() not in {".svg", ".png"}:
            raise click.BadParameter("the file ends in .svg or .png.", param_hint="--qr")
        if not qr.absolute().parent.is_dir():
            raise click.BadParameter(f"there is no folder {qr.parent}.", param_hint="--qr")
    with the_office() as office:
        ticket = enrolment.issue_ticket(office, officer_code, "command line", hours)
    click.echo(ticket.text())
    code = segno.make_qr(ticket.text(), error="m")
    if show:
        drawn = io.StringIO()
        code.terminal(drawn, border=4, compact=True)
        for line in drawn.getvalue().splitlines():
            # Its own colours: dark on light also where letters are dark and the page is light.
            click.echo(click.style(line, fg="bright_white", bg="black"), err=True, color=True)
    if qr is not None:
        code.save(str(qr), scale=6, border=4)
        qr.chmod(0o600)
        click.echo(f"The QR code is in {qr}; delete it when the tablet is enrolled.", err=True)


@click.command("answer-enrolment")
@click.argument("request_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reply", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
def answer_enrolment(request_file: Path, reply: Path | None) -> None:
    """Answer the request file of a tablet that has no network.

    Writes the reply beside it; carry it back to that tablet, no other can read it.
    """
    with request_file.open("rb") as file:
        request = file.read(MAX_ENROLMENT_BYTES + 1)
    reply = reply or request_file.with_suffix(REPLY_SUFFIX)
    with the_office() as office:
        try:
            answer = enrolment.enrol(office, request)
        except WireError as problem:
            raise click.ClickException(f"{problem} No tablet was enrolled by it.") from None
    reply.write_bytes(answer)
    click.echo(f"The reply is in {reply}. Carry it to the tablet that made the request.")


@click.group()
def account() -> None:
    """Accounts of the office's staff."""


@account.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(accounts.ROLES), required=True)
@click.option("--area", default="", help="A steward's scope: an area, with all below it.")
@click.option("--organisation", default="", help="A scope: one organisation; of a contributor.")
@click.option("--totp/--no-totp", default=True, show_default=True, help="Ask for one-time codes.")
@click.password_option(
    envvar="TALLY87_NEW_PASSWORD", help="Asked for when not in TALLY87_NEW_PASSWORD."
)
def add_account(
    name: str, role: str, area: str, organisation: str, totp: bool, password: str
) -> None:
    """Add an account that may sign in to the pages."""
    with the_office() as office:
        scope = _scope(office, area, organisation)
        address = accounts.add_account(office, name, role, password, totp, scope=scope)
        click.echo(f"Account {name} is added with the role {role}.")
        if address is not None:
            click.echo("For the authenticator app (shown once):")
            click.echo(address)


@account.command("scope")
@click.argument("name")
@click.option("--area", default="", help="An area, with all below it.")
@click.option("--organisation", default="", help="One organisation.")
@click.option("--whole-country", is_flag=True, help="No scope: everything the role reaches.")
def set_scope(name: str, area: str, organisation: str, whole_country: bool) -> None:
    """Narrow or widen how far an account reaches; it is signed out everywhere."""
    if whole_country == bool(area or organisation):
        raise click.UsageError("Name --area, --organisation or --whole-country, one of them.")
    with the_office() as office:
        accounts.set_scope(office, name, _scope(office, area, organisation), "command line")
    click.echo(f"Account {name} reaches {area or organisation or 'the whole country'} from now on.")


def _scope(office: Office, area: str, organisation: str) -> AccountScope:
    if not area and not organisation:
        return AccountScope()  # A roll-up has accounts and no areas.
    with reading(office.engine) as connection:
        return checked_scope(connection, reference_of(office), area, organisation)


@account.command("close")
@click.argument("name")
def close_account(name: str) -> None:
    """Close an account: it is signed out everywhere at once and never signs in again."""
    with the_office() as office:
        accounts.close_account(office, name, "command line")
        click.echo(f"Account {name} is closed.")
