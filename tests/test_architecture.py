"""The rules of the building itself: who may import whom, sizes, names, nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("shared", "mobile", "server", "demo")
LONGEST_MODULE_LINES = 400
"""A module somebody can read to the end; longer ones ask to be split by subject."""
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "manager", "base", "core", "misc"}


def tracked(*patterns: str) -> list[Path]:
    """Files git knows or would add; where there is no git, all files outside .venv."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs git and a clone to know which files belong to the project")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_no_test_changes_what_others_share() -> None:
    """Reference data are read once a process: changed in place for one test, they stay changed for
    all that come after it, in whatever order."""
    word = "object." + "__setattr__"
    assert [file.name for file in tracked("tests/**.py") if word in file.read_text()] == []


def test_dependency_rules_hold() -> None:
    """The import-linter contracts of setup.cfg, in a process of their own."""
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("lint-imports")),
            *("--config", "setup.cfg", "--no-cache"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def test_every_module_can_be_read_to_the_end() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py", "*.kv", "*.html")
        if "vendor" not in path.parts and "versions" not in path.parts
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE_LINES
    }

    assert too_long == {}


def test_module_names_say_what_they_own() -> None:
    nameless = [
        str(path.relative_to(ROOT))
        for path in tracked(*(f"{package}/*.py" for package in PACKAGES))
        if NAMES_THAT_SAY_NOTHING & {path.stem, *path.relative_to(ROOT).parent.parts}
    ]

    assert nameless == []


def test_every_module_says_what_it_owns() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked(*(f"{package}/*.py" for package in PACKAGES))
        if (text := path.read_text(encoding="utf-8").strip())
        if not text.startswith(('"""', "'''", 'r"""', "#!")) and "versions" not in path.parts
    ]

    assert silent == []


def test_no_path_of_one_machine_is_in_the_project() -> None:
    of_a_machine = re.compile(r"(?<![\w.])/(?:work|farm|home/\w+|Users/\w+)/")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path != Path(__file__) and path.suffix not in {".png", ".ttf", ".mo", ".bin", ".dict"}
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if of_a_machine.search(line)
    ]

    assert found == []


def test_survey_microdata_are_not_copied_into_the_project() -> None:
    """The interviews beside the project are replayed where they are; see docs/decisions."""
    header = "row,age,sex,area,division,month,"
    copies = [
        str(path.relative_to(ROOT))
        for path in tracked("*.csv", "*.json", "*.txt", "*.py")
        if path != Path(__file__) and header in path.read_text(encoding="utf-8", errors="replace")
    ]

    assert copies == []


def test_the_tablet_core_works_without_kivy() -> None:
    """Importing everything a script needs must not import Kivy."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, mobile.tablet, mobile.casework, mobile.sending.send, mobile.cli;"
            "sys.exit(any(name.split('.')[0] == 'kivy' for name in sys.modules))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr


def test_no_two_classes_share_a_name() -> None:
    """One word for one thing: who reads a name knows which of them is meant."""
    places: dict[str, list[str]] = {}
    for path in tracked(*(f"{package}/*.py" for package in PACKAGES)):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))

    assert {name: where for name, where in places.items() if len(where) > 1} == {}


TRESPASSES_OF_THE_TABLET = {
    "the rooms of the tablet: nothing imports upward": [
        ("mobile/stray.py", '"""Stands in no room."""\n'),
        ("mobile/store/log.py", "import mobile.casework\n"),
    ],
    "the rooms of what is drawn: no circle between app, shell and screens": [
        ("mobile/ui/stray.py", '"""Stands in no room."""\n'),
        ("mobile/ui/shell.py", "import mobile.ui.app\n"),
    ],
    "no two parts of the tablet import each other": [
        ("mobile/casework/views.py", "import mobile.casework.lists\n"),
    ],
    "what is drawn never imports the store, the keys or the way to the server": [
        ("mobile/ui/screens/home.py", "import mobile.store\n"),
        ("mobile/ui/screens/home.py", "import mobile.casework.repository\n"),
    ],
    "Kivy only in ui and in the door to it": [("mobile/session.py", "import kivy\n")],
    "only the store has SQL": [("mobile/casework/lists.py", "import sqlite3\n")],
    "only transport has requests": [("mobile/sending/send.py", "import requests\n")],
    "only security and the store's sealing touch cryptography": [
        ("mobile/store/tables.py", "import cryptography\n"),
    ],
}
"""Contract of setup.cfg, and lines which, added to a module, each break it on their own."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], set[str]]:
    """Names of the contracts that no longer hold on a copy of the packages with a line more."""
    copy = tmp_path_factory.mktemp("copy")
    for path in tracked(*(f"{package}/*.py" for package in PACKAGES), "setup.cfg"):
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())

    def lint(name: str, line: str) -> set[str]:
        module = copy / name
        before = module.read_bytes() if module.exists() else None
        module.write_bytes((before or b"") + line.encode())
        run = subprocess.run(
            [str(Path(sys.executable).with_name("lint-imports")), "--config", "setup.cfg"],
            cwd=copy,
            capture_output=True,
            text=True,
        )
        if before is None:
            module.unlink()
        else:
            module.write_bytes(before)
        found = set(re.findall(r"^(.+?) BROKEN", run.stdout, re.MULTILINE))
        assert bool(run.returncode) == bool(found), run.stdout + run.stderr
        return found

    assert lint("mobile/session.py", "") == set(), "the copy is not like the original"
    return lint


@pytest.mark.parametrize(
    ("contract", "name", "line"),
    [(rule, *trespass) for rule, cases in TRESPASSES_OF_THE_TABLET.items() for trespass in cases],
)
def test_a_tablets_module_out_of_its_room_fails_lint(
    broken: Callable[[str, str], set[str]], contract: str, name: str, line: str
) -> None:
    assert contract in broken(name, line)
