"""tally87 country: a folder for a country that does not come with Tally87."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from shlex import quote

import click

from server.countries import (
    AreaRow,
    Beginning,
    CountryProblem,
    NumberedRows,
    areas_file,
    begin_country,
    encoding_of,
    folder_faults,
    question_problems,
    read_areas,
    read_seats,
    refuse_unpublishable,
    rows_of,
    standing_areas,
    unread_columns,
    with_more_areas,
    with_seats,
)
from server.durable import replace_file
from server.languages import boxes_told
from server.tables.declaration import wrong_tables
from shared.calendars import CALENDARS
from shared.codelists import CodeList
from shared.codelists.lists import load_codelist
from shared.errors import QuestionnaireError
from shared.profiles import check_profile, is_carried, load_profile
from shared.profiles.files import COUNTRIES
from shared.profiles.kinds import KINDS
from shared.reference import load_reference

LAW_COLUMNS = ("parameter", "value", "source", "as_of", "area", "industry")
HELPLINE_COLUMNS = ("name", "number", "source", "kind", "area")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def country() -> None:
    """Folders of countries that do not come with Tally87."""


@country.command("new")
@click.argument("iso3", metavar="CODE")
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--areas", multiple=True, type=_FILE, help="CSV, workbook or GeoJSON; once, or once a level."
)
@click.option("--law", type=_FILE, help="CSV: parameter, value, source, as_of, area, industry.")
@click.option("--helplines", type=_FILE, help="CSV: name, number, kind, area, source.")
@click.option("--language", "languages", multiple=True, default=("en",), show_default=True)
@click.option("--calendar", type=click.Choice(CALENDARS), default="gregorian", show_default=True)
@click.option("--ask", is_flag=True, help="Ask for the values that no file gives.")
def new(
    iso3: str,
    folder: Path,
    areas: tuple[Path, ...],
    law: Path | None,
    helplines: Path | None,
    languages: tuple[str, ...],
    calendar: str,
    ask: bool,
) -> None:
    """Begin a folder for CODE (ISO 3166-1 alpha-3, such as ZWE) from what the office has at hand.

    Areas are a table with code, name and parent, one with a column for each level (province,
    district), or GeoJSON; codes that are missing are made. Nothing is written when a row cannot be
    used: all such rows are named. What is still open is listed at the end.
    """
    iso3 = iso3.upper()
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty; nothing was changed. Name another one.")
    countries = load_codelist("countries")
    iso2 = countries.entries[iso3].columns["alpha2"] if iso3 in countries.entries else ""
    given = _rows(law)
    if ask:
        given += _asked({row.get("parameter", "") for _, row in given})
    tree, made = _begun(
        iso3, countries, languages, calendar, areas if iso2 else (), given, _rows(helplines)
    )
    for file in areas:
        _say_unread(file, unread_columns(file))
    for file in (*areas, *(one for one in (law, helplines) if one is not None)):
        if encoding := encoding_of(file):
            click.echo(
                f"remark: {file.name} is not in UTF-8; it was read as {encoding}. Look whether its "
                "letters came out right."
            )
    for asked, columns in ((law, LAW_COLUMNS), (helplines, HELPLINE_COLUMNS)):
        if asked is not None:
            given_columns = dict.fromkeys(name for _, row in _rows(asked) for name in row)
            _say_unread(asked, [name for name in given_columns if name not in columns])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    first = sum(not area.parent for area in tree)
    click.echo(
        f"{folder} is begun: {countries.label(iso3, 'en')}, {first} areas of the first level and "
        f"{len(tree) - first} of the second."
    )
    if is_carried(iso3):
        click.echo("Tally87 comes with this country too; the folder lies over it, value by value.")
    _say_what_is_open(iso3, folder)


def _begun(
    iso3: str,
    countries: CodeList,
    languages: tuple[str, ...],
    calendar: str,
    areas: tuple[Path, ...],
    law: NumberedRows,
    helplines: NumberedRows,
) -> tuple[Sequence[AreaRow], Beginning]:
    """The areas and the files. Raises CountryProblem with what is wrong in any of the files."""
    unreadable: CountryProblem | None = None
    tree: Sequence[AreaRow] | None = []
    try:
        iso2 = countries.entries[iso3].columns["alpha2"] if areas else ""
        tree = read_areas(areas, iso2) if areas else []
    except CountryProblem as problem:
        unreadable, tree = problem, None
    today = date.today()
    try:
        made = begin_country(iso3, countries, languages, calendar, tree, law, helplines, today)
    except CountryProblem as problem:
        raise unreadable.and_of([problem]) if unreadable else problem from problem
    if unreadable is not None:
        raise unreadable
    refuse_unpublishable(iso3, made, today)
    return tree or [], made


def _say_unread(file: Path, columns: Sequence[str]) -> None:
    """Names the columns of a file from which nothing was taken."""
    if columns:
        click.echo(
            f"remark: {file.name}: nothing reads the columns {', '.join(map(repr, columns))}."
        )


@country.command("seats")
@click.argument("iso3", metavar="CODE")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=_FILE)
def seats(iso3: str, folder: Path, file: Path) -> None:
    """Write into the FOLDER of CODE about where its areas lie, out of FILE, for "Find my area".

    FILE is GeoJSON, or a table with lat and lon; areas are found by code or name. Kept is the
    middle of each, to a tenth of a degree. `tally87 reference publish` gives it to the tablets.
    """
    try:
        areas = load_reference(iso3.upper(), [folder]).codelists.get("areas")
    except QuestionnaireError as error:
        raise click.ClickException(str(error)) from error
    if areas is None:
        raise click.ClickException("There are no areas yet; begin with tally87 country new.")
    found = read_seats(file, areas, date.today())
    below = {entry.parent for entry in areas}
    lowest = [entry for entry in areas if entry.code not in below]
    if found.unknown:
        said = ", ".join(found.unknown[:10]) + (" ..." if len(found.unknown) > 10 else "")
        click.echo(
            f"remark: {len(found.unknown)} of {file.name} are no one area of the list: {said}."
        )
    if not found.found:
        raise click.ClickException(
            f"No area of {file.name} is in the list by its code or name; nothing was changed."
        )
    own = folder / "areas.csv"
    before = own.read_text("utf-8-sig") if own.is_file() else ""
    replace_file(own, with_seats(before, found.found).encode())
    without = sum(
        not entry.columns.get("lat") and entry.code not in found.found for entry in lowest
    )
    click.echo(
        f"{len(found.found)} areas have a seat now; {without} of the {len(lowest)} areas a visit "
        "can be in have none."
    )


@country.command("areas")
@click.argument("iso3", metavar="CODE")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--areas", "files", multiple=True, required=True, type=_FILE, help="As for country new."
)
def areas(iso3: str, folder: Path, files: tuple[Path, ...]) -> None:
    """Take a newer list of areas into the FOLDER of CODE.

    An area that is there already, by its code or by its name below the same area, keeps its code in
    whatever order the file has it: records and drafts name it. Areas the file has no longer stay.
    """
    iso3 = iso3.upper()
    countries = load_codelist("countries")
    if iso3 not in countries.entries:
        raise click.ClickException(f"There is no country {iso3} (ISO 3166-1 alpha-3).")
    places = (folder / "areas.csv", folder / "codelists" / "areas.csv")
    own = [file for file in places if file.is_file()]
    before = standing_areas(load_codelist("areas", [COUNTRIES / iso3, folder])) if own else []
    now = read_areas(files, countries.entries[iso3].columns["alpha2"], before)
    target = own[0] if own else places[0]
    fresh = [one for one in now if one.code not in {each.code for each in before}]
    text = areas_file(now, date.today())
    if own:
        text = with_more_areas(target.read_text("utf-8-sig"), fresh)
    replace_file(target, text.encode())
    for file in files:
        _say_unread(file, unread_columns(file))
    click.echo(f"{target}: {len(now) - len(fresh)} areas kept their codes, {len(fresh)} are new.")
    _say_what_differs(before, now)


def _say_what_differs(before: Sequence[AreaRow], now: Sequence[AreaRow]) -> None:
    """Names of what the rows that stay say otherwise than the newer list."""
    old = {one.code: one.names.get("en", "") for one in before}
    found = {one.code: one.names.get("en", "") for one in now}
    gone = [f"{code} {name}" for code, name in old.items() if code not in found]
    other = [
        f"{code} {name} ({found[code]} in the file)"
        for code, name in old.items()
        if found.get(code, name).casefold() != name.casefold()
    ]
    for title, told in (
        ("Not in the file any more, and kept, for records name them", gone),
        ("Called otherwise in the file, and left as they are", other),
    ):
        if told:
            more = f" and {len(told) - 10} more" if len(told) > 10 else ""
            click.echo(f"{title}: {', '.join(told[:10])}{more}.")


@country.command("check")
@click.argument("iso3", metavar="CODE")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(iso3: str, folder: Path) -> None:
    """Read the FOLDER of CODE to the end, as an office and its tablets will.

    Exit status: 0 when an edition can be published from it, 1 when not, with the reasons.
    """
    iso3 = iso3.upper()
    errors = say_faults(iso3, folder)
    if errors:
        things = "1 thing is" if errors == 1 else f"{errors} things are"
        raise click.ClickException(f"{things} wrong; nothing can be published before.")
    try:
        reference = load_reference(iso3, [folder])
    except QuestionnaireError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{reference.profile.name()}: {len(reference.codelists['areas'])} areas, questionnaire "
        f"{reference.questionnaire.version} ({reference.questionnaire.digest})."
    )
    wrong = [one for one in check_profile(reference.profile) if one.kind == "contradiction"]
    for one in wrong:
        click.echo(f"{one.subject}: {one.sentence}", err=True)
    if wrong:
        raise click.ClickException("The profile contradicts itself; nothing can be published yet.")
    _say_what_is_open(iso3, folder)


def say_faults(iso3: str, folder: Path) -> int:
    """Says all that is wrong in a country folder or that nothing reads; gives how many errors."""
    faults = folder_faults(iso3, folder, date.today())
    for fault in faults:
        click.echo(f"{'' if fault.is_error else 'remark: '}{fault}", err=fault.is_error)
    wrong, unread = question_problems(folder / "questionnaire")
    wrong = [*(f"questionnaire: {problem}" for problem in wrong), *wrong_tables(folder)]
    wrong += boxes_told(folder)
    for problem in wrong:
        click.echo(problem, err=True)
    for remark in unread:
        click.echo(f"remark: questionnaire: {remark}")
    return sum(fault.is_error for fault in faults) + len(wrong)


def _rows(file: Path | None) -> list[tuple[int, Mapping[str, str]]]:
    if file is None:
        return []
    try:
        return list(rows_of(file))
    except (ValueError, csv.Error) as broken:
        raise CountryProblem(file.name, [f"It cannot be read: {broken}."]) from broken


def _asked(said: set[str]) -> list[tuple[int, Mapping[str, str]]]:
    """The values a class rests on, from the keyboard; Enter leaves one open."""
    given: list[tuple[int, Mapping[str, str]]] = []
    for name, kind in KINDS.items():
        if not kind.essential or name in said:
            continue
        value = click.prompt(
            f"{kind.meaning} ({name}; none: the law sets none; Enter: not known)", default=""
        ).strip()
        if value:
            source = click.prompt("  Source: name of the law, section").strip()
            given.append((len(given) + 1, {"parameter": name, "value": value, "source": source}))
    return given


def _say_what_is_open(iso3: str, folder: Path) -> None:
    profile = load_profile(iso3, [folder])
    programme = f"Programme of {profile.name()}"
    missing: Sequence[str] = [
        f"  {one.subject}: {one.sentence}"
        for one in check_profile(profile)
        if one.kind in ("missing", "contradiction")
    ]
    if missing:
        click.echo("\n".join(["Still open:", *missing]))
    click.echo(
        "It can be used now: a rule that needs an open value says UNDETERMINED, never allowed.\n"
        "Next, for an office that begins with it (docs/deployment.md has the settings):\n"
        f"  tally87 profile check {iso3} --folder {quote(str(folder))}\n"
        f"  export TALLY87_COUNTRY_FOLDERS={quote(str(folder.resolve()))}\n"
        f"  tally87 programme create --name {quote(programme)} --country {iso3}\n"
        "  tally87 reference publish"
    )
