"""Linkage codes as the office keeps them: one row a case, found by any of its codes.

A code is kept as one number: its type and the first bits of the keyed hash that stands for it. On
PostgreSQL an index over the numbers of a row finds who shares one (GIN, documentation, chapter 70);
SQLite has none like it, and a second table does. Owns this SQL; server.intake.codes says what is
crowded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, select, text

from server.db.among import among
from server.db.chunks import chunks
from server.db.upsert import insert_all, upsert
from server.intake.model import CaseCodes, CodeSharer
from shared.linkage import LinkageCode, rekey

TYPE_BITS = 6
HASH_BITS = 64 - TYPE_BITS
"""Of five million persons two have the same 58 bits of one type with a chance of 1 in 20,000."""


def kept_code(code: LinkageCode, pepper: bytes) -> int:
    """What is kept of a code: a number of 64 bits, as databases have them with a sign."""
    return of_rekeyed(code.type, rekey(code.code, code.type, pepper))


def of_rekeyed(code_type: int, rekeyed: bytes) -> int:
    """The same of a code that was re-keyed with the pepper already."""
    number = code_type << HASH_BITS | int.from_bytes(rekeyed[:8]) >> TYPE_BITS
    return number - (1 << 64) if number >> 63 else number


def type_of(kept: int) -> int:
    """The type of a kept code."""
    return kept % (1 << 64) >> HASH_BITS


def put(
    connection: Connection, codes: Mapping[str, Sequence[int]], replaced: Collection[str]
) -> None:
    """Keeps these codes of these cases. replaced: cases that may have had others before."""
    forget(connection, sorted(one for one in replaced if not codes.get(one)))
    rows = [
        {"record_id": case, "codes": sorted(set(codes[case]))}
        for case in sorted(codes)
        if codes[case]
    ]
    if _has_own_index(connection):
        upsert(connection, CaseCodes, ("record_id",), rows)
        return
    had = sorted(replaced & codes.keys())
    for some in chunks(had):
        connection.execute(delete(CodeSharer).where(CodeSharer.record_id.in_(some)))
    upsert(connection, CaseCodes, ("record_id",), rows)
    sharers = [
        {"code": code, "record_id": row["record_id"]} for row in rows for code in row["codes"]
    ]
    insert_all(connection, CodeSharer, sharers)


def forget(connection: Connection, cases: Sequence[str]) -> None:
    """Nothing is kept of the codes of these cases any more."""
    for some in chunks(cases):
        for table in (CaseCodes, CodeSharer):
            connection.execute(delete(table).where(table.record_id.in_(some)))


def codes_of_cases(
    connection: Connection, cases: Sequence[str] | None
) -> Iterator[tuple[str, Sequence[int]]]:
    """The codes of these cases (None: of all), ascending; cases without codes are left out."""
    if cases is None:
        yield from connection.execute(_EVERY)
        return
    yield from connection.execute(_SOME, {"cases": cases})


def sharers(
    connection: Connection, codes: Mapping[str, Collection[int]]
) -> Iterator[tuple[int, str]]:
    """Every other case that shares one of these codes, by code; perhaps the cases themselves, too.
    codes: by case."""
    if _has_own_index(connection):
        yield from _sharers_by_index(connection, codes)
        return
    wanted = sorted({code for own in codes.values() for code in own})
    if wanted:
        yield from connection.execute(_SHARERS, {"codes": wanted})


def sharers_of_code(connection: Connection, code: int, most: int | None = None) -> list[str]:
    """Every case that has this code; with most, any so many of them."""
    if _has_own_index(connection):
        asked = {"code": f"{{{code}}}", "most": most}
        return list(connection.scalars(_WITH_CODE, asked))
    some = select(CodeSharer.record_id).where(CodeSharer.code == code).limit(most)
    return list(connection.scalars(some))


def _sharers_by_index(
    connection: Connection, codes: Mapping[str, Collection[int]]
) -> set[tuple[int, str]]:
    # To its planner a table of some pages is read quicker than an index of arrays: not by a batch.
    connection.execute(_BY_INDEX)
    seen: set[tuple[int, str]] = set()
    asked = [case for case in sorted(codes) if codes[case]]
    for some in chunks(asked, _CASES_AT_ONCE):
        probes = {
            "cases": "{" + ",".join(some) + "}",
            "probes": "{" + ",".join(f'"{{{_listed(codes[case])}}}"' for case in some) + "}",
        }
        for case, other, theirs in connection.execute(_OVERLAPPING, probes):
            for code in set(theirs).intersection(codes[case]):
                seen.add((code, other))
    connection.execute(_AS_EVER)
    return seen


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _has_own_index(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


# Written once: to build a statement costs more than to run it.
_EVERY = select(CaseCodes.record_id, CaseCodes.codes)
_SOME = _EVERY.where(among(CaseCodes.record_id, "cases"))
_SHARERS = select(CodeSharer.code, CodeSharer.record_id).where(among(CodeSharer.code, "codes"))
_OVERLAPPING = text(
    "select asked.record_id, other.record_id, other.codes "
    "from unnest(cast(:cases as text[]), cast(:probes as text[])) as asked(record_id, probe) "
    "join case_codes as other on other.codes && cast(asked.probe as bigint[]) "
    "where other.record_id <> asked.record_id"
)
_WITH_CODE = text(
    "select record_id from case_codes where codes @> cast(:code as bigint[]) "
    "limit cast(:most as bigint)"
)
_BY_INDEX, _AS_EVER = (text(f"set local enable_seqscan = {word}") for word in ("off", "on"))
_CASES_AT_ONCE = 1_000
