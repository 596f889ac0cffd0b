"""What protecting a table costs: cells that cannot be shown, and seconds of processor.

Synthetic registers (a few areas hold most persons) with all margins, threshold 10, through
`tally87 protect` with its audit. withheld: of them small: for their own sake. shown: of the
non-zero cells, in per cent.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Figures, benchmark
from tests.server.disclosure.registers import NAMES, Codes, provinces, register

TABLES = (
    (1_060, 9, 3, 3),
    (5_000, 12, 3, 3),
    (20_000, 15, 0, 3),
    (20_000, 30, 5, 3),
    (40_000, 50, 0, 3),
    (58_000, 116, 10, 3),
)
"""Persons, areas, provinces above them (0: none), age bands."""
_COMMAND = "from server.cli import main; main()"


def measure(tables: tuple[tuple[int, int, int, int], ...] = TABLES) -> Figures:
    """For each table: cells, non-zero cells, withheld, shown, seconds."""
    figures: dict[str, float] = {}
    for persons, areas, number, ages in tables:
        found = protected(register(persons, areas, 1, ages=ages), number, areas)
        name = f"persons_{persons}_areas_{areas}"
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    return figures


def protected(finest: dict[Codes, int], number: int, areas: int) -> Figures:
    """The figures of one table, protected in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        _write(at / "table.csv", [[*NAMES, "count"], *([*cell, n] for cell, n in finest.items())])
        arguments = ["protect", str(at / "table.csv"), "--out", str(at), "--time-limit", "3600"]
        if number:
            lines: list[list[object]] = [["dimension", "code", "parent"]]
            for name, codes in provinces(areas, number).items():
                lines += [[name, code, parent] for code, parent in codes.items()]
            _write(at / "hierarchy.csv", lines)
            arguments += ["--hierarchy", str(at / "hierarchy.csv")]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", _COMMAND, *arguments], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = json.loads((at / "audit.json").read_text(encoding="utf-8"))
        with (at / "protected.csv").open(encoding="utf-8", newline="") as lines_of:
            statuses = [row["status"] for row in csv.DictReader(lines_of)]
    non_zero = len(statuses) - statuses.count("zero")
    return {
        "cells": len(statuses),
        "non_zero": non_zero,
        "small": report["primary"],
        "withheld": report["primary"] + report["secondary"],
        "shown_percent": round(100 * statuses.count("published") / non_zero, 1),
        "seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
    }


def _write(path: Path, rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)


command = benchmark("Cells shown and seconds of disclosure control", measure)

if __name__ == "__main__":
    command()
