"""Cells of right sheets that nothing heeds, because of where they stand or what they say.

The loader takes what it reads and passes over the rest of a row: a constraint in a note, a word of
an appearance that no program has, a condition on the row that ends a group. Each is told, so that
nothing is ignored in silence. Found by changing every kind of cell of the standard sheets
(tests/shared/questionnaire/test_every_cell_changed.py).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.codelists import load_codelist
from shared.errors import QuestionnaireError
from shared.questionnaire.kinds import KINDS
from shared.questionnaire.model import MEANS, Kind, Questionnaire
from shared.questionnaire.sheets import AFTER, CASE_REPEAT, CHOICES, Row, Sheets


class Unheeded(NamedTuple):
    """A cell that nothing heeds. row: 1 is the header."""

    sheet: str
    row: int
    column: str
    why: str


READ_BY_BRACKETS: Mapping[str, frozenset[str]] = {
    "begin_group": frozenset({"type", "name", "label", "relevant", "tally:after"}),
    "end_group": frozenset({"type", "name"}),
    "begin_repeat": frozenset({"type", "name", "label"}),
    "end_repeat": frozenset({"type", "name"}),
}
"""What is read of the rows that hold questions together. Label of the repeat and names of ends are
for other programs and for people."""
_UNASKED = frozenset(
    {"required", "constraint", "constraint_message", "default", "bind::tally:measure"}
)
"""Nobody answers a note or a calculation: nothing is asked, checked or filled in."""
_IN_CALCULATE = _UNASKED | {"hint", "say", "appearance", "parameters", "bind::tally:asked"}
APPEARANCES = frozenset(
    (
        *("multiline", "minimal", "search", "autocomplete", "quick", "columns", "columns-pack"),
        *("no-buttons", "horizontal", "horizontal-compact", "likert", "map", "quickcompact"),
        *("label", "list-nolabel", "list", "field-list", "table-list", "signature", "draw"),
        *("annotate", "new", "new-front", "month-year", "year", "no-calendar", "ethiopian"),
        *("coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist"),
        *("placement-map", "maps", "hide-input", "thousands-sep", "numbers", "url", "bearing"),
        *("vertical", "no-ticks", "picker", "rating", "distress", "masked", "printer"),
        *("counter", "image-map", "randomized", "past", "future"),
    )
)
"""Words of XLSForm (xlsform.org, docs.getodk.org), and ``past`` and ``future`` of a date."""
_PATTERNED = re.compile(r"(columns-\d+|w\d+|ex:.*|[a-z-]+\(.*\))", re.DOTALL)
PARAMETERS: Mapping[str, frozenset[str]] = {"unit": frozenset({"hours_per_week"})}
"""What tablets read of the column, with the words it may say."""
_VERSION = re.compile(r"\d+(\.\d+)*")
_FORM_ID = re.compile(r"[A-Za-z_][\w.-]*")
_GROUP_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
_ANSWER = re.compile(r"(^|[\s(,=<>!+*-])\.($|[\s),=<>!+*-])")
_NAMESPACE = re.compile(r'[A-Za-z][\w-]*="[a-z]+://[^"\s]+"')
_STATES = ("draft", "reviewed")
_LANGUAGE = re.compile(r"(?:[a-z_]+::)?([^()]+)\(([a-z]{2,3})\)\s*")


def unheeded(sheets: Sheets, questionnaire: Questionnaire) -> Iterator[Unheeded]:
    """Every such cell of sheets that load, in their order."""
    group = ""
    for row in sheets.survey:
        if row.kind in READ_BY_BRACKETS:
            yield from _of_bracket(row, group)
            group = row["name"] if row.kind == "begin_group" else group
        elif row.kind in KINDS:
            yield from _of_question(row, KINDS[row.kind])
    yield from _choice_columns(sheets)
    yield from _settings(sheets.settings, sheets.languages(), questionnaire)


def _found(row: Row, column: str, why: str) -> Unheeded:
    sheet, number = row.places.get(column, (row.sheet, row.number))
    return Unheeded(sheet, number, column, why)


def _of_bracket(row: Row, group: str) -> Iterator[Unheeded]:
    for column, cell in row.cells.items():
        if cell and column.partition("::")[0] not in READ_BY_BRACKETS[row.kind]:
            yield _found(row, column, f"nothing reads it in a row {row.kind}")
    words = row.type_words
    further = words[2:] if words and words[0] in ("begin", "end") else words[1:]
    if further:
        yield _found(row, "type", f"further words in the type: {' '.join(further)}")
    if row.kind == "begin_group" and not _GROUP_NAME.fullmatch(row["name"]):
        yield _found(row, "name", "a name of a group has small letters, digits and _")
    opened = {"end_group": group, "end_repeat": CASE_REPEAT}.get(row.kind, "")
    if opened and row["name"] not in ("", opened):
        yield _found(row, "name", f"it ends {opened}")


def _of_question(row: Row, kind: Kind) -> Iterator[Unheeded]:
    passed_over = {Kind.NOTE: _UNASKED, Kind.CALCULATE: _IN_CALCULATE}.get(kind, frozenset())
    for column, cell in row.cells.items():
        plain = column if "::tally:" in column else column.partition("::")[0]
        if cell and plain in passed_over and cell.casefold() not in ("no", "false", "false()"):
            yield _found(row, column, f"nobody answers a {kind}")
    if row["calculation"] and kind is not Kind.CALCULATE:
        yield _found(row, "calculation", "only a calculate is calculated; this one is answered")
    if row["choice_filter"] and kind not in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
        yield _found(row, "choice_filter", "there are no choices to filter")
    if row["constraint"] and kind not in (Kind.NOTE, Kind.CALCULATE):
        if not _ANSWER.search(row["constraint"]):
            yield _found(row, "constraint", "it never looks at the answer, which is a dot")
    elif row.texts("constraint_message") and kind not in (Kind.NOTE, Kind.CALCULATE):
        column = next(c for c in row.cells if c.startswith("constraint_message") and row[c])
        yield _found(row, column, "there is no constraint it could explain")
    yield from _words(row, kind)
    yield from _default(row)
    since = row["bind::tally:since"]
    if since and not _VERSION.fullmatch(since):
        yield _found(row, "bind::tally:since", "a version is written 2.0")


def _words(row: Row, kind: Kind) -> Iterator[Unheeded]:
    """Words of the columns appearance and parameters."""
    said = re.findall(r"[\w:.-]+\([^)]*\)|\S+", row["appearance"])
    for word in said if kind is not Kind.CALCULATE else ():
        if word not in APPEARANCES and not _PATTERNED.fullmatch(word):
            meant = difflib.get_close_matches(word.casefold(), sorted(APPEARANCES), 1, 0.7)
            also = f"; did you mean {meant[0]}?" if meant else ""
            yield _found(row, "appearance", f"there is no appearance {word[:30]!r}{also}")
        elif said.count(word) > 1:
            yield _found(row, "appearance", f"{word[:30]!r} is there twice")
        elif word == "multiline" and kind is not Kind.TEXT:
            yield _found(row, "appearance", "only a text has many lines")
    names = [one.partition("=")[0] for one in row["parameters"].split()]
    for one in row["parameters"].split() if kind is not Kind.CALCULATE else ():
        name, _, value = one.partition("=")
        if name not in PARAMETERS:
            yield _found(row, "parameters", f"no tablet reads the parameter {name[:30]!r}")
        elif value not in PARAMETERS[name]:
            known = ", ".join(sorted(PARAMETERS[name]))
            yield _found(row, "parameters", f"{name} is one of {known}")
        elif kind not in (Kind.DECIMAL, Kind.INTEGER):
            yield _found(row, "parameters", "only a number has a unit")
        elif names.count(name) > 1:
            yield _found(row, "parameters", f"{name} is there twice")


def _default(row: Row) -> Iterator[Unheeded]:
    """A default that is no code of the list in a file. Lists of a country are not looked into."""
    if not row["default"] or "from_file" not in row.kind or re.search(r"\$\{|\(", row["default"]):
        return
    try:
        known = load_codelist(row.type_words[1].removesuffix(".csv"))
    except (QuestionnaireError, IndexError):
        return
    for code in row["default"].split():
        if code not in known:
            yield _found(row, "default", f"the list has no code {code[:30]!r}")


def _choice_columns(sheets: Sheets) -> Iterator[Unheeded]:
    """Columns of choices that no filter and no look-up names."""
    read = {"list_name", "name", "label", "say", "reviewed", AFTER, MEANS}
    read |= {"media", "image", "audio", "video"}
    said = " ".join(
        row[column]
        for row in sheets.survey
        for column in (
            "choice_filter",
            "calculation",
            "relevant",
            "constraint",
            "default",
            "required",
        )
    )
    for column in sheets.columns.get(CHOICES, ()):
        plain = column.partition("::")[0]
        if plain not in read and not re.search(rf"\b{re.escape(column)}\b", said):
            yield Unheeded(CHOICES, 1, column, "no filter and no look-up names it")


def _settings(
    settings: Row, languages: Mapping[str, str], questionnaire: Questionnaire
) -> Iterator[Unheeded]:
    default = settings["default_language"]
    match = _LANGUAGE.fullmatch(default)
    fits = match and languages.get(match[2], "").casefold() == match[1].strip().casefold()
    if default and not fits and default != "default":
        yield _found(settings, "default_language", "no column is in this language")
    if settings["form_id"] and not _FORM_ID.fullmatch(settings["form_id"]):
        yield _found(settings, "form_id", "it has letters, digits, _, . and -")
    if questionnaire.version and not re.fullmatch(r"\S+", questionnaire.version):
        yield _found(settings, "version", "a version is one word")
    spaces = settings["namespaces"]
    rest = _NAMESPACE.sub("", spaces).strip()
    if rest:
        yield _found(settings, "namespaces", 'a namespace is written name="https://..."')
    elif len(_NAMESPACE.findall(spaces)) > len({one.split("=")[0] for one in spaces.split()}):
        yield _found(settings, "namespaces", "a namespace is there twice")
    words = settings["translation_status"].split()
    for word in words:
        language, is_given, state = word.partition("=")
        if not is_given or state not in _STATES:
            yield _found(settings, "translation_status", "it is written fr=draft es=reviewed")
        elif language not in languages:
            yield _found(
                settings, "translation_status", f"no column is in the language {language[:10]!r}"
            )
    if len({word.partition("=")[0] for word in words}) < len(words):
        yield _found(settings, "translation_status", "a language is there twice")
