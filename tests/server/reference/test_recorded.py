"""Recordings and pictures an office adds: signed with the edition, given by piece, kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner

from server.cli import main
from server.office import Office
from server.programme.keys import keys_of
from server.reference import messages, publish, recorded
from server.reference.in_force import look_for_edition, reference_of
from shared.apart import file_in, listed_in
from shared.parts import unpacked
from shared.wire.asking import MANIFEST, Wanted
from shared.wire.bundles import unsqueezed
from shared.wire.editions import open_edition
from tests.mobile.published import ogg, png
from tests.server.field import FieldTablet
from tests.server.reference.test_editions import add_question, ask, country, fetched, make_lite

__all__ = ["country", "make_lite"]  # fixtures


def folder_with(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def run(*words: str) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_office_adds_files_by_command_and_a_tablet_gets_each_of_them_signed(
    lite: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.publish(lite, "test")
    tablet = FieldTablet.enrol(lite)
    spoken = folder_with(
        tmp_path / "urdu",
        {
            "attends_school.ogg": ogg("school"),
            "hazards/heavy_loads.ogg": ogg("loads", 100_000),
            ".directory": b"left by a file manager",
        },
    )
    monkeypatch.setenv("TALLY87_FOLDER", str(lite.config.folder))

    said = run("reference", "add-recordings", "ur", str(spoken))

    assert "Edition 2 is published: recordings/ur." in said
    assert "recordings/ur: 2 files" in said
    parts = fetched(lite, tablet, 5000)
    listed = listed_in("recordings/ur", parts["recordings/ur"])
    for key, content in (
        ("attends_school", ogg("school")),
        ("hazards/heavy_loads", ogg("loads", 100_000)),
    ):
        one, data = listed[key], b""
        while len(data) < one.squeezed_size:
            data += ask(lite, tablet, Wanted(one.digest, len(data), 30_000)).data
        assert file_in(unsqueezed(data, one.digest, one.size)) == (".ogg", content)
    # What a tablet of before reads of it is what it read before.
    assert unpacked("PAK", parts).reference.questionnaire == reference_of(lite).questionnaire
    shown = run("reference", "show")
    assert "recordings/ur: 2 files" in shown
    assert "Not published yet" not in shown


def test_what_stands_stays_through_messages_and_publishing_until_it_is_taken_out(
    make_lite: Callable[..., Office], country: Path, tmp_path: Path
) -> None:
    office = make_lite(country_folders=(country,))
    publish.publish(office, "test")
    picture = {PurePosixPath("hazards/heavy_loads.png"): png()}
    recorded.add_files(office, "test", "pictures", picture)
    messages.add_message(office, "test", {"en": "Meeting on Monday"})
    add_question(country)
    publish.publish(office, "test")
    assert [(one.name, one.files) for one in recorded.standing_parts(office)] == [("pictures", 1)]
    assert publish.not_yet_published(office) == ()

    recorded.take_out(office, "test", "pictures")

    tablet = FieldTablet.enrol(office)
    manifest = ask(office, tablet, Wanted(MANIFEST)).data
    edition = open_edition(manifest, keys_of(office).programme.public)
    assert edition.number == 5
    assert "pictures" not in {part.name for part in edition.parts}
    assert "messages" in {part.name for part in edition.parts}


def test_recordings_whose_words_changed_are_named(
    make_lite: Callable[..., Office], country: Path
) -> None:
    office = make_lite(country_folders=(country,))
    publish.publish(office, "test")
    recorded.add_files(
        office, "test", "recordings/ur", {PurePosixPath("attends_school.ogg"): ogg("school")}
    )
    assert recorded.standing_parts(office)[0].stale == ()
    (country / "questionnaire").mkdir()
    (country / "questionnaire" / "survey.csv").write_text(
        "name,say::Urdu (ur)\nattends_school,کیا تم پڑھتے ہو؟\n", encoding="utf-8"
    )
    publish.publish(office, "test")
    look_for_edition(office)
    assert reference_of(office).questionnaire.questions["attends_school"].say("ur") == (
        "کیا تم پڑھتے ہو؟"
    )

    assert recorded.standing_parts(office)[0].stale == ("attends_school",)


def test_a_folder_that_cannot_be_used_publishes_nothing_and_says_why(
    lite: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.publish(lite, "test")
    monkeypatch.setenv("TALLY87_FOLDER", str(lite.config.folder))
    for files, said in (
        ({"no_such_question.ogg": ogg("x")}, "no words to say of that name"),
        ({"attends_school.txt": b"x"}, "must end in one of"),
        ({"attends_school.ogg": b"MZ"}, "is no .ogg file"),
        ({}, "no file to add"),
    ):
        folder = folder_with(tmp_path / str(len(said)), files)
        folder.mkdir(exist_ok=True)

        done = CliRunner().invoke(main, ["reference", "add-recordings", "ur", str(folder)])

        assert done.exit_code != 0
        assert said in done.output
        assert "Traceback" not in done.output
    done = CliRunner().invoke(main, ["reference", "take-out", "recordings/ur"])
    assert done.exit_code != 0
    assert "no part" in done.output
    assert [one.number for one in publish.editions(lite)] == [1]
