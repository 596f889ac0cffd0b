"""The page of what tablets work with: publishing to all, to some first, and how that ends."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.office import Office
from server.office.config import config_for
from server.reference import publish, rollouts
from server.reference.in_force import reference_of
from server.reference.rollouts import FirstTablets
from server.web import create_app
from shared.wire.answers import Answer, EditionAnswer
from tests.server.field import NOW, Clock, FieldTablet, seeded
from tests.server.reference.test_editions import HELPLINE, add_question
from tests.server.reference.test_rollouts import STRICTER, number_of
from tests.server.web.conftest import Workplace, token_of

HERE = "/programme/data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The country folder of the office."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "profile.toml").write_text(HELPLINE.format("1121"), encoding="utf-8")
    return folder


@pytest.fixture
def workplace(office_folder: Path, tmp_path: Path, folder: Path) -> Iterator[Workplace]:
    """An office with a country folder of its own, whose tablets have edition 1."""
    copied = shutil.copytree(office_folder, tmp_path / "workplace")
    config = config_for(copied, public_url="http://127.0.0.1:8087", country_folders=(folder,))
    office = Office.open(config, Clock(), seeded(2))
    app = create_app(config, Clock(NOW + timedelta(days=3)), seeded(6))
    publish.publish(office, "test")
    yield Workplace(office, app)
    app.extensions["tally87"].close()
    office.close()


@pytest.fixture
def boss(workplace: Workplace) -> FlaskClient:
    """A browser in which the administrator is signed in."""
    return workplace.sign_in("administrator")


def test_nothing_to_publish_is_said_and_editions_are_listed(boss: FlaskClient) -> None:
    page = boss.get(HERE).text
    assert "Tablets have all that the country folders hold." in page
    assert "for all tablets" in page


def test_published_to_all_from_the_page(
    workplace: Workplace, boss: FlaskClient, folder: Path
) -> None:
    tablet = FieldTablet.enrol(workplace.office)
    add_question(folder)
    assert "questionnaire/1" in boss.get(HERE).text

    assert "The edition is published" in workplace.post(boss, HERE, whom="all")

    assert number_of(tablet) == 2
    assert "have the same already" in workplace.post(boss, HERE, whom="all")


def test_first_to_one_organisation_then_to_all_by_one_act(
    workplace: Workplace, boss: FlaskClient, folder: Path
) -> None:
    first, other = (FieldTablet.enrol(workplace.office, at, seed=9 + at) for at in (1, 2))
    add_question(folder)

    page = workplace.post(boss, HERE, whom="first", organisation="NGO-A")

    assert "Edition 2 is with some tablets first" in page
    assert first.membership.tablet_id in page
    assert other.membership.tablet_id not in page
    assert (number_of(first), number_of(other)) == (2, 1)
    asked = first.send().versions["trial"]
    assert "Not fetched yet" in boss.get(HERE).text
    first.answer(Answer(asked, 2, str(EditionAnswer.NOT_LOADED)))
    assert "<strong>Cannot read it</strong>" in boss.get(HERE).text

    not_sure = workplace.post(boss, f"{HERE}/rollout", how="to_all")
    assert "say first that you are sure" in not_sure
    assert number_of(other) == 1
    assert "for all tablets" in workplace.post(boss, f"{HERE}/rollout", how="to_all", sure="yes")
    assert number_of(other) == 2
    assert workplace.last_act() == ("account administrator", "rollout_to_all")


def test_widened_corrected_and_taken_back(
    workplace: Workplace, boss: FlaskClient, folder: Path
) -> None:
    first, other = (FieldTablet.enrol(workplace.office, at, seed=9 + at) for at in (1, 2))
    add_question(folder)
    workplace.post(boss, HERE, whom="first", tablets=f"  {first.membership.tablet_id}\n")

    ids = f"{other.membership.tablet_id} {first.membership.tablet_id}"
    assert "More tablets" in workplace.post(boss, f"{HERE}/rollout", how="widen", tablets=ids)
    assert number_of(other) == 2
    (folder / "profile.toml").write_text(HELPLINE.format("1122"), encoding="utf-8")
    corrected = workplace.post(boss, HERE, whom="tried")
    assert "Edition 3 is with some tablets first" in corrected
    assert "changes numbers to call" in corrected

    back = workplace.post(boss, f"{HERE}/rollout", how="take_back", sure="yes")

    assert "taken back" in back
    assert "with some tablets first" not in back
    assert (number_of(first), number_of(other)) == (4, 4)


def test_warns_before_something_for_safety_is_held_back(
    workplace: Workplace, boss: FlaskClient, folder: Path
) -> None:
    (folder / "profile.toml").write_text(HELPLINE.format("1122") + STRICTER, encoding="utf-8")
    page = boss.get(HERE).text
    assert "changes numbers to call" in page
    assert "Its law is stricter" in page


def test_what_came_of_their_records_stands_beside_that_of_the_others(
    workplace: Workplace, boss: FlaskClient, folder: Path
) -> None:
    first, other = (FieldTablet.enrol(workplace.office, at, seed=9 + at) for at in (1, 2))
    add_question(folder)
    # By the clock the records come by.
    rollouts.begin(workplace.office, "test", FirstTablets([first.membership.tablet_id]))
    visit = other.visit()
    other.send(visit, other.case(visit))
    first.send(first.visit(), first.case(first.visit(), given_name="MARKER"))

    page = boss.get(HERE).text

    named = ("Chosen tablets</th>", "All other tablets</th>")
    mine, others = (page.split(word)[1].split("</tr>")[0] for word in named)
    assert ">1<" in mine
    assert "50" in mine
    assert ">2<" in others


@pytest.mark.parametrize(
    "fields",
    [
        {"whom": "first"},
        {"whom": "first", "tablets": "ffffffffffffffff"},
        {"whom": "first", "organisation": "NGO-B"},
        {"whom": "tried"},
    ],
)
def test_what_cannot_be_done_says_why(
    workplace: Workplace, boss: FlaskClient, folder: Path, fields: dict[str, str]
) -> None:
    add_question(folder)
    assert 'role="alert"' in workplace.post(boss, HERE, **fields)
    assert rollouts.going_on(workplace.office) is None


def test_folder_that_cannot_be_read_is_said_and_nothing_is_published(
    workplace: Workplace, boss: FlaskClient, folder: Path
) -> None:
    (folder / "profile.toml").write_text("[[helplines]", encoding="utf-8")
    assert "cannot be used" in boss.get(HERE).text
    assert "cannot be used" in workplace.post(boss, HERE, whom="all")
    assert [one.number for one in publish.editions(workplace.office)] == [1]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("areas.csv", "code,until,became\n{area},01/07/2026,XX-NOT-THERE\n"),
        ("tables.toml", "[[tables]]\ncode = 'T'\n"),
    ],
)
def test_nothing_is_published_while_a_word_of_a_folder_is_wrong(
    workplace: Workplace, boss: FlaskClient, folder: Path, file: str, words: str
) -> None:
    areas = reference_of(workplace.office).codelists["areas"]
    add_question(folder)
    area = next(one.code for one in areas if one.parent)
    (folder / file).write_text(words.format(area=area), encoding="utf-8")

    assert f"{file}" in boss.get(HERE).text
    for fields in ({"whom": "all"}, {"whom": "first", "organisation": "NGO-A"}):
        assert "cannot be used" in workplace.post(boss, HERE, **fields)
    assert [one.number for one in publish.editions(workplace.office)] == [1]


@pytest.mark.parametrize(
    ("address", "fields"), [(HERE, {}), (HERE, {"whom": "al"}), (f"{HERE}/rollout", {"how": ""})]
)
def test_a_form_that_says_nothing_publishes_and_takes_back_nothing(
    workplace: Workplace, boss: FlaskClient, folder: Path, address: str, fields: dict[str, str]
) -> None:
    first = FieldTablet.enrol(workplace.office)
    add_question(folder)
    if address != HERE:
        rollouts.begin(workplace.office, "test", FirstTablets([first.membership.tablet_id]))
    before = publish.editions(workplace.office)

    told = {"csrf_token": token_of(boss), **fields, "sure": "yes"}
    assert boss.post(address, data=told).status_code == 400

    assert publish.editions(workplace.office) == before


def test_what_is_wrong_in_a_folder_is_read_in_the_languages_of_the_office(
    workplace: Workplace, boss: FlaskClient, folder: Path
) -> None:
    add_question(folder)
    rows = "code,parent,level,label::English (en)\nPK-XX,,admin1,North\nPK-XX,,admin1,South\n"
    (folder / "areas.csv").write_text(rows, encoding="utf-8")
    (folder / "areas.csv.bak").write_text("", encoding="utf-8")
    for language, words in (
        ("en", "The code PK-XX stands in row 2 already."),
        ("fr", "Le code PK-XX figure déjà à la ligne 2."),
        ("ar", "الرمز PK-XX موجود من قبل في الصف 2."),
    ):
        boss.get(f"/languages/{language}")
        page = boss.get("/programme/data").text
        assert words in page
        assert '<code dir="ltr">areas.csv</code>' in page
        assert "server.fault" not in page
