"""Searches everything a run leaves behind for anything that points to a person.

Names in every spelling used, birth dates and places are given to real tablets; then the server's
database, everything that went over the wire, every log and every file of the tablets is searched.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from demo.link import Link
from demo.national import signed_in, tables_of_latest_year
from demo.office import DemoOffice
from demo.officers.desk import shift_of
from server.db.engine import reading
from server.db.squeezed import squeezed
from server.programme.keys import keys_of
from server.programme.model import EnrolledTablet
from shared.errors import ParcelUnreadable
from shared.reference import load_reference
from shared.wire.keys import PublicKeys
from shared.wire.parcels import open_parcel
from tests.in_clear import NAMES, all_in_clear, cells_in_clear
from tests.journeys.surroundings import Journey, shift

VISITS = 12
TABLETS = (0, 3)
SHORTEST_MARKER = 5
"""Shorter names turn up in random bytes by chance (one of 4 letters in 4 GB, once)."""
PAGES = (
    *("/intake", "/jobs", "/healthz"),
    *("/today", "/today/conflicts", "/today/returned?state=all"),
    *("/programme", "/programme/tablets", "/programme/accounts", "/programme/log?what=all"),
)
COUNTS = ("/counts", "/counts.csv")


@dataclass(frozen=True)
class Run:
    """What is left after a run. wire: all bytes both ways; records: those of the parcels in it,
    unsealed with the office's key; answers: what a browser was shown."""

    folder: Path
    wire: bytes
    records: tuple[bytes, ...]
    answers: bytes
    markers: frozenset[str]


def markers_of(tablets: Iterable[int]) -> Iterator[str]:
    """Everything told to these tablets that points to a person or a place."""
    for number in tablets:
        for visit in shift_of(shift(number, VISITS)).visits:
            yield visit.place_name
            for case in visit.cases:
                person = case.person
                yield from (person.given_name, person.family_name, person.parent_given_name)
                if person.birth_date:
                    year, month, day = person.birth_date.split("-")
                    yield from (person.birth_date, f"{day}.{month}.{year}", year + month + day)


def names_of_areas() -> str:
    """What every page of tables says: Faisal is a name, and half of Faisalabad."""
    areas = load_reference("PAK").codelists["areas"]
    return " ".join(area.label("en") for area in areas).lower()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("privacy")
    journey = Journey(folder)
    shown = b""
    try:
        with (
            journey.office.serving(),
            Link(("127.0.0.1", journey.office.port), record=True) as link,
        ):
            for number in TABLETS:
                journey.enrol(number, link.url)
                with journey.tablet(number) as tablet:
                    tablet.obey("record", **shift(number, VISITS))
                    assert tablet.obey("send")["problem"] == ""
                    tablet.obey(
                        "misbehave",
                        **shift(number, VISITS),
                        ticket=journey.office.ticket("FAULTY").text(),
                    )
            assert journey.disagreements(TABLETS) == []
            tables_of_latest_year(journey.office)  # the worker may not have come to them yet
            for paths, as_approver in ((PAGES, False), (COUNTS, True)):
                browser = signed_in(journey.office, journey.notes, as_approver=as_approver)
                for path in paths:
                    with browser.open(journey.office.url + path) as reply:
                        shown += reply.read()
        opened = [
            record
            for (_, way), said in link.traffic.recorded.items()
            if way == "up"
            for body in bodies(bytes(said))
            for record in records_in(journey.office, body)
        ]
        wire = b"\n".join(bytes(way) for way in link.traffic.recorded.values())
    finally:
        journey.office.close()
    public = names_of_areas()
    found = frozenset(
        marker
        for marker in markers_of(TABLETS)
        if len(marker) >= SHORTEST_MARKER and marker.lower() not in public
    )
    return Run(folder, wire, tuple(opened), shown, found)


