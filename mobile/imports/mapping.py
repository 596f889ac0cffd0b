"""The mapping: what each column of a source means, as a file that a person edits. Pure.

Every column is either mapped to a question or dropped on purpose: one that is neither is refused,
so that nothing is left out unseen and nothing goes in unread.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mobile.imports.sheets import SourceSheet
from mobile.imports.sources import KINDS_OF_SOURCE, SourceKind
from shared.answers import NOT_SAID
from shared.errors import TallyError
from shared.questionnaire import Kind, Level, Question, Questionnaire
from shared.reference import Reference

DATE_ORDERS = ("year-month-day", "day-month-year", "month-day-year")
_KEYS = frozenset(
    ("source", "cases", "persons", "key", "dates", "left_out", "always", "column", "apart")
)
_COLUMN_KEYS = frozenset(("question", "codes", "code", "drop", "sheet"))
MOST_FAULTS = 50
OPEN = "?"
"""Of a value of which nobody has said yet what it means: taken for silence an answer would be lost
unseen."""


class MappingRefused(TallyError):
    """A mapping that cannot be used; its text names every fault. Nothing was imported."""


@dataclass(frozen=True)
class MappedColumn:
    """What a column means. question: "" when it is dropped. codes: from its values to codes.

    code: of an option column (1 or 0), the code it stands for."""

    sheet: str
    column: str
    question: str
    codes: Mapping[str, str] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class SourceMapping:
    """A mapping that fits a source and a questionnaire.

    cases: the sheet of submissions. persons: the sheet of repeats with a person a row, "" when each
    row of ``cases`` is one. key: the column that names a row for good, "" the whole row. always:
    answers that are the same for all.
    """

    kind: SourceKind
    cases: str
    persons: str
    key: str
    dates: str
    columns: tuple[MappedColumn, ...]
    always: Mapping[str, str | tuple[str, ...]]

    def of_sheet(self, sheet: str) -> Iterator[MappedColumn]:
        """The columns of a sheet that are mapped to a question."""
        return (one for one in self.columns if one.sheet == sheet and one.question)


def read_mapping(
    content: str, sheets: Sequence[SourceSheet], reference: Reference
) -> SourceMapping:
    """The mapping in a TOML file. Raises MappingRefused."""
    try:
        said = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise MappingRefused(f"The mapping is not TOML: {error}. Nothing was imported.") from None
    faults = [*_faults(said, sheets, reference)]
    if faults:
        more = [f"And {len(faults) - MOST_FAULTS} more."] if len(faults) > MOST_FAULTS else []
        raise MappingRefused("\n".join([*faults[:MOST_FAULTS], *more, "Nothing was imported."]))
    cases, persons = said["cases"], said.get("persons", "")
    columns = tuple(
        MappedColumn(
            one.get("sheet", cases),
            name,
            "" if one.get("drop") else one["question"],
            {str(value): str(code) for value, code in one.get("codes", {}).items()},
            str(one.get("code", "")),
        )
        for name, one in _columns(said)
    )
    always = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in said.get("always", {}).items()
    }
    return SourceMapping(
        KINDS_OF_SOURCE[said["source"]],
        cases,
        persons,
        said.get("key", ""),
        said.get("dates", DATE_ORDERS[0]),
        columns,
        always,
    )


def codes_of(question: Question, reference: Reference) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The codes a question takes, with what each is called."""
    if question.from_file:
        listed = reference.codelists.get(question.choice_list or "")
        for entry in listed or ():
            yield entry.code, entry.labels
    else:
        for choice in reference.questionnaire.choices.get(question.choice_list or "", ()):
            yield choice.code, choice.labels


