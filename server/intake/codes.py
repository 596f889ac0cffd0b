"""Codes that so many cases share that they point to nobody, and what has to be looked at again.

Owns the cap and which cases have to be linked again. A code crosses the cap when cases come or go;
then all its sharers are linked again, so that links are always those of the records as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from server import queue
from server.db.among import among
from server.intake.code_book import codes_in, codes_of_cases, sharers, sharers_of_code
from server.intake.model import CaseRecord, CrowdedCode, RecordHead
from shared.linkage import code_types

Crowding = tuple[int, int]
"""A code, and the officer whose cases are left out of it; 0 for everybody's."""


def cases_of_visits(connection: Connection, visit_ids: Sequence[str]) -> set[str]:
    """The cases found in these visits: their period and area may have changed."""
    return set(connection.scalars(_OF_VISITS, {"visits": visit_ids}))


def sharers_of_crowded_codes(connection: Connection, record_ids: Sequence[str]) -> set[str]:
    """Every case that shares a crowded code with one of these, whose codes will go."""
    own = {code for _, kept in codes_of_cases(connection, record_ids) for code in codes_in(kept)}
    crowded = {code for code, _ in _noted(connection, own)}
    found = {case for code in sorted(crowded) for case in sharers_of_code(connection, code)}
    return found - set(record_ids)


def queue_cases(connection: Connection, record_ids: Sequence[str], now_s: int) -> None:
    """Has these cases linked again."""
    queue.ask(connection, queue.JobKind.LINK, record_ids, now_s)


@dataclass(frozen=True)
class SharedCodes:
    """Which cases share codes with some cases. sharers: by code, these cases included; a code of
    one case alone, or that too many officers share, is left out. crowded: what is noted of their
    codes."""

    sharers: Mapping[int, Set[str]]
    crowded: Set[Crowding]


def shared_codes(connection: Connection, record_ids: Sequence[str]) -> SharedCodes:
    """Who shares codes with these cases. Reads only."""
    own = {case: codes_in(kept) for case, kept in codes_of_cases(connection, record_ids)}
    noted = _noted(connection, {code for codes in own.values() for code in codes})
    left_out = {code for code, officer in noted if officer == 0}
    # Most codes are of one case alone: no set is made for them.
    first: dict[int, str] = {}
    found: dict[int, set[str]] = {}
    for case, codes in own.items():
        codes -= left_out
        for code in codes:
            if first.setdefault(code, case) != case:
                found.setdefault(code, {first[code]}).add(case)
    for code, case in sharers(connection, own):
        found.setdefault(code, {first[code]}).add(case)
    return SharedCodes(found, noted)


def crossings(connection: Connection, shared: SharedCodes) -> tuple[set[Crowding], set[Crowding]]:
    """Which codes of these cases became crowded, and which are so no longer. Reads only."""
    most = code_types.MOST_SHARERS
    large = {code: cases for code, cases in shared.sharers.items() if len(cases) > most}
    for code, officer in shared.crowded:
        if code not in large:
            some = sharers_of_code(connection, code, _ENOUGH) if officer == 0 else []
            # Some of them show it, however many have it by now.
            if len(set(_officers_of_standing(connection, some).values())) <= most:
                some = sharers_of_code(connection, code)
            large[code] = set(some)
    if not large:
        return set(), set()
    officers = _officers_of_standing(connection, sorted(set[str]().union(*large.values())))
    crowded: set[Crowding] = set()
    for code, cases in large.items():
        counts = Counter(officers[case] for case in cases if case in officers)
        if counts.total() <= most:
            continue
        if len(counts) > most:
            crowded.add((code, 0))
        else:
            crowded |= {(code, officer) for officer, count in counts.items() if count > most}
    return crowded - shared.crowded, set(shared.crowded - crowded)


_ENOUGH = 1_000
"""Sharers of a code among whom more officers than the cap are looked for."""


def note_crossings(connection: Connection, shared: SharedCodes, now_s: int) -> set[str]:
    """Notes which codes of some cases became crowded or are so no longer; who has to be linked
    again.

    That is one end at least of every pair that counts now, or does so no longer: the cases of the
    officer that is left out of the code, or is so no longer; else all that share it. Whether a code
    is crowded depends on the codes and their officers alone, so looking at their other codes as
    well would find nothing new.
    """
    now_crowded, no_longer = crossings(connection, shared)
    crossed: set[str] = set()
    for code, officer in sorted(now_crowded | no_longer):
        if (code, officer) in now_crowded:
            connection.execute(
                insert(CrowdedCode).values(code=code, officer_number=officer, found_at_s=now_s)
            )
        else:
            connection.execute(
                delete(CrowdedCode).where(
                    CrowdedCode.code == code, CrowdedCode.officer_number == officer
                )
            )
        cases = sharers_of_code(connection, code)
        if officer:
            recorded_by = _officers(connection, cases)
            cases = [case for case in cases if recorded_by[case] == officer]
        crossed |= set(cases)
    return crossed


def candidate_pairs(
    connection: Connection, shared: SharedCodes, record_ids: Sequence[str]
) -> set[tuple[str, str]]:
    """Pairs of one of these cases and another that share a code which is not crowded, the smaller
    id first (as server.register.blocking does)."""
    of_officer: dict[int, set[int]] = {}
    for code, officer in shared.crowded:
        of_officer.setdefault(code, set()).add(officer)
    loud = sorted(set[str]().union(*(shared.sharers.get(code, set()) for code in of_officer)))
    officers = _officers(connection, loud)
    ours, found = set(record_ids), set[tuple[str, str]]()
    for code, cases in shared.sharers.items():
        if len(cases) < 2:
            continue
        without = of_officer.get(code)
        heard = cases if without is None else {one for one in cases if officers[one] not in without}
        for case in heard & ours:
            found |= {(min(case, other), max(case, other)) for other in heard if other != case}
    return found


def _noted(connection: Connection, codes: Collection[int]) -> set[Crowding]:
    found = connection.execute(_NOTED, {"codes": sorted(codes)})
    return {(code, officer) for code, officer in found}


def _officers_of_standing(connection: Connection, cases: Sequence[str]) -> dict[str, int]:
    return dict(connection.execute(_STANDING, {"cases": cases}).all())


def _officers(connection: Connection, cases: Sequence[str]) -> dict[str, int]:
    return dict(connection.execute(_OFFICERS, {"cases": cases}).all()) if cases else {}


# Written once: to build a statement costs more than to run it.
_OF_VISITS = select(CaseRecord.record_id).where(among(CaseRecord.visit_id, "visits"))
_NOTED = select(CrowdedCode.code, CrowdedCode.officer_number).where(
    among(CrowdedCode.code, "codes")
)
_OFFICERS = select(RecordHead.record_id, RecordHead.officer_number).where(
    among(RecordHead.record_id, "cases")
)
_STANDING = _OFFICERS.join(CaseRecord, CaseRecord.record_id == RecordHead.record_id).where(
    CaseRecord.withdrawn.is_(False)
)
