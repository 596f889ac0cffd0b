"""Sound: a recording played, or words said by the machine's voice, one at a time.

What plays a recording reads it from a file. The file lies in memory where the machine has a place
for that (Linux: /dev/shm), else in a folder of the app alone, and only while it is played; what
was left by a killed app goes at the next start. It says a question and nothing about anybody.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mobile.platform.speech import Speech, speech_here

log = logging.getLogger("tally87.sound")
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - of its owner only, see _own_folder


def load_with_kivy(path: str) -> Any:
    """Kivy's sound of that file; None when it has nothing that plays it."""
    from kivy.core.audio import SoundLoader

    return SoundLoader.load(path)


class Sounds:
    """What is heard of one tablet. For the thread that draws."""

    def __init__(
        self,
        tablet_folder: Path,
        load: Callable[[str], Any] = load_with_kivy,
        voice: Callable[[], Speech | None] = speech_here,
    ) -> None:
        """load: a sound from a file, or None. voice: this machine's, asked for when needed."""
        name = hashlib.blake2b(str(tablet_folder).encode(), digest_size=8).hexdigest()
        in_memory = _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK)
        beside = tablet_folder / "heard"
        self._folders = (_IN_MEMORY / name, beside) if in_memory else (beside,)
        self._load, self._find_voice = load, voice
        self._voice: Speech | None = None
        self._voice_is_known = False
        self._sound: Any = None
        self._clear()

    @property
    def voice(self) -> Speech | None:
        """The machine's voice, None where it has none."""
        if not self._voice_is_known:
            self._voice_is_known = True
            try:
                self._voice = self._find_voice()
            except Exception as fault:  # noqa: BLE001 - whatever a machine's own service may raise
                log.error("no_voice kind=%s", type(fault).__name__)
        return self._voice

    def play(self, suffix: str, content: bytes) -> bool:
        """Plays a recording instead of what was heard; False when this machine cannot."""
        self.stop()
        try:
            with tempfile.NamedTemporaryFile(
                dir=self._own_folder(), suffix=suffix, delete=False
            ) as file:  # 0600
                file.write(content)
            self._sound = self._load(file.name)
            if self._sound is None or self._sound.length <= 0:  # no decoder reads it
                self.stop()
                return False
            self._sound.bind(on_stop=lambda *_: self._clear())
            self._sound.play()
        except Exception as fault:  # noqa: BLE001 - a full disk, a file no decoder reads: the officer says it
            log.error("not_played kind=%s", type(fault).__name__)
            self.stop()
            return False
        return True

    def say(self, words: str, language: str) -> bool:
        """Lets the machine's voice say the words instead of what was heard."""
        self.stop()
        voice = self.voice
        return voice is not None and voice.say(words, language)

    def stop(self) -> None:
        """Nothing is heard any more, and nothing is left of what was."""
        sound, self._sound = self._sound, None
        try:
            if sound is not None:
                sound.stop()
                sound.unload()
            if self._voice is not None:
                self._voice.stop()
        except Exception as fault:  # noqa: BLE001 - locking must not fail for a sound
            log.error("not_stopped kind=%s", type(fault).__name__)
        self._clear()

    def _own_folder(self) -> Path:
        """Made if need be. Another user of the machine may have made the one in memory, whose name
        can be foretold: then the one beside the tablet's data. Raises OSError."""
        *in_memory, beside = self._folders
        for folder in in_memory:
            with suppress(OSError):
                folder.mkdir(mode=0o700, exist_ok=True)
                found = folder.lstat()
                ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
                if ours and not found.st_mode & 0o077:
                    return folder
        beside.mkdir(mode=0o700, exist_ok=True)
        return beside

    def _clear(self) -> None:
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
