"""The files a country folder begins with: profile.toml and areas.csv, as texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomlkit
from babel import Locale

from server.countries.areas import AreaRow
from server.countries.areas_csv import columns_of_file, with_cells
from server.countries.checking import folder_faults
from server.countries.law_values import value_in
from server.countries.problems import CountryProblem
from server.countries.profile_words import helpline_faults
from shared.calendars import CALENDARS
from shared.codelists import CodeList
from shared.profiles.kinds import KINDS

NumberedRows = Sequence[tuple[int, Mapping[str, str]]]
"""Rows of a file, each with its number there."""


@dataclass(frozen=True)
class Beginning:
    """files: text by name. open_values: parameters a class rests on of which nothing was said."""

    files: Mapping[str, str]
    open_values: tuple[str, ...]


def begin_country(
    iso3: str,
    countries: CodeList,
    languages: Sequence[str],
    calendar: str,
    areas: Sequence[AreaRow] | None,
    law: NumberedRows,
    helplines: NumberedRows,
    day: date,
) -> Beginning:
    """The files of a new country folder.

    countries: the code list of that name (ISO 3166-1 with alpha2, M49 and names). languages: of the
    officers, ISO 639-1. areas: None where they could not be read. law: rows, each with its number
    in the file, with parameter, value, source and, where given, as_of, area and industry.
    helplines: rows with name, number, source and, where given, kind and area. day: of the first
    version of the areas.
    Raises CountryProblem for a code that is no country's, and with all that is wrong in law and
    helplines.
    """
    known = countries.entries.get(iso3)
    if known is None:
        raise CountryProblem(iso3, ["There is no country with this ISO 3166-1 alpha-3 code."])
    if calendar not in CALENDARS:
        raise CountryProblem(iso3, [f"The calendar is one of {', '.join(CALENDARS)}."])
    profile = tomlkit.document()
    profile.add(tomlkit.comment("Every value needs a source. tally87 profile check says what is"))
    profile.add(tomlkit.comment("missing; tally87 profile confirm writes down who confirmed it."))
    profile["iso3"], profile["iso2"] = iso3, known.columns["alpha2"]
    profile["m49"] = known.columns["m49"]
    profile["languages"] = list(languages)
    profile["calendar"] = calendar
    profile["name"] = dict(known.labels)
    codes = None if areas is None else {area.code for area in areas}
    said, wrong_law = _add_law(profile, law, codes)
    wrong_lines = _add_helplines(profile, helplines, codes)
    problems = [
        CountryProblem(file, sentences)
        for file, sentences in (
            ("The file of the law", wrong_law),
            ("The file of helplines", wrong_lines),
        )
        if sentences
    ]
    if problems:
        raise problems[0].and_of(problems[1:])
    still_open = tuple(name for name, kind in KINDS.items() if kind.essential and name not in said)
    text = tomlkit.dumps(profile)
    if still_open:
        text += "\n" + "\n".join(_to_fill_in(name) for name in still_open)
    files = {"profile.toml": text}
    if areas:
        files["areas.csv"] = areas_file(areas, day)
    return Beginning(files, still_open)


def refuse_unpublishable(iso3: str, made: Beginning, today: date) -> None:
    """Raises CountryProblem with all for which nothing could be published from such a folder."""
    with TemporaryDirectory() as place:
        for name, text in made.files.items():
            (Path(place) / name).write_text(text, encoding="utf-8", newline="")
        faults = folder_faults(iso3, Path(place), today)
    wrong = [f"{one.column or one.file}: {one.sentence}" for one in faults if one.is_error]
    if wrong:
        raise CountryProblem("What the files say", wrong)


def _add_law(profile: Any, law: NumberedRows, areas: Set[str] | None) -> tuple[set[str], list[str]]:
    """Writes the values; gives the parameters that hold in the whole country, and what is wrong."""
    problems: list[str] = []
    said: set[str] = set()
    for number, row in law:
        name, source = row.get("parameter", ""), row.get("source", "")
        area, industry = row.get("area", ""), row.get("industry", "")
        table = tomlkit.table()
        problem = _value_problem(name, row.get("value", ""), table)
        if problem is None and not source:
            problem = "a value needs its source"
        if problem is None and area and areas is not None and area not in areas:
            problem = f"there is no area {area}"
        if problem is None and row.get("as_of"):
            try:
                table["as_of"] = date.fromisoformat(row["as_of"])
            except ValueError:
                problem = "as_of is a day such as 2026-01-31"
        if problem is not None:
            problems.append(f"row {number} ({name or 'no parameter'}): {problem}.")
            continue
        table["source"], table["confirmed"] = source, False
        place = profile
        for kind, code in (("areas", area), ("industries", industry)):
            if code:
                place = place.setdefault(kind, {}).setdefault(code, {})
        place.setdefault("parameters", {})[name] = table
        if not area and not industry:
            said.add(name)
    return said, problems


def _value_problem(name: str, cell: str, table: Any) -> str | None:
    """Puts the value into the table; what is wrong with it as words, else None."""
    if name not in KINDS:
        return "there is no parameter of this name"
    if cell.casefold() == "none":
        table["none"] = True
        return None
    if not cell:
        return "the value is empty; write none where the law sets none"
    value, problem = value_in(cell, KINDS[name])
    if problem is not None:
        return problem.rstrip(".").replace("The value", "the value")
    table["value"] = value
    return None


def _add_helplines(profile: Any, helplines: NumberedRows, areas: Set[str] | None) -> list[str]:
    """Writes the lines; gives what is wrong."""
    problems: list[str] = []
    lines = tomlkit.aot()
    for number, row in helplines:
        lacks = [key for key in ("name", "number", "source") if not row.get(key)]
        if lacks:
            problems.append(f"row {number}: {', '.join(lacks)} is empty.")
            continue
        wrong = [one.sentence for one in helpline_faults(row, areas)]
        if wrong:
            problems += [f"row {number} ({row['number']}): {sentence}" for sentence in wrong]
            continue
        line = tomlkit.table()
        for key in ("name", "number", "kind", "area", "source"):
            if row.get(key):
                line[key] = row[key]
        line["confirmed"] = False
        lines.append(line)
    if len(lines):
        profile["helplines"] = lines
    return problems


def _to_fill_in(name: str) -> str:
    kind = KINDS[name]
    example = '["20:00", "06:00"]' if kind.form == "window" else "15"
    return (
        f"# {kind.meaning}:\n"
        f"# [parameters.{name}]\n# value = {example}\n"
        '# source = "Name of the law, section"\n# confirmed = false\n'
    )


def areas_file(areas: Sequence[AreaRow], day: date) -> str:
    """The text of areas.csv. day: of this version."""
    languages = sorted({one for area in areas for one in area.names}, key=lambda one: one != "en")
    places = any(area.lat is not None and area.lon is not None for area in areas)
    written = io.StringIO()
    written.write(f"# version: {day:%Y-%m}\n# confirmed: false\n")
    writer = csv.writer(written, lineterminator="\n")
    labels = [f"label::{_english(one)} ({one})" for one in languages]
    writer.writerow(
        [
            "code",
            "parent",
            "level",
            *labels,
            "alias::English (en)",
            *(["lat", "lon"] if places else []),
        ]
    )
    for area in areas:
        where = [area.lat, area.lon] if None not in (area.lat, area.lon) else ["", ""]
        writer.writerow(
            [
                area.code,
                area.parent,
                area.level,
                *(area.names.get(one, "") for one in languages),
                ";".join(area.aliases),
                *(where if places else []),
            ]
        )
    return written.getvalue()


def with_more_areas(text: str, areas: Sequence[AreaRow]) -> str:
    """The text of an areas.csv with rows for further areas; its own rows stay as they are, whatever
    columns they have."""
    columns = columns_of_file(text)
    cells = {
        area.code: {
            "parent": area.parent,
            "level": area.level,
            "alias::English (en)": ";".join(area.aliases),
            "lat": "" if area.lat is None else str(area.lat),
            "lon": "" if area.lon is None else str(area.lon),
            **{_label(language, columns): name for language, name in area.names.items()},
        }
        for area in areas
    }
    given = {code: {name: one for name, one in row.items() if one} for code, row in cells.items()}
    return with_cells(text, given)


def _label(language: str, header: Sequence[str]) -> str:
    """The column of names in that language, as the header writes it."""
    known = (one for one in header if re.fullmatch(rf"label::.*\({language}\)\s*", one))
    return next(known, f"label::{_english(language)} ({language})")


def _english(language: str) -> str:
    return str(Locale("en").languages.get(language, language))
