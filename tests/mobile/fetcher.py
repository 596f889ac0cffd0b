"""A tablet in a process of its own that sends, and can be told to die at a named milestone.

    python -m tests.mobile.fetcher FOLDER MILESTONE COUNT NOW

Unlocks, sends (which lets reference data come down) and says which edition is in use. Its clock
stands at NOW (ISO 8601). Kills itself with SIGKILL the COUNT-th time MILESTONE is reached.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from demo.officers.cheap_keys import cheap_derivation
from mobile.tablet import Tablet
from shared.reference import load_reference

PIN = "482913"


def main(folder: str, milestone: str, count: str, now: str) -> None:
    """One unlocking and one sending."""
    standing = datetime.fromisoformat(now)
    left = [int(count)]

    def reached(name: str) -> None:
        left[0] -= name == milestone
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    tablet = Tablet(
        Path(folder),
        load_reference,
        lambda: standing,
        os.urandom,
        milestone=reached,
        derivation=cheap_derivation,
    )
    session = tablet.unlock(PIN)
    report = session.sending.send()
    said = {"edition": session.editions.number, "problem": report.news.problem}
    session.lock()
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
