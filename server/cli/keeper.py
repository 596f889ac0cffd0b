"""A worker beside `tally87 serve`, so that an office on SQLite is one command.

A process of its own, made before the server's: it starts `tally87 work` and starts it again when
it dies, and goes when the server goes, however that ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
STEADY_S = 60.0
"""A worker that lived so long did not die of how it was started."""
PATIENCE_S = 10.0
"""For a worker that was told to stop to finish its job; what it had begun is begun again later."""


@contextmanager
def worker_beside() -> Iterator[int]:
    """A worker until the block ends; the number of the process that keeps it."""
    server = os.getpid()
    keeper = os.fork()
    if keeper == 0:
        code = 1
        try:
            _keep(server)
            code = 0
        finally:
            os._exit(code)
    try:
        yield keeper
    finally:
        with suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM)
        with suppress(ChildProcessError):
            os.waitpid(keeper, 0)


def _keep(server: int) -> None:
    told = False

    def stop(*_: object) -> None:
        nonlocal told
        told = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    pause_s = FIRST_PAUSE_S
    while not told and os.getppid() == server:
        began = time.monotonic()
        command = [sys.executable, "-m", "server.cli", "work", "--beside", str(os.getpid())]
        process = subprocess.Popen(command)  # noqa: S603 - our own program, fixed arguments
        while process.poll() is None and not told and os.getppid() == server:
            time.sleep(0.2)
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_S)
            process.kill()
            process.wait()
            return
        lived_s = time.monotonic() - began
        pause_s = FIRST_PAUSE_S if lived_s > STEADY_S else min(2 * pause_s, LONGEST_PAUSE_S)
        until = time.monotonic() + pause_s
        while time.monotonic() < until and not told and os.getppid() == server:
            time.sleep(0.2)
