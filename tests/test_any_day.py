"""The tests tell the truth on any day: a sample of them is run again with the system's date moved.

All of them, or any others: `python -m tests.any_day`.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.any_day import DAYS, LIBRARIES, ROOT, moved

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


@needs_faketime
def test_command_runs_what_it_is_given_on_the_days_it_is_given() -> None:
    said = "tests/shared/test_numerals.py", "--collect-only"
    run = subprocess.run(
        [sys.executable, "-m", "tests.any_day", "--day", "tomorrow", *said],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "=== tomorrow: +1d UTC" in run.stdout
    assert "test_numerals" in run.stdout
    assert run.stdout.rstrip().endswith("Passed on every day that was tried.")


@needs_faketime
def test_only_the_date_is_moved_so_that_sleeping_and_waiting_take_as_long_as_they_say() -> None:
    """A wait with a time-out would else last as long as the date is moved."""
    code = (
        "import threading, time\nbegan = time.monotonic()\ntime.sleep(0.2)\n"
        "threading.Event().wait(0.2)\nprint(time.monotonic() - began)"
    )

    run = subprocess.run(
        [sys.executable, "-c", code],
        env=moved(*DAYS["in five years"]),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert 0.4 <= float(run.stdout) < 30
