"""Rows of a source as submissions with their persons, and what names each for good. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence

from mobile.imports.mapping import SourceMapping
from mobile.imports.sheets import SourceRow, SourceSheet


def submissions(
    sheets: Sequence[SourceSheet], mapping: SourceMapping
) -> Iterator[tuple[SourceRow | None, list[SourceRow]]]:
    """Each submission with the rows of its persons; last, without one, persons whose submission is
    not in the file."""
    by_name = {sheet.name: sheet for sheet in sheets}
    up, named = mapping.kind.parent
    below: dict[str, list[SourceRow]] = {}
    if mapping.persons:
        for row in by_name[mapping.persons].rows:
            below.setdefault(row.values.get(up, ""), []).append(row)
    for row in by_name[mapping.cases].rows:
        yield row, below.pop(row.values.get(named, ""), []) if mapping.persons else []
    for orphans in below.values():
        yield None, orphans


def is_left_out(row: SourceRow, mapping: SourceMapping) -> bool:
    """Whether the source itself says that it is no case: rejected there, or not decrypted. Kobo
    writes Not approved on its pages and Not Approved in its exports."""
    return any(
        row.values.get(column, "").casefold() in values
        for column, values in mapping.kind.left_out.items()
    )


def key_of(row: SourceRow, mapping: SourceMapping, seen: Counter[str]) -> str:
    """What names a submission for good: its key in the source, else everything in it and which of
    the rows that read the same it is. seen: rows without a key so far in the file."""
    said = row.values.get(mapping.key, "") if mapping.key else ""
    if said:
        return _digest(["key", said])
    whole = _digest(["row", _lasting(row, mapping)])
    seen[whole] += 1  # Two persons of a list without names may read the same.
    return _digest([whole, seen[whole]])


def key_of_person(submission: str, row: SourceRow, at: int, mapping: SourceMapping) -> str:
    """What names a person of a submission: the row's own key, else its place among the others."""
    own = next((row.values[name] for name in mapping.kind.keys if row.values.get(name)), "")
    return _digest([submission, own if mapping.persons and own else at, "person"])


def digest_of_rows(rows: Sequence[SourceRow], mapping: SourceMapping) -> str:
    """Of what stands in these rows: whether they were changed since."""
    return _digest([_lasting(row, mapping) for row in rows])


def _lasting(row: SourceRow, mapping: SourceMapping) -> dict[str, str]:
    """The values that the next export has again."""
    anew = {*mapping.kind.never_keys, *mapping.kind.parent} if mapping.kind.never_keys else ()
    return {name: value for name, value in row.values.items() if name not in anew}


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
