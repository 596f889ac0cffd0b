"""How likely two records are of one person: weights of agreement, summed. Pure.

A pair's score depends on these two records and the edition alone. Each type of code that both
carry agrees or differs; one that only one carries says nothing. To that come sex and birth year,
which are known in clear. Fellegi and Sunter (1969) in the form of a logistic regression, one for
each kind of pair: which versions of codes both carry, and whether both know a parent's name and a
birth date.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.register.records import YEAR_NOT_KNOWN, Numbers, Records, Rows, bits_of
from server.register.weights import THOUSANDTHS, WeightModel, Weights
from shared.linkage.code_types import KEPT, VERSION_1

MOST_YEARS_APART = 3
"""Stated ages are rounded and guessed; further apart they are two persons."""

OBSERVATIONS = (
    "sex_same",
    "sex_other",
    "year_same",
    "year_by_1",
    "year_by_2",
    "year_by_3",
    "date_year_far",
)
"""What is seen in clear; not known is none of them. date_year_far: years more than three apart,
read off two written dates."""

NAMES_AGREE: tuple[tuple[str, frozenset[int]], ...] = (
    ("both names as spelt", frozenset((1, 2, 6, 18))),
    ("both names as heard", frozenset((4, 5, 7, 8, 12, 17, 25, 26, 27, 41))),
    ("one name and part of the other", frozenset((13, 14, 15, 16, *range(43, 49), 51, 52))),
    ("one name", frozenset((3, 9, 10, 11, 19, 20, 21, 22, 23, 40, 42, 49, 50, 53, 54, 55))),
)
"""How far the names agree: the first line of which a type agrees; else "no name"."""
DATES_AGREE: tuple[tuple[str, frozenset[int]], ...] = (
    ("birth date", frozenset((11, 12, 24, 49, 50))),
    ("day and month", frozenset((25, 53))),
    ("year and month", frozenset((26, 54))),
    ("year and day", frozenset((27, 55))),
    ("part of the date", frozenset((51, 52))),
)
"""How far two written birth dates agree; else "same year" or "no date"."""
_DAY_AND_MONTH = 1
NAME_LEVELS = (*(name for name, _ in NAMES_AGREE), "no name")
TIME_LEVELS = (
    *(name for name, _ in DATES_AGREE),
    "same year",
    "no date",
    "day and month, year by a slip",
    "day and month, other year",
    "part of the date, year by a slip",
    "part of the date, other year",
    "no date, other year",
    "year same",
    "year by 1",
    "year by 2",
    "year by 3",
    "year far",
    "year not known",
)
"""First those of pairs that both know a birth date, then those of the others."""

PARENT_TYPES = frozenset((7, 8, 9, 10, 19, 20, 21, 22, 23))
DATE_TYPES = frozenset((11, 12, 24, 25, 26, 27))
AREA_TYPES = frozenset((1, 4, 6, 9, 10, *range(13, 18), 19, 20, 24, 40, 41, 43, 44, 53, 54, 55))
_PARENT, _DATE, _AREA = bits_of(PARENT_TYPES), bits_of(DATE_TYPES), bits_of(AREA_TYPES)
_ONLY_VERSION_1 = bits_of(frozenset(VERSION_1) - frozenset(KEPT))
_VERSION_2, _TIER_2 = bits_of(tuple(range(13, 28))), bits_of(tuple(range(40, 56)))
_WHOLE_NAMES, _WHOLE_DATE = np.uint64(1 << 7), np.uint64(1 << 12)
_NONE = np.uint64(0)
_YEAR_TYPES = bits_of((1, 2, 3, 4, 5, 8, 9, 10, 23, 42))
_IMPLIED = tuple(
    (np.uint64(1 << number), bits_of(frozenset(others)))
    for number, others in (
        (1, (2, 3, 4, 5, 6, 17, 18)),
        (2, (3, 5, 18)),
        (6, (17, 18)),
        (8, (7,)),
        (9, (19,)),
        (10, (20,)),
        (12, (11, 25)),
    )
)
"""Whoever agrees on all fields of the first agrees on the fewer fields of the others."""

Scores = NDArray[np.int32]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows with what their codes say.

    agree, both: types whose codes agree, and types both carry, as bits.
    """

    first: Rows
    second: Rows
    agree: Numbers
    both: Numbers


def compared(records: Records, first: Rows, second: Rows) -> Pairs:
    """These pairs with the types of code on which they agree, crowded or not.

    Codes made with different linkage keys say nothing of each other; who carries codes of two keys
    agrees on a type when those of both do: a forged record that is one person by the one key and
    another by the other is neither.
    """
    agree, both = _compared(records.codes, records.carried[0], first, second)
    for by_type, carried in zip(records.later, records.carried[1:], strict=True):
        also, known = _compared(by_type, carried, first, second)
        differ = (both & ~agree) | (known & ~also)
        both |= known
        agree = both & ~differ
    return Pairs(first, second, agree, both)


