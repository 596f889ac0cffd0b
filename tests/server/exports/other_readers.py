"""JSON-stat as jsonstat-toolkit, the library of the format's author, reads it: ``make readers``.

Not collected with the tests: the toolkit comes from npm and needs Node. Ends with status 1 when it
reads one number, or one of the five states, otherwise than the edition has it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from server.exports.codes import codes_of, period_code
from server.exports.formats import FORMATS
from server.releases.files import NumberState
from shared.texts import LANGUAGES
from tests.server.exports.invented import invented_edition

READER = Path(__file__).with_name("json_stat_reader.cjs")
Read = dict[tuple[str, ...], tuple[NumberState, int | None]]


def read_by_toolkit(modules: Path, file: Path) -> Read:
    """Every number by its codes, period last."""
    told = subprocess.run(
        ["node", str(READER), str(modules.resolve()), str(file)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found: Read = {}
    for line in told.splitlines():
        codes, value, status = json.loads(line)
        state = NumberState(status or ("published" if value else "zero"))
        found[tuple(codes)] = state, value
    return found


def differences(modules: Path) -> list[str]:
    """What the toolkit reads otherwise, in any language."""
    edition = invented_edition()
    (table,) = edition.tables
    codes = codes_of(edition)
    expected = {
        (*codes.cell(table, cell), period_code(period)): (number.state, number.count)
        for (period, cell), number in table.cells.items()
    }
    if {state for state, _ in expected.values()} != set(NumberState):
        return ["The edition does not have every state: nothing was proven."]
    wrong = []
    for language in sorted(one.name for one in LANGUAGES.iterdir() if one.is_dir()):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in FORMATS["json-stat"].files(edition, language).items():
                file = Path(folder) / name
                file.write_bytes(content)
                found = read_by_toolkit(modules, file)
                wrong += [
                    f"{name} {key}: {found.get(key)} instead of {number}"
                    for key, number in expected.items()
                    if found.get(key) != number
                ]
                beyond = {number for key, number in found.items() if key not in expected}
                if beyond - {(NumberState.NOT_COLLECTED, None)}:
                    wrong.append(f"{name}: numbers the edition does not have: {beyond}")
    return wrong


if __name__ == "__main__":
    found = differences(Path(sys.argv[1]))
    print(
        "\n".join(found) or "jsonstat-toolkit reads every number and state as the edition has it."
    )
    sys.exit(bool(found))
