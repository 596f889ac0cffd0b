"""Whether an error of the database is about what was asked, or about the database being away."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from server.db.engine import brief, error_kind, is_away, open_engine, transaction
from server.office import Office


def test_statement_that_cannot_be_run_is_not_the_database_being_away(office: Office) -> None:
    for wrong in ("select * from nowhere", "insert into programme (name) values (null)"):
        with pytest.raises(DBAPIError) as raised, transaction(office.engine) as connection:
            connection.execute(text(wrong))
        assert not is_away(raised.value), wrong
        assert "nowhere" not in error_kind(raised.value)


def test_lock_that_somebody_else_holds_is_the_database_being_away(office: Office) -> None:
    with transaction(office.engine) as first:
        first.execute(text("update programme set name = name"))
        with pytest.raises(DBAPIError) as raised, brief(office.engine) as second:
            second.execute(text("update programme set name = name"))

    assert is_away(raised.value)


@pytest.mark.parametrize(
    "address", ["sqlite:////nowhere/at/all.sqlite", "postgresql://nobody@127.0.0.1:1/nothing"]
)
def test_database_that_is_not_there_is_away(address: str, tmp_path: Path) -> None:
    engine = open_engine(make_url(address))

    with pytest.raises(DBAPIError) as raised, transaction(engine):
        pass

    assert is_away(raised.value)
    assert not is_away(ValueError())
