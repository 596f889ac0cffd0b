"""Many records in few bytes: records are taken apart, laid side by side and deflated together.

Ids, ancestors and linkage codes look random and cannot be compressed: they stand in one run of
their own, so that deflate wastes nothing on them. Everything else is written column by column
(or row by row, whichever is smaller) behind a preset dictionary. Every record's canonical bytes
come back exactly, for its fingerprint is taken over them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from shared.errors import ParcelUnreadable
from shared.wire import cbor
from shared.wire.cbor import Item
from shared.wire.limits import (
    MAX_INFLATED_BYTES,
    MAX_RECORD_BYTES,
    MAX_RECORDS,
    MAX_UNPACKED_BYTES,
)
from shared.wire.outline import (
    ID_BYTES,
    Head,
    Parts,
    UnpackedRecord,
    malformed,
    put_together,
    take_apart,
)
from shared.wire.squeeze import LATEST_DICTIONARY, deflate, inflate, preset_dictionary

_BY_COLUMN, _BY_ROW = 0, 1


def pack(records: Sequence[bytes], dictionary: int = LATEST_DICTIONARY) -> bytes:
    """The records, in their order, in few bytes. Raises ValueError beyond the limits.

    Bytes that are no record of this version are carried as they are.
    """
    if len(records) > MAX_RECORDS or any(len(record) > MAX_RECORD_BYTES for record in records):
        raise ValueError("Too many records for one parcel, or one is too large.")
    if sum(map(len, records)) > MAX_UNPACKED_BYTES:
        raise ValueError("These records are too large for one parcel.")
    if not records:
        return b""
    rows = [take_apart(record) for record in records]
    known = [row for row in rows if row]
    foreign = _visits_elsewhere(known)
    run = (
        b"".join(row.record_id + row.ancestors + row.codes for row in known)
        + b"".join(foreign)
        + b"".join(record for record, row in zip(records, rows, strict=True) if row is None)
    )
    lengths = [len(record) for record, row in zip(records, rows, strict=True) if row is None]
    preset = preset_dictionary(dictionary)
    order, squeezed = min(
        (
            (order, deflate(_dense(rows, foreign, lengths, order), preset))
            for order in (_BY_COLUMN, _BY_ROW)
        ),
        key=lambda choice: len(choice[1]),
    )
    start = (len(records), dictionary, order, len(run))
    return b"".join(map(cbor.encode, start)) + run + squeezed


def unpack(data: bytes) -> tuple[UnpackedRecord, ...]:
    """The records ``pack`` was given, byte for byte, and what they were put together from.

    Raises ParcelUnreadable for anything ``pack`` does not write and for more than the limits
    allow, before the memory for it is asked for.
    """
    if not data:
        return ()
    reader = cbor.Reader(data)
    count, dictionary, order, length = (_number(reader.item()) for _ in range(4))
    if not 0 < count <= MAX_RECORDS:
        raise ParcelUnreadable(f"A parcel of more than {MAX_RECORDS} records is refused.")
    if order not in (_BY_COLUMN, _BY_ROW):
        raise malformed()
    run = cbor.Reader(reader.take(length))
    squeezed = reader.take(len(data) - reader.at)
    dense = cbor.Reader(inflate(squeezed, MAX_INFLATED_BYTES, preset_dictionary(dictionary)))
    records: list[UnpackedRecord] = []
    unpacked = 0
    for record in _put_together(dense, run, count, order):
        unpacked += len(record.data)
        if unpacked > MAX_UNPACKED_BYTES or len(record.data) > MAX_RECORD_BYTES:
            raise ParcelUnreadable("It unpacks to more than the limits allow.")
        records.append(record)
    return tuple(records)


def dense_of(records: Sequence[bytes]) -> bytes:
    """What deflate is given for these records, row by row: the stuff of preset dictionaries."""
    rows = [take_apart(record) for record in records]
    foreign = _visits_elsewhere([row for row in rows if row])
    return _dense(rows, foreign, [], _BY_ROW)


# --- the dense part -------------------------------------------------------------------------------


def _dense(
    rows: Sequence[Parts | None], foreign: Sequence[bytes], lengths: Sequence[int], order: int
) -> bytes:
    heads: dict[Item, int] = {}
    shapes: dict[Item, int] = {}
    known = [row for row in rows if row]
    head_column: list[Item] = [
        heads.setdefault(tuple(row.head), len(heads)) if row else cbor.UNKNOWN for row in rows
    ]
    shape_column = [shapes.setdefault(_to_steps(row.keys), len(shapes)) for row in known]
    cells = _cells([(row.head, row.keys) for row in known], order)
    items = (
        tuple(heads),
        tuple(shapes),
        *head_column,
        *shape_column,
        *_visit_steps(known, foreign),
        *lengths,
        *(known[row].values[place] for row, place in cells),
    )
    return b"".join(map(cbor.encode, items))


def _put_together(
    dense: cbor.Reader, run: cbor.Reader, count: int, order: int
) -> Iterator[UnpackedRecord]:
    heads = [_head(item) for item in _array(dense.item())]
    shapes = [_from_steps(_array(item)) for item in _array(dense.item())]
    row_heads = [
        None if item is cbor.UNKNOWN else heads[_place(item, heads)] for item in dense.items(count)
    ]
    known = [head for head in row_heads if head]
    keys = [shapes[_place(dense.item(), shapes)] for _ in known]
    steps = [_whole(dense.item()) for head in known if head.has_visit]
    lengths = [_number(dense.item()) for head in row_heads if head is None]
    outlines = list(zip(known, keys, strict=True))
    # Every value takes at least a byte, so a promise of more values than bytes is a lie.
    if sum(len(head.class_keys) + len(own) for head, own in outlines) > len(dense.data) - dense.at:
        raise malformed()
    values: list[list[Item]] = [[cbor.UNKNOWN] * (len(h.class_keys) + len(k)) for h, k in outlines]
    cells = list(_cells(outlines, order))
    for (row, place), item in zip(cells, dense.items(len(cells)), strict=True):
        values[row][place] = item
    dense.end()
    randoms = [
        (
            run.take(ID_BYTES),
            run.take(ID_BYTES * head.ancestors),
            run.take(head.code_bytes * len(head.code_types)),
        )
        for head in known
    ]
    visits = _visit_ids(known, [record_id for record_id, _, _ in randoms], steps, run)
    others = iter([run.take(length) for length in lengths])
    run.end()
    rows = iter(zip(outlines, values, randoms, visits, strict=True))
    for maybe in row_heads:
        if maybe is None:
            yield UnpackedRecord(next(others))
            continue
        (head, own), said, (record_id, ancestors, codes), visit_id = next(rows)
        yield put_together(Parts(head, own, tuple(said), record_id, visit_id, ancestors, codes))


def _cells(
    outlines: Sequence[tuple[Head, tuple[Item, ...]]], order: int
) -> Iterator[tuple[int, int]]:
    """Row and place of every value, in the order they are written."""
    if order == _BY_ROW:
        for row, (head, keys) in enumerate(outlines):
            for place in range(len(head.class_keys) + len(keys)):
                yield row, place
        return
    columns: dict[tuple[int, bool, Item], list[tuple[int, int]]] = {}
    for row, (head, keys) in enumerate(outlines):
        classes = len(head.class_keys)
        for place, key in enumerate(head.class_keys + keys):
            columns.setdefault((head.kind, place < classes, key), []).append((row, place))
    for column in sorted(columns, key=_questionnaire_order):
        yield from columns[column]


def _questionnaire_order(column: tuple[int, bool, Item]) -> tuple[int, bool, float, str]:
    """Kind by kind, content before classes, questions by number, names last."""
    kind, is_class, key = column
    if isinstance(key, int):
        return kind, is_class, key, ""
    # Anything but a text is a hostile parcel's; it only has to be put in some order.
    return kind, is_class, math.inf, key if isinstance(key, str) else repr(key)


def _visits_elsewhere(rows: Sequence[Parts]) -> list[bytes]:
    """Ids of visits that cases name and that are not records of this parcel, each once."""
    here = {row.record_id for row in rows if not row.visit_id}
    named = dict.fromkeys(row.visit_id for row in rows if row.visit_id)
    return [visit_id for visit_id in named if visit_id not in here]


def _visit_steps(rows: Sequence[Parts], foreign: Sequence[bytes]) -> Iterator[int]:
    """For each case, how far on its visit is in the list of visits from the case before."""
    visits = [row.record_id for row in rows if not row.visit_id] + list(foreign)
    number = {visit_id: place for place, visit_id in enumerate(visits)}
    before = 0
    for row in rows:
        if row.visit_id:
            yield number[row.visit_id] - before
            before = number[row.visit_id]


def _visit_ids(
    heads: Sequence[Head], ids: Sequence[bytes], steps: Sequence[int], run: cbor.Reader
) -> list[bytes]:
    visits = [own for head, own in zip(heads, ids, strict=True) if not head.has_visit]
    places: list[int] = []
    for step in steps:
        places.append(step + (places[-1] if places else 0))
    if any(not 0 <= place < len(visits) + len(steps) for place in places):
        raise malformed()
    elsewhere = max([place - len(visits) + 1 for place in places], default=0)
    visits += [run.take(ID_BYTES) for _ in range(elsewhere)]
    remaining = iter(places)
    return [visits[next(remaining)] if head.has_visit else b"" for head in heads]


def _to_steps(keys: tuple[Item, ...]) -> tuple[Item, ...]:
    """Question numbers as differences: 4, 5, 9 is 4, 0, 3. Names stay as they are."""
    steps: list[Item] = []
    after = 0
    for key in keys:
        if isinstance(key, int):
            steps.append(key - after)
            after = key + 1
        else:
            steps.append(key)
    return tuple(steps)


def _from_steps(steps: tuple[Item, ...]) -> tuple[Item, ...]:
    keys: list[Item] = []
    after = 0
    for step in steps:
        if isinstance(step, int):
            keys.append(after + step)
            after += step + 1
        else:
            keys.append(step)
    return tuple(keys)


def _head(item: Item) -> Head:
    match item:
        case (
            int(),
            int(),
            int(),
            bytes(),
            str(),
            str(),
            bool(),
            bytes(types),
            int(size),
            bool(),
            int(ancestors),
            tuple(),
        ) if size >= 0 and ancestors >= 0 and bool(size) == bool(types):
            return Head(*item)  # type: ignore[arg-type]
    raise malformed()


def _array(item: Item) -> tuple[Item, ...]:
    if not isinstance(item, tuple):
        raise malformed()
    return item


def _whole(item: Item) -> int:
    if type(item) is not int:
        raise malformed()
    return item


def _number(item: Item) -> int:
    if _whole(item) < 0:
        raise malformed()
    return _whole(item)


def _place(item: Item, table: Sequence[object]) -> int:
    if _number(item) >= len(table):
        raise malformed()
    return _number(item)
