"""What linking missed or may have got wrong is carried into the estimate, or there is none."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import update

from server.cli import main
from server.db.engine import reading, transaction
from server.estimates import linked
from server.estimates.histories import Histories
from server.estimates.linked import Case, Link, from_register, with_missed_links
from server.jobs.worker import work_off
from server.office import Office
from server.register.model import PersonLink
from server.register.overlaps import linked_cases
from shared.classification.child_labour import IN_CHILD_LABOUR
from tests.server.field import FieldTablet, somebody, words

LISTS = ("inspectorate", "ngo", "police", "school")
CHANCES = (0.28, 0.24, 0.2, 0.22)


def seen(persons: int, random: np.random.Generator) -> list[tuple[int, ...]]:
    """The lists of each person that any list has; lists are independent."""
    found = random.random((persons, len(LISTS))) < CHANCES
    return [tuple(np.flatnonzero(row).tolist()) for row in found if row.any()]


def counted(cases: list[tuple[int, ...]]) -> Histories:
    return linked.histories_of(LISTS, [(one, ()) for one in cases])


def fallen_apart(
    cases: list[tuple[int, ...]], recall: float, random: np.random.Generator
) -> list[tuple[int, ...]]:
    """What linking makes of them when each pair is found with this probability."""
    parts: list[tuple[int, ...]] = []
    for one in cases:
        pairs = [
            (first, second, recall) for first, second in itertools.combinations(range(len(one)), 2)
        ]
        parts += [tuple(one[at] for at in part) for part in linked._parts(len(one), pairs, random)]
    return parts


@pytest.mark.parametrize("recall", [0.8, 0.9, 0.97])
def test_counts_that_linking_left_come_back(recall: float) -> None:
    random = np.random.default_rng(5)
    truth = counted(seen(80_000, random))
    left = counted(fallen_apart(seen(80_000, np.random.default_rng(5)), recall, random))

    again = with_missed_links(left, recall)

    assert left.shared < 0.99 * truth.shared
    assert again.persons == pytest.approx(truth.persons, rel=0.005)
    assert again.shared == pytest.approx(truth.shared, rel=0.01)


def test_with_ten_percent_of_the_links_missed_the_bias_is_at_most_three_percent() -> None:
    random = np.random.default_rng(11)
    raw, corrected = [], []
    for _ in range(16):
        left = counted(fallen_apart(seen(5_000, random), 0.9, random))
        raw.append(linked._stepwise(left))
        corrected.append(linked._stepwise(with_missed_links(left, 0.9)))

    assert np.median(raw) > 5_000 * 1.08  # what is corrected is no trifle
    assert abs(np.median(corrected) / 5_000 - 1) <= 0.03


def test_nothing_missed_changes_nothing() -> None:
    truth = counted(seen(2_000, np.random.default_rng(3)))

    assert (with_missed_links(truth, 1.0).counts == truth.counts).all()


def test_link_that_is_not_certain_is_drawn_and_widens_what_is_published() -> None:
    random = np.random.default_rng(7)
    cases = seen(6_000, random)

    def linked_by(chance: float) -> list[tuple[Case, tuple[Link, ...]]]:
        return [(one, tuple((at, at + 1, chance) for at in range(len(one) - 1))) for one in cases]

    sure, unsure = (
        from_register(LISTS, linked_by(chance), 1.0, np.random.default_rng(1), replicates=200)
        for chance in (1.0, 0.8)
    )

    assert len(set(sure.drawn)) == 1
    assert len(set(unsure.drawn)) > 50
    narrow, wide = sure.corrected.published, unsure.corrected.published
    assert narrow is not None
    assert wide is not None
    assert wide.estimate > narrow.estimate  # persons that fall apart look like many unseen
    assert wide.upper / wide.lower > narrow.upper / narrow.lower


def test_case_of_another_time_holds_a_person_together_and_is_on_no_list() -> None:
    person = ((0, None, 1), ((0, 1, 1.0), (1, 2, 1.0)))
    histories = linked.drawn_histories(LISTS, [person], np.random.default_rng(1))
    apart = ((0, None), ((0, 1, 0.0),))
    alone = linked.drawn_histories(LISTS, [apart], np.random.default_rng(1))

    assert histories.counts[0b11] == histories.persons == 1
    assert alone.counts[0b1] == alone.persons == 1


@pytest.mark.parametrize(("recall", "why"), [(None, "not known"), (0.7, "Linking found 70 %")])
def test_register_whose_recall_is_unknown_or_low_gives_no_number(
    recall: float | None, why: str
) -> None:
    cases = [(one, ()) for one in seen(6_000, np.random.default_rng(2))]
    # Several cases without a link between them: as sure as can be that nothing holds them.
    whole = [(one, tuple((0, at, 1.0) for at in range(1, len(one)))) for one, _ in cases]
    done = from_register(LISTS, whole, recall, np.random.default_rng(1), replicates=100)

    assert done.corrected.published is None
    assert any(why in reason for reason in done.corrected.refusals)


def test_small_list_is_to_be_merged() -> None:
    few = [(one, ()) for one in seen(150, np.random.default_rng(2))]
    done = from_register(LISTS, few, 0.95, np.random.default_rng(1), replicates=50)

    assert any("merge it" in reason for reason in done.corrected.refusals)


def test_overlaps_come_from_standing_cases_of_the_period(office: Office) -> None:
    inspector = FieldTablet.enrol(office, seed=1)
    ngo = FieldTablet.enrol(office, officer=1, seed=2)
    visit, beside = inspector.visit(), ngo.visit()
    old = ngo.visit(visit_date="2025-11-10")
    both, once, earlier = somebody(1), somebody(2), somebody(3)
    inspector.send(
        visit,
        inspector.case(visit, both),
        inspector.case(visit, once),
        inspector.case(visit, earlier),
    )
    assert set(words(ngo.send(beside, ngo.case(beside, both), old, ngo.case(old, earlier)))) == {
        "accepted"
    }
    work_off(office)

    with reading(office.engine) as connection:
        names, persons = linked_cases(connection, "2026", "child_labour", map(str, IN_CHILD_LABOUR))
        merged, _ = linked_cases(
            connection,
            "2026",
            "child_labour",
            map(str, IN_CHILD_LABOUR),
            {"ngo": "labour_inspectorate"},
        )

    assert names == ("labour_inspectorate", "ngo")
    assert merged == ("labour_inspectorate",)
    assert sorted(tuple(sorted(map(str, one.lists))) for one in persons) == [
        ("0",),
        ("0", "1"),
        ("0", "None"),
    ]
    links = [link for one in persons for link in one.links]
    assert len(links) == 2
    assert all(0.5 < chance <= 1 for _, _, chance in links)


def test_command_refuses_with_reasons_and_notes_who_looked(
    lite: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    tablet.send(visit, tablet.case(visit, somebody(1)))
    work_off(lite)
    with transaction(lite.engine) as connection:
        connection.execute(update(PersonLink).values(score=0))
    monkeypatch.setenv("TALLY87_FOLDER", str(lite.config.folder))
    run = CliRunner()

    nobody = run.invoke(main, ["estimate-register", "2026", "--of", "forced-labour"])
    unsaid = run.invoke(
        main, ["estimate-register", "2026", "--of", "child-labour", "--recall", "1"]
    )
    told = run.invoke(main, ["estimate-register", "2026", "--of", "child-labour", "--json"])

    assert (nobody.exit_code, "nothing to estimate" in nobody.output) == (1, True)
    assert (unsaid.exit_code, "--recall-source" in unsaid.output) == (2, True)
    assert told.exit_code == 0, told.output
    document = json.loads(told.output)
    assert document["published"] is None
    assert document["persons"] == 1
    assert any("list" in reason for reason in document["refusals"])
