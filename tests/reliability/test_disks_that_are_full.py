"""No room on the disk, at the office or on the tablet: a sentence, nothing stored by half,
nothing lost, and everything goes on when there is room again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from server.office import Office
from server.web import create_app
from shared.lifecycle import CaseState
from tests.mobile.interviews import finalised_case
from tests.reliability.assertions import check_nothing_is_lost
from tests.reliability.country import Country
from tests.reliability.starting import template
from tests.server.field import FieldTablet, words


@contextmanager
def full(office: Office) -> Iterator[None]:
    """The office's SQLite file may not grow by a page: what a full disk does."""

    def no_room(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size instead

    event.listen(office.engine, "connect", no_room)
    try:
        yield
    finally:
        event.remove(office.engine, "connect", no_room)


@pytest.fixture
def country() -> Iterator[Country]:
    with template(1) as start:
        country = Country(start)
        yield country
        country.close()


def test_full_disk_at_the_office_is_answered_with_patience_and_stores_nothing(
    lite: Office,
) -> None:
    tablet = FieldTablet.enrol(lite)
    records = []
    for _ in range(60):
        visit = tablet.visit()
        records += [visit, tablet.case(visit), tablet.case(visit)]
    parcel = tablet.seal(records).data
    app = create_app(lite.config, lite.clock)
    office: Office = app.extensions["tally87"]
    client = app.test_client()
    try:
        with full(office):
            refused = client.post("/api/v1/parcels", data=parcel)
        stored = client.post("/api/v1/parcels", data=parcel)
    finally:
        office.close()

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.get_json()["message"]
    # first heard of now: nothing of the refused parcel was kept
    assert words(tablet.open(stored.data)) == ["accepted"] * len(records)


def test_full_disk_of_the_tablet_is_told_and_loses_nothing(country: Country) -> None:
    holder = country.holders[0]
    country.record(holder, 1, 3)
    country.note(holder)
    live = holder.session._store._live()
    live.execute("PRAGMA max_page_count = 1").fetchall()

    said = ""
    for person in range(10, 60):
        try:
            finalised_case(holder.session.casework, given_name=f"Person{person}")
        except Exception as fault:  # noqa: BLE001 - its sentence is what is looked at
            said = str(fault)
            break
    waiting = len(holder.book.entries())
    holder.cut_power()

    assert "No room" in said
    assert len(holder.book.entries()) == waiting >= 4
    check_nothing_is_lost(country)
    report = holder.session.sending.send()
    assert (report.problem, report.still_waiting, report.totals_agree) == ("", 0, True)
    assert report.accepted == waiting


def test_tablet_without_room_to_note_the_try_keeps_what_it_was_to_send(country: Country) -> None:
    holder = country.holders[0]
    country.record(holder, 1, 40)
    live = holder.session._store._live()
    live.execute("PRAGMA max_page_count = 1").fetchall()
    said = ""
    try:
        for _ in range(20):
            holder.session.sending.save_parcels(country.stick)
    except Exception as fault:  # noqa: BLE001 - its sentence is what is looked at
        said = str(fault)
    holder.cut_power()

    assert said == "" or "No room" in said
    assert {card.state for card in holder.cards() if card.fingerprint} == {CaseState.FINALISED}
    country.clean_sync()
