"""What the product does not use is not in it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("server", "mobile", "shared", "demo")
FOR_TESTS = {
    "whole_schema": "what migrations are compared with",
    "convert_tables": "forms that are made up, without a file",
    "read_workbook": "what a workbook that was written is read back as",
    "state_of_number": "what any number of an edition is, asked one by one",
    "wald": "the other interval, which the one that is shown is compared with",
    "ties_across": "what holds between a year and its months, which tables are held to",
    "last_day_of": "a table of a calendar is seen to end two years before it does",
    "months_in": "every month of every calendar is gone through",
}
"""Names that only tests read, each with the reason why it stands in the product all the same."""


def test_no_function_and_no_class_stands_unused() -> None:
    sources = {file: file.read_text() for name in PRODUCT for file in (ROOT / name).rglob("*.py")}
    beside = [
        file.read_text()
        for name in PRODUCT
        for ending in ("*.html", "*.kv")
        for file in (ROOT / name).rglob(ending)
    ]
    read = Counter(re.findall(r"\w+", "\n".join((*sources.values(), *beside))))
    read.update(re.findall(r"\w+", (ROOT / "pyproject.toml").read_text()))
    defined = {
        name: file
        for file, source in sources.items()
        if "versions" not in file.parts  # Alembic finds what migrations define
        for name in _defined(ast.parse(source))
    }
    assert len(defined) > 2_000

    unused = {name: str(file.relative_to(ROOT)) for name, file in defined.items() if read[name] < 2}

    assert unused.keys() == FOR_TESTS.keys(), unused


def _defined(module: ast.Module) -> Iterator[str]:
    """Functions and classes at the top of a module, but for those that something finds by their
    decorator: routes, commands, handlers."""
    for node in module.body:
        kinds = ast.FunctionDef | ast.ClassDef
        if isinstance(node, kinds) and not any(map(_is_found, node.decorator_list)):
            yield node.name


def _is_found(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).partition("(")[0] not in {
        "dataclass",
        "contextmanager",
        "lru_cache",
        "cache",
    }
