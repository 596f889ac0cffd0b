"""Cells are the sum of what each case said when it was counted, and adding up puts them right."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from server.db.engine import reading, transaction
from server.office import Office
from server.stewardship.doctor import check
from server.tables import recount
from server.tables.added_up import add_up
from server.tables.contributions import TableCellKey
from server.tables.declared_counts import NotCountedYet
from server.tables.model import CountedCase, TableCell, TableGeneration
from server.tables.shares import shares_of
from tests.server.kept_counts import all_kept
from tests.server.tables.histories import History


def kept_counts(office: Office) -> dict[TableCellKey, int]:
    with reading(office.engine) as connection:
        return all_kept(connection)


@pytest.fixture
def counted(office: Office) -> Office:
    """An office with persons who have one record and persons who have several."""
    history = History(office, 12)
    for _ in range(30):
        history.arrive()
    recount.link_what_waits(office)
    return office


def test_cells_are_the_sums_of_what_is_kept_of_every_case(counted: Office) -> None:
    with reading(counted.engine) as connection:
        persons = list(connection.scalars(select(CountedCase.person_id)))
    assert len(set(persons)) < len(persons)
    right = kept_counts(counted)
    done: list[int] = []

    assert add_up(counted, 1, done.append) == 0

    assert done[-1] == len(persons)
    assert kept_counts(counted) == right


@pytest.mark.parametrize("processes", [1, 2])
def test_cells_that_are_otherwise_are_put_right(counted: Office, processes: int) -> None:
    right = kept_counts(counted)
    with transaction(counted.engine) as connection:
        first, second, *_ = connection.execute(
            select(TableCell.table_code, TableCell.period, TableCell.codes)
        ).all()
        for one, change in ((first, update(TableCell).values(number=99)), (second, None)):
            here = [
                getattr(TableCell, name) == value
                for name, value in zip(("table_code", "period", "codes"), one, strict=True)
            ]
            connection.execute((delete(TableCell) if change is None else change).where(*here))
    assert any("2 cells of the declared tables" in remark for remark in check(counted))

    assert add_up(counted, processes) == 2

    assert kept_counts(counted) == right
    assert check(counted) == []


def test_words_that_no_record_says_are_added_up_and_told_by_the_doctor(counted: Office) -> None:
    """Adding up believes what is kept: only reading every record tells whether it is true."""
    right = kept_counts(counted)
    with transaction(counted.engine) as connection:
        record, said = connection.execute(select(CountedCase.record_id, CountedCase.said)).first()
        connection.execute(
            update(CountedCase)
            .where(CountedCase.record_id == record)
            .values(said=said.replace("male", "other", 1))
        )

    assert add_up(counted) > 0

    assert kept_counts(counted) != right
    assert any("tables recount" in remark for remark in check(counted))


def test_nothing_is_added_up_while_everybody_is_counted_afresh(counted: Office) -> None:
    with transaction(counted.engine) as connection:
        connection.execute(update(TableGeneration).values(whole_at_s=None))

    with pytest.raises(NotCountedYet, match="Nothing is lost"):
        add_up(counted)


def test_shares_of_persons_leave_nobody_out_and_none_in_two() -> None:
    for cases, processes in ((0, 1), (50, 3), (10**6, 2), (10**9, 8)):
        shares = shares_of(cases, processes)

        assert len(shares) >= processes
        assert [int(one.last, 16) + 1 for one in shares[:-1]] == [
            int(one.first, 16) for one in shares[1:]
        ]
        assert (shares[0].first, shares[-1].last) == ("0" * 32, "f" * 32)
        assert all(one.first < one.last for one in shares)
