"""Which tests may be skipped, how many, and for want of what: nothing is skipped unseen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from ctypes.util import find_library
from glob import glob
from pathlib import Path
from shutil import which

_BESIDE = Path(__file__).parents[2] / "shared" / "data"
"""Test input that cannot be shipped stands beside the project, where it stands at all."""
_LINE = re.compile(r"SKIPPED \[(\d+)\] ([^:]+\.py)(?::\d+)?: (.+)")


def _interviews() -> bool:
    return any((_BESIDE / "microdata").glob("*"))


COUNTED: Mapping[str, tuple[int, Callable[[], object]]] = {
    "tests/mobile/transport/test_codes_are_read_in_pictures.py": (
        10,
        lambda: find_library("zbar"),
    ),
    "tests/test_any_day.py": (7, lambda: glob("/usr/lib/*/faketime/libfaketimeMT.so.1")),
    "tests/server/web/test_sdmx_service.py": (1, lambda: which("Rscript")),
    "tests/shared/test_interview_length.py": (1, _interviews),
    "tests/shared/classification/test_mics_interviews.py": (4, _interviews),
    "tests/demo/test_simulated_interviews_and_people.py": (1, _interviews),
    "tests/demo/test_two_quarters.py": (1, _interviews),
    "tests/shared/profiles/test_country_profiles.py": (
        1,
        lambda: (_BESIDE / "country_profiles.csv").exists(),
    ),
    "tests/server/forms/test_forms_of_other_people.py": (
        5,
        lambda: (_BESIDE / "xlsforms").is_dir(),
    ),
    "tests/shared/test_worked_cases.py": (2, lambda: (_BESIDE / "worked_cases").is_dir()),
}
"""How many tests of a file are skipped on a machine without that, and what looks for it."""
OF_THE_MACHINE = (
    "tests/mobile/platform/test_network.py",  # an ordinary user may not make a network namespace
    "tests/mobile/android/test_android_code_on_a_jvm.py",  # no JDK
    "tests/reliability/test_power_lost_at_every_write.py",  # no strace, or it may not look
)
"""Files whose tests are skipped, all or none, where the machine does not let them run."""


def skipped_in(lines: Iterable[str]) -> Counter[str]:
    """How many were skipped in each file, from what pytest says at the end (-ra)."""
    found: Counter[str] = Counter()
    for line in lines:
        if match := _LINE.match(line):
            found[match[2]] += int(match[1])
    return found


def unexpected(skipped: Mapping[str, int]) -> list[str]:
    """A sentence for each file that skipped more or fewer tests than it should here."""
    expected = {file: 0 if found() else count for file, (count, found) in COUNTED.items()}
    return [
        f"{file}: {skipped.get(file, 0)} tests were skipped, {expected.get(file, 0)} are expected."
        for file in sorted(skipped.keys() | expected.keys())
        if file not in OF_THE_MACHINE and skipped.get(file, 0) != expected.get(file, 0)
    ]
