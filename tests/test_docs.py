"""Documentation that a test reads stays true."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path

import pytest

from server.db.schema import whole_schema

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_MAKE = re.compile(r"`make ([a-z-]+)")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_MODULE = re.compile(r"`python -m ([\w.]+)")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [link.split("#")[0] for link in _LINK.findall(page.read_text(encoding="utf-8"))]
    dead = [
        target
        for target in targets
        if target and "://" not in target and not target.startswith("mailto:")
        if not (page.parent / target).exists()
    ]

    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    # docs/state.md may speak of what is still to come
    named_targets = set(_MAKE.findall(page.read_text(encoding="utf-8")))

    assert named_targets <= targets


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_modules_that_are_named_to_be_run_exist(page: Path) -> None:
    missing = [
        name
        for name in _MODULE.findall(page.read_text(encoding="utf-8"))
        if (ROOT / name.split(".")[0]).is_dir()
        if not (ROOT / (name.replace(".", "/") + ".py")).exists()
        and not (ROOT / name.replace(".", "/") / "__main__.py").exists()
        and not name.endswith(".NAME")
    ]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_tests_that_are_named_as_proof_exist(page: Path) -> None:
    missing = [
        f"{file}::{name}"
        for file, name in _TEST.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / file).exists()
        or not re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]

    assert missing == []


def test_threats_are_shown_to_be_met_by_tests() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    threats = [line for line in page.splitlines() if line.startswith("| ") and "---" not in line]
    claims = [line for line in threats if not line.startswith("| attempt ")]

    assert len(claims) > 25
    assert [line for line in claims if not _TEST.search(line)] == []


def test_map_of_the_data_names_every_column_of_the_database() -> None:
    with (ROOT / "docs" / "data-map.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = {row["table"]: row["columns"].split(", ") for row in rows}
    there = {
        table.name: [column.name for column in table.columns]
        for table in whole_schema().sorted_tables
    }

    assert {name: sorted(columns) for name, columns in told.items()} == {
        name: sorted(columns) for name, columns in there.items()
    }
    assert all(all(row.values()) for row in rows), "nothing is left open"


def test_make_help_lists_every_public_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert told
    assert all(f"make {target}" in listed for target in told)


def test_changelog_fragments_are_named_by_kind() -> None:
    kinds = {"added", "changed", "fixed", "removed", "security"}
    odd = [
        path.name
        for path in (ROOT / "changelog.d").glob("*.md")
        if path.stem != "README" and path.suffixes[:-1] not in [[f".{kind}"] for kind in kinds]
    ]

    assert odd == []


def test_places_the_page_of_the_building_names_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named_places = re.findall(r"`((?:server|mobile|shared|demo|tests|benchmarks)/[\w./]*)`", page)
    not_yet = {"server/exports/"}

    assert len(named_places) > 40
    assert {one for one in named_places if not (ROOT / one).exists()} <= not_yet


def test_every_room_of_the_office_is_on_the_page_of_the_building() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "server").glob("*/__init__.py")}

    assert {room for room in rooms if f"`server/{room}/`" not in page} == set()


def test_every_room_of_the_tablet_is_on_the_page_of_the_building() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {f"{path.parent.name}/" for path in (ROOT / "mobile").glob("*/__init__.py")}
    doors = {path.name for path in (ROOT / "mobile").glob("[a-z]*.py")}

    assert {name for name in rooms | doors if f"`mobile/{name}`" not in page} == set()


def test_every_room_of_what_is_shared_is_on_the_page_of_the_building() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {f"{path.parent.name}/" for path in (ROOT / "shared").glob("*/__init__.py")}
    rooms |= {path.name for path in (ROOT / "shared").glob("[a-z]*.py")}

    assert {name for name in rooms if f"`shared/{name}`" not in page} == set()


@pytest.mark.parametrize(
    "what",
    ["a question", "a code list", "a table", "an export", "a page", "a job", "a finding"],
)
def test_newcomer_finds_where_to_add(what: str) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = text.partition("\n## Where to add\n")[2].partition("\n## ")[0].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if "|" in row]
    where = [row[1] for row in cells if re.match(rf"{what}(?![\w ])|{what} \(", row[0])]

    assert len(where) == 1
    assert re.findall(r"`[\w/]+[./]\w*`", where[0]), "a place in the tree"
