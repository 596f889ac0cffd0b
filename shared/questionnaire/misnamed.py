"""Which questions somebody may have meant by a name that is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from shared.questionnaire.model import Level, Question, Questionnaire

ALIKE = 0.85
"""How alike two names are, of 1 for the same, before one is taken for the other misspelt."""
SHORTEST = 4
"""Signs of a name that may stand for a question by being a part of its name."""
LONGEST = 64
"""Signs of a name; a longer one resembles none."""


def perhaps_meant(questionnaire: Questionnaire, level: Level, name: str) -> Iterator[Question]:
    """The questions a name stands for that is none of this level: the one of that name at the other
    level; of this level those spelt much like it, those of the page of that name, and those that
    share their words with it, be it in the name or in what they measure. None but questions that
    take an answer."""
    if len(name) > LONGEST:
        return
    same, name = questionnaire.questions.get(name), name.lower()
    here = [one for one in questionnaire.questions.values() if one.level is level]
    alike = difflib.get_close_matches(name, [one.name for one in here], n=3, cutoff=ALIKE)
    said = _words(name)
    for one in here:
        meant = name == one.section or one.name in alike or _is_part(name, one.name)
        if (meant or said == _words(one.measure or "")) and one.takes_answer:
            yield one
    if same is not None and same.level is not level and same.takes_answer:
        yield same


def _is_part(name: str, known: str) -> bool:
    """Whether all words of one name are among those of the other, in any order; the last one may
    be cut short, as in ``wfcl_sex``. One short word stands for nothing."""
    if len(name) < SHORTEST:
        return False
    said, words = _words(name), _words(known)
    return known.startswith(name) or said <= words or (len(words) > 1 and words <= said)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", name))
