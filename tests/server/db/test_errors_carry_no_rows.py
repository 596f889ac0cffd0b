"""What a database says of a failed statement is kept without the rows it was about."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from server.db.engine import transaction
from server.intake.model import CaseRecord
from server.office import Office

MARKER = "MARKERANSWER"


def test_failed_statement_is_told_without_its_parameters(office: Office) -> None:
    row = {"record_id": "0" * 32, "sex": MARKER, "content": {"answer": MARKER}}

    with pytest.raises(DBAPIError) as raised, transaction(office.engine) as connection:
        connection.execute(insert(CaseRecord), [row, row])

    assert MARKER not in str(raised.value).split("DETAIL")[0]
    assert "hide_parameters" in str(raised.value)