def _columns(said: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Each ``[[column]]`` with its name: names of files may hold anything, so they are values."""
    return [
        (str(one.get("name", "")), {key: value for key, value in one.items() if key != "name"})
        for one in said.get("column", [])
    ]


def _faults(
    said: Mapping[str, Any], sheets: Sequence[SourceSheet], reference: Reference
) -> Iterator[str]:
    by_name = {sheet.name: sheet for sheet in sheets}
    yield from (f"There is no {key} in a mapping." for key in said if key not in _KEYS)
    if said.get("source") not in KINDS_OF_SOURCE:
        yield f"source is one of {', '.join(KINDS_OF_SOURCE)}."
        return
    kind = KINDS_OF_SOURCE[said["source"]]
    cases, persons = said.get("cases"), said.get("persons", "")
    if cases not in by_name or (persons and persons not in by_name):
        yield f"cases and persons name sheets of the file: {', '.join(by_name)}."
        return
    if said.get("dates", DATE_ORDERS[0]) not in DATE_ORDERS:
        yield f"dates is one of {', '.join(DATE_ORDERS)}."
    left_out = said.get("left_out", [])
    for name in by_name:
        if name not in (cases, persons, *left_out) and by_name[name].rows:
            yield f"The sheet {name} is neither cases nor persons: name it in left_out."
    key = said.get("key", "")
    if key and key not in by_name[cases].columns:
        yield f"There is no column {key} for the key."
    if key in kind.never_keys:
        yield f"{key} is made anew at each export and is no key: take {' or '.join(kind.keys)}."
    if persons:
        up, named = kind.parent
        if up not in by_name[persons].columns or named not in by_name[cases].columns:
            yield f"{persons} has no column {up or 'of its parent'}: a {kind.name} file has none."
    mapped = {str(one.get("question")) for _, one in _columns(said) if not one.get("drop")}
    names = reference.questionnaire.measured("identity.given_name")
    is_linked = not kind.is_apart and any(one.name in mapped for one in names)
    if not is_linked and said.get("apart") is not True:
        yield (
            "Without names nobody in it can be linked with other lists, and everybody would be "
            "counted again. Enrol this computer for a list of its own, and say apart = true."
        )
    yield from _of_columns(said, by_name, kind, cases, persons, reference)
    for name, value in said.get("always", {}).items():
        yield from _of_question(name, reference.questionnaire, "always")
        if not isinstance(value, str | list):
            yield f"always {name}: text, or a list of codes."
        elif name in reference.questionnaire.questions:
            said_always = value if isinstance(value, list) else [value]
            yield from _of_codes(said_always, reference.questionnaire.questions[name], reference)


def _of_columns(
    said: Mapping[str, Any],
    by_name: Mapping[str, SourceSheet],
    kind: SourceKind,
    cases: str,
    persons: str,
    reference: Reference,
) -> Iterator[str]:
    questionnaire = reference.questionnaire
    seen: set[tuple[str, str]] = set()
    for name, one in _columns(said):
        sheet = one.get("sheet", cases)
        at = f"Column {name}"
        unknown = sorted({*one} - _COLUMN_KEYS)
        if unknown:
            yield f"{at}: there is no {', '.join(unknown)}."
        if (sheet, name) in seen:
            yield f"{at} is mapped twice."
        seen.add((sheet, name))
        if sheet not in (cases, persons) or name not in by_name[sheet].columns:
            yield f"{at} is not in the file."
        if one.get("drop"):
            continue
        if not one.get("question"):
            yield f"{at}: say which question it answers, or drop = true."
            continue
        yield from _of_question(str(one["question"]), questionnaire, at)
        question = questionnaire.questions.get(str(one["question"]))
        if question is None:
            continue
        if sheet == persons and question.level is Level.VISIT:
            yield f"{at}: {question.name} is about the visit, and the sheet is of persons."
        codes = [*one.get("codes", {}).values(), one.get("code", "")]
        if OPEN in codes:
            yield f'{at}: {codes.count(OPEN)} of its values are open: say a code, or "" for none.'
        yield from _of_codes([code for code in codes if code != OPEN], question, reference)
        if one.get("code") and question.kind is not Kind.SELECT_MULTIPLE:
            yield f"{at}: only a question with several answers has option columns."
    for name in filter(None, (cases, persons)):
        for column in by_name[name].columns:
            if column and (name, column) not in seen and column not in kind.own:
                yield f"Column {column} of {name} is neither mapped nor dropped."


def _of_codes(said: Iterable[object], question: Question, reference: Reference) -> Iterator[str]:
    """Codes that no answer of the question has; "" stands for no answer."""
    if question.kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
        known = {code for code, _ in codes_of(question, reference)} | NOT_SAID | {""}
        for code in said:
            yield from (
                f"{question.name} has no code {part}."
                for part in str(code).split() or [""]
                if part not in known
            )


def _of_question(name: str, questionnaire: Questionnaire, at: str) -> Iterator[str]:
    question: Question | None = questionnaire.questions.get(name)
    if question is None or not question.takes_answer:
        yield f"{at}: there is no question {name}."
    elif question.measure == "danger":
        yield f"{at}: danger is said by a person, on the tablet, while it is there."
