"""A process of the office does its linear algebra in one thread, beside others that are at work."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_LOOKS = """
import sys
import server.cli
assert "numpy" not in sys.modules, "it was read before the threads were told"
import os
print(os.environ.get("OPENBLAS_NUM_THREADS"))
"""


@pytest.mark.parametrize(("told", "threads"), [(None, "1"), ("3", "3")])
def test_one_thread_unless_the_office_says_otherwise(told: str | None, threads: str) -> None:
    usual = {name: said for name, said in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    given = {} if told is None else {"OPENBLAS_NUM_THREADS": told}
    ran = subprocess.run(
        [sys.executable, "-c", _LOOKS],
        env=usual | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == threads
