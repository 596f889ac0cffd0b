"""What an office may add to be heard and seen: named, bounded, of the kind its name says."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from shared.apart import PICTURES, file_bundle, file_in, listed_in, made_apart, wording_of
from shared.errors import ParcelUnreadable, QuestionnaireError
from shared.questionnaire.model import Questionnaire
from shared.reference import load_reference
from shared.wire.bundles import bundle, digest_of, unbundle
from shared.wire.limits import MAX_APART_BYTES, MAX_APART_FILE_BYTES, MAX_APART_FILES
from tests.mobile.published import ogg, png


def jpeg(width: int, height: int) -> bytes:
    head = "ffd8ffe000104a46494600010100000100010000"
    return bytes.fromhex(f"{head}ffc0000b08{height:04x}{width:04x}01011100")


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    return load_reference("PAK").questionnaire


def made(questionnaire: Questionnaire, part: str, path: str, content: bytes) -> None:
    made_apart(part, {PurePosixPath(path): content}, questionnaire)


def test_what_is_made_is_read_again_with_the_words_that_were_recorded(
    questionnaire: Questionnaire,
) -> None:
    files = {PurePosixPath("attends_school.ogg"): ogg("school")}
    done = made_apart("recordings/ur", files, questionnaire)

    listed = listed_in("recordings/ur", done.part)

    ((digest, bundled),) = done.files.items()
    one = listed["attends_school"]
    assert (one.digest, digest_of(bundled)) == (digest, digest)
    assert file_in(bundled) == (".ogg", ogg("school"))
    assert one.wording == wording_of(questionnaire, "attends_school", "ur") != ""
    assert one.wording != wording_of(questionnaire, "attends_school", "en")


@pytest.mark.parametrize(
    ("part", "path", "content", "said"),
    [
        ("recordings/en", "no_such_question.ogg", ogg("x"), "no words to say of that name"),
        ("recordings/en", "visit_date.ogg", ogg("x"), "no words to say of that name"),
        ("recordings/en", "hazards/no_such.ogg", ogg("x"), "no words to say of that name"),
        ("recordings/de", "attends_school.ogg", ogg("x"), "in 'de'"),
        ("recordings/en", "attends_school.ogg", b"RIFF0000WAVE", "no .ogg file"),
        ("recordings/en", "attends_school.exe", b"MZ", "must end in one of"),
        ("recordings/en", "attends_school.ogg", ogg("x", MAX_APART_FILE_BYTES), "allowed are"),
        ("recordings/..", "attends_school.ogg", ogg("x"), "neither"),
        (PICTURES, "attends_school.png", png(), "no such answer"),
        (PICTURES, "hazards/no_such.png", png(), "no such answer"),
        (PICTURES, "hazards/heavy_loads.png", b"GIF89a", "no .png file"),
        (PICTURES, "hazards/heavy_loads.png", png(2000, 10), "2000 by 10 pixels"),
        (PICTURES, "hazards/heavy_loads.jpg", jpeg(60000, 60000), "60000 by 60000 pixels"),
        (PICTURES, "hazards/heavy_loads.jpg", png(), "no .jpg file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(
    questionnaire: Questionnaire, part: str, path: str, content: bytes, said: str
) -> None:
    with pytest.raises(QuestionnaireError, match=said.replace(".", r"\.")):
        made(questionnaire, part, path, content)


def test_pictures_and_sounds_of_every_kind_are_taken(questionnaire: Questionnaire) -> None:
    made(questionnaire, PICTURES, "hazards/heavy_loads.jpg", jpeg(400, 300))
    made(questionnaire, PICTURES, "hazards/heavy_loads.png", png())
    made(questionnaire, "recordings/en", "attends_school.mp3", b"ID3\x04" + bytes(100))
    made(questionnaire, "recordings/en", "attends_school.mp3", b"\xff\xfb" + bytes(100))
    made(questionnaire, "recordings/en", "attends_school.wav", b"RIFF0000WAVEfmt ")


def test_two_files_for_the_same_words_are_refused(questionnaire: Questionnaire) -> None:
    both = {
        PurePosixPath("attends_school.ogg"): ogg("x"),
        PurePosixPath("attends_school.wav"): b"RIFF0000WAVE",
    }
    with pytest.raises(QuestionnaireError, match="two files for the same words"):
        made_apart("recordings/en", both, questionnaire)


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"{}",
        b"[[]]",
        b"[1]",
        json.dumps([["../x", "0" * 32, 1, 1, ""]]).encode(),
        json.dumps([["a", "0" * 31, 1, 1, ""]]).encode(),
        json.dumps([["a", "0" * 32, -1, 1, ""]]).encode(),
        json.dumps([["a", "0" * 32, 1 << 30, 1, ""]]).encode(),
        json.dumps([["a", "0" * 32, 10, 1 << 20, ""]]).encode(),
        json.dumps([["a", "0" * 32, True, 1, ""]]).encode(),
        json.dumps([["a", "0" * 32, 1, 1, ""]] * 2).encode(),
        json.dumps([[f"a{n}", "0" * 32, 1, 1, ""] for n in range(MAX_APART_FILES + 1)]).encode(),
        json.dumps(
            [
                [f"a{n}", "0" * 32, MAX_APART_FILE_BYTES, 1, ""]
                for n in range(MAX_APART_BYTES // MAX_APART_FILE_BYTES + 1)
            ]
        ).encode(),
        b"[" * 100_000,
    ],
)
def test_a_list_that_was_not_made_so_is_refused(lines: bytes) -> None:
    with pytest.raises(ParcelUnreadable):
        listed_in("recordings/en", bundle({"list.json": lines}))


def test_a_bundle_that_holds_something_else_is_no_recording() -> None:
    for files in ({"file.exe": b"MZ"}, {"file.ogg": b"a", "file.wav": b"b"}, {}):
        with pytest.raises(ParcelUnreadable):
            file_in(bundle(files))
    assert unbundle(file_bundle(".ogg", b"a")) == {"file.ogg": b"a"}
