"""The worked example of docs/disclosure.md, recomputed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from server.cli import main
from tests.server.disclosure.attackers import Attacker, read

DOCS = Path(__file__).parents[3] / "docs" / "disclosure.md"


def test_worked_example_of_the_docs_is_what_the_command_does(tmp_path: Path) -> None:
    rows = re.findall(r"^\| (North|South) \| ([FM]) \| (\d+) \| (\d+) \|$", DOCS.read_text(), re.M)
    assert len(rows) == 4
    lines = ["area,sex,labour,count"]
    for area, sex, inside, outside in rows:
        lines += [f"{area},{sex},in,{inside}", f"{area},{sex},not,{outside}"]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(lines) + "\n")
    result = CliRunner().invoke(main, ["protect", str(table), "--out", str(tmp_path)])
    assert result.exit_code == 0
    names, cells = read(tmp_path / "protected.csv")
    attacker = Attacker(names, cells)
    # The eight finest cells, every margin stays.
    assert sorted(attacker.withheld()) == sorted(attacker.inner)
    assert len(attacker.inner) == 8
    assert attacker.interval(("North", "F", "in"), whole=True) == (1, 15)
    report = json.loads((tmp_path / "audit.json").read_text())
    assert (report["primary"], report["secondary"]) == (1, 7)
    assert (report["unsafe"], report["exact"]) == (0, 0)
    assert 9 <= report["narrowest"] <= 14
