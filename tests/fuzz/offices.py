"""Fuzz targets of a whole office: any body over HTTP, and records of a broken tablet.

What each holds to: no fault (500), nothing stored from what is refused, one outcome for each
record, and the same outcome when the same parcel comes again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, func, select, text

from server.db.schema import Model
from server.office import Office
from server.programme.keys import keys_of
from server.web import create_app
from shared.identifiers import RandomBytes
from shared.lifecycle import Outcome
from shared.wire import cbor
from shared.wire.cbor import Item
from shared.wire.envelope import MessageKind
from shared.wire.limits import MAX_RECORD_BYTES
from shared.wire.packing import pack
from shared.wire.records import encode_record
from tests.fuzz.bytes_as_choices import Choices
from tests.fuzz.known import CLOCK, Target, reference, sealed, tablet_keys, typical_records
from tests.server.field import NOW, Clock, FieldTablet, make_office, seeded

DATABASE = "TALLY87_FUZZ_DATABASE"
"""Names a database to use instead of SQLite in a folder of its own."""

_PARCELS, _ENROLMENTS = "/api/v1/parcels", "/api/v1/enrolments"
_REFUSALS = frozenset({400, 401, 409, 413, 426})


class Watched:
    """An office that is asked over HTTP, and a witness that sees whether it wrote anything."""

    def __init__(self, office: Office, random_bytes: RandomBytes) -> None:
        self.office = office
        self.tablet = FieldTablet.enrol(office)
        self.app: Flask = create_app(office.config, Clock(), random_bytes)
        self.app.extensions["tally87"].clock.now = NOW
        self.app.error_handler_spec[None][None].pop(Exception)  # a fault shows its traceback
        self.app.config["PROPAGATE_EXCEPTIONS"] = True
        self._witness: Connection = office.engine.connect().execution_options(reading=True)
        self.client = self.app.test_client()

    def state(self) -> Any:
        """Changes exactly when somebody else has committed (SQLite), or rows came or went."""
        with self._witness.begin():
            if self._witness.dialect.name == "sqlite":
                return self._witness.execute(text("pragma data_version")).scalar()
            return tuple(
                self._witness.scalar(select(func.count()).select_from(table))
                for table in Model.metadata.sorted_tables
            )

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the reply, held to what every reply must be."""
        before = self.state()
        with self.client.post(path, data=body) as reply:
            status, data = reply.status_code, reply.data
        assert status == 200 or status in _REFUSALS, status
        if status != 200:
            assert self.state() == before, f"{status}, and something was stored"
            assert set(reply.get_json()) == {"code", "message", "findings", "request_id"}
        return status, data

    def close(self) -> None:
        self._witness.close()
        self.app.extensions["tally87"].close()
        self.office.close()


@cache
def the_office() -> Watched:
    """One office for all inputs of a process."""
    folder = tempfile.TemporaryDirectory()
    settings: dict[str, Any] = {"parcels_per_minute": 10**9, "log_level": "ERROR"}
    if os.environ.get(DATABASE):
        settings["database_url"] = os.environ[DATABASE]
    watched = Watched(make_office(Path(folder.name), **settings), seeded(6))
    atexit.register(folder.cleanup)
    atexit.register(watched.close)
    return watched


def _any_body(data: bytes) -> None:
    """First byte: which road in; the rest as it stands, or as the body of a signed parcel."""
    choices = Choices(data)
    office = the_office()
    match choices.below(3):
        case 0:
            office.post(_PARCELS, choices.rest())
        case 1:
            office.post(_ENROLMENTS, choices.rest())
        case _:
            _send_body(CLOCK + choices.rest())


def _send_body(body: bytes) -> tuple[int, bytes]:
    office = the_office()
    membership = office.tablet.membership
    whole = bytes.fromhex(membership.tablet_id) + body
    message = sealed(MessageKind.PARCEL, whole, office.tablet.keys, membership.programme_public)
    status, reply = office.post(_PARCELS, message)
    if status == 200:
        office.tablet.open(reply)
    return status, reply


def _any_body_seeds() -> Iterator[bytes]:
    yield from (b"\x00T87P\x01", b"\x00T87P\x02", b"\x01T87E\x01" + bytes(149), b"\x02")
    yield b"\x02" + pack(_canonical(), 0)
    yield b"\x02" + pack(_canonical())


def _canonical() -> list[bytes]:
    return [encode_record(one, reference().questionnaire) for one in typical_records()]


