"""An edition that some tablets have first: who gets it, what counts, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.intake.model import CaseRecord
from server.office import Office
from server.programme.enrolment import NotPossible, revoke
from server.programme.keys import keys_of
from server.reference import choices, messages, publish, rollouts
from server.reference.in_force import in_force, look_for_edition, reference_of
from server.reference.model import RolloutTablet
from server.reference.rollouts import FirstTablets
from server.reference.safety import HELPLINES, LAW
from server.staff.model import AuditEntry
from shared.reference import load_reference
from shared.wire.answers import Answer, EditionAnswer
from shared.wire.asking import MANIFEST, Wanted
from shared.wire.editions import Edition, open_edition, read_version
from tests.server.field import FieldTablet, words
from tests.server.reference.test_editions import HELPLINE, add_question, ask, country, make_lite

__all__ = ["country", "make_lite"]  # fixtures

STRICTER = """[parameters.minimum_age]
value = 17
source = "test"
as_of = 2026-01-01
confirmed = true
"""


@pytest.fixture
def office(make_lite: Callable[..., Office], country: Path) -> Office:
    """An office whose tablets have edition 1; its country folder has a question more by now."""
    office = make_lite(country_folders=(country,))
    publish.publish(office, "test")
    add_question(country)
    return office


@pytest.fixture
def first(office: Office) -> FieldTablet:
    """A tablet of the inspectorate."""
    return FieldTablet.enrol(office, 0, seed=1)


@pytest.fixture
def other(office: Office) -> FieldTablet:
    """A tablet of another organisation."""
    return FieldTablet.enrol(office, 1, seed=2)


def id_of(tablet: FieldTablet) -> str:
    return tablet.membership.tablet_id


def begin(office: Office, *tablets: FieldTablet) -> int:
    return rollouts.begin(office, "test", FirstTablets([id_of(one) for one in tablets])).number


def number_of(tablet: FieldTablet) -> int:
    """The edition its receipts name."""
    said = read_version(tablet.send().versions["reference"])
    assert said is not None
    return said.number


def fetched(office: Office, tablet: FieldTablet) -> Edition:
    """What it gets when it asks for the edition it is to have."""
    manifest = ask(office, tablet, Wanted(MANIFEST)).data
    return open_edition(manifest, keys_of(office).programme.public)


def at(office: Office, tablet: FieldTablet) -> tuple[int | None, int | None, str | None]:
    columns = RolloutTablet.fetched_edition, RolloutTablet.told_edition, RolloutTablet.told_code
    query = select(*columns).where(RolloutTablet.tablet_id == id_of(tablet))
    with reading(office.engine) as connection:
        return tuple(connection.execute(query).one())


def acts(office: Office) -> list[str]:
    with reading(office.engine) as connection:
        return list(connection.scalars(select(AuditEntry.action)))


def test_chosen_tablet_is_offered_the_edition_and_the_other_goes_on_with_what_it_has(
    office: Office, first: FieldTablet, other: FieldTablet
) -> None:
    assert begin(office, first) == 2

    assert (number_of(first), number_of(other)) == (2, 1)
    assert (fetched(office, first).number, fetched(office, other).number) == (2, 1)


def test_records_of_both_count_each_read_with_its_own_questionnaire(
    office: Office, first: FieldTablet, other: FieldTablet, country: Path
) -> None:
    begin(office, first)
    newer = load_reference("PAK", [country])
    first.reference = newer
    other.reference = replace(newer, questionnaire=load_reference("PAK").questionnaire)

    here = first.visit()
    there = other.visit()
    sent = first.send(here, first.case(here, kiln_work="yes"))
    older = other.send(there, other.case(there))

    assert words(sent) == words(older) == ["accepted", "accepted"]
    with reading(office.engine) as connection:
        assert len(connection.execute(select(CaseRecord.record_id)).all()) == 2


def test_code_that_only_the_tried_edition_has_is_taken_in(
    make_lite: Callable[..., Office], country: Path
) -> None:
    office = make_lite(country_folders=(country,))
    publish.publish(office, "test")
    (country / "areas.csv").write_text(
        "code,level,parent,label::English (en)\nPK-PB-99,2,PK-PB,New district\n", "utf-8"
    )
    tablet = FieldTablet.enrol(office)
    begin(office, tablet)
    tablet.reference = load_reference("PAK", [country])
    assert "PK-PB-99" in tablet.reference.codelists["areas"].entries

    assert words(tablet.send(tablet.visit(area="PK-PB-99"))) == ["accepted"]

    rollouts.take_back(office, "test")
    look_for_edition(office)
    assert "PK-PB-99" in reference_of(office).codelists["areas"].entries, "records name it"


def test_law_is_that_of_all_tablets_until_the_edition_is_for_all(
    office: Office, first: FieldTablet, country: Path
) -> None:
    before = reference_of(office).profile.value("minimum_age")
    (country / "profile.toml").write_text(HELPLINE.format("1121") + STRICTER, "utf-8")
    begin(office, first)
    look_for_edition(office)
    assert reference_of(office).profile.value("minimum_age") == before

    rollouts.give_to_all(office, "test")
    look_for_edition(office)

    assert reference_of(office).profile.value("minimum_age") == 17 != before


def test_given_to_all_by_one_act(office: Office, first: FieldTablet, other: FieldTablet) -> None:
    begin(office, first)

    assert rollouts.give_to_all(office, "test") == 2

    assert (number_of(first), number_of(other)) == (2, 2)
    assert rollouts.going_on(office) is None
    assert "rollout_to_all" in acts(office)


def test_taken_back_chosen_tablets_come_back_to_what_the_others_have(
    office: Office, first: FieldTablet, other: FieldTablet
) -> None:
    before = fetched(office, other)
    begin(office, first)
    rollouts.take_back(office, "test")

    back = fetched(office, first)

    assert back.number == 3, "no tablet takes a lower number"
    assert back.parts == before.parts
    said = read_version(other.send().versions["reference"])
    assert said is not None
    assert before.version.endswith(said.content), "a tablet with it fetches nothing"
    assert "rollout_taken_back" in acts(office)
    # Later editions go to everybody, and the next roll-out may begin.
    assert begin(office, other) == 4
    assert (number_of(first), number_of(other)) == (3, 4)


def test_message_and_choice_reach_every_tablet_while_a_roll_out_goes_on(
    office: Office, first: FieldTablet, other: FieldTablet
) -> None:
    begin(office, first)
    messages.add_message(office, "test", {"en": "Call the office."})
    choices.choose_unlocking(office, "test", "passphrase")

    for tablet in (first, other):
        parts = {part.name for part in fetched(office, tablet).parts}
        assert "messages" in parts
    assert fetched(office, first).number > fetched(office, other).number
    kiln = {part.digest for part in fetched(office, first).parts if part.name == "questionnaire/1"}
    assert kiln, "the tried edition still has what is tried"
    assert not {p.digest for p in fetched(office, other).parts if p.name == "questionnaire/1"}


def test_nothing_is_published_to_all_beside_it_but_it_may_be_corrected(
    office: Office, first: FieldTablet, country: Path
) -> None:
    begin(office, first)
    (country / "profile.toml").write_text(HELPLINE.format("1122"), "utf-8")
    with pytest.raises(NotPossible, match="some tablets first"):
        publish.publish(office, "test")
    with pytest.raises(NotPossible, match="goes on already"):
        begin(office, first)

    assert rollouts.correct(office, "test").number == 3

    assert number_of(first) == 3


def test_tablet_says_how_it_fares_and_is_asked_no_more(office: Office, first: FieldTablet) -> None:
    begin(office, first)
    asked = first.send().versions["trial"]
    assert at(office, first) == (None, None, None)
    fetched(office, first)
    assert at(office, first) == (2, None, None)

    first.answer(Answer(asked, 2, str(EditionAnswer.NOT_LOADED)))
    assert at(office, first) == (2, 2, "edition_not_loaded")
    assert first.send().versions["trial"] == asked, "it may take it yet"

    first.answer(Answer(asked, 3, str(EditionAnswer.TAKEN)))
    assert at(office, first) == (2, 2, "edition_taken")
    assert "trial" not in first.send().versions


def test_nobody_is_asked_or_heard_beside_a_roll_out(
    office: Office, first: FieldTablet, other: FieldTablet
) -> None:
    begin(office, first)
    asked = first.send().versions["trial"]

    assert "trial" not in other.send().versions
    other.answer(Answer(asked, 3, str(EditionAnswer.TAKEN)))
    first.answer(Answer("0" * 16, 3, str(EditionAnswer.TAKEN)))

    assert at(office, first) == (None, None, None)


def test_widened_by_an_organisation(office: Office, first: FieldTablet, other: FieldTablet) -> None:
    begin(office, first)
    assert rollouts.widen(office, "test", FirstTablets(organisation="NGO-A")) == 1
    assert number_of(other) == 2
    with pytest.raises(NotPossible):
        rollouts.widen(office, "test", FirstTablets(organisation="NGO-A"))
    assert rollouts.going_on(office).tablets == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "chosen",
    [
        FirstTablets(),
        FirstTablets(["f" * 16]),
        FirstTablets(organisation="NGO-B"),
        FirstTablets(["'; --"]),
    ],
)
def test_nobody_chosen_nothing_published(office: Office, chosen: FirstTablets) -> None:
    with pytest.raises(NotPossible):
        rollouts.begin(office, "test", chosen)
    assert [one.number for one in publish.editions(office)] == [1]
    with reading(office.engine) as connection:
        newest = in_force(connection)
    assert newest is not None
    assert not newest.tried


def test_signed_out_tablet_is_not_chosen(office: Office, first: FieldTablet) -> None:
    revoke(office, id_of(first), "test")
    with pytest.raises(NotPossible, match="signed out"):
        begin(office, first)


@pytest.mark.parametrize("act", [rollouts.give_to_all, rollouts.take_back, rollouts.correct])
def test_nothing_ends_where_nothing_goes_on(
    office: Office, act: Callable[[Office, str], object]
) -> None:
    with pytest.raises(NotPossible, match="No roll-out"):
        act(office, "test")


def test_says_what_safety_is_held_back(office: Office, first: FieldTablet, country: Path) -> None:
    assert rollouts.would_withhold(office) == ()
    (country / "profile.toml").write_text(HELPLINE.format("1122") + STRICTER, "utf-8")

    assert rollouts.would_withhold(office) == (HELPLINES, LAW)

    begin(office, first)
    goes_on = rollouts.going_on(office)
    assert goes_on is not None
    assert goes_on.withheld == (HELPLINES, LAW)


def test_milder_law_is_nothing_that_is_held_back(office: Office, country: Path) -> None:
    (country / "profile.toml").write_text(
        HELPLINE.format("1121") + STRICTER.replace("17", "10"), "utf-8"
    )
    assert rollouts.would_withhold(office) == ()


def test_file_for_a_stick_is_the_edition_for_all_unless_the_other_is_asked_for(
    office: Office, first: FieldTablet
) -> None:
    begin(office, first)
    assert publish.whole_edition(office)[0] == 1
    assert publish.whole_edition(office, tried=True)[0] == 2
