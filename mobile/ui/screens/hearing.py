"""Letting the person hear a question and its answers, and see pictures of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from kivy.core.image import Image as CoreImage

from mobile.casework import Interview, QuestionView
from mobile.casework.hearing import ToHear, may_be_heard, to_hear
from mobile.ui.shell import Shell
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.apart import key_of_answer

VOICE = "voice"
"""The setting that lets the machine's own voice speak: "on", or off."""


class Hearing:
    """What can be heard and seen in one interview that is open."""

    def __init__(self, app: Shell, interview: Callable[[], Interview]) -> None:
        """interview: as it stands at the moment."""
        self._app, self._interview = app, interview

    def of(self, view: QuestionView) -> dict[str, Callable[[], None]]:
        """What plays the words of a question (under "") and of its answers by code, as far as this
        tablet has a recording or a voice for them."""
        known = to_hear(view, self._app.unlocked.reference.questionnaire, self._spoken)
        return {code: self._player(one) for code, one in known.items() if self._has(one)}

    def pictures(self, view: QuestionView) -> dict[str, Any]:
        """Pictures (textures) of its answers that are on this tablet, by code."""
        apart, found = self._app.unlocked.editions.apart, {}
        for choice in view.choices:
            kept = apart.picture(key_of_answer(view.question, choice.code))
            texture = _texture(*kept) if kept is not None else None
            if texture is not None:
                found[choice.code] = texture
        return found

    def look_again(self) -> None:
        """An answer was given: where others may hear by now, silence."""
        if not may_be_heard(self._interview()):
            self._app.sounds.stop()

    @property
    def _spoken(self) -> str:
        return self._app.unlocked.casework.spoken or theme.language

    def _has(self, one: ToHear) -> bool:
        apart = self._app.unlocked.editions.apart
        return apart.has_recording(self._spoken, one.key, one.wording) or self._speaks(one)

    def _speaks(self, one: ToHear) -> bool:
        if not one.words or self._app.unlocked.setting(VOICE) != "on":
            return False
        voice = self._app.sounds.voice
        return voice is not None and voice.speaks(self._spoken)

    def _player(self, one: ToHear) -> Callable[[], None]:
        def play() -> None:
            if not may_be_heard(self._interview()):
                notice(say("question.sound_off"), "volume-off")
            elif not self._play(one):
                notice(say("question.no_sound"), "volume-off")

        return play

    def _play(self, one: ToHear) -> bool:
        apart, sounds = self._app.unlocked.editions.apart, self._app.sounds
        recording = apart.recording(self._spoken, one.key, one.wording)
        if recording is not None and sounds.play(*recording):
            return True
        return self._speaks(one) and sounds.say(one.words, self._spoken)


def _texture(suffix: str, content: bytes) -> Any:
    try:
        return CoreImage(io.BytesIO(content), ext=suffix.removeprefix(".")).texture
    except Exception:  # noqa: BLE001 - whatever a decoder says of a damaged picture: the answer has its words
        return None
