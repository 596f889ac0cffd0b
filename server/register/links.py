"""Links between cases: found from the codes, kept with their evidence. Owns the SQL of links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, and_, insert, or_, select, update
from sqlalchemy.orm import aliased

from server.db.chunks import chunks
from server.intake.model import CrowdedCode, RecordHead, StoredCode
from server.register.editions import RegisterEdition
from server.register.link import rules_of, score_pairs
from server.register.load import load_cases
from server.register.model import PersonLink
from server.register.score import types_in

Pair = tuple[str, str]
"""Record ids of two cases, the smaller first."""


@dataclass(frozen=True)
class Evidence:
    """Why two cases are linked: the score in thousandths of log-odds, the types that agree."""

    score: int
    code_types: str


def links_of(
    connection: Connection, affected: Sequence[str], edition: RegisterEdition
) -> dict[Pair, Evidence]:
    """Every pair of cases that is linked and has one of these in it."""
    found: dict[Pair, Evidence] = {}
    ends = sorted(_candidates(connection, affected))
    for at in range(0, len(ends), _PAIRS_AT_ONCE):
        some = ends[at : at + _PAIRS_AT_ONCE]
        cases = load_cases(connection, sorted({case for pair in some for case in pair}))
        row = {case: place for place, case in enumerate(cases.ids)}
        known = [pair for pair in some if pair[0] in row and pair[1] in row]
        first, second = (np.array([row[pair[end]] for pair in known], np.int64) for end in (0, 1))
        pairs, score = score_pairs(cases.records, first, second, edition.weights, edition.records)
        strong = np.flatnonzero(score >= rules_of(edition.weights).link_score).tolist()
        for place in strong:
            pair = cases.ids[int(pairs.first[place])], cases.ids[int(pairs.second[place])]
            types = ",".join(map(str, types_in(int(pairs.agree[place]))))
            found[pair] = Evidence(int(score[place]), types)
    return found


def write_links(
    connection: Connection,
    affected: Sequence[str],
    wanted: Mapping[Pair, Evidence],
    rule: str,
    now_s: int,
) -> tuple[int, int, set[str]]:
    """Ends links that no longer hold and adds the new ones.

    How many were made and ended, and the cases at their ends.
    """
    standing = {
        (first, second): (number, Evidence(score, code_types))
        for number, first, second, score, code_types in _standing(connection, affected)
    }
    outdated = {
        pair: number
        for pair, (number, evidence) in standing.items()
        if wanted.get(pair) != evidence
    }
    for some in chunks(sorted(outdated.values())):
        connection.execute(
            update(PersonLink).where(PersonLink.number.in_(some)).values(ended_at_s=now_s)
        )
    new = [
        {
            "first_id": pair[0],
            "second_id": pair[1],
            "code_types": evidence.code_types,
            "score": evidence.score,
            "rule": rule,
            "found_at_s": now_s,
        }
        for pair, evidence in sorted(wanted.items())
        if pair not in standing or pair in outdated
    ]
    if new:
        connection.execute(insert(PersonLink), new)
    return len(new), len(outdated), {case for pair in (*outdated, *wanted) for case in pair}


def connected(connection: Connection, cases: Iterable[str]) -> set[str]:
    """These cases and all that standing links connect them with, however far."""
    found: set[str] = set()
    edge = set(cases)
    while edge:
        found |= edge
        reached = {
            case
            for _, first, second, _, _ in _standing(connection, sorted(edge))
            for case in (first, second)
        }
        edge = reached - found
    return found


def _candidates(connection: Connection, affected: Sequence[str]) -> set[Pair]:
    """Pairs that share a code which is not crowded (as server.register.blocking does)."""
    one, other = aliased(StoredCode), aliased(StoredCode)
    head, other_head = aliased(RecordHead), aliased(RecordHead)
    crowded = select(CrowdedCode.code_type).where(
        CrowdedCode.code_type == one.code_type,
        CrowdedCode.code == one.code,
        or_(
            CrowdedCode.officer_number == 0,
            CrowdedCode.officer_number == head.officer_number,
            CrowdedCode.officer_number == other_head.officer_number,
        ),
    )
    query = (
        select(one.record_id, other.record_id)
        .join(other, and_(other.code_type == one.code_type, other.code == one.code))
        .join(head, head.record_id == one.record_id)
        .join(other_head, other_head.record_id == other.record_id)
        .where(other.record_id != one.record_id, ~crowded.exists())
        .distinct()
    )
    return {
        (first, second) if first < second else (second, first)
        for some in chunks(affected)
        for first, second in connection.execute(query.where(one.record_id.in_(some)))
    }


def _standing(
    connection: Connection, cases: Sequence[str]
) -> Iterator[tuple[int, str, str, int, str]]:
    columns = (
        PersonLink.number,
        PersonLink.first_id,
        PersonLink.second_id,
        PersonLink.score,
        PersonLink.code_types,
    )
    for end in (PersonLink.first_id, PersonLink.second_id):
        for some in chunks(cases):
            yield from connection.execute(
                select(*columns).where(end.in_(some), PersonLink.ended_at_s.is_(None))
            )


_PAIRS_AT_ONCE = 50_000
