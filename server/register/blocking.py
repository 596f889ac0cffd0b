"""Which pairs of records are compared at all: those that share a code few others have. Pure.

A code counts as crowded when records of more than MOST_SHARERS sources share it: a bad default
such as "unknown", which points to nobody. The records of one source count as one sharer, and a
source that puts more than MOST_SHARERS records on one code is left out of it: so no single source
can take a code away from the others by crowding it. Whether a code is crowded depends on the codes
and their sources alone, and it only decides which pairs are looked at, never their score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.register.records import Numbers, Records, Rows
from shared.linkage import code_types

_FIRST = np.uint64(32)


def candidate_pairs(records: Records) -> tuple[Rows, Rows]:
    """Every pair of rows that shares a code which is not crowded, first < second, ascending."""
    found = [
        _pairs_by_type(codes, records.source)
        for by_type in records.by_key
        for codes in by_type.values()
    ]
    # Pairs as one number each: the larger file's half of a second is the sort.
    pairs = _distinct(found)
    return (pairs >> _FIRST).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def kept_sharers(rows: Rows, source: Rows) -> Rows:
    """Of the rows that share one code, those it may be evidence for; none when it is crowded."""
    if len(rows) <= code_types.MOST_SHARERS:
        return rows
    names, place, count = np.unique(source[rows], return_inverse=True, return_counts=True)
    if len(names) > code_types.MOST_SHARERS:
        return rows[:0]
    return rows[count[place] <= code_types.MOST_SHARERS]


def _distinct(found: list[Numbers]) -> Numbers:
    # Sorted once, and not by numpy.unique: its table of hashes takes ten times as long for these.
    pairs = np.concatenate([np.zeros(0, np.uint64), *found])
    pairs.sort()
    new = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=new[1:])
    distinct: Numbers = pairs[new]
    return distinct


def _pairs_by_type(codes: Numbers, source: Rows) -> Numbers:
    rows = np.repeat(np.arange(len(codes), dtype=np.int64), codes.shape[1])
    values = codes.reshape(-1)
    here = values != 0
    values, rows = values[here], rows[here]
    order = np.argsort(values, kind="stable")
    values, rows = values[order], rows[order]
    if not len(values):
        return np.zeros(0, np.uint64)
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    lengths = np.diff(np.r_[starts, len(values)])
    found = [_pairs_of_long_runs(rows, starts, lengths, source)]
    short = np.repeat((lengths > 1) & (lengths <= code_types.MOST_SHARERS), lengths)
    values, rows = values[short], rows[short]
    for step in range(1, code_types.MOST_SHARERS):
        same = values[step:] == values[:-step]
        if not same.any():
            break
        found.append(_as_numbers(rows[:-step][same], rows[step:][same]))
    return np.concatenate(found)


def _pairs_of_long_runs(
    rows: Rows, starts: NDArray[np.intp], lengths: NDArray[np.intp], source: Rows
) -> Numbers:
    found = [np.zeros(0, np.uint64)]
    for at in np.flatnonzero(lengths > code_types.MOST_SHARERS):
        run = np.unique(rows[starts[at] : starts[at] + lengths[at]])
        kept = kept_sharers(run, source)
        first, second = np.triu_indices(len(kept), 1)
        found.append(_as_numbers(kept[first], kept[second]))
    return np.concatenate(found)


def _as_numbers(one: Rows, other: Rows) -> Numbers:
    first, second = np.minimum(one, other), np.maximum(one, other)
    differ = first != second
    pairs: Numbers = (first[differ].astype(np.uint64) << _FIRST) | second[differ].astype(np.uint64)
    return pairs
