"""Linkage codes as the office keeps them: one row a case, found by any of its codes.

A code is kept as one number: its type and the first bits of the keyed hash that stands for it. On
PostgreSQL an index over the numbers of a row finds who shares one (GIN, documentation, chapter 70);
SQLite has none like it, and a second table does. Owns this SQL; server.intake.codes says what is
crowded.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, text

from server.db.among import among
from server.db.chunks import chunks
from server.db.settings import BY_INDEX
from server.db.together import Together
from server.db.upsert import insert_all, set_each
from server.intake.model import CaseCodes, CodeSharer, Conflict, CrowdedCode
from shared.linkage import LinkageCode, rekey

TYPE_BITS = 6
HASH_BITS = 64 - TYPE_BITS
"""Of five million persons two have the same 58 bits of one type with a chance of 1 in 20,000."""
FIRST_KEY = 1
_NEST = b"tally87/1 nest\x00"


def kept_code(code: LinkageCode, peppers: Sequence[bytes]) -> int:
    """What is kept of a code: a number of 64 bits, as databases have them with a sign.

    peppers: the first secret of the office, and every later one in its order.
    """
    kept = of_rekeyed(code.kind, rekey(code.code, code.kind, peppers[0]))
    return nested(kept, peppers[1:]) if len(peppers) > 1 else kept


def nested(kept: int, later: Sequence[bytes]) -> int:
    """What is kept in place of a kept code once these secrets were added: equal ones stay equal."""
    for pepper in later:
        number = kept % (1 << 64)
        keyed = hmac.digest(pepper, _NEST + number.to_bytes(8), hashlib.sha256)
        kept = of_rekeyed(number >> HASH_BITS, keyed)
    return kept


def of_rekeyed(code_type: int, rekeyed: bytes) -> int:
    """The same of a code that was re-keyed with the pepper already."""
    number = code_type << HASH_BITS | int.from_bytes(rekeyed[:8]) >> TYPE_BITS
    return number - (1 << 64) if number >> 63 else number


def laid_out(by_key: Mapping[int, Iterable[int]]) -> list[int]:
    """The kept codes of one case as one list, by the number of the linkage key they were made with.

    Those of the first key stand first; before those of another stands its number, which no code
    is: types begin at 1.
    """
    found: list[int] = []
    for number in sorted(by_key):
        found += [number] if number > FIRST_KEY else []
        found += sorted(set(by_key[number]))
    return found


def by_key(kept: Sequence[int]) -> dict[int, list[int]]:
    """The same list taken apart: the codes by the number of their key."""
    found: dict[int, list[int]] = {}
    number = FIRST_KEY
    for code in kept:
        if type_of(code):
            found.setdefault(number, []).append(code)
        else:
            number = code
    return found


def codes_in(kept: Sequence[int]) -> set[int]:
    """The codes in such a list, whatever their keys."""
    return {code for code in kept if type_of(code)}


def type_of(kept: int) -> int:
    """The type of a kept code."""
    return kept % (1 << 64) >> HASH_BITS


def put(writes: Together, codes: Mapping[str, Sequence[int]], replaced: Collection[str]) -> None:
    """Keeps these codes of these cases, each list as it is laid out. replaced: cases that may have
    had others before."""
    connection = writes.connection
    forget(connection, sorted(one for one in replaced if not codes.get(one)))
    kept = [(case, codes[case]) for case in sorted(codes) if codes[case]]
    if not _has_own_index(connection):
        had = sorted(replaced & codes.keys())
        for some in chunks(had):
            connection.execute(delete(CodeSharer).where(CodeSharer.record_id.in_(some)))
        sharers = [
            {"code": code, "record_id": case} for case, own in kept for code in codes_in(own)
        ]
        writes.insert_all(CodeSharer, sharers)
    writes.upsert(
        CaseCodes, ("record_id",), [{"record_id": case, "codes": own} for case, own in kept]
    )


def forget(connection: Connection, cases: Sequence[str]) -> None:
    """Nothing is kept of the codes of these cases any more."""
    for some in chunks(cases):
        for table in (CaseCodes, CodeSharer):
            connection.execute(delete(table).where(table.record_id.in_(some)))


def codes_of_cases(
    connection: Connection, cases: Sequence[str] | None
) -> Iterator[tuple[str, Sequence[int]]]:
    """The codes of these cases (None: of all), as laid out; cases without codes are left out."""
    if cases is None:
        yield from connection.execute(_EVERY)
        return
    yield from connection.execute(_SOME, {"cases": cases})


def kept_of(connection: Connection, case: str) -> list[int]:
    """The codes of one case."""
    return list(dict(codes_of_cases(connection, [case])).get(case, ()))


def nest_all(connection: Connection, pepper: bytes) -> int:
    """Sends every code that is kept anywhere through this secret; of how many cases.

    Nobody else reads or writes codes until the transaction ends. Equal codes stay equal, so that no
    link changes.
    """
    has_index = _has_own_index(connection)
    if has_index:
        # In the order in which intake writes them; then in one go, as each row would cost more.
        connection.execute(text("lock table conflict in share row exclusive mode"))
        connection.execute(text("lock table case_codes in access exclusive mode"))
        _INDEX.drop(connection)
    else:
        connection.execute(delete(CodeSharer))
    cases = 0
    for rows in _pages(connection, CaseCodes.record_id, CaseCodes.codes, ""):
        again = [(case, _nested_list(own, pepper)) for case, own in rows]
        kept = [{"record_id": case, "codes": own} for case, own in again]
        set_each(connection, CaseCodes, "record_id", kept)
        if not has_index:
            sharers = [
                {"code": code, "record_id": case} for case, own in again for code in codes_in(own)
            ]
            insert_all(connection, CodeSharer, sharers)
        cases += len(rows)
    if has_index:
        _INDEX.create(connection)
    for rows in _pages(connection, Conflict.number, Conflict.codes, 0):
        held = [{"number": number, "codes": _nested_list(own, pepper)} for number, own in rows]
        set_each(connection, Conflict, "number", held)
    crowded = [dict(row) for row in connection.execute(select(CrowdedCode.__table__)).mappings()]
    connection.execute(delete(CrowdedCode))
    noted = [{**row, "code": nested(row["code"], (pepper,))} for row in crowded]
    insert_all(connection, CrowdedCode, noted)
    return cases


def _nested_list(kept: Sequence[int], pepper: bytes) -> list[int]:
    return laid_out(
        {
            number: [nested(code, (pepper,)) for code in codes]
            for number, codes in by_key(kept).items()
        }
    )


def _pages(connection: Connection, key: Any, codes: Any, after: Any) -> Iterator[list[Any]]:
    """Every row that has codes, some thousands at a time, by its key."""
    some = select(key, codes).where(codes.is_not(None)).order_by(key).limit(_ROWS_AT_ONCE)
    while rows := list(connection.execute(some.where(key > after))):
        yield rows
        after = rows[-1][0]


def sharers(
    connection: Connection, codes: Mapping[str, Collection[int]]
) -> Iterator[tuple[int, str]]:
    """Every other case that shares one of these codes, by code; of these cases themselves perhaps
    some. codes: by case."""
    if _has_own_index(connection):
        yield from _sharers_by_index(connection, codes)
        return
    wanted = sorted({code for own in codes.values() for code in own})
    if wanted:
        asked = {"codes": json.dumps(wanted), "cases": json.dumps(sorted(codes))}
        yield from connection.execute(_SHARERS, asked)


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
    was = connection.execute(_BY_INDEX).scalar_one()
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
    if was == "on":
        connection.execute(_AS_EVER)
    return seen


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _has_own_index(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


# Written once: to build a statement costs more than to run it.
_EVERY = select(CaseCodes.record_id, CaseCodes.codes)
_SOME = _EVERY.where(among(CaseCodes.record_id, "cases"))
# Their own rows are known: each would be one more to read for every code.
_SHARERS = text(
    "select code, record_id from code_sharer where code in (select value from json_each(:codes)) "
    "and record_id not in (select value from json_each(:cases))"
)
_OVERLAPPING = text(
    "select asked.record_id, other.record_id, other.codes "
    "from unnest(cast(:cases as uuid[]), cast(:probes as text[])) as asked(record_id, probe) "
    "join case_codes as other on other.codes && cast(asked.probe as bigint[]) "
    "where other.record_id <> asked.record_id"
)
_WITH_CODE = text(
    "select record_id from case_codes where codes @> cast(:code as bigint[]) "
    "limit cast(:most as bigint)"
)
_BY_INDEX = text(f"select current_setting('enable_seqscan'), {BY_INDEX}")
_AS_EVER = text("set local enable_seqscan = on")
_CASES_AT_ONCE = 1_000
_ROWS_AT_ONCE = 5_000
(_INDEX,) = CaseCodes.__table__.indexes  # type: ignore[attr-defined]