def _compared(
    by_type: Mapping[int, Numbers], carried: Numbers, first: Rows, second: Rows
) -> tuple[Numbers, Numbers]:
    """Types whose codes of one key agree, and types both carry, as bits."""
    agree = np.zeros(len(first), np.uint64)
    both = carried[first] & carried[second]
    for number, codes in by_type.items():
        known = np.flatnonzero(both & np.uint64(1 << number))
        if not len(known):
            continue
        same = np.zeros(len(known), np.bool_)
        theirs = [codes[second[known], place] for place in range(codes.shape[1])]
        for place in range(codes.shape[1]):
            ours = codes[first[known], place]
            for other in theirs:
                same |= (ours == other) & (ours != 0)
        agree[known[same]] |= np.uint64(1 << number)
    return agree, both


def observations(records: Records, pairs: Pairs) -> dict[str, Truths]:
    """For every name of OBSERVATIONS, in which pairs it is seen."""
    sex, other_sex = records.sex[pairs.first], records.sex[pairs.second]
    years, known = _years_apart(records, pairs)
    seen = {
        "sex_same": (sex != 0) & (sex == other_sex),
        "sex_other": (sex != 0) & (other_sex != 0) & (sex != other_sex),
        "year_same": known & (years == 0),
    }
    for apart in (1, 2, 3):
        seen[f"year_by_{apart}"] = known & (years == apart)
    seen["date_year_far"] = known & (years > MOST_YEARS_APART)
    return seen


