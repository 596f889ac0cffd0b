"""A hostile tablet with the programme's key merges and splits nobody whom honest records do not.

Attacks against a running office: forged records, bridges, crowding, records that contradict. The
attacker knows the names of honest cases, and so can make every code they have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.intake.model import CaseRecord
from server.office import Office
from server.register import decide, editions
from server.register.model import LinkageEdition, PersonLink
from server.stewardship.doctor import check
from server.tables import recount
from shared.linkage import CODE_TYPES, Identity, LinkageCode, linkage_codes
from shared.wire.records import Record
from tests.server.field import FieldTablet, somebody, words


def persons_of(office: Office, cases: Iterable[Record]) -> list[set[str]]:
    """The honest cases of each person, forged ones left out."""
    ids = {case.record_id for case in cases}
    groups: dict[str | None, set[str]] = {}
    with reading(office.engine) as connection:
        for case, person in connection.execute(select(CaseRecord.record_id, CaseRecord.person_id)):
            if case in ids:
                groups.setdefault(person, set()).add(case)
    return sorted(groups.values(), key=min)


def taken_in(
    tablet: FieldTablet, identities: Iterable[Identity], **content: object
) -> list[Record]:
    visit = tablet.visit()
    cases = [tablet.case(visit, one, **content) for one in identities]  # type: ignore[arg-type]
    tablet.send(visit, *cases)
    return cases


def forged(tablet: FieldTablet, codes: Iterable[LinkageCode], **content: object) -> Record:
    visit = tablet.visit()
    case = tablet.case(visit, **content)  # type: ignore[arg-type]
    record = replace(case, linkage=tuple(sorted(set(codes))))
    tablet.send(visit, record)
    return record


def codes_of(tablet: FieldTablet, identity: Identity) -> tuple[LinkageCode, ...]:
    return linkage_codes(identity, tablet.membership.linkage_key)


@pytest.fixture
def honest(office: Office) -> tuple[FieldTablet, FieldTablet]:
    return FieldTablet.enrol(office, 0, 1), FieldTablet.enrol(office, 1, 2)


@pytest.fixture
def hostile(office: Office) -> FieldTablet:
    return FieldTablet.enrol(office, 2, 3)


def test_records_between_two_children_make_no_bridge(
    office: Office, honest: tuple[FieldTablet, FieldTablet], hostile: FieldTablet
) -> None:
    """Half the codes of one child and half of another, again and again, with nothing in clear."""
    cases = taken_in(honest[0], map(somebody, range(6)))
    recount.link_what_waits(office)
    before = persons_of(office, cases)
    for one in range(5):
        mine = codes_of(hostile, somebody(one))
        theirs = codes_of(hostile, somebody(one + 1))
        for parity in (0, 1):
            mixed = [code for code in mine if code.type % 2 == parity]
            mixed += [code for code in theirs if code.type % 2 != parity]
            forged(hostile, mixed, sex="unknown", birth_date=None)
    recount.link_what_waits(office)

    assert persons_of(office, cases) == before
    assert len(before) == 6
    assert check(office) == []


def test_a_chain_of_forged_children_joins_no_honest_ones(
    office: Office, honest: tuple[FieldTablet, FieldTablet], hostile: FieldTablet
) -> None:
    """Two honest strangers, and many forged records that agree with both and with each other."""
    cases = taken_in(honest[0], [somebody(1)]) + taken_in(honest[1], [somebody(2)])
    mine, theirs = codes_of(hostile, somebody(1)), codes_of(hostile, somebody(2))
    for step in range(8):
        mixed = [code for code in mine if code.type % 3 != step % 3]
        mixed += [code for code in theirs if code.type % 3 == step % 3]
        forged(hostile, mixed, sex="unknown", birth_date=None)
        recount.link_what_waits(office)

    assert len(persons_of(office, cases)) == 2
    assert check(office) == []


def test_two_hostile_officers_together_join_no_honest_strangers(
    office: Office, honest: tuple[FieldTablet, FieldTablet], hostile: FieldTablet
) -> None:
    """Each vouches for what the other forged: with nothing in clear, half of one child and half of
    another, and whole copies of both that agree with every mixture."""
    colluding = FieldTablet.enrol(office, 1, 9)
    cases = taken_in(honest[0], [somebody(1)]) + taken_in(honest[0], [somebody(2)])
    recount.link_what_waits(office)
    for tablet in (hostile, colluding):
        mine, theirs = codes_of(tablet, somebody(1)), codes_of(tablet, somebody(2))
        for step in range(4):
            mixed = [code for code in mine if code.type % 2 == step % 2]
            mixed += [code for code in theirs if code.type % 2 != step % 2]
            forged(tablet, mixed, sex="unknown", birth_date=None)
        for whole in (mine, theirs):
            forged(tablet, whole, sex="unknown", birth_date=None)
        recount.link_what_waits(office)

    assert len(persons_of(office, cases)) == 2
    assert check(office) == []


def test_two_hostile_officers_together_split_nobody(
    office: Office, honest: tuple[FieldTablet, FieldTablet], hostile: FieldTablet
) -> None:
    colluding = FieldTablet.enrol(office, 0, 9)
    cases = taken_in(honest[0], [somebody(1)]) + taken_in(honest[1], [somebody(1)])
    recount.link_what_waits(office)
    for tablet in (hostile, colluding):
        for age in (7, 13):
            forged(tablet, codes_of(tablet, somebody(1)), birth_date=age)
        forged(tablet, codes_of(tablet, somebody(1)), sex="male")
    recount.link_what_waits(office)

    assert len(persons_of(office, cases)) == 1
    assert check(office) == []


@pytest.mark.parametrize("older", [0, 1])
def test_a_better_copy_that_contradicts_the_other_record_splits_nobody(
    office: Office, honest: tuple[FieldTablet, FieldTablet], hostile: FieldTablet, older: int
) -> None:
    """Two records of a girl, two years apart; a copy of the one is four from the other."""
    girl, again = (somebody(1, birth_year=year, birth_date=None) for year in (2014, 2016))
    both = [(girl, 12), (again, 10)]
    cases = [
        case
        for tablet, (identity, age) in zip(honest, both, strict=True)
        for case in taken_in(tablet, [identity], birth_date=age)
    ]
    recount.link_what_waits(office)
    assert len(persons_of(office, cases)) == 1

    copied, age = both[older][0], 8 if older else 14
    assert copied.birth_year is not None
    for _ in range(3):
        forged(hostile, codes_of(hostile, copied), birth_date=age)
        copy = replace(copied, birth_year=2026 - age)
        forged(hostile, codes_of(hostile, copy), birth_date=age)
    recount.link_what_waits(office)

    assert len(persons_of(office, cases)) == 1
    assert check(office) == []


def test_crowding_every_code_of_a_person_takes_nothing_from_her(
    lite: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.linkage.code_types.MOST_SHARERS", 4)
    one, other = FieldTablet.enrol(lite, 0, 1), FieldTablet.enrol(lite, 1, 2)
    hostile = FieldTablet.enrol(lite, 2, 3)
    cases = taken_in(one, [somebody(1)]) + taken_in(other, [somebody(1)])
    recount.link_what_waits(lite)
    assert len(persons_of(lite, cases)) == 1

    for _ in range(12):
        forged(hostile, codes_of(hostile, somebody(1)), sex="male", birth_date=16)
    recount.link_what_waits(lite)

    assert len(persons_of(lite, cases)) == 1
    assert check(lite) == []


@pytest.mark.parametrize("content", [{"sex": "male"}, {"birth_date": 15}])
def test_a_record_that_contradicts_never_joins(
    office: Office,
    honest: tuple[FieldTablet, FieldTablet],
    hostile: FieldTablet,
    content: dict[str, object],
) -> None:
    cases = taken_in(honest[0], [somebody(1)])
    copy = forged(hostile, codes_of(hostile, somebody(1)), **content)
    recount.link_what_waits(office)

    assert len(persons_of(office, [*cases, copy])) == 2


def test_two_decisive_codes_that_differ_never_join(
    office: Office, honest: tuple[FieldTablet, FieldTablet]
) -> None:
    """Same names, sex, year and area; another parent and another birth date."""
    born = somebody(1).birth_date
    twin = somebody(1, parent_given_name="Zubaida", birth_date="2016-11-30")
    assert born != twin.birth_date
    cases = taken_in(honest[0], [somebody(1)]) + taken_in(honest[1], [twin])
    recount.link_what_waits(office)

    assert len(persons_of(office, cases)) == 2


def test_more_codes_than_a_kind_has_are_refused(office: Office, hostile: FieldTablet) -> None:
    visit = hostile.visit()
    case = hostile.case(visit, somebody(1))
    most = CODE_TYPES[4].codes
    many = tuple(LinkageCode(4, bytes([number] * 8)) for number in range(most + 1))

    receipt = hostile.send(visit, replace(case, linkage=many))

    assert words(receipt) == ["accepted", "rejected"]


def test_forged_copies_split_nobody(
    office: Office, honest: tuple[FieldTablet, FieldTablet], hostile: FieldTablet
) -> None:
    """Copies of one of two records of a girl, each as far from the other as it can be."""
    other = somebody(1, given_name="Givenbdai", birth_date=None, birth_year=2017)
    cases = taken_in(honest[0], [somebody(1)]) + taken_in(honest[1], [other], birth_date=9)
    recount.link_what_waits(office)
    assert len(persons_of(office, cases)) == 1

    for age in (8, 10, 12, 13):
        forged(hostile, codes_of(hostile, somebody(1)), birth_date=age)
        shared = set(codes_of(hostile, somebody(1))) - set(codes_of(hostile, other))
        forged(hostile, shared, birth_date=age)
    recount.link_what_waits(office)

    assert len(persons_of(office, cases)) == 1
    assert check(office) == []


def test_a_merge_is_undone_and_the_undoing_too(
    office: Office, honest: tuple[FieldTablet, FieldTablet]
) -> None:
    cases = taken_in(honest[0], [somebody(1)]) + taken_in(honest[1], [somebody(1)])
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        ((one, other, merge),) = decide.merges_of(connection, min(c.record_id for c in cases))
    assert {one, other} == {case.record_id for case in cases}
    assert merge.score > 0

    decide.keep_apart(office, one, other, "steward")
    recount.link_what_waits(office)
    assert len(persons_of(office, cases)) == 2
    assert check(office) == []
    with reading(office.engine) as connection:
        assert connection.scalar(select(PersonLink.code_types))

    decide.take_back(office, one, other, "steward")
    recount.link_what_waits(office)
    assert len(persons_of(office, cases)) == 1
    assert check(office) == []


def test_a_register_that_outgrows_its_edition_is_linked_again_for_its_size(
    lite: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "FIRST_RUNG", 4)
    one, other = FieldTablet.enrol(lite, 0, 1), FieldTablet.enrol(lite, 1, 2)
    for number in range(6):
        taken_in(one, [somebody(number)])
        taken_in(other, [somebody(number)])
        recount.link_what_waits(lite)
    recount.link_what_waits(lite)

    with reading(lite.engine) as connection:
        sizes = list(connection.scalars(select(LinkageEdition.records)))
    assert sizes == [4, 8, 16]
    assert check(lite) == []


def test_only_pairs_that_exist_can_be_decided(office: Office, hostile: FieldTablet) -> None:
    (case,) = taken_in(hostile, [somebody(1)])
    for other in (case.record_id, "0" * 32):
        with pytest.raises(decide.NoSuchPair, match="Nothing was changed"):
            decide.keep_apart(office, case.record_id, other, "steward")
    with pytest.raises(decide.NoSuchPair, match="Nobody keeps"):
        decide.take_back(office, case.record_id, "0" * 32, "steward")
