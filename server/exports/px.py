"""PC-Axis files, as PxWeb and PX-Win read them, a file for each table. Pure.

A number that is not published is one of four symbols, never ``-``: PxWeb counts that as 0, and adds
dots up as if they were, so that no aggregation is allowed and every total is given
(``AGGREGALLOWED=NO``). ``CONFIDENTIAL`` is absent: PxWeb then rounds a 1 to 0 and a 2 to 3. The
keywords and their order are those of the file format of Statistics Sweden, axis version 2010.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from server.disclosure.cube import TOTAL
from server.exports.codes import codes_of, component, frequency, period_code
from server.exports.edition import Cell, ExportedDimension, ExportedEdition, ExportedTable
from server.exports.words import (
    UNPUBLISHED,
    dimension_name,
    notes_of,
    published_at,
    state_explained,
    state_name,
    table_title,
    unit_name,
)
from server.releases.files import NumberState
from shared.texts import text

SYMBOLS: Mapping[NumberState, str] = {
    state: "." * (place + 1) for place, state in enumerate(UNPUBLISHED)
}
"""``"."`` is DATASYMBOL1, and so on."""
_LINE = 200
"""Longer strings are divided: readers stop at 256 characters of a line."""


def px_files(edition: ExportedEdition, language: str) -> dict[str, bytes]:
    """For each table a PX file in this language, UTF-8."""
    return {
        f"{table.code}.{language}.px": _px(edition, table, language).encode()
        for table in edition.tables
    }


def _px(edition: ExportedEdition, table: ExportedTable, language: str) -> str:
    codes = codes_of(edition)
    across = [one for one in table.dimensions if one.name == table.sensitive]
    down = [one for one in table.dimensions if one.name != table.sensitive]
    names = {one.name: plain(dimension_name(one.name, language)) for one in table.dimensions}
    time = plain(text("exports.period", language))
    moment = published_at(edition).strftime("%Y%m%d %H:%M")
    title = table_title(table, language)
    periods = [period_code(period) for period in table.periods]
    lines = [
        'CHARSET="ANSI"',
        'AXIS-VERSION="2010"',
        'CODEPAGE="utf-8"',
        _said("LANGUAGE", language),
        _said("CREATION-DATE", moment),
        *([_said("NEXT-UPDATE", edition.next_due.replace("-", ""))] if edition.next_due else []),
        "DECIMALS=0",
        "SHOWDECIMALS=0",
        _said("MATRIX", table.code),
        "AGGREGALLOWED=NO",
        _said("SUBJECT-CODE", "T87"),
        _said("SUBJECT-AREA", edition.programme),
        _said("DESCRIPTION", title),
        _said("TITLE", title),
        _said("CONTENTS", title),
        _said("UNITS", unit_name(table, language)),
        *([_listed("STUB", (names[one.name] for one in down))] if down else []),
        _listed("HEADING", [*(names[one.name] for one in across), time]),
    ]
    ordered = [*down, *across]
    labels = {one.name: _distinct(one, language) for one in ordered}
    for one in ordered:
        lines.append(_listed("VALUES", labels[one.name].values(), names[one.name]))
    lines.append(_listed("VALUES", periods, time))
    lines += _time_values(time, table.periods)
    for one in ordered:
        written = [codes.of(one.name, code.code) for code in one.codes]
        lines.append(_listed("CODES", written, names[one.name]))
    lines.append(_listed("CODES", periods, time))
    for one in ordered:
        lines.append(_said("VARIABLECODE", component(one.name), names[one.name]))
        lines.append(_said("ELIMINATION", labels[one.name][TOTAL], names[one.name]))
    for place, state in enumerate(UNPUBLISHED):
        lines.append(_said(f"DATASYMBOL{place + 1}", state_name(state, language)))
    lines.append(_said("LAST-UPDATED", moment))
    lines.append(_said("SOURCE", edition.programme))
    symbols = [
        f"{SYMBOLS[state]} {state_name(state, language)}: "
        f"{state_explained(state, edition, language)}"
        for state in UNPUBLISHED
    ]
    lines += [_said("NOTEX", " ".join([*notes_of(edition, language), *symbols]))]
    return "\n".join(f"{line};" for line in lines) + "\n" + _data(table, down, across)


def _data(
    table: ExportedTable, down: Sequence[ExportedDimension], across: Sequence[ExportedDimension]
) -> str:
    names = [one.name for one in (*down, *across)]
    at = [names.index(one.name) for one in table.dimensions]
    rows = []
    for line in product(*([one.code for one in dimension.codes] for dimension in down)):
        row = []
        for beside in product(*([one.code for one in dimension.codes] for dimension in across)):
            chosen = (*line, *beside)
            codes = tuple(chosen[place] for place in at)
            row += [_cell(table.cell(period, codes)) for period in table.periods]
        rows.append(" ".join(row))
    return "DATA=\n" + "\n".join(rows) + ";\n"


def _cell(cell: Cell) -> str:
    return str(cell.count) if cell.count is not None else f'"{SYMBOLS[cell.state]}"'


def _distinct(dimension: ExportedDimension, language: str) -> dict[str, str]:
    """Labels by code. A reader finds a row by its label: no two may be alike."""
    found: dict[str, str] = {}
    for one in dimension.codes:
        label = plain(one.label(language))
        found[one.code] = f"{label} ({plain(one.code)})" if label in found.values() else label
    return found


def _time_values(time: str, periods: Sequence[str]) -> list[str]:
    lengths = {frequency(period) for period in periods}
    if len(lengths) != 1:
        return []  # One scale of time is all that a PX file has.
    values = ",".join(f'"{period.replace("-", "").replace("Q", "")}"' for period in periods)
    return [f'TIMEVAL("{time}")=TLIST({lengths.pop()}1),{values}']


def plain(said: str) -> str:
    """Words without the characters that mean something in a PX file."""
    return " ".join(said.replace('"', "'").replace("#", " ").replace(";", ",").split())


def _said(keyword: str, value: str, of: str = "") -> str:
    words = plain(value)
    parts = [words[at : at + _LINE] for at in range(0, len(words), _LINE)] or [""]
    return _keyword(keyword, of) + "=" + "\n".join(f'"{part}"' for part in parts)


def _listed(keyword: str, values: Iterable[str], of: str = "") -> str:
    return _keyword(keyword, of) + "=" + ",\n".join(f'"{plain(value)}"' for value in values)


def _keyword(keyword: str, of: str) -> str:
    return f'{keyword}("{of}")' if of else keyword
