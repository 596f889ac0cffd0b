"""Links a closed file of people: by its codes, and by what the file says of itself. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from server.register.cluster import LEAST_KEPT
from server.register.file_evidence import Points, commonness, lists_weighed, prior_of
from server.register.link import Linked, alike_pairs, link_records
from server.register.records import Records
from server.register.score import Pairs, least_score
from server.register.weights import Weights

LEAST_MEAN = 0.45
"""Less than an office asks for: in a closed file nobody forges a record between two others, so that
one which is like both and strong makes three one person."""
FIRST_KEPT = 0.001
"""Pairs less likely than this by their codes are given up before the file is asked."""


def link_file(
    records: Records,
    weights: Weights,
    organisation: Sequence[int],
    place: Sequence[int],
    register_records: int | None = None,
    once_each: bool = False,
) -> Linked:
    """Links all records of a file with each other.

    organisation, place: by row a number, -1 when none is told. register_records: the size the
    prior is for; as the file itself says when None. once_each: whether an organisation certainly
    names nobody twice; else the file shows how likely that is.
    """
    size = records.count if register_records is None else register_records
    lists_of = np.asarray(organisation, np.int64)
    records = replace(records, place=commonness(place))
    pairs, score = alike_pairs(records, weights, size, FIRST_KEPT)
    lists = lists_weighed(lists_of, pairs.first, pairs.second, score)
    if lists is not None:
        records = replace(records, lists=lists)
        score = score + lists.of_pairs(pairs.first, pairs.second, score)
    if register_records is None:
        records = replace(records, prior=prior_of(score, records.count))
        score = score + np.int32(records.prior)
    return link_records(
        records,
        weights,
        size,
        once_each=lists_of if once_each else None,
        scored=_likely(pairs, score),
    )


def _likely(pairs: Pairs, score: Points) -> tuple[Pairs, Points]:
    keep = score >= least_score(LEAST_KEPT)
    kept = Pairs(pairs.first[keep], pairs.second[keep], pairs.agree[keep], pairs.both[keep])
    return kept, score[keep]
