"""From a published number to where it comes from. Inside the office only: it opens the sealed
counts of the edition, and every look is logged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.db.engine import reading, transaction
from server.disclosure.cube import Codes
from server.office import Office
from server.programme.keys import keys_of
from server.releases import store
from server.releases.build import about
from server.releases.counted import SourceTable, at_levels, from_bytes
from server.releases.files import BETWEEN, NumberState, read_states
from server.releases.sealing import unsealed
from server.releases.structure import STRUCTURE, structure_from
from server.staff import audit
from shared.errors import ServiceError

MOST = 20
"""Places of one number that are shown."""


class NoSuchNumber(ServiceError):
    """A number, or an address, that stands in no edition."""


@dataclass(frozen=True)
class TracedNumber:
    """Where a published number comes from.

    place: table and codes. persons: counted in the cell; records: case records behind them;
    merged: records that are a further one of a person already counted.
    """

    edition: int
    version: str
    release: int
    table: str
    codes: Codes
    persons: int
    records: int
    merged: int
    parameters: Mapping[str, Any]
    provenance: Mapping[str, Any]
    file_digest: str
    by_organisation: Mapping[str, int]


def trace(
    office: Office, actor: str, number: str, edition: int | None = None
) -> list[TracedNumber]:
    """Where a number stands in an edition (the newest that holds, when None), and what it was made
    of. number: the count, or an address as ``TABLE / CODE / CODE``. Raises NoSuchNumber.
    """
    with transaction(office.engine) as connection:
        audit.enter(connection, office.now_s(), actor, "number_traced", {"edition": edition or 0})
    with reading(office.engine) as connection:
        holding = [one for one in store.editions(connection) if one.withdrawn_at_s is None]
        if edition is not None:
            kept = store.edition_of(connection, edition)
        elif holding:
            kept = holding[-1]
        else:
            raise NoSuchNumber("There is no edition that holds.")
        files = store.files_of(connection, kept.release)
        sealed = store.sealed_of(connection, kept.release)
    counts = from_bytes(unsealed(keys_of(office).programme, about(kept.release), sealed))
    structure, manifest = structure_from(files[STRUCTURE]), json.loads(kept.manifest)
    found = []
    for name, codes in _places(number, {n: files[t.file] for n, t in structure.tables.items()}):
        table = at_levels(counts.tables[name], structure.levels)
        persons, records = _in_cell(table, codes)
        place = table.cube.place(codes)
        found.append(
            TracedNumber(
                kept.number,
                kept.version,
                kept.release,
                name,
                codes,
                persons,
                records,
                records - persons,
                manifest["parameters"] | {"levels": structure.levels},
                counts.provenance,
                manifest["files"][structure.tables[name].file],
                {who: int(own.ravel()[place]) for who, own in table.own.items()},
            )
        )
    if not found:
        raise NoSuchNumber(
            f"{number} stands in no table of edition {kept.number}. Give the count as it is "
            f"printed, or an address: TABLE{BETWEEN}CODE{BETWEEN}CODE."
        )
    return found[:MOST]


def _places(number: str, tables: Mapping[str, bytes]) -> Iterator[tuple[str, Codes]]:
    """Published cells only: what is withheld has no number to be traced."""
    address = tuple(part.strip() for part in number.split(BETWEEN.strip()))
    plain = "".join(number.split()).replace(",", "").replace("\u202f", "")
    for name, content in tables.items():
        _, rows = read_states(content.decode(), name)
        for codes, (state, count) in rows.items():
            if state not in (NumberState.PUBLISHED, NumberState.ZERO):
                continue
            if str(count) == plain or (len(address) > 1 and address == (name, *codes)):
                yield name, codes


def _in_cell(table: SourceTable, codes: Codes) -> tuple[int, int]:
    place = table.cube.place(codes)
    records = 0 if table.records is None else int(table.records.ravel()[place])
    return int(table.cube.counts.ravel()[place]), records