def bodies(said: bytes) -> Iterator[bytes]:
    """The bodies of the requests on one connection (RFC 9112: each says how long its body is)."""
    while said:
        head, _, rest = said.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        size = int(length[1]) if length else 0
        yield rest[:size]
        said = rest[size:]


def records_in(office: DemoOffice, body: bytes) -> Iterator[bytes]:
    """The records of a parcel, as the office reads them; nothing when it is no parcel."""

    def public(tablet_id: str) -> PublicKeys | None:
        with reading(office.office.engine) as connection:
            keys = connection.scalar(
                select(EnrolledTablet.public_keys).where(EnrolledTablet.tablet_id == tablet_id)
            )
        return PublicKeys.from_bytes(keys) if keys else None

    with contextlib.suppress(ParcelUnreadable):
        parcel = open_parcel(
            body, programme_keys=keys_of(office.office).programme, tablet_public=public
        )
        yield from parcel.records


def found_in(data: bytes, markers: Iterable[str]) -> list[str]:
    """Markers in these bytes, in any of the encodings text is kept in, whatever the case."""
    lower = data.lower()
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    return sorted(
        marker
        for marker in markers
        if any(marker.lower().encode(encoding) in lower for encoding in encodings)
    )


def all_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_search_would_find_a_name(run: Run, tmp_path: Path) -> None:
    """The search itself works: a file with one name in it is found, in every encoding."""
    name = next(marker for marker in run.markers if re.fullmatch("[A-Za-z]+", marker))

    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        left = tmp_path / encoding
        left.write_bytes(b"\x00\x01" + name.upper().encode(encoding) + b"\xff")
        assert found_in(left.read_bytes(), run.markers) == [name]
    assert len(run.markers) > 40


def test_search_would_find_a_name_that_is_kept_squeezed(run: Run, tmp_path: Path) -> None:
    name = next(marker for marker in run.markers if re.fullmatch("[A-Za-z]+", marker))
    plain = b"an answer that says " + name.encode() + b", " + b"and more " * 20
    for number, dictionary in enumerate(NAMES):
        file = tmp_path / f"{number}.sqlite"
        kept = squeezed(plain, dictionary)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("create table kept (canonical blob)")
            connection.execute("insert into kept values (?)", (kept,))
            connection.commit()

        assert found_in(kept, run.markers) == []
        assert any(found_in(data, run.markers) for _, data in cells_in_clear(file))
        assert found_in(all_in_clear(tmp_path), run.markers) == [name]
    assert len(NAMES) == 2


def test_no_file_of_server_or_tablet_holds_a_name_a_birth_date_or_a_place(run: Run) -> None:
    files = all_files(run.folder)
    telling = {
        str(path.relative_to(run.folder)): found
        for path in files
        if (found := found_in(path.read_bytes(), run.markers))
    }

    assert telling == {}
    assert {"office", "tablet-0", "tablet-3"} <= {
        path.relative_to(run.folder).parts[0] for path in files
    }


def test_no_cell_of_the_server_database_holds_one(run: Run) -> None:
    """Cell by cell, because a value could be cut in two by a page of the file."""
    looked_at = Counter[str]()
    for table, data in cells_in_clear(run.folder / "office" / "tally87.sqlite"):
        looked_at[table] += 1
        assert found_in(data, run.markers) == [], table

    assert looked_at["case_record"] > 100
    assert looked_at["record_revision"] > 100


def test_nothing_on_the_wire_points_to_a_person(run: Run) -> None:
    assert len(run.wire) > 1_000
    assert found_in(run.wire, run.markers) == []


def test_unsealed_records_hold_no_name_no_birth_date_and_no_place(run: Run) -> None:
    """What the office itself can read of what was sent."""
    assert len(run.records) > 2 * VISITS
    for record in run.records:
        assert found_in(record, run.markers) == []


def test_nothing_that_is_shown_points_to_a_person(run: Run) -> None:
    assert run.answers
    assert found_in(run.answers, run.markers) == []
