"""The codes of a case are kept in one row, found by any of them, and survive a change of shape."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from server.db.among import among
from server.db.engine import reading, transaction
from server.db.migrate import migrate
from server.intake import code_book
from server.intake.model import CaseRecord, CrowdedCode
from server.office import Office
from server.stewardship.doctor import check
from server.tables import recount
from shared.linkage import CODE_TYPES
from tests.server.field import FieldTablet, somebody

hashes = st.binary(min_size=16, max_size=16)


@given(code_type=st.sampled_from(sorted(CODE_TYPES)), rekeyed=hashes)
def test_a_kept_code_says_its_type_and_fits_a_column(code_type: int, rekeyed: bytes) -> None:
    kept = code_book.of_rekeyed(code_type, rekeyed)

    assert code_book.type_of(kept) == code_type
    assert -(1 << 63) <= kept < 1 << 63
    assert kept != 0


@given(st.sampled_from(sorted(CODE_TYPES)), st.sampled_from(sorted(CODE_TYPES)), hashes, hashes)
def test_kept_codes_are_equal_as_their_types_and_first_bits_are(
    one: int, other: int, first: bytes, second: bytes
) -> None:
    bits = (int.from_bytes(rekeyed[:8]) >> 6 for rekeyed in (first, second))
    kept = (code_book.of_rekeyed(one, first), code_book.of_rekeyed(other, second))

    assert (kept[0] == kept[1]) == (one == other and next(bits) == next(bits))
    assert code_book.of_rekeyed(one, first) == code_book.of_rekeyed(one, first[:8] + second[8:])


def two_cases_of_one_person(office: Office) -> list[str]:
    cases = []
    for officer in (0, 1):
        tablet = FieldTablet.enrol(office, officer, 10 + officer)
        visit = tablet.visit()
        case = tablet.case(visit, somebody(1))
        tablet.send(visit, case, tablet.case(visit, somebody(2 + officer)))
        cases.append(case.record_id)
    recount.link_what_waits(office)
    return sorted(cases)


def test_whoever_shares_a_code_is_found_and_nobody_else(office: Office) -> None:
    one, other = two_cases_of_one_person(office)
    with reading(office.engine) as connection:
        codes = dict(code_book.codes_of_cases(connection, None))
        shared = set(codes[one]) & set(codes[other])
        found = set(code_book.sharers(connection, {one: set(codes[one])}))
        assert all(len(code_book.sharers_of_code(connection, code, 1)) == 1 for code in codes[one])
        by_code = {code: set(code_book.sharers_of_code(connection, code)) for code in codes[one]}

    assert shared
    assert {(code, other) for code in shared} == {pair for pair in found if pair[1] != one}
    assert {code for code, cases in by_code.items() if other in cases} == shared
    assert all(one in cases for cases in by_code.values())


def test_codes_and_persons_are_the_same_after_going_back_and_forward(office: Office) -> None:
    one, other = two_cases_of_one_person(office)
    with transaction(office.engine) as connection:
        codes = dict(code_book.codes_of_cases(connection, None))
        crowded = {"code": codes[one][0], "officer_number": 1, "found_at_s": 5}
        connection.execute(CrowdedCode.__table__.insert(), crowded)  # type: ignore[attr-defined]

    migrate(office.engine, "0023")
    with office.engine.connect() as plain:
        rows = plain.execute(text("select record_id, code from linkage_code")).all()
    assert {record for record, _ in rows} == codes.keys()
    assert len(rows) == sum(map(len, codes.values()))
    assert {len(bytes(code)) for _, code in rows} == {16}
    migrate(office.engine)

    with transaction(office.engine) as connection:
        assert dict(code_book.codes_of_cases(connection, None)) == codes
        again = connection.execute(select(CrowdedCode.__table__)).mappings().one()
        assert dict(again) == crowded
        connection.execute(CrowdedCode.__table__.delete())  # type: ignore[attr-defined]
    late = FieldTablet.enrol(office, 2, 30)
    visit = late.visit()
    case = late.case(visit, somebody(1))
    late.send(visit, case)
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        person = select(CaseRecord.person_id, func.count()).group_by(CaseRecord.person_id)
        assert dict(connection.execute(person).all())[min(one, other, case.record_id)] == 3  # type: ignore[arg-type]
    assert check(office) == []


def test_a_long_list_is_one_parameter_and_finds_what_is_in_it(office: Office) -> None:
    cases = two_cases_of_one_person(office)
    wanted = [*cases, *(f"{number:032x}" for number in range(20_000)), '"}', "\\", "null"]
    query = select(CaseRecord.record_id).where(among(CaseRecord.record_id, "cases"))
    with reading(office.engine) as connection:
        assert set(connection.scalars(query, {"cases": wanted})) == set(cases)
        assert not connection.scalars(query, {"cases": []}).all()
