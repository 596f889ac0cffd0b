"""Intake on both databases: one outcome for each revision, whatever arrives."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import Engine, MetaData, event, func, select

from server.db.engine import reading
from server.db.schema import Model
from server.intake.model import CaseRecord, Conflict, Parcel, QuarantinedParcel, RecordRevision
from server.intake.receive import take_in
from server.office import Office
from server.programme import enrolment
from server.programme.keys import keys_of
from server.staff import audit
from server.stewardship import figures
from server.stewardship.doctor import check
from server.stewardship.overview import overview
from server.tables import recount
from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.wire.receipts import totals_of
from tests.server.field import FieldTablet, codes_of, somebody, words
from tests.server.kept_counts import all_kept, persons_counted


def count(office: Office, model: type[Model]) -> int:
    with reading(office.engine) as connection:
        return connection.scalar(select(func.count()).select_from(model)) or 0


def everything(engine: Engine) -> str:
    """All rows of all tables as text, bytes as hexadecimal digits."""
    tables = MetaData()
    tables.reflect(engine)
    with reading(engine) as connection:
        return "\n".join(
            " ".join(one.hex() if isinstance(one, bytes) else str(one) for one in row)
            for table in tables.sorted_tables
            for row in connection.execute(select(table))
        )


def test_sound_visit_and_case_are_accepted_and_counted(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))

    receipt = tablet.send(visit, case)

    assert words(receipt) == ["accepted", "accepted"]
    assert receipt.totals == totals_of(
        [(one.record_id, 1, tablet.mark(one)) for one in (visit, case)]
    )
    recount.link_what_waits(tablet.office)
    assert check(tablet.office) == []


def test_same_parcel_twice_changes_nothing_and_repeats_the_outcomes(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    parcel = tablet.seal([visit, tablet.case(visit), tablet.case(visit, sex="martian")]).data

    first = tablet.open(take_in(tablet.office, parcel).receipt)
    again = tablet.open(take_in(tablet.office, parcel).receipt)

    assert words(first) == ["accepted", "accepted", "rejected"]
    assert words(again) == ["already_accepted", "already_accepted", "rejected"]
    assert codes_of(again) == codes_of(first)
    assert again.totals == first.totals
    assert count(tablet.office, RecordRevision) == 3
    assert count(tablet.office, Parcel) == 1


def test_bad_record_gets_its_own_outcome_and_the_others_are_stored(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    good = tablet.case(visit)
    changed = replace(good, content={**good.content, "sex": "male"})
    receipt = tablet.send(
        visit,
        good,
        tablet.case(visit, sex="martian"),
        tablet.case(visit, work_hours="many"),
        tablet.case(visit, given_name="Zarqa Bibi"),
        b"\x00garbage",
        changed,
    )

    assert words(receipt) == [
        "accepted",
        "accepted",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "conflict",
    ]
    assert codes_of(receipt)[2] == ["answer.unknown_code"]
    assert codes_of(receipt)[4] == ["record.identity_field"]
    assert codes_of(receipt)[5] == ["record.unreadable"]
    assert receipt.outcomes[4].findings[0][1:] == ("given_name", {})


def test_nothing_of_a_refused_record_is_kept(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    tablet.send(
        visit,
        tablet.case(visit, given_name="MARKERNAME"),
        tablet.case(visit, sex="MARKERCODE"),
        tablet.case(visit, **{"MARKERFIELD" * 20: "x"}),
    )

    rows = everything(tablet.office.engine)

    for marker in ("MARKERNAME", "MARKERCODE", "MARKERFIELD"):
        assert marker not in rows
        assert marker.encode().hex() not in rows


def test_linkage_codes_are_kept_only_rekeyed(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(3))
    tablet.send(visit, case)

    rows = everything(tablet.office.engine)

    assert case.linkage
    for code in case.linkage:
        assert code.code.hex() not in rows


def test_keys_and_pepper_are_not_in_the_database(tablet: FieldTablet) -> None:
    tablet.send(tablet.visit())

    rows = everything(tablet.office.engine)

    keys = keys_of(tablet.office)
    for secret in (keys.pepper, keys.linkage, keys.programme.signing, keys.programme.sealing):
        assert secret.hex() not in rows


def test_conflict_overwrites_nothing_and_is_filed_once(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit)
    other = tablet.classified(replace(case, content={**case.content, "sex": "male"}), visit)
    tablet.send(visit, case)

    assert words(tablet.send(other)) == ["conflict"]
    assert words(tablet.send(other)) == ["conflict"]

    assert count(tablet.office, Conflict) == 1
    with reading(tablet.office.engine) as connection:
        assert connection.scalar(select(CaseRecord.sex)) == "female"


def test_corrected_case_replaces_the_earlier_revision(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    first = tablet.case(visit, somebody(1))
    tablet.send(visit, first)
    second = tablet.classified(
        replace(
            first,
            revision=2,
            ancestors=(tablet.mark(first),),
            content={**first.content, "sex": "male"},
        ),
        visit,
        somebody(1, sex="male"),
    )

    receipt = tablet.send(second)

    assert words(receipt) == ["accepted"]
    assert words(tablet.send(first)) == ["already_accepted"]
    assert receipt.totals == totals_of(
        [(visit.record_id, 1, tablet.mark(visit)), (second.record_id, 2, tablet.mark(second))]
    )
    with reading(tablet.office.engine) as connection:
        assert connection.execute(select(CaseRecord.revision, CaseRecord.sex)).all() == [
            (2, "male")
        ]


def test_rejected_case_is_accepted_when_it_comes_back_corrected(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    bad = tablet.case(visit, work_hours=190.0)
    mended = tablet.classified(
        replace(
            bad,
            revision=2,
            ancestors=(tablet.mark(bad),),
            content={**bad.content, "work_hours": 19.0},
        ),
        visit,
    )

    assert words(tablet.send(visit, bad, mended)) == ["accepted", "rejected", "accepted"]


def test_withdrawn_case_is_no_longer_counted(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    recount.link_what_waits(tablet.office)
    gone = replace(
        case,
        revision=2,
        ancestors=(tablet.mark(case),),
        withdrawn="recorded_by_mistake",
        content={},
        classes={},
        linkage=(),
    )

    assert words(tablet.send(gone)) == ["accepted"]

    recount.link_what_waits(tablet.office)
    assert check(tablet.office) == []
    with reading(tablet.office.engine) as connection:
        assert connection.scalar(select(func.count()).where(CaseRecord.person_id.is_not(None))) == 0


def test_clone_of_a_tablet_shows_as_conflict(tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit)
    tablet.send(visit, case)
    ours, theirs = (
        tablet.classified(
            replace(
                case,
                revision=2,
                ancestors=(tablet.mark(case),),
                content={**case.content, "work_hours": hours},
            ),
            visit,
        )
        for hours in (10.0, 30.0)
    )

    assert words(tablet.send(ours)) == ["accepted"]
    assert words(tablet.send(theirs)) == ["conflict"]


def test_order_of_parcels_does_not_matter(make) -> None:  # type: ignore[no-untyped-def]
    results = []
    for shuffle in (1, 2, 3):
        office = make(seed=9)
        tablet = FieldTablet.enrol(office, seed=7)
        records = []
        for number in range(12):
            visit = tablet.visit(area=f"PK-PB-0{number % 3 + 1}")
            records += [visit, tablet.case(visit, somebody(number // 2))]
        random.Random(shuffle).shuffle(records)
        for at in range(0, len(records), 5):
            tablet.send(*records[at : at + 5])
            recount.link_what_waits(office)
        assert check(office) == []
        with reading(office.engine) as connection:
            kept = connection.execute(
                select(CaseRecord.record_id, CaseRecord.person_id).order_by(CaseRecord.record_id)
            ).all()
            results.append((all_kept(connection), [tuple(row) for row in kept]))

    assert results[0] == results[1] == results[2]
    assert {key.period for key in results[0][0]} == {"2026", "2026-Q4", "2026-11"}


def test_case_that_arrives_before_its_visit_is_counted_when_the_visit_comes(
    tablet: FieldTablet,
) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))

    assert words(tablet.send(case)) == ["accepted"]
    recount.link_what_waits(tablet.office)
    with reading(tablet.office.engine) as connection:
        assert all_kept(connection) == {}
    tablet.send(visit)
    recount.link_what_waits(tablet.office)

    with reading(tablet.office.engine) as connection:
        assert persons_counted(connection) == 1


def test_other_classes_under_the_same_rules_are_noted_and_ours_counted(
    tablet: FieldTablet,
) -> None:
    visit = tablet.visit()
    case = tablet.case(visit)
    wrong = replace(case, classes={**case.classes, "cl_general": "NOT_WORKING"})

    receipt = tablet.send(visit, wrong)

    assert words(receipt) == ["accepted", "accepted"]
    assert codes_of(receipt)[1] == ["classification.differs"]
    with reading(tablet.office.engine) as connection:
        assert connection.execute(
            select(CaseRecord.child_labour, CaseRecord.classes_differ)
        ).all() == [(case.classes["cl_general"], True)]


def test_revoked_tablets_parcel_is_set_aside_and_it_is_told_to_erase(tablet: FieldTablet) -> None:
    office = tablet.office
    enrolment.revoke(office, tablet.membership.tablet_id, "test")

    taken = take_in(office, tablet.seal([tablet.visit()]).data)

    receipt = tablet.open(taken.receipt)
    assert (receipt.outcomes, receipt.orders) == ((), ("erase_identities",))
    assert count(office, QuarantinedParcel) == 1
    assert count(office, RecordRevision) == 0
    with reading(office.engine) as connection:
        assert audit.broken_at(connection) is None


def test_parcel_of_a_stranger_is_refused_and_nothing_is_stored(
    office: Office, tablet: FieldTablet
) -> None:
    stranger = replace(tablet, membership=replace(tablet.membership, tablet_id="00" * 8))

    with pytest.raises(SignatureInvalid):
        take_in(office, stranger.seal([tablet.visit()]).data)
    with pytest.raises(ParcelUnreadable):
        take_in(office, b"not a parcel")
    assert count(office, RecordRevision) == 0


def test_reply_does_not_depend_on_matching(make) -> None:  # type: ignore[no-untyped-def]
    """A tablet that could see whether its record matched could ask who is in the register."""
    replies = []
    for number in (1, 2):
        office = make(seed=5)
        first, second = FieldTablet.enrol(office, 0, 21), FieldTablet.enrol(office, 1, 22)
        visit = first.visit()
        first.send(visit, first.case(visit, somebody(1)))
        recount.link_what_waits(office)
        office.random_bytes = random.Random(77).randbytes
        other = second.visit()
        probe = second.case(other, somebody(number))
        # Only the codes differ between the two: one matches, the other does not.
        receipt = second.send(other, probe)
        replies.append((receipt.outcomes, receipt.totals.count, receipt.orders, receipt.versions))

    assert replies[0] == replies[1]


@pytest.mark.parametrize("visits", [1, 40])
def test_parcel_of_any_size_takes_a_pinned_number_of_statements(
    office: Office, visits: int
) -> None:
    tablet = FieldTablet.enrol(office)
    records = []
    for number in range(visits):
        visit = tablet.visit()
        records += [visit, tablet.case(visit, somebody(number))]
    statements: list[str] = []

    def count(_: object, __: object, said: str, given: object, ___: object, many: bool) -> None:
        # What the driver sends a row at a time is a statement a row to PostgreSQL.
        sent = len(given) if many and office.engine.dialect.name == "postgresql" else 1  # type: ignore[arg-type]
        statements.extend([said[:60]] * sent)

    tablet.send(tablet.visit())
    event.listen(office.engine, "before_cursor_execute", count)
    tablet.send(*records)

    assert len(statements) <= 22, statements


def test_visit_dated_by_a_clock_three_years_off_is_taken_in_and_flagged(
    tablet: FieldTablet,
) -> None:
    ahead, behind = tablet.visit(visit_date="2029-11-10"), tablet.visit(visit_date="2023-10-10")

    receipt = tablet.send(ahead, tablet.case(ahead), behind, tablet.case(behind))

    flags = [["record.visit_in_future"], [], ["record.visit_long_ago"], []]
    assert words(receipt) == ["accepted"] * 4
    assert codes_of(receipt) == flags
    with reading(tablet.office.engine) as connection:
        kept = connection.execute(
            select(RecordRevision.findings).order_by(RecordRevision.number)
        ).scalars()
        assert [[code for code, _, _ in findings] for findings in kept] == flags
    figures.work_out(tablet.office)
    seen = overview(tablet.office).figures
    assert seen is not None
    assert seen.totals.future_visits == 1
