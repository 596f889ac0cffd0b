"""Patterns of regex(), kept to those that cannot stall a tablet.

Python's matching goes back and tries again, and a pattern such as ``(a+)+$`` makes it try 2^n ways
on n letters. How many ways a pattern can have is known before it is used: too many is refused when
the questionnaire is read.
"""

from __future__ import annotations

import math
import re
import re._constants as codes  # type: ignore[import-not-found, unused-ignore]
import re._parser as parser  # type: ignore[import-not-found, unused-ignore]
from collections.abc import Callable
from typing import Any

from shared.errors import QuestionnaireError

LONGEST_MATCHED = 200
"""Characters of an answer a pattern looks at."""
MOST_WAYS = 10**7
"""Three repeats without end (``[a-z]+@[a-z]+\\.[a-z]+``) on 200 characters, and a little more;
about a tenth of a second at worst."""


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a text matches this pattern from beginning to end.

    Of a text longer than LONGEST_MATCHED only its beginning is matched: what stands behind is
    neither refused nor required.

    Raises QuestionnaireError for a pattern that cannot be read or has too many ways to match.
    """
    try:
        fullmatch = re.compile(pattern).fullmatch
        ways = _ways(parser.parse(pattern))
    except (re.error, OverflowError, RecursionError) as error:
        raise QuestionnaireError(f"the pattern of regex() cannot be read: {error}") from error
    if ways > MOST_WAYS:
        raise QuestionnaireError(
            "the pattern of regex() can match in too many ways: at most three of * and +, "
            "and none of them around another or around alternatives with |"
        )
    return lambda text: fullmatch(text[:LONGEST_MATCHED]) is not None


def _ways(parts: Any) -> float:
    """An upper bound of the ways these parts can be laid over LONGEST_MATCHED characters."""
    ways = 1.0
    for code, details in parts:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            ways *= _ways_of_repeat(*details)
        elif code is codes.BRANCH:
            ways *= sum(map(_ways, details[1]))
        elif code is codes.GROUPREF_EXISTS:
            ways *= sum(_ways(part) for part in details[1:] if part is not None)
        elif code is codes.SUBPATTERN:
            ways *= _ways(details[3])
        elif code is codes.ATOMIC_GROUP:
            ways *= _ways(details)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            ways *= _ways(details[1])
    return ways


def _ways_of_repeat(least: int, most: int, body: Any) -> float:
    most = min(int(most), LONGEST_MATCHED)
    inner = _ways(body)
    lengths = max(1, most - least + 1)
    if inner == 1 or most == 0:
        return lengths
    # Every turn can be taken in ``inner`` ways; beyond any limit there is nothing to calculate.
    return lengths * inner**most if most * math.log10(inner) < 12 else math.inf
