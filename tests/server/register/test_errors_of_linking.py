"""How often linking errs is measured, by judged links and invented persons, and put right."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from server.cli import main
from server.db.engine import reading
from server.intake.model import CaseRecord
from server.intake.tablet_quarantine import NotPutAside, bring_back, mark_for_seeding
from server.office import Office
from server.register import clerical, register_size, seeds
from server.register.clerical import NotDrawn, Verdict
from server.register.error_rates import corrected_persons, rate_of
from server.register.model import Person
from server.register.seeds import NotSeeds
from server.staff import accounts
from server.staff.model import AuditEntry
from server.stewardship import doctor
from server.tables import recount
from tests.server.field import Clock, FieldTablet, config_for, make_office, seeded, somebody

PASSWORD = "a quite long sentence"


def test_share_and_its_interval_are_wilsons() -> None:
    """380 of 400: Wilson 1927, as worked out by hand."""
    rate = rate_of([(1, 1)] * 380 + [(0, 1)] * 20)

    assert rate is not None
    assert rate.estimate == 0.95
    assert (round(rate.lower, 4), round(rate.upper, 4)) == (0.924, 0.9674)
    assert rate_of([]) is None
    sure = rate_of([(3, 3)] * 10)
    assert sure is not None
    assert (sure.pairs, sure.effective) == (30, 10), "pairs of one person say less"


def test_pairs_of_one_person_that_err_together_widen_the_interval() -> None:
    alone = rate_of([(1, 1)] * 90 + [(0, 1)] * 10)
    together = rate_of([(10, 10)] * 9 + [(0, 10)])

    assert alone is not None
    assert together is not None
    assert alone.estimate == together.estimate == 0.9
    assert together.upper - together.lower > 2 * (alone.upper - alone.lower)


def test_interval_holds_the_true_number_of_persons_as_often_as_it_says() -> None:
    """Of 10,000 records 8,000 persons are true; linking finds 85 % and 5 % of its links are
    false: 8,210.5 by itself. Two samples of 400 each time."""
    chance = random.Random(4)
    true, records, precision, recall = 8_000, 10_000, 0.95, 0.85
    linked = round(records - (records - true) * recall / precision)
    held = 0
    for _ in range(300):
        rates = [
            rate_of([(int(chance.random() < share), 1) for _ in range(400)])
            for share in (precision, recall)
        ]
        assert rates[0] is not None
        assert rates[1] is not None
        found = corrected_persons(
            records, linked, rates[0], rates[1], np.random.default_rng(chance.randrange(10**6))
        )
        held += found.lower <= true <= found.upper
    assert linked == 8_211
    assert 0.92 <= held / 300 <= 0.98


def with_people(office: Office) -> None:
    for name in ("Amina", "Bilal", "Chandra"):
        accounts.add_account(office, name, "steward", PASSWORD)


def recorded(tablet: FieldTablet, *people: int) -> list[str]:
    visit = tablet.visit()
    cases = [tablet.case(visit, somebody(one)) for one in people]
    tablet.send(visit, *cases)
    return [case.record_id for case in cases]


def seeding_tablets(office: Office) -> tuple[FieldTablet, FieldTablet]:
    one, other = FieldTablet.enrol(office, 1, 52), FieldTablet.enrol(office, 2, 53)
    for tablet in (one, other):
        mark_for_seeding(office, tablet.membership.tablet_id, "test")
    return one, other


def counted(office: Office) -> tuple[int, int]:
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        standing = select(func.count()).where(CaseRecord.withdrawn.is_(False))
        persons = select(func.count()).select_from(Person)
        return connection.scalar(standing) or 0, connection.scalar(persons) or 0


def test_invented_persons_are_counted_nowhere_and_measure_what_linking_finds(
    office: Office,
) -> None:
    field = FieldTablet.enrol(office)
    recorded(field, *range(20))
    before = counted(office)
    one, other = seeding_tablets(office)
    first = recorded(one, *range(100, 110))
    again = recorded(other, *range(100, 108), 900, 901)

    assert counted(office) == before
    told = [
        *zip(first, map(str, range(10)), strict=True),
        *zip(again, map(str, range(10)), strict=True),
    ]
    assert seeds.note(office, told, "test") == 20
    with reading(office.engine) as connection:
        found = seeds.measured(connection)
    # The last two were written down as one person and carry the names of two.
    assert (found.cases, found.persons, found.strangers) == (20, 10, 0)
    assert found.recall is not None
    assert (found.recall.hits, found.recall.pairs) == (8, 10)
    assert counted(office) == before
    assert doctor.check(office) == []


def test_seeds_of_real_persons_and_tablets_that_worked_are_refused(lite: Office) -> None:
    field = FieldTablet.enrol(lite)
    real = recorded(field, 1, 2)
    with pytest.raises(NotPutAside, match="brought records"):
        mark_for_seeding(lite, field.membership.tablet_id, "test")
    with pytest.raises(NotSeeds, match="real persons are no seeds"):
        seeds.note(lite, [(real[0], "1")], "test")
    one, _ = seeding_tablets(lite)
    with pytest.raises(NotPutAside, match="measure linking"):
        bring_back(lite, one.membership.tablet_id, "test")
    assert counted(lite) == (2, 2)


def test_answers_of_a_seeding_tablet_are_those_of_any_other(tmp_path: Path) -> None:
    answers = []
    for name in ("as any", "seeding"):
        office = make_office(tmp_path / name)
        tablet = FieldTablet.enrol(office)
        if name == "seeding":
            mark_for_seeding(office, tablet.membership.tablet_id, "test")
        visit = tablet.visit()
        answers.append(tablet.send(visit, tablet.case(visit, somebody(1))).outcomes)
    assert answers[0] == answers[1]


def test_two_people_judge_apart_from_each_other_and_a_third_when_they_disagree(
    office: Office,
) -> None:
    with_people(office)
    for number in range(2):
        recorded(FieldTablet.enrol(office, number, 30 + number), *range(6))
    assert counted(office) == (12, 6)
    sample = clerical.draw(office, "Amina", 4)

    for name, verdicts in (
        ("Amina", ("same", "same", "different", "unsure")),
        ("Bilal", ("same", "different", "different", "unsure")),
    ):
        for verdict in verdicts:
            pair = clerical.next_pair(office, sample, name)
            assert pair is not None
            assert pair.agree
            clerical.judge(office, pair.number, Verdict(verdict), name)
            with pytest.raises(NotDrawn):
                clerical.judge(office, pair.number, Verdict(verdict), name)
        assert clerical.next_pair(office, sample, name) is None
    disputed = clerical.next_pair(office, sample, "Chandra")
    assert disputed is not None
    clerical.judge(office, disputed.number, Verdict.SAME, "Chandra")
    assert clerical.next_pair(office, sample, "Chandra") is None

    with reading(office.engine) as connection:
        state = clerical.state_of(connection)
        acts = connection.scalars(select(AuditEntry.action)).all()
    assert (state.links, state.pairs, state.decided, state.waiting, state.unsure) == (6, 4, 3, 0, 1)
    assert state.precision is not None
    assert (state.precision.hits, state.precision.pairs) == (2, 3)
    assert acts.count("clerical_pair_judged") == 9
    assert counted(office) == (12, 6), "no judgement changes a link"
    with pytest.raises(accounts.NotASteward):
        clerical.next_pair(office, sample, "Zainab")


def test_persons_are_told_with_the_errors_of_linking_put_right(office: Office) -> None:
    with_people(office)
    for number in range(2):
        recorded(FieldTablet.enrol(office, number, 30 + number), *range(20))
    one, other = seeding_tablets(office)
    told = [
        *((case, f"invented {at}") for at, case in enumerate(recorded(one, *range(100, 110)))),
        *(
            (case, f"invented {at}")
            for at, case in enumerate(recorded(other, *range(100, 108), 908, 909))
        ),
    ]
    seeds.note(office, told, "test")
    assert counted(office) == (40, 20)
    sample = clerical.draw(office, "Amina", 20)
    for name in ("Amina", "Bilal"):
        while (pair := clerical.next_pair(office, sample, name)) is not None:
            clerical.judge(office, pair.number, Verdict.SAME, name)

    found = register_size.size_of(office, "2026", None, "test")

    # 20 merges, all true, and eight of ten true ones are found: 40 - 20 / .8.
    assert (found.persons.records, found.persons.linked) == (40, 20)
    assert found.persons.estimate == pytest.approx(15.0)
    assert found.persons.lower < 15 < found.persons.upper < 20.5
    assert len(found.warnings) == 2
    assert register_size.size_of(office, "", None, "test").persons == found.persons
    with pytest.raises(register_size.NotMeasured):
        register_size.size_of(office, "2019", None, "test")


def looks_at_seeds(folder: Path) -> int:
    office = Office.open(config_for(folder), Clock(), seeded(1))
    with reading(office.engine) as connection:
        looks = select(AuditEntry.details).where(AuditEntry.action == "looked_at")
        found = sum(one["page"] == "seeds" for one in connection.scalars(looks))
    office.close()
    return found


def test_commands_measure_and_tell(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    with_people(office)
    for number in range(2):
        recorded(FieldTablet.enrol(office, number, 30 + number), *range(10))
    one = FieldTablet.enrol(office, 1, 52)
    other = FieldTablet.enrol(office, 2, 53)
    environment = {"TALLY87_FOLDER": str(tmp_path), "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087"}

    def run(*words: str) -> str:
        return CliRunner().invoke(main, list(words), env=environment).output

    for tablet in (one, other):
        assert run("tablet", "seeding", tablet.membership.tablet_id).startswith("Marked")
    lines = ["case,person"]
    for tablet in (one, other):
        cases = recorded(tablet, *range(50, 60))
        lines += [f"{case},{at}" for at, case in enumerate(cases)]
    counted(office)
    office.close()
    sheet = tmp_path / "seeds.csv"
    sheet.write_text("\n".join(lines), encoding="utf-8")

    assert run("seeds", "note", str(sheet)) == "20 cases of invented persons are noted.\n"
    shown = run("seeds", "show")
    assert "10 of 10" in shown
    assert "would join them: fewer than 5." in shown, "one more would say who is recorded"
    assert looks_at_seeds(tmp_path) == 1
    assert "was judged by two people yet" in run("persons") or "no such sample" in run("persons")
    assert run("clerical", "draw", "--pairs", "3", "--by", "Amina").startswith("Sample 1 is drawn")
    shown = run("clerical", "next", "1", "--by", "Amina")
    assert "agree:  " in shown
    assert "%" not in shown, "how likely it was thought to be would lead who judges"
    for name in ("Amina", "Bilal"):
        for pair in ("1", "2", "3"):
            assert run("clerical", "judge", pair, "same", "--by", name) == "Noted.\n"
    assert run("clerical", "next", "1", "--by", "Chandra").startswith("No pair")
    assert "3 of 10 links; 3 decided" in run("clerical", "show")
    told = json.loads(run("persons", "--json"))
    assert (told["records"], told["linked"], told["estimate"]) == (20, 10, 10.0)
    assert told["lower"] < 10 < told["upper"]
    assert "20 records, linked to 10 persons." in run("persons", "--period", "2026")
