"""Values of a source as answers, and what is wrong with those that are none. Pure.

An empty cell is an unanswered question and never a no. Faults name columns, never a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from mobile.imports.mapping import DATE_ORDERS, MappedColumn, SourceMapping, codes_of
from mobile.imports.sheets import SourceRow
from shared.answers import NOT_SAID, Value
from shared.numerals import NotANumber, latin_digits, read_decimal, read_whole
from shared.questionnaire import Kind, Question
from shared.reference import Reference

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_PARTS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
CHOSEN, NOT_CHOSEN = ("1", "true", "yes"), ("0", "false", "no")


def answers_of(
    row: SourceRow, sheet: str, mapping: SourceMapping, reference: Reference
) -> tuple[dict[str, Value], list[str]]:
    """The answers a row gives, by question, and every fault with its column."""
    questions = reference.questionnaire.questions
    answers: dict[str, Value] = {}
    faults: list[str] = []
    if not row.values:
        return {}, ["there are more values than columns"]
    options: dict[str, list[MappedColumn]] = {}
    for column in mapping.of_sheet(sheet):
        if column.code:
            options.setdefault(column.question, []).append(column)
            continue
        said = _said(row, column, mapping)
        if not said:
            continue
        question = questions[column.question]
        value, fault = _value(said, question, column, mapping, reference)
        if fault:
            faults.append(f"{column.column}: {fault}")
        elif value is not None:
            answers[question.name] = value
    for name, columns in options.items():
        chosen, wrong = _chosen(row, columns, mapping)
        faults += wrong
        if chosen and not wrong:
            before = answers.get(name, ())
            kept = before if isinstance(before, tuple) else ()
            answers[name] = tuple(dict.fromkeys((*kept, *chosen)))
    return answers, faults


def _said(row: SourceRow, column: MappedColumn, mapping: SourceMapping) -> str:
    """What stands in a column; nothing where the source has a word of its own for nothing known,
    unless the mapping says what that word means there."""
    said = row.values.get(column.column, "")
    return "" if said in mapping.kind.silence and said not in column.codes else said


def _chosen(
    row: SourceRow, columns: Iterable[MappedColumn], mapping: SourceMapping
) -> tuple[list[str], list[str]]:
    """Codes of option columns that are chosen. All empty or 0 is silence: nobody chose nothing."""
    chosen, wrong = [], []
    for column in columns:
        said = _said(row, column, mapping)
        code = column.codes.get(said)
        said = said.lower()
        if code is not None:
            # A word of the file that the mapping explains: chosen, or "" no answer.
            chosen += [code] if code else []
        elif said in CHOSEN:
            chosen.append(column.code)
        elif said and said not in NOT_CHOSEN:
            wrong.append(f"{column.column}: an option column has 1 or 0")
    return chosen, wrong


def _value(
    said: str,
    question: Question,
    column: MappedColumn,
    mapping: SourceMapping,
    reference: Reference,
) -> tuple[Value | None, str]:
    said = column.codes.get(said, said)
    if not said:
        return None, ""  # Mapped to nothing: the source's word for no answer.
    if said in NOT_SAID:
        return said, ""
    match question.kind:
        case Kind.SELECT_ONE:
            return said, "" if _is_code(
                said, question, reference
            ) else "no code stands for its value"
        case Kind.SELECT_MULTIPLE:
            codes = tuple(column.codes.get(part, part) for part in said.split())
            fits = all(_is_code(code, question, reference) for code in codes)
            return codes, "" if fits else "no code stands for one of its values"
        case Kind.DATE:
            day = day_of(said, mapping.dates)
            return day, "" if day else f"no day in the order {mapping.dates}"
        case Kind.INTEGER | Kind.DECIMAL:
            try:
                whole = question.kind is Kind.INTEGER
                return (read_whole(said) if whole else read_decimal(said)), ""
            except NotANumber:
                return None, "no number that can be read for certain"
        case _:
            return said, ""


def _is_code(code: str, question: Question, reference: Reference) -> bool:
    return code in {one for one, _ in codes_of(question, reference)}


def day_of(said: str, order: str) -> str | None:
    """A day as 2026-11-20, from what stands in a file; None when it is not one for certain."""
    plain = latin_digits(said)
    if found := _ISO.fullmatch(plain):
        year, month, day = found.groups()
    elif (found := _PARTS.fullmatch(plain)) and order != DATE_ORDERS[0]:
        first, second, year = found.groups()
        day, month = (first, second) if order == DATE_ORDERS[1] else (second, first)
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
