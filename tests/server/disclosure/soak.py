"""`python -m tests.server.disclosure.soak`: registers of 60 to 50,000 persons under attack.

Each is protected by the command, by itself and with an organisation's own records, then attacked
with scipy's linear programs, the small ones with integer programs. Prints one line a register; ends
with 1 at the first cell that is found out.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.server.disclosure.attackers import Attacker, Codes, with_margins, write
from tests.server.disclosure.random_tables import found_out_of, random_table
from tests.server.disclosure.registers import NAMES, provinces, register
from tests.server.disclosure.test_protect import found_out, protected

REGISTERS = (
    (60, 3, 0),
    (200, 3, 0),
    (200, 9, 3),
    (800, 9, 3),
    (1060, 9, 3),
    (5000, 9, 3),
    (5000, 12, 3),
    (20000, 30, 5),
    (50000, 60, 8),
    (50000, 116, 10),
)
"""Persons, areas, provinces above them (0: none)."""
RANDOM_TABLES = 300
_SMALL = 1000
"""Persons up to which integer programs attack, too."""


def main(seeds: int = 3) -> int:
    """Gives 1 when an attacker found something out."""
    for persons, areas, number in REGISTERS:
        for seed in range(1, seeds + 1):
            began = time.process_time()
            with tempfile.TemporaryDirectory() as folder:
                found = _attacked(Path(folder), persons, areas, number, seed)
            took = time.process_time() - began
            print(f"{persons} persons, {areas} areas, seed {seed}: {found} found out, {took:.0f} s")
            if found:
                return 1
    for seed in range(RANDOM_TABLES):
        with tempfile.TemporaryDirectory() as folder:
            told = found_out_of(random_table(seed), Path(folder))
        if told:
            print(f"random table {seed}: {told}")
            return 1
    print(f"{RANDOM_TABLES} random tables: nothing found out.")
    return 0


def _attacked(folder: Path, persons: int, areas: int, number: int, seed: int) -> int:
    finest = register(persons, areas, seed)
    parents = provinces(areas, number) if number else {}
    attacker, truth = protected(folder / "first", finest, parents)
    found = _both_readings(attacker, truth, persons)
    chance = np.random.default_rng(seed)
    own = {cell: int(chance.binomial(count, 0.3)) for cell, count in finest.items()}
    path = write(folder / "own.csv", NAMES, own)
    insider, truth = protected(folder / "own", finest, parents, "--own", str(path))
    theirs = with_margins(NAMES, own, parents)
    found += len(found_out(Attacker(NAMES, insider.cells, parents, least=0, own=theirs), truth))
    return found + len(attacker.known_classes("class", truth))


def _both_readings(attacker: Attacker, truth: Mapping[Codes, int], persons: int) -> int:
    whole = persons <= _SMALL and random.Random(persons).random() < 0.5
    found = len(found_out(attacker, truth, whole=whole)) if attacker.is_possible() else 0
    attacker.least = 0
    attacker.__post_init__()
    return found + len(found_out(attacker, truth))


if __name__ == "__main__":
    sys.exit(main())
