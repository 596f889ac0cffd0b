"""The contracts of the rooms bite: on a copy, a module without a room and an import upward fail."""

from __future__ import annotations

import ast
import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "server": "the rooms of the office: nothing imports upward",
    "mobile": "the rooms of the tablet: nothing imports upward",
    "shared": "the rooms of what both sides share: nothing imports upward",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The modules of the project and their contracts."""
    for package in ("server", "mobile", "shared", "demo"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=lambda folder, names: [
                name
                for name in names
                if not name.endswith(".py") and not (Path(folder) / name).is_dir()
            ],
        )
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    return tmp_path


def broken(copy: Path) -> tuple[set[str], str]:
    """The contracts of rooms that do not hold in the copy, and all that is told."""
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("lint-imports")),
            "--config",
            "setup.cfg",
            "--no-cache",
        ],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin", "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
    )
    told = run.stdout + run.stderr
    assert run.returncode in (0, 1), told
    found = {package for package, name in ROOMS.items() if f"{name} BROKEN" in told}
    assert bool(found) is (run.returncode != 0), told
    return found, told


def test_module_in_no_room_fails(copy: Path) -> None:
    assert broken(copy)[0] == set()
    for package in ROOMS:
        (copy / package / "homeless.py").write_text('"""Nobody knows where this belongs."""\n')

    found, told = broken(copy)

    assert found == set(ROOMS)
    assert told.count("homeless") >= len(ROOMS)


def test_import_upward_fails(copy: Path) -> None:
    for module, upward in (
        ("server/intake/decide.py", "server.tables.counts"),
        ("mobile/store/tables.py", "mobile.sending.send"),
        ("shared/answers.py", "shared.questionnaire.loading"),
    ):
        file = copy / module
        file.write_text(f"{file.read_text(encoding='utf-8')}\nimport {upward}\n", encoding="utf-8")

    found, _ = broken(copy)

    assert found == set(ROOMS)


WRITTEN_FROM_ABOVE = {
    # Found while linking; who counts reads it beside the other columns of a case.
    ("register", "CaseRecord"),
    # When a tablet was last heard, and its totals: in the transaction that takes its parcel in.
    ("intake", "EnrolledTablet"),
    # Which questionnaires records were made with.
    ("intake", "QuestionnaireVersion"),
}
"""A room and a table of another room that it writes all the same, each with the reason."""
WRITING = {
    *("insert", "update", "delete"),
    *("insert_all", "insert_new", "upsert", "add_to", "set_each"),
}


def test_every_table_is_written_by_the_room_that_owns_it() -> None:
    found: set[tuple[str, str]] = set()
    for file in (ROOT / "server").glob("*/**/*.py"):
        room = file.relative_to(ROOT / "server").parts[0]
        tree = ast.parse(file.read_text(encoding="utf-8"))
        foreign = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").endswith(".model")
            and (node.module or "").split(".")[:2] != ["server", room]
            for alias in node.names
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in WRITING:
                names = {arg.id for arg in node.args if isinstance(arg, ast.Name)}
                found |= {(room, name) for name in names & foreign}

    assert found == WRITTEN_FROM_ABOVE


EDITIONS = {"releases", "disclosure", "programme", "staff", "office", "db"}
KEPT_FROM_MORE: dict[str, set[str]] = {
    "disclosure-sees-tables-only": set(),
    "estimates-see-tables-only": set(),
    "forms-see-no-case": {"durable"},
    "exports-see-editions-only": {"releases", "disclosure", "reference", "office"},
    "progress-sees-editions-only": EDITIONS | {"exports"},
    "rollups-see-editions-only": EDITIONS | {"exports"},
    "assignments-see-no-case": {"reference", "notes", "programme", "staff", "office", "db"},
}
"""Contract of rooms that see less than all that stands below them, and what they may see."""


@pytest.fixture(scope="module")
def contracts() -> configparser.ConfigParser:
    """The contracts of setup.cfg."""
    read = configparser.ConfigParser()
    read.read(ROOT / "setup.cfg")
    return read


def listed(contracts: configparser.ConfigParser, contract: str, key: str) -> list[str]:
    return contracts[f"importlinter:contract:{contract}"][key].split()


def test_room_that_sees_less_is_kept_from_every_other_below_it(
    contracts: configparser.ConfigParser,
) -> None:
    """Also from one that is built tomorrow: a contract that does not name it fails here."""
    lines = contracts["importlinter:contract:rooms-of-the-office"]["layers"].splitlines()
    height = {room.strip(): number for number, line in enumerate(lines) for room in line.split("|")}
    for contract, may_see in KEPT_FROM_MORE.items():
        sources = [one.split(".")[1] for one in listed(contracts, contract, "source_modules")]
        lowest = max(height[one] for one in sources)
        below = {room for room, at in height.items() if at > lowest}

        named = {
            one.removeprefix("server.")
            for one in listed(contracts, contract, "forbidden_modules")
            if one.startswith("server.")
        }

        assert named == below - may_see, contract


def test_no_contract_keeps_rooms_apart_unnoticed(contracts: configparser.ConfigParser) -> None:
    found = {
        section.rpartition(":")[2]
        for section in contracts.sections()
        if "\nserver." in contracts[section].get("forbidden_modules", "")
    }

    assert found == KEPT_FROM_MORE.keys() | {"decisions-are-pure"}


def test_whatever_decides_without_a_database_is_kept_so(
    contracts: configparser.ConfigParser,
) -> None:
    """Which modules of intake and register these are is found, not remembered."""
    imports: dict[str, set[str]] = {}
    for room in ("intake", "register"):
        for file in (ROOT / "server" / room).rglob("*.py"):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            imports[module] = _imported(ast.parse(file.read_text(encoding="utf-8")))
    pure = {name for name in imports if not name.endswith("__init__")}
    before: set[str] = set()
    while before != pure:
        before = set(pure)
        pure = {name for name in pure if not any(_needs(one, pure) for one in imports[name])}
    assert pure

    assert pure == set(listed(contracts, "decisions-are-pure", "source_modules"))


def _imported(module: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def _needs(imported: str, pure: set[str]) -> bool:
    """Whether a module that imports this needs a database, as all do that are not known not to."""
    if imported.startswith("sqlalchemy"):
        return True
    return imported.startswith("server.") and not any(
        imported == one or imported.startswith(f"{one}.") or one.startswith(f"{imported}.")
        for one in pure
    )
