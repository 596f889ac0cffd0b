"""Cases as records to link: their re-keyed codes, sex, birth year and officer. Owns this SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from server.db.chunks import chunks
from server.intake.attributes import is_month
from server.intake.model import CaseRecord, RecordHead, StoredCode, VisitRecord
from server.register.records import SEX_NUMBERS, YEAR_NOT_KNOWN, Records
from shared.linkage import CODE_TYPES, CodeType
from shared.linkage.identity import birth_year_of


@dataclass(frozen=True)
class Cases:
    """Standing cases ready to be compared: ``ids[row]`` is the case of a row, ascending."""

    ids: Sequence[str]
    records: Records


def standing_cases() -> Select[str]:
    """The ids of all cases that were not withdrawn."""
    return select(CaseRecord.record_id).where(CaseRecord.withdrawn.is_(False))


def load_cases(connection: Connection, some: Sequence[str] | None) -> Cases:
    """Those of these cases that stand (None: all), with their codes."""
    wanted: list[Sequence[str] | None] = [None] if some is None else list(chunks(some))
    rows = [row for part in wanted for row in _read(connection, part, _EVERY_CASE, _SOME_CASES)]
    rows.sort(key=lambda row: row.record_id)
    place = {row.record_id: at for at, row in enumerate(rows)}
    codes = {number: np.zeros((len(rows), one.codes), np.uint64) for number, one in _types()}
    filled: dict[tuple[int, int], int] = {}
    for part in wanted:
        for record_id, code_type, code in _read(connection, part, _EVERY_CODE, _SOME_CODES):
            at = place.get(record_id)
            if at is None or code_type not in codes:
                continue
            column = filled.get((at, code_type), 0)
            # More codes than a type has cannot be honest: the first ones in order are looked at.
            if column < codes[code_type].shape[1]:
                codes[code_type][at, column] = int.from_bytes(code[:8]) or 1
                filled[at, code_type] = column + 1
    return Cases(
        [row.record_id for row in rows],
        Records(
            codes={number: found for number, found in codes.items() if found.any()},
            sex=np.array([SEX_NUMBERS.get(row.sex, 0) for row in rows], np.int8),
            birth_year=np.array([_birth_year(row.month, row.age_years) for row in rows], np.int16),
            date_year=np.zeros(len(rows), np.int16),
            source=np.array([row.officer_number for row in rows], np.int64),
        ),
    )


def _read(connection: Connection, part: Sequence[str] | None, all_: Any, some: Any) -> Any:
    if part is None:
        return connection.execute(all_)
    return connection.execute(some, {"cases": part})


def _types() -> list[tuple[int, CodeType]]:
    return sorted(CODE_TYPES.items())


_EVERY_CASE = (
    select(
        CaseRecord.record_id,
        CaseRecord.sex,
        CaseRecord.age_years,
        RecordHead.officer_number,
        VisitRecord.month,
    )
    .join(RecordHead, RecordHead.record_id == CaseRecord.record_id)
    .outerjoin(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
    .where(CaseRecord.withdrawn.is_(False))
)
_EVERY_CODE = select(StoredCode.record_id, StoredCode.code_type, StoredCode.code).order_by(
    StoredCode.code
)
# Written once: to build a statement costs more than to run it.
_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_SOME_CASES = _EVERY_CASE.where(CaseRecord.record_id.in_(_CASES))
_SOME_CODES = _EVERY_CODE.where(StoredCode.record_id.in_(_CASES))


def _birth_year(month: str | None, age_years: int | None) -> int:
    """As a tablet works it out of an age: give or take one."""
    if month is None or age_years is None or not is_month(month):
        return YEAR_NOT_KNOWN
    return birth_year_of(age_years, date(int(month[:4]), int(month[5:7]), 1))
