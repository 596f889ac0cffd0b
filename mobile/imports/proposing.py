"""The wizard: a mapping proposed for a file, for a person to edit. Pure.

Proposes only what names say: a column with the name or label of a question, values with the code or
label of a choice. What it does not know it leaves open, and an open column is not imported.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence

from mobile.imports.mapping import OPEN, codes_of
from mobile.imports.sheets import SourceSheet
from mobile.imports.sources import KINDS_OF_SOURCE, SourceKind, kind_that_fits
from shared.questionnaire import Kind, Level, Question
from shared.reference import Reference

MOST_VALUES = 60
"""Different values of a column beyond which it is no choice."""
_NO_REPEATS = (
    "# There are no repeats in this file: each row is taken for one person. If the form has persons"
    "\n# in a repeat they are missing: export XLSX (Kobo), or the zip with all files (ODK Central)."
)


def proposed_mapping(sheets: Sequence[SourceSheet], reference: Reference, source: str = "") -> str:
    """A mapping in TOML with what can be proposed; open columns have question = "".

    No value of a column that is text, a number or a day stands in it: a mapping is handed on.
    """
    cases = sheets[0]
    kind = KINDS_OF_SOURCE[source or kind_that_fits(cases.columns)]
    repeats = [one for one in sheets[1:] if kind.parent[0] and kind.parent[0] in one.columns]
    persons = repeats[0] if len(repeats) == 1 else None
    key = next((name for name in kind.keys if name in cases.columns), "")
    others = [one.name for one in sheets[1:] if one is not persons]
    alone = [_NO_REPEATS] if kind.parent[0] and persons is None else []
    lines = [
        "# What each column means. Edit it, then: tally87-tablet import try FILE MAPPING",
        '# A column is mapped to a question, or dropped on purpose. question = "" is still open.',
        f"source = {_said(kind.name)}",
        f"cases = {_said(cases.name)}",
        *alone,
        f"persons = {_said(persons.name if persons else '')}",
        f"key = {_said(key)}",
        "# year-month-day, day-month-year or month-day-year",
        'dates = "year-month-day"',
        "apart = false  # true: without names, on a computer enrolled for a list of its own",
        f"left_out = [{', '.join(map(_said, others))}]",
        "",
        "[always]",
        "# Answers that are the same for all, such as",
        '# visit_reason = "other"',
        "",
    ]
    for sheet in filter(None, (cases, persons)):
        level = None if sheet is cases else Level.CASE
        for column in sheet.columns:
            if column and column not in kind.own:
                lines += [*_column(sheet, column, kind, reference, level, sheet is cases), ""]
    return "\n".join(lines)


def _column(
    sheet: SourceSheet,
    column: str,
    kind: SourceKind,
    reference: Reference,
    level: Level | None,
    is_first: bool,
) -> Iterator[str]:
    yield "[[column]]"
    yield f"name = {_said(column)}"
    if not is_first:
        yield f"sheet = {_said(sheet.name)}"
    plain = column.replace("-", "/").rpartition("/")[2]
    parent, _, option = column.rpartition("/")
    several = _question(parent.rpartition("/")[2], kind, reference, level) if parent else None
    if several is not None and several.kind is Kind.SELECT_MULTIPLE:
        yield f"question = {_said(several.name)}"
        yield f"code = {_said(_codes([option], several, reference).get(option, ''))}"
        return
    question = _question(column, kind, reference, level) or _question(plain, kind, reference, level)
    if question is None:
        yield 'question = ""  # open: a question, or take this line away and write drop = true'
        return
    yield f"question = {_said(question.name)}"
    if question.kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
        values = list(dict.fromkeys(row.values.get(column, "") for row in sheet.rows))
        said = [value for value in values if value]
        if question.kind is Kind.SELECT_MULTIPLE:
            said = list(dict.fromkeys(part for value in said for part in value.split()))
        if len(said) <= MOST_VALUES:
            known = {**kind.means, **dict.fromkeys(kind.silence, "")}
            codes = {
                value: known.get(value, code or OPEN)
                for value, code in _codes(said, question, reference).items()
            }
            pairs = ", ".join(f"{_said(value)} = {_said(code)}" for value, code in codes.items())
            yield (
                f"codes = {{ {pairs} }}  # values of the file to codes; "
                f'"{OPEN}" is still open, "" is no answer'
            )


def _question(
    said: str, kind: SourceKind, reference: Reference, level: Level | None
) -> Question | None:
    named = kind.proposes.get(said, said)
    for question in reference.questionnaire.questions.values():
        if not question.takes_answer or question.measure == "danger":
            continue
        if level is not None and question.level is not level:
            continue
        called = {_plain(question.name), *(_plain(label) for label in question.labels.values())}
        if _plain(named) in called:
            return question
    return None


def _codes(values: Sequence[str], question: Question, reference: Reference) -> dict[str, str]:
    """Values to codes, "" where nothing fits or two codes do."""
    by_label: dict[str, set[str]] = {}
    for code, labels in codes_of(question, reference):
        for label in (code, *labels.values()):
            by_label.setdefault(_plain(label), set()).add(code)
    found: dict[str, str] = {}
    for value in values:
        fits: set[str] = by_label.get(_plain(value), set())
        found[value] = next(iter(fits)) if len(fits) == 1 else ""
    return found


def _plain(said: str) -> str:
    letters = unicodedata.normalize("NFKD", said).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def _said(text: str) -> str:
    """As TOML writes a text (its basic strings are those of JSON, but for a lone 007F)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
