"""The shape of a database, asked without Alembic; and what a start need not read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from server.db.migrate import alembic_config
from server.db.shape import current_revision, known_revisions


def test_steps_are_known_by_their_names_as_alembic_knows_them() -> None:
    script = ScriptDirectory.from_config(alembic_config())

    assert known_revisions()[-1] == script.get_current_head()
    assert set(known_revisions()) == {step.revision for step in script.walk_revisions()}


def test_database_without_any_table_has_no_revision(tmp_path: Path) -> None:
    empty: Engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    try:
        assert current_revision(empty) is None
    finally:
        empty.dispose()


@pytest.mark.parametrize("what", ["server.web.api, server.web.pages", "server.jobs.worker"])
def test_start_reads_neither_alembic_nor_the_estimators(what: str) -> None:
    code = f"import sys, {what}\nprint(*sorted({{'alembic', 'scipy'}} & set(sys.modules)))"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == []
