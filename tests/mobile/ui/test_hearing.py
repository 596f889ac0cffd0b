"""Sound and pictures of an office: chosen by taps, heard only where nobody else hears."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from mobile.ui.sound import Sounds
from shared.texts import text
from tests.mobile.published import ogg, png

os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
SMALL = (600, 800)
PIN = "739146"
SCHOOL, LOADS = "attends_school", "hazards/heavy_loads"


class Loud:
    """A sound that remembers what was done to it, and what lay on the disk when it was loaded."""

    def __init__(self, path: str) -> None:
        self.path, self.content = path, Path(path).read_bytes()
        self.mode = Path(path).stat().st_mode & 0o777
        self.playing, self.length = False, 1.0

    def bind(self, **_events: Any) -> None: ...
    def play(self) -> None:
        self.playing = True

    def stop(self) -> None:
        self.playing = False

    def unload(self) -> None: ...


class Voice:
    """The machine's voice: knows Urdu only."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def speaks(self, language: str) -> bool:
        return language == "ur"

    def say(self, words: str, language: str) -> bool:
        self.said.append((words, language))
        return True

    def stop(self) -> None: ...


def listen(app: Any, voice: Voice | None = None) -> list[Loud]:
    heard: list[Loud] = []

    def load(path: str) -> Loud:
        heard.append(Loud(path))
        return heard[-1]

    app.sounds = Sounds(app.tablet.folder, load, lambda: voice)
    return heard


def nothing_left(app: Any) -> bool:
    return not any(folder.exists() for folder in app.sounds._folders)


@pytest.fixture
def adding(served_office: Any) -> Any:
    """Puts recordings and pictures into the office's newest edition."""
    from server.reference import publish, recorded

    publish.publish_first(served_office.office, "test")

    def add(part: str, files: dict[str, bytes]) -> None:
        paths = {PurePosixPath(path): content for path, content in files.items()}
        recorded.add_files(served_office.office, "test", part, paths)

    return add


def open_school(driver: Any, session: Any, **alone: Any) -> Any:
    casework = session.casework
    case_id = casework.start_case(casework.start_visit())
    casework.answer(case_id, "birth_date", "2014-05-17")
    casework.answer(case_id, "worked_other_paid", "yes")
    casework.answer(case_id, "safety_problems", alone.get("safety", ("none",)))
    driver.app.go("interview", record_id=case_id, section=alone.get("section", "school"))
    driver.settle(10)
    return case_id


def test_what_the_office_adds_is_chosen_by_taps_and_heard_in_the_interview(
    drive: Any, tablet: Any, served_office: Any, adding: Any
) -> None:
    session = tablet.set_up(PIN)
    session.enrolment.enrol(served_office.ticket())
    adding("recordings/en", {f"{SCHOOL}.ogg": ogg("school"), f"{LOADS}.ogg": ogg("loads")})
    adding("pictures", {f"{LOADS}.png": png()})
    driver = drive(SMALL)
    heard = listen(driver.app)
    driver.app.opened(session)
    session.sending.send()

    driver.app.show_place("settings")
    driver.settle(4)
    for title in ("Recordings: English", "Pictures of answers"):
        driver.tap(driver.find(title))
        driver.settle(4)
    assert session.sending.send().news.problem == ""
    driver.app.show_place("settings")
    driver.settle(4)
    line = driver.screen.apart_lines["recordings/en"]
    assert "2 of 2 on this tablet" in line.detail_text.words

    case_id = open_school(driver, session)
    driver.tap(driver.screen.cards[SCHOOL].hear_button)
    driver.settle(2)
    assert [(one.content, one.playing, one.mode) for one in heard] == [(ogg("school"), True, 0o600)]

    driver.app.go("interview", record_id=case_id, section="conditions", question="hazards")
    driver.settle(12)
    assert not heard[0].playing, "leaving the page ends it"
    assert nothing_left(driver.app)
    driver.wait_for_cards()
    driver.settle()
    answering = driver.screen.cards["hazards"].answering
    tile = answering.buttons["heavy_loads"].parent
    driver.bring(tile)
    driver.settle()
    tile.hear_button.dispatch("on_release")
    driver.settle(2)
    assert (heard[1].content, heard[1].playing) == (ogg("loads"), True)
    assert session.casework.interview(case_id).question("hazards").value is None
    shown = [each for each in tile.walk() if type(each).__name__ == "Image"]
    assert [tuple(each.texture.size) for each in shown] == [(64, 64)]
    plain = answering.buttons["heights"]
    assert not hasattr(plain.parent, "hear_button")
    assert not [each for each in plain.walk() if type(each).__name__ == "Image"]
    session.lock()


@pytest.mark.parametrize("safety", [None, ("others_near",), "unknown", "refused"])
def test_nothing_is_heard_before_it_was_answered_that_nobody_else_hears(
    drive: Any, tablet: Any, membership: Any, safety: Any
) -> None:
    session = tablet.set_up(PIN, membership)
    session.set_setting("voice", "on")
    driver = drive(SMALL, language="ur")
    voice = Voice()
    listen(driver.app, voice)
    driver.app.opened(session)
    open_school(driver, session, safety=safety)

    driver.tap(driver.screen.cards[SCHOOL].hear_button)
    driver.settle(2)

    assert voice.said == []
    assert driver.sees(text("screens.question.sound_off", "ur"))
    session.lock()


def test_an_answer_that_somebody_hears_ends_what_is_heard(
    drive: Any, tablet: Any, membership: Any, monkeypatch: Any
) -> None:
    session = tablet.set_up(PIN, membership)
    driver = drive(SMALL)
    heard = listen(driver.app)
    driver.app.opened(session)
    open_school(driver, session)
    driver.app.sounds.play(".ogg", ogg("anything"))

    driver.screen.answer(SCHOOL, "yes")
    assert heard[0].playing
    driver.screen.answer("safety_problems", ("employer_near",))

    assert not heard[0].playing
    assert nothing_left(driver.app)
    session.lock()


@pytest.mark.parametrize("act", ["hide", "lock", "on_pause"])
def test_hiding_locking_and_leaving_the_app_are_silent_at_once(
    drive: Any, tablet: Any, membership: Any, act: str
) -> None:
    session = tablet.set_up(PIN, membership)
    driver = drive(SMALL)
    heard = listen(driver.app)
    driver.app.opened(session)
    open_school(driver, session)
    driver.app.sounds.play(".ogg", ogg("anything"))
    assert heard[0].playing

    getattr(driver.app, act)()

    assert not heard[0].playing
    assert nothing_left(driver.app)
    session.lock()


def test_the_tablets_own_voice_speaks_only_where_it_was_switched_on_and_knows_the_language(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up(PIN, membership)
    driver = drive(SMALL)
    voice = Voice()
    listen(driver.app, voice)
    driver.app.opened(session)
    session.set_spoken("ur")
    open_school(driver, session)
    assert not hasattr(driver.screen.cards[SCHOOL], "hear_button"), "off until it is chosen"

    driver.app.show_place("settings")
    driver.settle(4)
    driver.tap(driver.find("On", driver.screen.voice_choice))
    driver.settle(2)
    open_school(driver, session)
    driver.tap(driver.screen.cards[SCHOOL].hear_button)
    driver.settle(2)

    words = session.reference.questionnaire.questions[SCHOOL].say("ur")
    assert voice.said == [(words, "ur")]
    session.set_spoken("sw")
    open_school(driver, session)
    assert not hasattr(driver.screen.cards[SCHOOL], "hear_button")
    session.lock()


def test_words_that_are_withheld_or_have_gaps_are_never_spoken_by_the_machine(
    tablet: Any, membership: Any
) -> None:
    from mobile.casework.hearing import to_hear

    session = tablet.set_up(PIN, membership)
    session.casework.spoken = "ur"
    case_id = session.casework.start_case(session.casework.start_visit())
    questionnaire = session.reference.questionnaire
    withheld = spoken = 0
    for section in session.casework.interview(case_id).sections:
        for view in section.questions:
            found = to_hear(view, questionnaire, "ur")
            if view.to_say is None or not view.to_say.words:
                withheld += view.to_say is not None
                assert found == {}
            else:
                spoken += 1
                assert "..." not in found[""].words
    assert spoken
    session.lock()


def test_a_damaged_picture_or_sound_leaves_the_words_and_is_said(
    drive: Any, tablet: Any, served_office: Any, adding: Any
) -> None:
    session = tablet.set_up(PIN)
    session.enrolment.enrol(served_office.ticket())
    adding("recordings/en", {f"{SCHOOL}.ogg": b"OggS and nothing that sounds"})
    adding("pictures", {f"{LOADS}.png": png()[:40]})
    driver = drive(SMALL)
    driver.app.opened(session)
    session.sending.send()
    for name in ("recordings/en", "pictures"):
        session.editions.apart.choose(name, True)
    session.sending.send()
    case_id = open_school(driver, session)

    driver.tap(driver.screen.cards[SCHOOL].hear_button)
    driver.settle(2)

    assert driver.sees(text("screens.question.no_sound", "en"))
    assert nothing_left(driver.app)
    driver.app.go("interview", record_id=case_id, section="conditions")
    driver.settle(12)
    button = driver.screen.cards["hazards"].answering.buttons["heavy_loads"]
    assert not [each for each in button.walk() if type(each).__name__ == "Image"]
    session.lock()


def test_a_real_recording_is_played_by_this_machines_own_means(tmp_path: Path) -> None:
    written = io.BytesIO()
    with wave.open(written, "wb") as said:
        said.setnchannels(1)
        said.setsampwidth(2)
        said.setframerate(16_000)
        said.writeframes(bytes(32_000))
    (tmp_path / "heard").mkdir()
    sounds = Sounds(tmp_path, voice=lambda: None)

    assert sounds.play(".wav", written.getvalue())
    assert sounds._sound.length == pytest.approx(1.0, abs=0.05)
    assert sounds._sound.state == "play"
    sounds.stop()
    assert not any(folder.exists() for folder in sounds._folders)
    assert not sounds.play(".wav", b"RIFF0000WAVE no sound")
    assert not any(folder.exists() for folder in sounds._folders)


def test_what_a_killed_app_left_of_a_sound_goes_at_the_next_start(tmp_path: Path) -> None:
    first = Sounds(tmp_path, Loud, lambda: None)
    first.play(".ogg", ogg("said when the battery ended"))
    assert list(first._folders[0].iterdir())

    Sounds(tmp_path, Loud, lambda: None)

    assert not any(folder.exists() for folder in first._folders)


@pytest.mark.parametrize("made", ["by somebody else", "a link", "a file"])
def test_nothing_is_laid_into_a_folder_somebody_else_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    memory, tablet, elsewhere = (tmp_path / name for name in ("memory", "tablet", "elsewhere"))
    for folder in (memory, tablet, elsewhere):
        folder.mkdir()
    monkeypatch.setattr("mobile.ui.sound._IN_MEMORY", memory)
    sounds = Sounds(tablet, Loud, lambda: None)
    theirs, ours = sounds._folders
    if made == "by somebody else":
        monkeypatch.setattr("mobile.ui.sound.os.getuid", lambda: memory.stat().st_uid + 1)
    elif made == "a link":
        theirs.symlink_to(elsewhere)
    else:
        theirs.touch()

    assert sounds.play(".ogg", ogg("a question"))

    assert len(list(ours.iterdir())) == 1
    assert list(elsewhere.iterdir()) == []
    sounds.stop()
    assert not ours.exists()


def test_words_of_two_choices_stay_whole_beside_the_sign_of_the_chosen_one(drive: Any) -> None:
    driver = drive((360, 800), language="ar", text_scale=1.6)
    from mobile.ui.widgets.bars import Segments

    said = [
        (code, text(f"screens.settings.by_itself_{code}", "ar")) for code in ("always", "never")
    ]
    for width, columns in ((200, 1), (600, 2)):
        segments = Segments(said, chosen="never")
        segments.width = width
        driver.step(3)
        assert segments.cols == columns
