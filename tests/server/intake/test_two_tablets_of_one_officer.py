"""A record revised by turns on two tablets of one officer; and a page read while intake writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from server.db.engine import reading, transaction
from server.intake.model import Conflict
from server.office import Office
from server.staff import accounts
from server.stewardship import doctor
from server.tables import recount
from shared.wire.receipts import totals_of
from tests.server.field import FieldTablet, words


def test_totals_of_each_tablet_are_those_of_its_own_newest_revisions(office: Office) -> None:
    first, second = FieldTablet.enrol(office, seed=1), FieldTablet.enrol(office, seed=2)
    visit = first.visit()
    case = first.case(visit)
    later = replace(case, revision=2, ancestors=(first.mark(case),))
    latest = replace(case, revision=3, ancestors=(*later.ancestors, second.mark(later)))

    first.send(visit, case)
    second.send(later)
    recount.link_what_waits(office)
    assert doctor.check(office) == []
    receipt = first.send(latest)

    assert receipt.totals == totals_of(
        (record.record_id, record.revision, first.mark(record)) for record in (visit, latest)
    )
    recount.link_what_waits(office)
    assert doctor.check(office) == []


def test_who_is_signed_in_is_known_at_once_while_a_parcel_is_written(
    make: Callable[..., Office],
) -> None:
    office = make()
    accounts.add_account(office, "viewer", "viewer", "a quite long sentence")
    token = accounts.sign_in(office, "viewer", "a quite long sentence", "", "") or ""

    with transaction(office.engine):
        started = time.monotonic()
        signed_in = accounts.who(office, token)

    assert signed_in is not None
    assert time.monotonic() - started < 10


def test_conflict_of_the_owner_waits_though_another_officer_sent_the_same_bytes_first(
    office: Office,
) -> None:
    mine, other = FieldTablet.enrol(office, 0, 31), FieldTablet.enrol(office, 1, 32)
    first = mine.visit()
    second = replace(first, revision=2, ancestors=(mine.mark(first),))
    third = replace(first, revision=3, ancestors=(mine.mark(second),))
    told = [
        words(tablet.send(record))
        for tablet, record in (
            (mine, first),
            (other, third),
            (mine, third),
            (mine, second),
            (other, third),
            (mine, third),
        )
    ]

    assert told == [
        *(["accepted"], ["conflict"], ["conflict"], ["accepted"], ["conflict"], ["conflict"])
    ]
    with reading(office.engine) as connection:
        (kept,) = connection.execute(select(Conflict.reason, Conflict.tablet_id))
    assert kept == ("not_a_successor", mine.membership.tablet_id)