_NUMBERS = (0, 1, -1, 12, 65, 255, 2**31 - 1, 2**31, 10**12, 2**63, 2**64 - 1, -(2**64))
_TEXTS = ("", "unknown", "refused", "yes", "2026-11-10", "2026-11", "0001-01-01", "9999-12-31")
_MORE_TEXTS = ("20261110", "2026-W46-2", "x" * 2000, "\0", "PK-PB-01", "é" * 41, "'; --")
_FIELDS = 14


def _value(choices: Choices) -> Item:
    """An answer of any type, likely and unlikely."""
    kinds: Mapping[int, Callable[[], Item]] = {
        0: lambda: choices.one_of(_NUMBERS),
        1: lambda: choices.one_of(_TEXTS + _MORE_TEXTS),
        2: lambda: cbor.UNKNOWN,
        3: lambda: cbor.REFUSED,
        4: lambda: Decimal((choices.below(2), (1 + choices.below(9),), -1 - choices.below(24))),
        5: lambda: cbor.Plain(choices.one_of(_NUMBERS)),
        6: lambda: tuple(choices.one_of(_TEXTS + _MORE_TEXTS) for _ in range(choices.below(4))),
        7: lambda: choices.text(choices.below(80)),
        8: lambda: choices.piece(choices.below(40)),
        9: lambda: bool(choices.below(2)),
        10: lambda: choices.below(300),
    }
    return kinds[choices.below(len(kinds))]()


def _edited(record: bytes, choices: Choices) -> bytes:
    fields = cbor.decode(record)
    assert isinstance(fields, tuple)
    parts = list(fields)
    for _ in range(1 + choices.below(4)):
        content = list(parts[13]) if isinstance(parts[13], tuple) else []
        match choices.below(6):
            case 0:
                parts[choices.below(_FIELDS)] = _value(choices)
            case 1:
                content += [choices.text(1 + choices.below(20)), _value(choices)]
            case 2 if content:
                at = 2 * choices.below(len(content) // 2)
                del content[at : at + 2]
            case 3:
                places = {content[at]: content[at + 1] for at in range(0, len(content) - 1, 2)}
                places[choices.below(256)] = _value(choices)
                with contextlib.suppress(TypeError):  # a name among the numbers: left as it was
                    content = [one for pair in sorted(places.items()) for one in pair]
            case _ if content:
                content[2 * choices.below(len(content) // 2) + 1] = _value(choices)
        parts[13] = tuple(content) if isinstance(parts[13], tuple) else parts[13]
    return cbor.encode(tuple(parts))


def _broken_tablet(data: bytes) -> None:
    """Parcels of records that are nearly right, each sent twice."""
    choices = Choices(data)
    pool = _canonical()
    records = []
    for _ in range(1 + choices.below(4)):
        try:
            record = _edited(choices.one_of(pool), choices)
        except ValueError:
            continue  # not even CBOR of ours
        if len(record) <= MAX_RECORD_BYTES:
            records.append(record)
    try:
        body = CLOCK + pack(records, 0)
    except ValueError:
        return
    status, first = _send_body(body)
    if status != 200:
        return
    again_status, again = _send_body(body)
    assert again_status == 200
    opened, repeated = the_office().tablet.open(first), the_office().tablet.open(again)
    assert len(opened.outcomes) == len(records)
    assert repeated.totals == opened.totals
    settled = {Outcome.ACCEPTED: Outcome.ALREADY_ACCEPTED}
    for one, other in zip(opened.outcomes, repeated.outcomes, strict=True):
        assert other.word == settled.get(one.word, one.word)
        assert one.findings == other.findings


def _broken_tablet_seeds() -> Iterator[bytes]:
    for field in range(_FIELDS):
        for kind in range(11):
            yield bytes((0, field, 0, 0, field, kind, 1, 1))
    for place in range(0, 250, 3):
        yield bytes((0, 1 + place % 7, 0, 3, place, place % 11, place % 15, 1, 2))


def _enrolments(data: bytes) -> None:
    """Requests with the tablet's signature over any body."""
    from shared.wire.envelope import header_of, sign

    kind = MessageKind.ENROLMENT_REQUEST
    to = keys_of(the_office().office).programme.public.fingerprint()[:10]
    header = header_of(kind)
    signature = sign(kind, tablet_keys(), to, header, data)
    status, _ = the_office().post(_ENROLMENTS, header + signature + data)
    assert status != 200


TARGETS = (
    Target("intake", _any_body, _any_body_seeds, costly=True),
    Target("broken-tablet", _broken_tablet, _broken_tablet_seeds, costly=True),
    Target("enrolment", _enrolments, lambda: [bytes(5 + 64 + 16)], costly=True),
)
