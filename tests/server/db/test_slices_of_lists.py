"""The thousandth slice of a list costs what the first does, whatever the list is ordered by."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from server.db.engine import reading, transaction
from server.db.paging import Key, read_slice
from server.office import Office
from tests.server.effort import steps

ROWS, A_SLICE = 700, 10
LISTED = Table(
    *("listed", MetaData()),
    Column("at_s", Integer, index=True),
    Column("number", Integer, primary_key=True),
)
"""Several rows of the same second, as a parcel brings them."""


@pytest.fixture
def listed(lite: Office) -> Office:
    """An office with a long list."""
    LISTED.metadata.create_all(lite.engine)
    rows = [{"at_s": 1_000 + number // 7, "number": number} for number in range(ROWS)]
    with transaction(lite.engine) as connection:
        connection.execute(insert(LISTED), rows)
    return lite


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("names", [("number",), ("at_s", "number")])
def test_last_slice_costs_what_the_first_does(
    listed: Office, names: tuple[str, ...], descending: bool
) -> None:
    key = Key(tuple(LISTED.c[name] for name in names), descending)
    seen: list[int] = []
    costs: list[int] = []
    after: str | None = ""

    def look() -> None:
        nonlocal after
        with reading(listed.engine) as connection:
            found = read_slice(connection, select(LISTED.c.number), key, after or "", A_SLICE)
        seen.extend(row[0] for row in found.rows)
        after = found.following

    while after is not None:
        costs.append(steps(listed, look))

    assert seen == sorted(range(ROWS), reverse=descending)
    assert len(costs) == ROWS // A_SLICE
    assert max(costs) <= 2 * costs[0] + 20, (costs[0], max(costs))
