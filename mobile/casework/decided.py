"""The answers that decided a class: as a card keeps them, and in words.

A finalised case keeps its codes for ever and its answers only as long as its identity stays, and a
list opens no case: so the card keeps which answers decided, and a list can say them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from shared.answer_words import AnswerWords
from shared.classification.child_labour import ChildLabourClass
from shared.classification.deciding import Deciding
from shared.classification.explanation import (
    READ_BY_STEPS,
    answers_in_words,
    named_answers,
    steps,
)
from shared.classification.forced_labour import IN_FORCED_LABOUR, ForcedLabourClass
from shared.remembered import forgotten_on_locking
from shared.texts import text

_ABOUT: Mapping[str, tuple[str, ...]] = {
    ChildLabourClass.WFCL_OTHER: ("worst_form", "trafficking"),
    ChildLabourClass.HAZARDOUS: ("hazardous",),
    ChildLabourClass.HAZ_HOUSEHOLD_SERVICES: ("household",),
    ChildLabourClass.BELOW_MIN_AGE: ("below_min_age",),
    ChildLabourClass.LIGHT_WORK: ("decided",),
    ChildLabourClass.PERMITTED_WORK: ("decided",),
    ChildLabourClass.NOT_WORKING: ("decided",),
    ChildLabourClass.OUT_OF_SCOPE: ("decided",),
    ForcedLabourClass.NOT_FL: ("signs", "excepted"),
    **dict.fromkeys(IN_FORCED_LABOUR, ("involuntary", "menace", "forced", "imposed")),
}
"""What of a case is told beside a class in a list."""


_WHY = ";why="
_NEXT = "next"


def joined_classes(codes: Mapping[str, str], why: str = "") -> str:
    """Codes of a classification and the answers that decided, as a card keeps them."""
    joined = ";".join(f"{name}={code}" for name, code in codes.items())
    return f"{joined}{_WHY}{why}" if why else joined


def codes_kept(joined: str) -> Mapping[str, str]:
    """The codes by name. The mapping is shared: a few hundred combinations serve many cards."""
    return _codes(joined.partition(_WHY)[0])


def why_kept(joined: str) -> str:
    """The answers that decided, why_of."""
    return joined.partition(_WHY)[2]


@forgotten_on_locking
@lru_cache(maxsize=4096)
def _codes(joined: str) -> Mapping[str, str]:
    return MappingProxyType(dict(part.split("=", 1) for part in joined.split(";") if part))


def why_of(deciding: Iterable[Deciding], findings: Iterable[str] = ()) -> str:
    """Answers that decided, as a card keeps them: about:measure:code,code|... and, as one of them,
    the findings that say what to do next (explanation.steps)."""
    kept = [*deciding]
    if told := sorted(READ_BY_STEPS.intersection(findings)):
        kept.append(Deciding(_NEXT, "findings", tuple(told)))
    return "|".join(f"{one.about}:{one.measure}:{','.join(one.codes)}" for one in kept)


def deciding_of(kept: str) -> Iterator[Deciding]:
    """The answers that decided, out of what why_of made; a part this version cannot read is left
    out."""
    return (one for one in _parts(kept) if one.about != _NEXT)


def findings_of(kept: str) -> frozenset[str]:
    """The findings why_of kept."""
    return frozenset(code for one in _parts(kept) if one.about == _NEXT for code in one.codes)


def _parts(kept: str) -> Iterator[Deciding]:
    for part in kept.split("|"):
        fields = part.split(":")
        if len(fields) == len(("about", "measure", "codes")):
            about, measure, codes = fields
            yield Deciding(about, measure, tuple(filter(None, codes.split(","))))


def answers_for(class_: str, kept: str, words: AnswerWords, language: str) -> tuple[str, ...]:
    """The answers that decided a class, in words, each once."""
    about = _ABOUT.get(class_, ())
    told = (one for one in deciding_of(kept) if one.about in about)
    return tuple(dict.fromkeys(answers_in_words(told, language, words)))


def sentences_of(
    codes: Mapping[str, str], kept: str, words: AnswerWords, language: str
) -> tuple[str, ...]:
    """Why a finalised case has its classes, and what to do next, as the review says it."""
    because = named_answers(deciding_of(kept), language, words)
    next_ones = steps(codes, findings_of(kept))
    return (*because, *(text(f"classification.next.{step}", language) for step in next_ones))
