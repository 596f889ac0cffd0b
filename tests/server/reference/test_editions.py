"""Editions of the reference data: published whole, given by piece, readable for ever."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from server.cli import main
from server.db.engine import reading, transaction
from server.office import Office
from server.programme.enrolment import NotPossible, revoke
from server.programme.keys import keys_of
from server.programme.model import Programme
from server.reference import give, in_force, messages, publish
from server.reference.in_force import PartLost, look_for_edition, reference_of
from server.reference.model import ReferencePart
from server.staff import audit
from server.web import create_app
from shared.errors import QuestionnaireError, SignatureInvalid
from shared.parts import unpacked
from shared.reference import load_reference
from shared.wire.asking import MANIFEST, Piece, Wanted, open_piece, seal_asking
from shared.wire.bundles import unsqueezed
from shared.wire.editions import open_edition, read_edition_file, read_version
from tests.server.conftest import wait_until_blocked
from tests.server.field import FieldTablet, make_office, words

SURVEY = """type,name,label::English (en),bind::tally:privacy
begin_repeat,case,,
begin_group,work,,
select_one yes_no,kiln_work,Works at a kiln,keep
end_group,,,
end_repeat,,,
"""
HELPLINE = '[[helplines]]\nname = "Own line"\nnumber = "{}"\nsource = "test"\n'


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """A country folder with a helpline of its own."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "profile.toml").write_text(HELPLINE.format("1121"), encoding="utf-8")
    return folder


