"""Runs every benchmark, one after another, each in a process of its own, and prints the figures."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import machine, show

NOT_BENCHMARKS = {
    *("__init__", "__main__", "figures", "office", "records", "served"),
    "copied_cases",
    *("simulated_persons", "linkage_weights", "linkage_letters"),
}


def main() -> int:
    """Gives 1 when a benchmark could not be measured."""
    failed = False
    print(machine())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem in NOT_BENCHMARKS:
            continue
        began = time.monotonic()
        run = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{path.stem}", "--json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        if run.returncode:
            print(f"{path.stem}: could not be measured, see above")
            failed = True
        else:
            took = time.monotonic() - began
            show(f"{path.stem} (took {took:.0f} s)", json.loads(run.stdout.splitlines()[-1]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
