"""Verbs about reference data: `reference` publishes editions, `message` tells the tablets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from server.cli.country import say_faults
from server.cli.opening import the_office
from server.office import Office
from server.programme.programme import programme_of
from server.reference import messages
from server.reference.publish import editions, not_yet_published, publish, whole_edition

ACTOR = "command line"


@click.group()
def reference() -> None:
    """What the tablets work with: questionnaire, profile, code lists, languages."""


@reference.command("publish")
@click.option(
    "--number",
    default=1,
    show_default=True,
    help="A lowest number: above the last one tablets saw, after an old backup was restored.",
)
def publish_edition(number: int) -> None:
    """Publish what the country folders hold as the next edition.

    It is checked as a tablet will check it. Tablets get it with their next sending; drafts keep
    the questionnaire they were begun with.
    """
    with the_office() as office:
        _refuse_wrong_folders(office)
        done = publish(office, ACTOR, number)
    click.echo(f"Edition {done.number} is published: {', '.join(done.changed)}.")
    click.echo(f"A tablet with the edition before fetches {done.bytes_to_fetch:,} bytes.")


def _refuse_wrong_folders(office: Office) -> None:
    """Nothing is published while a word of a country folder is wrong: it would stay for ever."""
    country = programme_of(office).country
    errors = [say_faults(country, folder) for folder in office.config.country_folders]
    if any(errors):
        raise click.ClickException(
            f"Nothing was published. tally87 country check {country} FOLDER says it again."
        )


@reference.command()
def show() -> None:
    """List the editions, newest first, and what is not published yet."""
    with the_office() as office:
        for one in editions(office):
            size = sum(part.squeezed_size for part in one.parts)
            click.echo(f"{one.number:5} {_day(one.made_s)} {len(one.parts)} parts, {size:,} bytes")
        waiting = not_yet_published(office)
    if waiting:
        click.echo(f"Not published yet: {', '.join(waiting)}.")


@reference.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def save(file: Path) -> None:
    """Write the newest edition into FILE, for tablets without network.

    Anybody may carry the file; a tablet takes it when it is signed by this programme.
    """
    with the_office() as office:
        number, data = whole_edition(office)
    file.write_bytes(data)
    click.echo(f"Edition {number} is in {file}, {len(data):,} bytes.")


@click.group()
def message() -> None:
    """Short messages to every tablet, shown there until they are read."""


@message.command()
@click.argument("english")
@click.option(
    "--in",
    "others",
    nargs=2,
    multiple=True,
    metavar="LANGUAGE TEXT",
    help="The same in another language, as in: --in fr 'Bonjour'.",
)
def add(english: str, others: tuple[tuple[str, str], ...]) -> None:
    """Tell every tablet ENGLISH. Anybody who finds an edition can read it: name nobody."""
    with the_office() as office:
        number = messages.add_message(office, ACTOR, {"en": english, **dict(others)})
    click.echo(f"Message {number} goes out with the next sending of each tablet.")


@message.command("list")
def list_messages() -> None:
    """List the messages that stand."""
    with the_office() as office:
        for one in messages.messages(office):
            click.echo(f"{one.number:5} {_day(one.made_s)} {one.texts['en']}")


@message.command()
@click.argument("number", type=int)
def withdraw(number: int) -> None:
    """Take message NUMBER back."""
    with the_office() as office:
        messages.withdraw_message(office, ACTOR, number)
    click.echo(f"Message {number} is withdrawn.")


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
