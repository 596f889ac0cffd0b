"""The diagnostic log: what the app did, for whoever helps on the phone. Never what was recorded.

Owns what a line may hold: time, level, part of the app, the message our own code wrote (names of
screens and kinds of faults), and for a fault the places in the code. The words of an exception and
the source lines of a traceback are left out: an answer could stand in them. Kept in memory only,
and written to a file when the officer asks for it.
"""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mobile.platform.durable import replace_file

MOST_LINES = 1000
"""How many of the newest lines are kept: some days of work, 100 kB."""

OURS = logging.getLogger("tally87")
"""Only what our own code says is kept; libraries may say anything."""


class DiagnosticLog(logging.Handler):
    """Keeps the newest lines from start() to stop()."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(logging.INFO)
        self._clock = clock
        self._lines: deque[str] = deque(maxlen=MOST_LINES)

    def start(self) -> None:
        """Listens from now on."""
        OURS.setLevel(logging.INFO)
        OURS.addHandler(self)

    def stop(self) -> None:
        """Listens no more."""
        OURS.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Takes a line."""
        when = self._clock().isoformat(timespec="seconds")
        self._lines.append(f"{when} {record.levelname} {record.name} {record.getMessage()}")
        if record.exc_info and record.exc_info[2] is not None:
            for frame, line in traceback.walk_tb(record.exc_info[2]):
                code = frame.f_code
                self._lines.append(f"    {Path(code.co_filename).name}:{line} {code.co_name}")

    def save(self, folder: Path, heading: str) -> Path:
        """Writes heading and lines as text into the folder; gives the file's path.

        heading: one line on versions. Raises OSError.
        """
        path = folder / f"tally87-log-{self._clock().date().isoformat()}.txt"
        replace_file(path, "\n".join((heading, *self._lines, "")).encode())
        return path
