"""Cases as records to link: their re-keyed codes, sex, birth year and officer. Owns this SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection, Select, and_, select

from server.db.among import among
from server.intake.attributes import is_month
from server.intake.code_book import FIRST_KEY, HASH_BITS, by_key, codes_of_cases
from server.intake.model import CaseRecord, RecordHead, RecordRevision, VisitRecord
from server.register.records import SEX_NUMBERS, YEAR_NOT_KNOWN, Numbers, Records
from shared.linkage import CODE_TYPES
from shared.linkage.codes import MOST_LINKAGE_KEYS
from shared.linkage.identity import birth_year_of


@dataclass(frozen=True)
class Cases:
    """Standing cases ready to be compared: ``ids[row]`` is the case of a row, ascending."""

    ids: Sequence[str]
    records: Records


def standing_cases() -> Select[str]:
    """The ids of all cases that were not withdrawn."""
    return select(CaseRecord.record_id).where(CaseRecord.withdrawn.is_(False))


def load_cases(
    connection: Connection, some: Sequence[str] | None, also_aside: bool = False
) -> Cases:
    """Those of these cases that stand (None: all), with their codes. also_aside: those of them too
    that were withdrawn or are put aside, as long as they have codes."""
    every = some is None
    wanted = _SOME_ANYHOW if also_aside else _EVERY_CASE if every else _SOME_CASES
    rows = list(connection.execute(wanted, {"cases": some}))
    rows.sort(key=lambda row: row.record_id)
    place = {row.record_id: at for at, row in enumerate(rows)}
    held = [
        (at, own)
        for case, own in codes_of_cases(connection, some)
        if (at := place.get(case)) is not None
    ]
    by_type = [_by_type(len(rows), of_key) for of_key in _by_key(held)]
    return Cases(
        [row.record_id for row in rows],
        Records(
            codes=by_type[0],
            later=tuple(by_type[1:]),
            sex=np.array([SEX_NUMBERS.get(row.sex, 0) for row in rows], np.int8),
            birth_year=np.array([_birth_year(row.month, row.age_years) for row in rows], np.int16),
            date_year=np.zeros(len(rows), np.int16),
            source=np.array([row.officer_number for row in rows], np.int64),
            arrived=np.array([row.number or 0 for row in rows], np.int64),
        ),
    )


def _by_key(held: Sequence[tuple[int, Sequence[int]]]) -> list[list[tuple[int, list[int]]]]:
    """The same for every linkage key that made some of them; of the first in any case."""
    keys: dict[int, list[tuple[int, list[int]]]] = {FIRST_KEY: []}
    for at, own in held:
        if _LATER_KEYS.isdisjoint(own):
            keys[FIRST_KEY].append((at, list(own)))
            continue
        for number, codes in by_key(own).items():
            keys.setdefault(number, []).append((at, codes))
    return [keys[number] for number in sorted(keys)]


_LATER_KEYS = frozenset(range(FIRST_KEY + 1, MOST_LINKAGE_KEYS + 1))


def _by_type(rows: int, held: Sequence[tuple[int, Sequence[int]]]) -> dict[int, Numbers]:
    """One array for each type of code that somebody has; codes of a case are ascending."""
    row = np.repeat(
        np.array([at for at, _ in held], np.int64),
        np.array([len(own) for _, own in held], np.int64),
    )
    every = np.array([code for _, own in held for code in own], np.int64).view(np.uint64)
    order = np.lexsort((every, row))
    row, every = row[order], every[order]
    types = (every >> np.uint64(HASH_BITS)).astype(np.int64)
    # The place of a code among those of its case and type.
    at = np.arange(len(every))
    begins = np.r_[True, (row[1:] != row[:-1]) | (types[1:] != types[:-1])][: len(every)]
    column = at - np.maximum.accumulate(np.where(begins, at, 0))
    found: dict[int, Numbers] = {}
    for number in np.unique(types).tolist():
        if number not in CODE_TYPES:
            continue
        codes = found[number] = np.zeros((rows, CODE_TYPES[number].codes), np.uint64)
        # More codes than a type has cannot be honest: the first ones in order are looked at.
        here = (types == number) & (column < codes.shape[1])
        codes[row[here], column[here]] = every[here]
    return found


_ANY_CASE = (
    select(
        CaseRecord.record_id,
        CaseRecord.sex,
        CaseRecord.age_years,
        RecordHead.officer_number,
        VisitRecord.month,
        RecordRevision.number,
    )
    .join(RecordHead, RecordHead.record_id == CaseRecord.record_id)
    .outerjoin(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
    .outerjoin(
        RecordRevision,
        and_(
            RecordRevision.record_id == CaseRecord.record_id,
            RecordRevision.revision == CaseRecord.revision,
        ),
    )
)
_EVERY_CASE = _ANY_CASE.where(CaseRecord.withdrawn.is_(False))
# Written once: to build a statement costs more than to run it.
_SOME_ANYHOW = _ANY_CASE.where(among(CaseRecord.record_id, "cases"))
_SOME_CASES = _EVERY_CASE.where(among(CaseRecord.record_id, "cases"))


def _birth_year(month: str | None, age_years: int | None) -> int:
    """As a tablet works it out of an age: give or take one."""
    if month is None or age_years is None or not is_month(month):
        return YEAR_NOT_KNOWN
    return birth_year_of(age_years, date(int(month[:4]), int(month[5:7]), 1))
