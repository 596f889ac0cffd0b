"""The tests on another day: `python -m tests.any_day`, or of some folders and days:

    python -m tests.any_day --day tomorrow --day "29 February 2028" tests/mobile/casework -x

What is not a day goes to pytest as it is. Without paths: every test but those with a browser or a
screen, whose own clocks libfaketime cannot always move. A sample of it is in `make test`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SLEEP = ROOT / "tests/moved_date"
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
DAYS = {
    "tomorrow": ("+1d", "UTC"),
    "29 February 2028": ("@2028-02-29 23:59:50", "UTC"),
    "turn of the year": ("@2026-12-31 23:59:50", "Asia/Karachi"),
    "clocks put ahead": ("@2027-03-28 01:59:50", "Europe/Berlin"),
    "clocks put back": ("@2027-10-31 02:59:50", "Europe/Berlin"),
    "in five years": ("+1826d", "America/Bogota"),
}
"""What libfaketime is told, and where the machine stands. Those with a time cross midnight, or the
hour that is left out or comes twice, while the tests run."""
EVERYTHING = ("tests", "-m", "not ui and not browser and not slow")


def moved(when: str, where: str) -> dict[str, str]:
    """The surroundings of a process that lives on that day."""
    return {
        **os.environ,
        "LD_PRELOAD": str(LIBRARIES[-1]),
        "FAKETIME": when,
        "FAKETIME_DONT_RESET": "1",  # children go on where their parents are
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # see the folder of the next line
        "PYTHONPATH": os.pathsep.join(filter(None, (str(SLEEP), os.environ.get("PYTHONPATH")))),
        "TZ": where,
    }


def main() -> int:
    """Runs the tests once for each day; 1 when any of them failed."""
    parser = argparse.ArgumentParser(description="Runs tests with the system's date moved.")
    parser.add_argument("--day", action="append", choices=list(DAYS), help="one or more; else all")
    chosen, rest = parser.parse_known_args()
    if not LIBRARIES:
        print("libfaketime is not installed: on Debian, apt install libfaketime.")
        return 2
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    failed = []
    for day in chosen.day or DAYS:
        print(f"=== {day}: {' '.join(DAYS[day])}", flush=True)
        run = subprocess.run([*command, *(rest or EVERYTHING)], env=moved(*DAYS[day]), cwd=ROOT)
        if run.returncode:
            failed.append(day)
    print("Failed on: " + ", ".join(failed) if failed else "Passed on every day that was tried.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
