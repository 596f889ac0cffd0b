"""Links between cases and pairs that may be one person: found from the codes, kept with their
evidence. Owns the SQL of both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Select, and_, or_, select, update

from server.db.among import among
from server.db.chunks import chunks
from server.db.upsert import insert_all
from server.intake import codes
from server.register import editions
from server.register.cluster import DECIDED_SCORE
from server.register.editions import RegisterEdition
from server.register.link import rules_of, score_pairs
from server.register.load import load_cases
from server.register.model import DecidedSame, PersonLink, PossiblePair, SettledPair
from server.register.score import least_score, types_in

Pair = tuple[str, str]
"""Record ids of two cases, the smaller first."""


@dataclass(frozen=True)
class Evidence:
    """Why two cases are linked: the score in thousandths of log-odds, the types that agree."""

    score: int
    code_types: str


@dataclass(frozen=True)
class FoundPairs:
    """Pairs of cases that are linked, and those that may be one person and are not."""

    links: dict[Pair, Evidence]
    possible: dict[Pair, Evidence]


def links_of(
    connection: Connection,
    affected: Sequence[str],
    edition: RegisterEdition,
    shared: codes.SharedCodes,
) -> FoundPairs:
    """Every pair of cases that is linked or possible and has one of these in it. shared: who shares
    codes with them."""
    found = FoundPairs({}, {})
    possible_score = least_score(edition.weights.possible_at)
    link_score = rules_of(edition.weights).link_score
    decided = decided_same(connection, affected)
    ends = sorted({*codes.candidate_pairs(connection, shared, affected), *decided})
    for at in range(0, len(ends), _PAIRS_AT_ONCE):
        some = ends[at : at + _PAIRS_AT_ONCE]
        cases = load_cases(connection, sorted({case for pair in some for case in pair}))
        row = {case: place for place, case in enumerate(cases.ids)}
        known = [pair for pair in some if pair[0] in row and pair[1] in row]
        found.links.update({pair: Evidence(DECIDED_SCORE, "") for pair in known if pair in decided})
        first, second = (np.array([row[pair[end]] for pair in known], np.int64) for end in (0, 1))
        pairs, score = score_pairs(cases.records, first, second, edition.weights, edition.records)
        for place in np.flatnonzero(score >= possible_score).tolist():
            pair = cases.ids[int(pairs.first[place])], cases.ids[int(pairs.second[place])]
            types = ",".join(map(str, types_in(int(pairs.agree[place]))))
            evidence = Evidence(int(score[place]), types)
            if evidence.score >= link_score:
                found.links[pair] = evidence
            elif pair not in decided:
                found.possible[pair] = evidence
    return found


def decided_same(connection: Connection, cases: Sequence[str]) -> set[Pair]:
    """The pairs with one of these cases that two people decided are one person, or that were one
    when the codes of one of them were destroyed."""
    return {
        (first, second)
        for some in chunks(cases)
        for first, second in connection.execute(_DECIDED_OR_SETTLED, {"cases": some})
    }


@dataclass(frozen=True)
class LinkChanges:
    """How standing links (or possible pairs) differ from what they have to be. standing: the pairs
    that stand, with the numbers of their rows; ended: numbers of those that no longer hold. ends:
    the cases at the ends of those that are wanted or no longer hold."""

    new: Mapping[Pair, Evidence]
    standing: Mapping[Pair, int]
    ended: Collection[int]
    ends: frozenset[str]


def changes_of(
    connection: Connection,
    table: type[PersonLink] | type[PossiblePair],
    affected: Sequence[str],
    wanted: Mapping[Pair, Evidence],
) -> LinkChanges:
    """Which links (or possible pairs) of these cases no longer hold, and which are new. Reads
    only."""
    standing = {
        (first, second): (number, Evidence(score, code_types))
        for number, first, second, score, code_types in _standing(connection, affected, table)
    }
    outdated = {
        pair: number
        for pair, (number, evidence) in standing.items()
        if wanted.get(pair) != evidence
    }
    new = {
        pair: evidence
        for pair, evidence in wanted.items()
        if pair not in standing or pair in outdated
    }
    ends = frozenset(case for pair in (*outdated, *wanted) for case in pair)
    numbers = {pair: number for pair, (number, _) in standing.items()}
    return LinkChanges(new, numbers, frozenset(outdated.values()), ends)


def wrong_among(connection: Connection, cases: Sequence[str]) -> int:
    """How many links and possible pairs of these cases are missing, too many or of another score
    than the codes give. Reads only."""
    edition = editions.in_force(connection)
    wanted = links_of(connection, cases, edition, codes.shared_codes(connection, cases))
    changes = (
        changes_of(connection, PersonLink, cases, wanted.links),
        changes_of(connection, PossiblePair, cases, wanted.possible),
    )
    return sum(len(one.new) + len(one.ended) for one in changes)


def write_links(
    connection: Connection,
    table: type[PersonLink] | type[PossiblePair],
    changes: LinkChanges,
    rule: str,
    now_s: int,
) -> None:
    """Ends links (or possible pairs) that no longer hold and adds the new ones."""
    for some in chunks(sorted(changes.ended)):
        connection.execute(update(table).where(table.number.in_(some)).values(ended_at_s=now_s))
    new = [
        {
            "first_id": pair[0],
            "second_id": pair[1],
            "code_types": evidence.code_types,
            "score": evidence.score,
            "rule": rule,
            "found_at_s": now_s,
        }
        for pair, evidence in sorted(changes.new.items())
    ]
    insert_all(connection, table, new)


def connected(
    connection: Connection, affected: Sequence[str], changes: LinkChanges
) -> tuple[set[str], set[Pair]]:
    """These cases and all that links connect them with, however far, once these changes of theirs
    are made; and those links."""
    found: set[str] = set()
    links: set[Pair] = set()
    edge = {*affected, *changes.ends}
    standing: dict[Pair, int] = dict(changes.standing)
    not_read = edge.difference(affected)
    while edge:
        found |= edge
        if not_read:
            for number, first, second, _, _ in _standing(connection, sorted(not_read)):
                standing[first, second] = number
        here = {pair for pair, number in standing.items() if number not in changes.ended}
        here |= {pair for pair in changes.new if not edge.isdisjoint(pair)}
        links |= here
        edge = {case for pair in here for case in pair} - found
        standing, not_read = {}, edge
    return found, links


def _standing(
    connection: Connection,
    cases: Sequence[str],
    table: type[PersonLink] | type[PossiblePair] = PersonLink,
) -> Iterator[tuple[int, str, str, int, str]]:
    seen: set[int] = set()
    for some in chunks(cases):
        for row in connection.execute(_STANDING[table], {"cases": some}):
            if row[0] not in seen:
                seen.add(row[0])
                yield row


# Written once: to build a statement costs more than to run it.


def _standing_of(table: type[PersonLink] | type[PossiblePair]) -> Select[int, str, str, int, str]:
    stands = table.ended_at_s.is_(None)
    # Said on both sides: else SQLite takes neither index, and reads every link there is.
    return select(
        table.number, table.first_id, table.second_id, table.score, table.code_types
    ).where(
        or_(
            and_(among(table.first_id, "cases"), stands),
            and_(among(table.second_id, "cases"), stands),
        )
    )


_STANDING = {table: _standing_of(table) for table in (PersonLink, PossiblePair)}
_DECIDED_OR_SETTLED = (
    select(DecidedSame.first_id, DecidedSame.second_id)
    .where(
        or_(among(DecidedSame.first_id, "cases"), among(DecidedSame.second_id, "cases")),
        DecidedSame.confirmed_at_s.is_not(None),
        DecidedSame.taken_back_at_s.is_(None),
    )
    .union_all(
        select(SettledPair.first_id, SettledPair.second_id).where(
            or_(among(SettledPair.first_id, "cases"), among(SettledPair.second_id, "cases"))
        )
    )
)
_PAIRS_AT_ONCE = 50_000
