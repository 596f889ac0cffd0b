"""`rollup`: editions of several countries side by side, for a regional or global body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from server.cli.opening import the_office
from server.programme.enrolment import DATA_ORIGINS
from server.programme.keys import keys_of
from server.rollup import learning, publishing
from server.rollup.fetching import fetched, over_the_network
from server.rollup.handed import files_at, printed_fingerprint
from server.rollup.publishing import RollupDraft

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_out = click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))


_Function = TypeVar("_Function", bound=Callable[..., Any])


def _tables(function: _Function) -> _Function:
    """The options that name what a draft is of."""
    for option in (
        click.option("--period", "periods", multiple=True, required=True, help="Such as 2026."),
        click.option("--table", "tables", multiple=True, required=True, help="Such as CL-CLASS."),
    ):
        function = option(function)
    return function


@click.group()
def rollup() -> None:
    """Roll up editions of several countries: keys, editions, codes, drafts, publishing.

    Nothing is added up that overlaps or differs in definition.
    """


@rollup.command()
@click.argument("name")
@click.option(
    "--data", type=click.Choice([*DATA_ORIGINS, "practice"]), default="field", show_default=True
)
def begin(name: str, data: str) -> None:
    """Begin the roll-up of a body called NAME, in a migrated database of its own."""
    with the_office() as office:
        learning.begin(office, name, data)
        key = keys_of(office).programme.public.signing.hex()
    click.echo(f"Begun. The signing key is {key}, its fingerprint {printed_fingerprint(key)}.")


@rollup.command()
@click.argument("key", type=_FILE)
def fingerprint(key: Path) -> None:
    """Print the fingerprint of a KEY file (programme.pub), to be read aloud or sent on paper."""
    click.echo(printed_fingerprint(key.read_text(encoding="utf-8", errors="replace")))


@rollup.command()
@click.argument("code")
@click.argument("name")
@click.option("--key", required=True, type=_FILE, help="Its programme.pub.")
@click.option("--fingerprint", "printed", required=True, help="As the country printed it.")
def country(code: str, name: str, key: Path, printed: str) -> None:
    """Take a country in: its CODE (ISO 3166-1 alpha-3), NAME and signing key."""
    said = key.read_text(encoding="utf-8", errors="replace")
    with the_office() as office:
        learning.add_country(office, code, name, said, printed)
    click.echo(f"{code} takes part.")


@rollup.command()
@click.argument("edition", type=click.Path(exists=True, path_type=Path))
def add(edition: Path) -> None:
    """Check and keep an EDITION of a country: a folder or one file of `tally87 release save`."""
    with the_office() as office:
        code, number, corrects = learning.add_edition(office, files_at(edition))
    click.echo(
        f"Edition {number} of {code} is genuine and kept"
        + (f"; it takes the place of edition {corrects}." if corrects else ".")
    )


@rollup.command()
@click.argument("code")
@click.argument("address")
def fetch(code: str, address: str) -> None:
    """Fetch the newest edition of country CODE from the SDMX service at ADDRESS of its office.

    Kept is only what the country's key signed, and only when the service tells the same numbers.
    """
    with the_office() as office:
        country = learning.known(office).countries.get(code)
        if country is None:
            raise learning.NotTaken(f"{code} does not take part. Nothing was asked.")
        files = fetched(address, country.signing_key, over_the_network)
        of, number, corrects = learning.add_edition(office, files)
        newest = max(edition for one, edition in learning.known(office).editions if one == of)
    click.echo(
        f"Edition {number} of {of} is genuine and kept"
        + (f"; it takes the place of edition {corrects}." if corrects else ".")
    )
    if newest > number:
        click.echo(
            f"The office gives out edition {number}, and edition {newest} of it is known here: it "
            "was withdrawn, or somebody holds it back. Ask the country."
        )


@rollup.command()
@click.argument("code")
@click.argument("edition", type=int)
@click.option("--because", required=True)
def withdraw(code: str, edition: int, because: str) -> None:
    """Note that country CODE withdrew EDITION: its numbers are used no more."""
    with the_office() as office:
        learning.withdraw(office, code, edition, because)
    click.echo(f"Edition {edition} of {code} is used no more.")


@rollup.command()
@click.argument("file", type=_FILE)
def codes(file: Path) -> None:
    """Take a CSV FILE of common codes in: country, dimension, code, common."""
    with the_office() as office:
        click.echo(f"{learning.add_codes(office, file.read_bytes())} codes are kept.")


@rollup.command()
@click.argument("table")
@click.argument("code")
@click.option("--agrees/--differs", required=True)
@click.option("--because", required=True, help="How it is known.")
def define(table: str, code: str, agrees: bool, because: str) -> None:
    """Say whether TABLE means in country CODE what it means in the others."""
    with the_office() as office:
        learning.define(office, table, code, agrees, because)
    click.echo(f"{table} of {code} {'can be added' if agrees else 'stands apart'}.")


@rollup.command()
@click.argument("code")
@click.argument("words")
@click.option("--table", default="", help="All tables, when left out.")
def note(code: str, words: str, table: str) -> None:
    """Say in WORDS what a reader must know to compare the numbers of country CODE."""
    with the_office() as office:
        learning.note(office, code, table, words)
    click.echo("Noted.")


@rollup.command()
@_tables
def check(tables: tuple[str, ...], periods: tuple[str, ...]) -> None:
    """Tell what would be added, what stands side by side and what is missing, and why."""
    with the_office() as office:
        _tell(publishing.draft(office, tables, periods))


@rollup.command()
@_tables
@_out
@click.option("--term", default=publishing.TERM_DAYS, show_default=True, help="Days to answer.")
def notice(tables: tuple[str, ...], periods: tuple[str, ...], out: Path, term: int) -> None:
    """Write the draft that every country of it is shown, and begin its term to answer."""
    with the_office() as office:
        made = publishing.draft(office, tables, periods)
        told = publishing.give_notice(office, made, term)
    _write(out, made.files)
    click.echo(f"Hand {out} to {', '.join(told)}; they have {term} days.")


@rollup.command()
@click.argument("code")
@click.argument("file", type=_FILE)
def answer(code: str, file: Path) -> None:
    """Keep the answer of country CODE to the draft: it is published in full, byte for byte."""
    with the_office() as office:
        publishing.take_answer(office, code, file.read_bytes())
    click.echo("Kept.")


@rollup.command()
@_tables
@_out
def publish(tables: tuple[str, ...], periods: tuple[str, ...], out: Path) -> None:
    """Publish what every country was shown as a signed edition, with answers and what changed."""
    with the_office() as office:
        made = publishing.draft(office, tables, periods)
        number, files = publishing.publish(office, made)
    _write(out, files)
    _tell(made)
    click.echo(f"Edition {number} of the roll-up is in {out}, signed.")


@rollup.command()
@click.argument("edition", type=click.Path(exists=True, path_type=Path))
@click.option("--key", required=True, help="The body's signing key, known from elsewhere.")
def verify(edition: Path, key: str) -> None:
    """Tell whether an EDITION of a roll-up is as it was signed; needs no office."""
    said = publishing.verified(files_at(edition), key)
    click.echo(f"Edition {said['edition']} of {said['body']}: signed, every file as it was signed.")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _tell(made: RollupDraft) -> None:
    for one in made.coverage:
        click.echo(f"{one.table} {one.period} {one.country}: {one.state} {one.because}".rstrip())
