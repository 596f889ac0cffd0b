"""The demonstration of a roll-up ends well, and shows a sum, a withheld one and a correction."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rich.console import Console

from demo.regional import regional
from demo.telling import Teller


def test_two_made_up_countries_are_rolled_up_and_a_correction_is_followed(tmp_path: Path) -> None:
    said = io.StringIO()

    regional(tmp_path, Teller(Console(file=said, width=110)))

    with (tmp_path / "edition-1" / "CL-CLASS_2026.csv").open() as file:
        rows = {tuple(row[:3]): row[3:] for row in csv.reader(file)}
    whole = [int(rows[code, "Total", "Total"][0]) for code in ("XAA", "XBB", "_T")]
    assert whole == [900, 1400, 2300]
    withheld = [key for key, row in rows.items() if key[0] == "_T" and row[1] == "withheld"]
    assert withheld
    assert "2300 published │ 2420 published" in said.getvalue()
    assert "not the file that was signed" in said.getvalue()
