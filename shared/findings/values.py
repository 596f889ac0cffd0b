"""Whether a value has the form its question asks for; the same for drafts and for records."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from shared.answers import NOT_SAID, Value, written_day
from shared.findings.catalogue import Finding, finding
from shared.questionnaire.model import Kind, Question
from shared.reference import Reference

LONGEST_TEXT = 1000
"""Characters of one text answer: notes of a page, not a file."""
LARGEST = 1_000_000_000
"""Numbers beyond it are slips of the finger; it also keeps records small."""


def check_form(reference: Reference, question: Question, value: Value) -> Iterator[Finding]:
    """Findings about type, codes, length and precision; unknown and refused always fit."""
    if value in NOT_SAID:
        return
    name = question.name
    if not _FITS[question.kind](value):
        yield finding("answer.wrong_type", name)
        return
    match question.kind:
        case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE:
            codes = value if isinstance(value, tuple) else (value,)
            for code in codes:
                if not _is_known(reference, question, str(code)):
                    # A code of a closed list is not what a person said in words; but what is not
                    # in the list may be anything, so it is not repeated.
                    yield finding("answer.unknown_code", name)
                    break
        case Kind.TEXT:
            if len(str(value)) > LONGEST_TEXT:
                yield finding("answer.too_long", name, most=LONGEST_TEXT)
        case Kind.DECIMAL:
            number = float(value)  # type: ignore[arg-type]
            if abs(round(number, 2) - number) > 1e-9:
                yield finding("answer.too_precise", name)


def _is_known(reference: Reference, question: Question, code: str) -> bool:
    wanted = question.choice_list or ""
    if question.from_file:
        return code in reference.codelists.get(wanted, ())
    return reference.questionnaire.choice(wanted, code) is not None


def _is_number(value: Value) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and abs(value) <= LARGEST
    )


def _is_day(value: Value) -> bool:
    return written_day(value) is not None


def _is_codes(value: Value) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) > 0
        and all(isinstance(code, str) for code in value)
        and len(set(value)) == len(value)
    )


_FITS: dict[Kind, Callable[[Value], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.INTEGER: lambda value: _is_number(value) and isinstance(value, int),
    Kind.DECIMAL: _is_number,
    Kind.DATE: _is_day,
    Kind.SELECT_ONE: lambda value: isinstance(value, str),
    Kind.SELECT_MULTIPLE: _is_codes,
    Kind.NOTE: lambda value: False,
    Kind.CALCULATE: lambda value: False,
}
