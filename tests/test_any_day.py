"""The tests tell the truth on any day: a sample of them is run again with the system's date moved.

Any others run the same way, for whoever wants to see it:

    FAKETIME=+365d LD_PRELOAD=/usr/lib/.../faketime/libfaketimeMT.so.1 python -m pytest tests/mobile
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
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

SAMPLE = (
    "tests/mobile/sending/test_power_cut.py",
    "tests/mobile/test_cli.py",
    "tests/mobile/casework/test_names_and_clocks.py",
    "tests/mobile/transport/test_https_with_a_wrong_clock.py",
    "tests/shared/test_calendars.py",
)
"""Tests that start processes of their own, and tests that live with the machine's clock."""
QUICK_PART = (
    "calendar or known_time or clock_far_off or right_certificate or during_answer-12"
    " or during_start or a_script_enrols or example_script"
)
"""Of them, as pytest's -k takes it."""


def moved(when: str, where: str) -> dict[str, str]:
    """The surroundings of a process that lives on that day."""
    return {
        **os.environ,
        "LD_PRELOAD": str(LIBRARIES[-1]),
        "FAKETIME": when,
        "FAKETIME_DONT_RESET": "1",  # children go on where their parents are
        "TZ": where,
    }


needs_faketime = pytest.mark.skipif(
    not LIBRARIES, reason="libfaketime is not installed here (Debian package libfaketime)"
)


@needs_faketime
@pytest.mark.parametrize("day", DAYS)
def test_sample_passes_on_another_day(day: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]

    run = subprocess.run(
        [*command, "-k", QUICK_PART, *SAMPLE],
        env=moved(*DAYS[day]),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed is not None
    assert int(passed[1]) >= 30


@needs_faketime
def test_date_is_really_moved_in_a_process_and_in_its_child() -> None:
    child = "from datetime import date; print(date.today())"
    code = f"import subprocess, sys\n{child}\nsubprocess.run([sys.executable, '-c', {child!r}])"

    run = subprocess.run(
        [sys.executable, "-c", code],
        env=moved("@2028-02-29 12:00:00", "UTC"),
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.split() == ["2028-02-29", "2028-02-29"]
