"""Who did not agree to being linked across organisations has no codes at the office, whatever a
tablet sends; the case counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from server.db.engine import reading, transaction
from server.db.migrate import migrate
from server.db.schema import whole_schema
from server.db.together import Together
from server.intake import code_book, conflicts, tablet_quarantine
from server.intake.model import CaseCodes, Conflict, CrowdedCode
from server.intake.peppers import peppers_of
from server.office import Office
from server.stewardship import doctor
from server.tables import recount
from shared.answers import Value
from shared.linkage import LinkageCode
from shared.wire.records import Record
from tests.server.field import FieldTablet, codes_of, somebody, words
from tests.server.kept_counts import persons_counted

DROPPED = "linkage.not_wanted"
NOT_AGREED: tuple[dict[str, Value | None], ...] = (
    {"consent_linkage": "no"},
    {"consent_linkage": "unknown"},
    {"consent_linkage": "refused"},
    {"consent_linkage": None},
    {"consent_linkage": None, "consent_purposes": None},
    {"consent_linkage": None, "consent_purposes": None, "consent_given_by": None},
)


def kept_anywhere(office: Office, codes: tuple[LinkageCode, ...]) -> list[str]:
    """Tables in whose rows one of these codes stands, as it was sent or as it would be kept."""
    numbers = [code_book.kept_code(code, peppers_of(office)) for code in codes]
    traces = {code.code for code in codes}
    traces |= {number.to_bytes(8, order, signed=True) for number in numbers for order in _ORDERS}
    words_of = {str(number).encode() for number in numbers} | {
        code.code.hex().encode() for code in codes
    }
    found = []
    with reading(office.engine) as connection:
        for table in whole_schema().sorted_tables:
            for row in connection.execute(text(f'select * from "{table.name}"')):
                plain = b"\x00".join(map(_bytes_of, row))
                if any(trace in plain for trace in traces | words_of):
                    found.append(table.name)
            for row in connection.execute(select(table)):
                plain = b"\x00".join(map(_bytes_of, row))
                if any(trace in plain for trace in traces | words_of):
                    found.append(table.name)
    return sorted(set(found))


_ORDERS: tuple[Any, ...] = ("little", "big")


def _bytes_of(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else repr(value).encode()


def later(tablet: FieldTablet, record: Record, **answers: Value | None) -> Record:
    """The next revision, which says this instead and sends its codes all the same."""
    content = {
        name: value for name, value in {**record.content, **answers}.items() if value is not None
    }
    ancestors = (*record.ancestors, tablet.mark(record))
    return replace(record, revision=record.revision + 1, ancestors=ancestors, content=content)


def test_codes_of_who_agreed_are_found_by_this_search(office: Office, tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))

    receipt = tablet.send(visit, case)

    assert codes_of(receipt) == [[], []]
    assert "case_codes" in kept_anywhere(office, case.linkage)


@pytest.mark.parametrize("answers", NOT_AGREED)
def test_codes_without_agreement_are_kept_nowhere_and_the_case_counts(
    office: Office, tablet: FieldTablet, answers: dict[str, Value | None]
) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1), **answers)
    assert case.linkage

    receipt = tablet.send(visit, case)
    recount.link_what_waits(office)

    assert words(receipt) == ["accepted", "accepted"]
    assert codes_of(receipt) == [[], [DROPPED]]
    assert kept_anywhere(office, case.linkage) == []
    with reading(office.engine) as connection:
        assert persons_counted(connection) == 1
    # The same bytes get the answer they got, and the tablet's totals agree with the office's.
    again = tablet.send(visit, case)
    assert words(again) == ["already_accepted"] * 2
    assert codes_of(again) == [[], [DROPPED]]
    assert doctor.check(office) == []


def test_law_of_inspection_needs_no_agreement_but_breaks_no_refusal(
    office: Office, tablet: FieldTablet
) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1), **BY_POWER)

    assert codes_of(tablet.send(visit, case)) == [[], []]
    assert kept_anywhere(office, case.linkage)


BY_POWER: dict[str, Value | None] = {
    "consent_given_by": "inspection",
    "consent_purposes": None,
    "consent_linkage": None,
}


def test_nobody_without_the_power_of_inspection_links_by_it(office: Office) -> None:
    ngo = FieldTablet.enrol(office, 1, 101)
    visit = ngo.visit()
    case = ngo.case(visit, somebody(1), **BY_POWER)
    agreed = ngo.case(visit, somebody(2))

    receipt = ngo.send(visit, case, agreed)
    recount.link_what_waits(office)

    assert codes_of(receipt) == [[], [DROPPED], []]
    assert kept_anywhere(office, case.linkage) == []
    assert kept_anywhere(office, agreed.linkage)
    with reading(office.engine) as connection:
        assert persons_counted(connection) == 2
    assert doctor.check(office) == []


def test_codes_by_a_power_nobody_has_are_named_and_go_when_it_is_brought_up_to_date(
    office: Office, tablet: FieldTablet
) -> None:
    ngo = FieldTablet.enrol(office, 1, 101)
    visit, inspected = ngo.visit(), tablet.visit()
    case = ngo.case(visit, somebody(1), **BY_POWER)
    of_inspectors = tablet.case(inspected, somebody(2), **BY_POWER)
    ngo.send(visit, case)
    tablet.send(inspected, of_inspectors)
    recount.link_what_waits(office)
    _as_kept_before(office, case)
    assert any("did not agree" in one for one in doctor.check(office))

    migrate(office.engine, "0054")
    migrate(office.engine)
    recount.link_what_waits(office)

    assert kept_anywhere(office, case.linkage) == []
    assert "case_codes" in kept_anywhere(office, of_inspectors.linkage)
    assert doctor.check(office) == []


def test_correction_to_no_takes_the_codes_of_before_although_it_sends_them(
    office: Office, tablet: FieldTablet
) -> None:
    other = FieldTablet.enrol(office, 1, 101)
    visit, elsewhere = tablet.visit(), other.visit()
    case = tablet.case(visit, somebody(1))
    same_person = other.case(elsewhere, somebody(1))
    tablet.send(visit, case)
    other.send(elsewhere, same_person)
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        assert persons_counted(connection) == 1

    refused = later(tablet, case, consent_linkage="no")
    assert codes_of(tablet.send(refused)) == [[DROPPED]]
    recount.link_what_waits(office)

    with reading(office.engine) as connection:
        assert persons_counted(connection) == 2
        kept = list(connection.scalars(select(CaseCodes.record_id)))
    assert kept == [same_person.record_id]
    assert doctor.check(office) == []

    agreed = later(tablet, refused, consent_linkage="yes")
    assert codes_of(tablet.send(agreed)) == [[]]
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        assert persons_counted(connection) == 1


def test_conflict_keeps_no_codes_and_brings_none_when_it_is_taken(
    office: Office, tablet: FieldTablet
) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    refused = replace(case, content={**case.content, "consent_linkage": "no"})

    assert words(tablet.send(refused)) == ["conflict"]
    with reading(office.engine) as connection:
        number, codes = connection.execute(select(Conflict.number, Conflict.codes)).one()
    assert codes == []

    conflicts.take(office, number, "test")

    with reading(office.engine) as connection:
        assert connection.scalars(select(CaseCodes.record_id)).all() == []
    conflicts.take_back(office, number, "test")
    with reading(office.engine) as connection:
        assert connection.scalars(select(CaseCodes.record_id)).all() == [case.record_id]


def test_tablet_that_was_put_aside_brings_back_no_codes_without_agreement(
    office: Office, tablet: FieldTablet
) -> None:
    visit = tablet.visit()
    tablet.send(visit)
    tablet_id = tablet.membership.tablet_id
    tablet_quarantine.put_aside(office, tablet_id, 0, "test")
    case = tablet.case(visit, somebody(1), consent_linkage="unknown")
    assert codes_of(tablet.send(case)) == [[DROPPED]]

    tablet_quarantine.bring_back(office, tablet_id, "test")
    recount.link_what_waits(office)

    assert kept_anywhere(office, case.linkage) == []
    with reading(office.engine) as connection:
        assert persons_counted(connection) == 1


def test_doctor_names_a_case_that_keeps_codes_without_agreement(
    office: Office, tablet: FieldTablet
) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1), consent_linkage=None)
    tablet.send(visit, case)
    recount.link_what_waits(office)
    _as_kept_before(office, case)

    assert [one for one in doctor.check(office) if "did not agree" in one] == [
        "1 cases keep linkage codes of persons who did not agree to being linked: "
        f"{case.record_id}."
    ]


def test_codes_kept_by_an_office_of_before_go_when_it_is_brought_up_to_date(
    office: Office, tablet: FieldTablet
) -> None:
    other = FieldTablet.enrol(office, 1, 101)
    visit, elsewhere = tablet.visit(), other.visit()
    refused = tablet.case(visit, somebody(1), consent_linkage="refused")
    waits = replace(refused, content={**refused.content, "consent_linkage": "no"})
    agreed = other.case(elsewhere, somebody(2))
    tablet.send(visit, refused)
    tablet.send(waits)
    other.send(elsewhere, agreed)
    _as_kept_before(office, refused)
    _, kept = _numbers(office, refused)
    with transaction(office.engine) as connection:
        connection.execute(update(Conflict).values(codes=kept))
        crowded = {"code": kept[0], "officer_number": 0, "found_at_s": 0}
        connection.execute(insert(CrowdedCode).values(crowded))
    assert kept_anywhere(office, refused.linkage)

    migrate(office.engine, "0053")
    migrate(office.engine)
    recount.link_what_waits(office)

    assert kept_anywhere(office, refused.linkage) == []
    assert "case_codes" in kept_anywhere(office, agreed.linkage)
    with reading(office.engine) as connection:
        assert persons_counted(connection) == 2
    assert doctor.check(office) == []


def _as_kept_before(office: Office, case: Record) -> None:
    """The codes of this case as an office kept them that did not look at what the case says."""
    with transaction(office.engine) as connection:
        writes = Together(connection)
        code_book.put(writes, dict([_numbers(office, case)]), set())
        writes.send()


def _numbers(office: Office, case: Record) -> tuple[str, list[int]]:
    numbers = (code_book.kept_code(code, peppers_of(office)) for code in case.linkage)
    return case.record_id, code_book.laid_out({1: numbers})
