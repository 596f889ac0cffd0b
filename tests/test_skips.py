"""A skipped test is expected, for a reason that is said, or the run fails."""

from __future__ import annotations

import re
from pathlib import Path

from tests.skips import COUNTED, OF_THE_MACHINE, skipped_in, unexpected

ROOT = Path(__file__).parents[1]


def expected_here() -> dict[str, int]:
    return {file: count for file, (count, found) in COUNTED.items() if not found()}


def test_skips_are_read_from_what_pytest_says() -> None:
    said = [
        "SKIPPED [4] tests/test_any_day.py:60: libfaketime is not installed here\n",
        "SKIPPED [3] tests/test_any_day.py:80: libfaketime is not installed here\n",
        "3 passed, 7 skipped in 2.00s\n",
    ]

    assert skipped_in(said) == {"tests/test_any_day.py": 7}


def test_what_is_expected_here_is_no_fault() -> None:
    assert unexpected(expected_here()) == []


def test_skip_nobody_expects_is_a_fault_and_so_is_one_more_or_less() -> None:
    here = expected_here()
    file = "tests/shared/test_worked_cases.py"

    for skipped in (
        {**here, "tests/shared/test_texts.py": 1},
        {**here, file: here.get(file, 0) + 1},
    ):
        [sentence] = unexpected(skipped)
        assert "are expected" in sentence


def test_every_file_of_the_list_is_there() -> None:
    assert [file for file in (*COUNTED, *OF_THE_MACHINE) if not (ROOT / file).is_file()] == []


def test_every_file_that_looks_for_test_input_beside_the_project_is_in_the_list() -> None:
    """What is skipped only where that is missing is not seen where the test was written."""
    here = Path(__file__).resolve()
    looking = {
        str(file.relative_to(ROOT))
        for file in ROOT.glob("tests/**/test_*.py")
        if file != here and re.search(r'skip.*".*beside the project"', file.read_text("utf-8"))
    }

    assert "tests/demo/test_two_quarters.py" in looking
    assert looking - COUNTED.keys() == set()
