"""Tablets as processes of their own, driven over their standard input and output.

The server's code and the tablet's never import each other; here they meet as two programs do. A
tablet process ends when its standard input ends, so none outlives the demonstration.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.errors import TallyError

Event = Mapping[str, Any]


class TabletFailed(TallyError):
    """A tablet could not do what it was told; the message is the tablet's own sentence."""


class TabletGone(TallyError):
    """The tablet's process ended in the middle of an order."""


class TabletProcess:
    """One simulated tablet. Use as a context manager; orders may come from any one thread.

    log: where the tablet's standard error goes. options: further ones of ``demo.officers``.
    """

    def __init__(self, folder: Path, log: Path, options: Sequence[str] = ()) -> None:
        self._log = log.open("ab")
        self.process = subprocess.Popen(  # noqa: S603 - our own program, fixed arguments
            [sys.executable, "-m", "demo.officers", str(folder), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
            # Ctrl-C is for the demonstration, which then ends its tablets in order
            start_new_session=True,
        )
        self._ending = threading.Lock()

    def __enter__(self) -> TabletProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            # nobody waits for the rest of a shift; a tablet can lose its power at any moment
            self.process.kill()
        self.end()

    def obey(self, do: str, event: Callable[[Event], None] = lambda _: None, **order: Any) -> Event:
        """Gives one order and waits until it is done; event is called with what comes before.

        Raises TabletFailed with the tablet's sentence, TabletGone when its process ended.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"do": do} | order).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as problem:
            raise TabletGone(f"The tablet's process was gone before the order {do}.") from problem
        for line in self.process.stdout:
            told: Event = json.loads(line)
            if "failed" in told:
                raise TabletFailed(told["sentence"])
            if told.get("done") == do:
                return told
            event(told)
        raise TabletGone(f"The tablet's process ended during the order {do}.")

    def kill(self) -> None:
        """Power loss: SIGKILL, nothing is tidied up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Ends the process, kindly first."""
        with self._ending:
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self._log.close()
