"""Fixtures more than one package's tests need. Kept small on purpose."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.__main__ import FOLDERS
from tests.postgres import running_postgres

# Tests run side by side: threads of linear algebra would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A busy machine must not turn a true law into a failure: how fast is measured by benchmarks.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Where Kivy cannot be (`make core`), what is behind the screens is tested without them.
collect_ignore = (
    [] if find_spec("kivy") else ["mobile/ui", "shared/codelists/test_areas_that_change.py"]
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test of a group that is looked for in one folder lies there, or would never run."""
    root = Path(__file__).parents[1]
    for item in items:
        for mark, folder in FOLDERS.items():
            if item.get_closest_marker(mark) and root / folder not in item.path.parents:
                raise pytest.UsageError(f"{item.nodeid} is marked {mark}: it belongs in {folder}.")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server of this session's own; skips where there are no binaries."""
    with running_postgres() as url:
        if url is None:
            pytest.skip("no PostgreSQL binaries: install the test extra, or set PG_BINDIR")
        yield url
