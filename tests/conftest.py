"""Fixtures more than one package's tests need. Kept small on purpose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server of this session's own; skips where there are no binaries."""
    with running_postgres() as url:
        if url is None:
            pytest.skip("no PostgreSQL binaries: install the test extra, or set PG_BINDIR")
        yield url
