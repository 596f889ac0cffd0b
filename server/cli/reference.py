"""Verbs about reference data: `reference` publishes editions, `message` tells the tablets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import click

from server.cli.country import say_faults
from server.cli.opening import the_office
from server.office import Office
from server.programme.programme import programme_of
from server.reference import messages, recorded, rollouts
from server.reference.publish import (
    Published,
    editions,
    not_yet_published,
    publish,
    whole_edition,
)
from server.reference.rollouts import FirstTablets, Rollout
from server.reference.safety import HELPLINES, LAW
from shared.apart import PICTURES, RECORDINGS
from shared.wire.limits import MAX_APART_BYTES

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
@click.option(
    "--first",
    "organisation",
    metavar="ORGANISATION",
    default="",
    help="Only for the tablets of this organisation, until `reference to-all`.",
)
@click.option(
    "--first-tablet",
    "tablets",
    metavar="TABLET",
    multiple=True,
    help="Only for this tablet, until `reference to-all`; may be given several times.",
)
@click.option(
    "--correct",
    is_flag=True,
    help="For the tablets that have an edition first: the next one for them alone.",
)
def publish_edition(
    number: int, organisation: str, tablets: tuple[str, ...], correct: bool
) -> None:
    """Publish what the country folders hold as the next edition.

    It is checked as a tablet will check it. Tablets get it with their next sending; drafts keep
    the questionnaire they were begun with.
    """
    chosen = FirstTablets(tablets, organisation)
    is_first = bool(tablets or organisation)
    if is_first + correct + (number != 1) > 1:
        raise click.UsageError("Give one of --number, --first (or --first-tablet), --correct.")
    with the_office() as office:
        _refuse_wrong_folders(office)
        if is_first:
            done = rollouts.begin(office, ACTOR, chosen)
        elif correct:
            done = rollouts.correct(office, ACTOR)
        else:
            done = publish(office, ACTOR, number)
        goes_on = rollouts.going_on(office)
    _say_published(done)
    click.echo(f"A tablet with the edition before fetches {done.bytes_to_fetch:,} bytes.")
    if goes_on is not None:
        _say_goes_on(goes_on)


def _say_goes_on(goes_on: Rollout) -> None:
    click.echo(
        f"Edition {goes_on.edition} is with {goes_on.tablets} tablets first; the others have "
        f"edition {goes_on.for_all}. `reference to-all` or `reference take-back` ends it."
    )
    for word in goes_on.withheld:
        click.echo(WITHHELD[word])


WITHHELD = {
    HELPLINES: "Careful: it corrects numbers to call. The other tablets go on showing the old.",
    LAW: "Careful: its law is stricter. The other tablets go on calling allowed what it forbids.",
}


@reference.command("to-all")
def to_all() -> None:
    """Give every tablet the edition that some have first."""
    with the_office() as office:
        number = rollouts.give_to_all(office, ACTOR)
    click.echo(f"Edition {number} is for every tablet from now on.")


@reference.command("take-back")
def take_back() -> None:
    """Take back the edition that some tablets have first: they return to what the others have."""
    with the_office() as office:
        done = rollouts.take_back(office, ACTOR)
    click.echo(f"Edition {done.number} is published: what the other tablets had, for all.")


@reference.command()
@click.option("--first", "organisation", metavar="ORGANISATION", default="")
@click.option("--first-tablet", "tablets", metavar="TABLET", multiple=True)
def widen(organisation: str, tablets: tuple[str, ...]) -> None:
    """Choose further tablets for the edition that some have first."""
    with the_office() as office:
        count = rollouts.widen(office, ACTOR, FirstTablets(tablets, organisation))
    click.echo(f"{count} more tablets get it.")


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
        for part in recorded.standing_parts(office):
            click.echo(f"      {part.name}: {part.files} files, {part.squeezed_bytes:,} bytes")
            if part.stale:
                click.echo(
                    "      to be recorded anew, their words are others now: "
                    + ", ".join(part.stale)
                )
        waiting, goes_on = not_yet_published(office), rollouts.going_on(office)
    if goes_on is not None:
        _say_goes_on(goes_on)
    if waiting:
        click.echo(f"Not published yet: {', '.join(waiting)}.")


@reference.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--first", "tried", is_flag=True, help="The edition that some tablets have first.")
def save(file: Path, tried: bool) -> None:
    """Write the newest edition for all into FILE, for tablets without network.

    Anybody may carry the file; a tablet takes it when it is signed by this programme.
    """
    with the_office() as office:
        number, data = whole_edition(office, tried=tried)
    file.write_bytes(data)
    click.echo(f"Edition {number} is in {file}, {len(data):,} bytes.")


@reference.command("add-recordings")
@click.argument("language")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def add_recordings(language: str, folder: Path) -> None:
    """Let tablets play the recordings in FOLDER, in LANGUAGE (such as ur).

    QUESTION.ogg is the words to say of a question, LIST/CODE.ogg one answer; .mp3 and .wav are
    taken too. The folder holds all recordings of the language: what is not in it goes.
    """
    _add_files(RECORDINGS + language, folder)


@reference.command("add-pictures")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def add_pictures(folder: Path) -> None:
    """Let tablets show the pictures in FOLDER beside answers: LIST/CODE.png or LIST/CODE.jpg.

    The folder holds all pictures: what is not in it goes.
    """
    _add_files(PICTURES, folder)


@reference.command("take-out")
@click.argument("part")
def take_out(part: str) -> None:
    """Take the recordings of a language (recordings/ur) or the pictures (pictures) out again."""
    with the_office() as office:
        done = recorded.take_out(office, ACTOR, part)
    _say_published(done)


def _add_files(part: str, folder: Path) -> None:
    files = {
        PurePosixPath(file.relative_to(folder).as_posix()): file.read_bytes()
        for file in _files_below(folder)
    }
    with the_office() as office:
        done, listed = recorded.add_files(office, ACTOR, part, files)
    _say_published(done)
    size = sum(one.squeezed_size for one in listed.values())
    click.echo(f"{part}: {len(listed)} files, {size:,} bytes, for tablets that ask for them.")


def _files_below(folder: Path) -> list[Path]:
    """Every file but hidden ones, which file managers leave behind. Raises before it reads more
    than a part may hold."""
    found = sorted(file for file in folder.rglob("*") if file.is_file() and file.name[0] != ".")
    if sum(file.stat().st_size for file in found) > MAX_APART_BYTES:
        raise click.ClickException(
            f"The files in {folder} have more than {MAX_APART_BYTES:,} bytes together. Nothing was "
            "published: make them smaller (mono speech at 16 kHz as .ogg), or leave some out."
        )
    return found


def _say_published(done: Published) -> None:
    click.echo(f"Edition {done.number} is published: {', '.join(done.changed)}.")


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
