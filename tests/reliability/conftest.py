"""Offices for what is tested without a whole country."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.office import Office
from tests.server.field import make_office


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite."""
    made = make_office(tmp_path / "lite")
    yield made
    made.close()