def _by_a_slip(records: Records, pairs: Pairs) -> Truths:
    """Whether the years differ by one digit, or by two neighbouring ones that are swapped."""
    year = _years(records)
    one, other = year[pairs.first], year[pairs.second]
    ours, theirs = ([years // power % 10 for power in (1, 10, 100, 1000)] for years in (one, other))
    differ = sum((a != b).astype(np.int8) for a, b in zip(ours, theirs, strict=True))
    found: Truths = differ == 1
    for at in range(3):
        swapped = (ours[at] == theirs[at + 1]) & (ours[at + 1] == theirs[at])
        found |= (differ == 2) & swapped & (ours[at] != theirs[at])
    return found


def cells(records: Records, pairs: Pairs) -> NDArray[np.int16]:
    """How far names and time of birth agree, together: a place in CELLS.

    What an agreeing name is worth depends on what the birth date says, and the other way round.
    """
    names = _level(pairs, NAMES_AGREE)
    years, known = _years_apart(records, pairs)
    dates = _level(pairs, DATES_AGREE)
    none = len(DATES_AGREE)
    dates += ((dates == none) & ~(known & (years == 0))).astype(np.int16)
    far = known & (years > MOST_YEARS_APART)
    slip = far & _by_a_slip(records, pairs)
    for level, where, instead in (
        (_DAY_AND_MONTH, slip, none + 2),
        (_DAY_AND_MONTH, far & ~slip, none + 3),
        (none - 1, slip, none + 4),
        (none - 1, far & ~slip, none + 5),
        (none + 1, far, none + 6),
    ):
        dates[(dates == level) & where] = instead
    stated = none + 7 + np.where(known, np.minimum(years, MOST_YEARS_APART + 1), 5)
    time = np.where((pairs.both & _DATE) != 0, dates, stated)
    return (names * len(TIME_LEVELS) + time).astype(np.int16)


def _level(pairs: Pairs, levels: tuple[tuple[str, frozenset[int]], ...]) -> NDArray[np.int16]:
    found = np.full(len(pairs.first), len(levels), np.int16)
    for place in range(len(levels) - 1, -1, -1):
        found[pairs.agree & bits_of(levels[place][1]) != 0] = place
    return found


def contradict(records: Records, pairs: Pairs) -> Truths:
    """Which pairs cannot be one person, whatever agrees.

    Another sex; stated birth years more than three apart; or both a parent's name and a birth
    date known to both and neither agreeing in any code. Years read off two written dates
    are weighed instead: one wrong digit is not another person; so is another sex between records
    that allow slips and agree on both names and the birth date. Nor are two records one person
    whose codes cannot both be honest: codes of one birth year with ages that are not, or a code
    that agrees without the codes of fewer of the same fields.
    """
    sex, other_sex = records.sex[pairs.first], records.sex[pairs.second]
    other = (sex != 0) & (other_sex != 0) & (sex != other_sex)
    if records.slips:
        other &= pairs.agree & _WHOLE_DATE == 0
    years, known = _years_apart(records, pairs)
    stated = (records.birth_year[pairs.first] != YEAR_NOT_KNOWN) | (
        records.birth_year[pairs.second] != YEAR_NOT_KNOWN
    )
    far = known & stated & (years > MOST_YEARS_APART)
    decisive = (pairs.both & _WHOLE_NAMES != 0) & (pairs.both & _WHOLE_DATE != 0)
    differ = decisive & (pairs.agree & _PARENT == 0) & (pairs.agree & _DATE == 0)
    forged = known & (years >= MOST_YEARS_APART) & (pairs.agree & _YEAR_TYPES != 0)
    for type_bit, implied in _IMPLIED:
        forged |= (pairs.agree & type_bit != 0) & (pairs.both & ~pairs.agree & implied != 0)
    found: Truths = other | far | differ | forged
    return found


def kind_of_pair(records: Records, pairs: Pairs) -> NDArray[np.int8]:
    """The kind of each pair: its place in KINDS."""
    parent = (pairs.both & _PARENT) != 0
    date = (pairs.both & _DATE) != 0
    version = np.where(
        pairs.both & _TIER_2 != _NONE,
        3,
        np.where(pairs.both & _VERSION_2 != _NONE, 2, np.where(pairs.both & _ONLY_VERSION_1, 1, 0)),
    )
    area = (pairs.both & _AREA) != 0
    sex = (records.sex[pairs.first] != 0) & (records.sex[pairs.second] != 0)
    found: NDArray[np.int8] = (16 * version + 8 * sex + 4 * area + 2 * date + parent).astype(
        np.int8
    )
    return found


KINDS = tuple(
    f"{version}, {sex}{area}{what}"
    for version in ("kept types", "version 1", "version 2", "tier 2")
    for sex in ("", "sex, ")
    for area in ("", "area, ")
    for what in ("names", "names and parent", "names and date", "names, parent and date")
)
"""Versions of codes that both carry, and what both know."""


CELLS = tuple(f"{names}, {time}" for names in NAME_LEVELS for time in TIME_LEVELS)


def scores(records: Records, pairs: Pairs, weights: Weights, register_records: int) -> Scores:
    """Log-odds of one person in thousandths, for a register of that many records."""
    kinds = kind_of_pair(records, pairs)
    seen, cell = observations(records, pairs), cells(records, pairs)
    found = np.full(len(pairs.first), -weights.prior_shift(register_records), np.int32)
    for place, kind in enumerate(KINDS):
        here = np.flatnonzero(kinds == place)
        model = weights.models.get(kind)
        if model is not None and len(here):
            found[here] += _summed(model, pairs.agree[here], pairs.both[here])
            for name, weight in model.observed.items():
                found[here] += np.where(seen[name][here], weight, 0).astype(np.int32)
            table = np.array([model.cells.get(name, 0) for name in CELLS], np.int32)
            found[here] += table[cell[here]]
        elif len(here):
            found[here] = -30 * THOUSANDTHS
    if records.place is not None:
        found += np.where(pairs.agree & _AREA != _NONE, records.place[pairs.first], 0)
    # What is seen in clear makes nobody one person, nor do codes of other keys; and weights were
    # learnt of pairs that share a code.
    found[pairs.agree == _NONE] = -30 * THOUSANDTHS
    if records.lists is not None:
        found += records.lists.of_pairs(pairs.first, pairs.second, found)
    found += records.prior
    return found


def probability(score: int) -> float:
    """The probability behind log-odds in thousandths."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score / THOUSANDTHS))))


def least_score(share: float) -> int:
    """The smallest score, thousandths of log-odds, of at least this probability."""
    return math.ceil(round(THOUSANDTHS * math.log(share / (1 - share)), 6))


def types_in(bits: int) -> tuple[int, ...]:
    """The types of code behind these bits, ascending."""
    return tuple(number for number in range(bits.bit_length()) if bits >> number & 1)


def _summed(model: WeightModel, agree: Numbers, both: Numbers) -> Scores:
    found = np.full(len(agree), model.intercept, np.int32)
    for number, weight in model.agree.items():
        found += np.where(agree & np.uint64(1 << number) != 0, weight, 0).astype(np.int32)
    differ = both & ~agree
    for number, weight in model.differ.items():
        found += np.where(differ & np.uint64(1 << number) != 0, weight, 0).astype(np.int32)
    return found


def _years(records: Records) -> NDArray[np.int64]:
    return np.where(records.birth_year, records.birth_year, records.date_year).astype(np.int64)


def _years_apart(records: Records, pairs: Pairs) -> tuple[NDArray[np.int64], Truths]:
    year = _years(records)
    one, other = year[pairs.first], year[pairs.second]
    return np.abs(one - other), (one != YEAR_NOT_KNOWN) & (other != YEAR_NOT_KNOWN)