@pytest.fixture
def make_lite(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Makes an office on SQLite: for what has nothing to do with the database."""
    made: list[Office] = []

    def make_one(**settings: object) -> Office:
        made.append(make_office(tmp_path / "lite", **settings))
        return made[-1]

    yield make_one
    for office in made:
        office.close()


def add_question(country: Path) -> None:
    (country / "questionnaire").mkdir()
    (country / "questionnaire" / "survey.csv").write_text(SURVEY, encoding="utf-8")


def sealed(office: Office, tablet: FieldTablet, wanted: Wanted) -> bytes:
    return seal_asking(
        wanted,
        tablet_id=tablet.membership.tablet_id,
        tablet_keys=tablet.keys,
        programme_public=keys_of(office).programme.public,
        random=tablet.random_bytes,
    )


def ask(office: Office, tablet: FieldTablet, wanted: Wanted) -> Piece:
    public = keys_of(office).programme.public
    request = sealed(office, tablet, wanted)
    reply = give.answer(office, request)
    return open_piece(reply, request, tablet_keys=tablet.keys, programme_public=public)


def fetched(office: Office, tablet: FieldTablet, most: int) -> dict[str, bytes]:
    """Every part of the newest edition, piece by piece."""
    manifest = ask(office, tablet, Wanted(MANIFEST)).data
    parts = {}
    for part in open_edition(manifest, keys_of(office).programme.public).parts:
        data = b""
        while len(data) < part.squeezed_size:
            piece = ask(office, tablet, Wanted(part.digest, len(data), most))
            assert piece.total == part.squeezed_size
            assert 0 < len(piece.data) <= most
            data += piece.data
        parts[part.name] = unsqueezed(data, part.digest, part.size)
    return parts


def test_tablet_that_fetches_every_piece_has_what_the_office_has(
    make: Callable[..., Office], country: Path
) -> None:
    add_question(country)
    office = make(country_folders=(country,))
    tablet = FieldTablet.enrol(office)
    publish.publish(office, "test")

    got = unpacked("PAK", fetched(office, tablet, 5000)).reference

    look_for_edition(office)
    assert got.questionnaire == reference_of(office).questionnaire
    assert got.questionnaire == load_reference("PAK", [country]).questionnaire
    assert [line.number for line in got.profile.helplines][-1] == "1121"


def test_receipt_names_the_edition_in_force(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    assert "reference" not in tablet.send().versions

    publish.publish(lite, "test")

    said = read_version(tablet.send().versions["reference"])
    assert said is not None
    assert said.number == 1


def test_office_that_runs_takes_a_new_edition_into_use_with_the_next_parcel(
    make_lite: Callable[..., Office], country: Path
) -> None:
    office = make_lite(country_folders=(country,))
    tablet = FieldTablet.enrol(office)
    publish.publish(office, "test")
    before = tablet.send().versions["questionnaire"]
    add_question(country)
    assert tablet.send().versions["questionnaire"] == before

    other_process = Office.open(office.config, office.clock, os.urandom)
    publish.publish(other_process, "test")
    other_process.close()

    assert tablet.send().versions["questionnaire"] != before
    assert "kiln_work" in reference_of(office).questionnaire.questions


def test_records_of_an_old_questionnaire_are_taken_in_after_folder_and_process_are_gone(
    make: Callable[..., Office], country: Path
) -> None:
    add_question(country)
    office = make(country_folders=(country,))
    tablet = FieldTablet.enrol(office)
    publish.publish(office, "test")
    look_for_edition(office)
    tablet.reference = reference_of(office)
    visit = tablet.visit()
    case = tablet.classified(
        replace(
            tablet.case(visit),
            content=dict(tablet.case(visit).content) | {"kiln_work": "yes"},
        ),
        visit,
    )
    (country / "questionnaire" / "survey.csv").write_text(
        SURVEY.replace("kiln_work", "mine_work"), encoding="utf-8"
    )
    publish.publish(office, "test")
    for file in country.rglob("*.csv"):
        file.unlink()

    restarted = Office.open(
        replace(office.config, country_folders=()), office.clock, office.random_bytes
    )
    try:
        receipt = tablet.send(visit, case, office=restarted)
    finally:
        restarted.close()

    assert words(receipt) == ["accepted", "accepted"]
    assert "mine_work" in reference_of(restarted).questionnaire.questions


def test_only_what_changed_is_to_be_fetched(
    make_lite: Callable[..., Office], country: Path
) -> None:
    office = make_lite(country_folders=(country,))
    first = publish.publish(office, "test")
    (country / "profile.toml").write_text(HELPLINE.format("1122"), encoding="utf-8")
    assert publish.not_yet_published(office) == ("profile",)

    second = publish.publish(office, "test")

    assert (first.number, second.number) == (1, 2)
    assert second.changed == ("profile",)
    assert second.bytes_to_fetch < 3_000 < first.bytes_to_fetch
    assert publish.not_yet_published(office) == ()
    with reading(office.engine) as connection:
        assert audit.broken_at(connection) is None


def test_publishing_the_same_again_is_refused_and_the_first_is_made_once(lite: Office) -> None:
    assert publish.publish_first(lite, "test") is not None
    assert publish.publish_first(lite, "test") is None
    with pytest.raises(NotPossible, match="same already"):
        publish.publish(lite, "test")
    assert [one.number for one in publish.editions(lite)] == [1]


def test_number_goes_on_above_what_tablets_saw_before_a_backup_was_restored(
    make_lite: Callable[..., Office], country: Path
) -> None:
    office = make_lite(country_folders=(country,))

    assert publish.publish(office, "test", at_least=7).number == 7
    (country / "profile.toml").write_text(HELPLINE.format("1122"), encoding="utf-8")
    assert publish.publish(office, "test").number == 8


def test_questionnaire_that_cannot_be_used_is_not_published(
    make_lite: Callable[..., Office], country: Path
) -> None:
    office = make_lite(country_folders=(country,))
    publish.publish(office, "test")
    (country / "questionnaire").mkdir()
    (country / "questionnaire" / "survey.csv").write_text(
        SURVEY.replace("keep", ""), encoding="utf-8"
    )

    with pytest.raises(QuestionnaireError):
        publish.publish(office, "test")
    assert len(publish.editions(office)) == 1


def test_code_is_never_taken_out_of_a_list(make_lite: Callable[..., Office], country: Path) -> None:
    office = make_lite(country_folders=(country,))
    areas = country / "areas.csv"
    areas.write_text("code,parent,level,label::English (en)\nPK-PB-99,PK-PB,admin2,New\n")
    publish.publish(office, "test")
    areas.unlink()

    with pytest.raises(NotPossible, match="PK-PB-99"):
        publish.publish(office, "test")
    assert len(publish.editions(office)) == 1


def test_message_of_the_moment_an_edition_is_published_does_not_take_it_back(
    make: Callable[..., Office], country: Path
) -> None:
    office = make(country_folders=(country,))
    tablet = FieldTablet.enrol(office)
    publish.publish(office, "test")
    (country / "profile.toml").write_text(HELPLINE.format("2222"), encoding="utf-8")
    # The connection holds both back until both have come, the edition before the message.
    with ThreadPoolExecutor(2) as both, transaction(office.engine) as connection:
        connection.execute(select(Programme.number).with_for_update())
        edition = both.submit(publish.publish, office, "test")
        wait_until_blocked(office, 1)
        message = both.submit(messages.add_message, office, "test", {"en": "Meeting on Monday"})
        wait_until_blocked(office, 2)

    assert edition.result().number != 1
    got = unpacked("PAK", fetched(office, tablet, 50_000))
    assert [one.number for one in got.messages] == [message.result()]
    assert got.reference.profile.helplines[-1].number == "2222"


def test_message_that_cannot_be_published_is_not_kept(make_lite: Callable[..., Office]) -> None:
    office = make_lite()
    publish.publish(office, "test")
    with transaction(office.engine) as connection:
        connection.execute(delete(ReferencePart))
    with pytest.raises(PartLost):
        messages.add_message(office, "test", {"en": "Meeting on Monday"})
    assert messages.messages(office) == []


def test_messages_go_out_in_an_edition_without_half_written_folders(
    make: Callable[..., Office], country: Path
) -> None:
    office = make(country_folders=(country,))
    tablet = FieldTablet.enrol(office)
    publish.publish(office, "test")
    (country / "profile.toml").write_text(HELPLINE.format("0000"), encoding="utf-8")

    number = messages.add_message(office, "test", {"en": "Meeting on Monday"})

    got = unpacked("PAK", fetched(office, tablet, 50_000))
    assert [(one.number, one.words("fr")) for one in got.messages] == [
        (number, "Meeting on Monday")
    ]
    assert got.reference.profile.helplines[-1].number == "1121"
    messages.withdraw_message(office, "test", number)
    assert unpacked("PAK", fetched(office, tablet, 50_000)).messages == ()
    assert [one.number for one in publish.editions(office)] == [3, 2, 1]
    with pytest.raises(NotPossible):
        messages.withdraw_message(office, "test", number)


def test_whole_edition_is_one_file_that_a_foreign_programme_refuses(
    lite: Office, tmp_path: Path
) -> None:
    with pytest.raises(in_force.NothingPublished):
        publish.whole_edition(lite)
    publish.publish(lite, "test")

    number, data = publish.whole_edition(lite)

    _, edition, parts = read_edition_file(data, keys_of(lite).programme.public)
    assert number == edition.number == 1
    bundles = {p.name: unsqueezed(parts[p.digest], p.digest, p.size) for p in edition.parts}
    assert unpacked("PAK", bundles).reference.questionnaire.digest
    other = make_office(tmp_path / "other", seed=9)
    with pytest.raises(SignatureInvalid):
        read_edition_file(data, keys_of(other).programme.public)
    other.close()


def test_unknown_part_unknown_tablet_and_revoked_tablet_get_nothing(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    with pytest.raises(in_force.NothingPublished):
        ask(lite, tablet, Wanted(MANIFEST))
    publish.publish(lite, "test")
    with pytest.raises(in_force.NothingPublished):
        ask(lite, tablet, Wanted("ab" * 16))
    stranger = FieldTablet.enrol(lite, seed=7)
    with pytest.raises(SignatureInvalid):
        ask(lite, replace(stranger, keys=tablet.keys), Wanted(MANIFEST))
    revoke(lite, tablet.membership.tablet_id, "test")
    with pytest.raises(give.SignedOutTablet):
        ask(lite, tablet, Wanted(MANIFEST))


def test_piece_beyond_the_end_is_empty(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    publish.publish(lite, "test")
    part = publish.editions(lite)[0].parts[0]

    assert ask(lite, tablet, Wanted(part.digest, part.squeezed_size, 10)).data == b""


def test_route_answers_and_refuses_as_the_others_do(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    app = create_app(replace(lite.config, parcels_per_minute=4), lite.clock, os.urandom)
    client = app.test_client()

    def post(data: bytes) -> tuple[int, str]:
        reply = client.post("/api/v1/reference", data=data)
        return reply.status_code, reply.mimetype

    request = sealed(lite, tablet, Wanted(MANIFEST))
    try:
        assert post(request) == (404, "application/json")
        publish.publish(lite, "test")
        assert post(request) == (200, "application/vnd.tally87.piece")
        assert post(b"garbage") == (400, "application/json")
        assert post(request + bytes(2000)) == (413, "application/json")
        revoke(lite, tablet.membership.tablet_id, "test")
        assert post(request) == (403, "application/json")
        assert post(request)[0] in (403, 429)
        assert post(request) == (429, "application/json")
    finally:
        app.extensions["tally87"].close()


def test_administrator_publishes_saves_and_tells_from_the_command_line(
    lite: Office, country: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY87_FOLDER", str(lite.config.folder))
    monkeypatch.setenv("TALLY87_COUNTRY_FOLDERS", str(country))

    def say(*words: str) -> str:
        run = CliRunner().invoke(main, list(words))
        assert run.exit_code == 0, run.output
        return run.output

    assert "Edition 1 is published" in say("reference", "publish")
    assert "Message 1" in say("message", "add", "Meeting", "--in", "fr", "Réunion")
    assert "Meeting" in say("message", "list")
    assert "Edition 2 is in" in say("reference", "save", str(tmp_path / "a.edition"))
    (country / "profile.toml").write_text(HELPLINE.format("9"), encoding="utf-8")
    assert "Not published yet: profile" in say("reference", "show")
    say("message", "withdraw", "1")
    again = CliRunner().invoke(main, ["message", "withdraw", "1"])
    assert again.exit_code == 1
    assert "no such message" in again.output
