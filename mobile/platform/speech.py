"""The machine's own voice: words spoken where nobody has recorded them.

Android: ``android.speech.tts.TextToSpeech`` with a voice that is on the tablet; one that would send
the words over the network is never used. Linux: ``espeak-ng``, which is handed the words through
its standard input, so that no list of processes shows them. The Android half runs in the tests on
a real JVM with stand-ins; see docs/android.md.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import Any, Protocol

_NOT_INSTALLED = "notInstalled"
"""TextToSpeech.Engine.KEY_FEATURE_NOT_INSTALLED."""


class Speech(Protocol):
    """A voice."""

    def speaks(self, language: str) -> bool:
        """Whether it has a voice of that language (ISO 639-1) that needs no network."""

    def say(self, words: str, language: str) -> bool:
        """Says the words instead of what it was saying; False when it cannot."""

    def stop(self) -> None:
        """Says no more, at once."""


class AndroidSpeech:
    """The voice the person has chosen in Android's settings."""

    def __init__(self, jnius: Any = None) -> None:
        """jnius: pyjnius, handed in by tests."""
        if jnius is None:
            import jnius  # type: ignore[no-redef]
        self._status: int | None = None
        self._listener = _init_listener(jnius, self._ready)
        activity = jnius.autoclass("org.kivy.android.PythonActivity").mActivity
        engine = jnius.autoclass("android.speech.tts.TextToSpeech")
        self._succeeded, self._flush = engine.SUCCESS, engine.QUEUE_FLUSH
        self._engine = engine(activity, self._listener)

    def speaks(self, language: str) -> bool:
        """False as well while the engine is still being started."""
        return self._voice(language) is not None

    def say(self, words: str, language: str) -> bool:
        """Says the words instead of what it was saying; False when it cannot."""
        voice = self._voice(language)
        if voice is None or self._engine.setVoice(voice) != self._succeeded:
            return False
        return bool(self._engine.speak(words, self._flush, None, "words") == self._succeeded)

    def stop(self) -> None:
        """Says no more, at once."""
        if self._status == self._succeeded:
            self._engine.stop()

    def _ready(self, status: int) -> None:
        self._status = status

    def _voice(self, language: str) -> Any:
        if self._status != self._succeeded:
            return None
        voices = self._engine.getVoices()
        for voice in voices.toArray() if voices is not None else ():
            is_here = not voice.getFeatures().contains(_NOT_INSTALLED)
            speaks_it = voice.getLocale().getLanguage() == language
            if speaks_it and is_here and not voice.isNetworkConnectionRequired():
                return voice
        return None


def _init_listener(jnius: Any, ready: Any) -> Any:
    """Java's side of "the engine has started"."""

    class Listener(jnius.PythonJavaClass):  # type: ignore[misc]
        __javainterfaces__ = ("android/speech/tts/TextToSpeech$OnInitListener",)
        __javacontext__ = "app"

        @jnius.java_method("(I)V")  # type: ignore[untyped-decorator]
        def onInit(self, status: int) -> None:
            ready(status)

    return Listener()


class EspeakSpeech:
    """espeak-ng, where a Linux machine has it."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._running: subprocess.Popen[bytes] | None = None
        self._languages: frozenset[str] | None = None

    def speaks(self, language: str) -> bool:
        """As its own list of voices says."""
        if self._languages is None:
            self._languages = self._listed()
        return language in self._languages

    def say(self, words: str, language: str) -> bool:
        """Says the words instead of what it was saying; False when it cannot."""
        self.stop()
        try:
            self._running = subprocess.Popen(  # noqa: S603 - our own words, no shell
                [self._program, "--stdin", "-v", language],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            assert self._running.stdin is not None
            with self._running.stdin as told:
                told.write(words.encode())
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Says no more, at once."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    def _listed(self) -> frozenset[str]:
        try:
            listing = [self._program, "--voices"]
            told = subprocess.run(listing, capture_output=True, timeout=5)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            return frozenset()
        lines = [line.split() for line in told.stdout.decode(errors="replace").splitlines()[1:]]
        return frozenset(line[1].split("-")[0] for line in lines if len(line) > 1)


def speech_here() -> Speech | None:
    """This machine's voice, None where it has none."""
    if hasattr(sys, "getandroidapilevel"):
        return AndroidSpeech()
    program = shutil.which("espeak-ng")
    return EspeakSpeech(program) if program else None
