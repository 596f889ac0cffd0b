"""The cells of the declared tables, added up from what each case said when it was last counted.

That is kept beside the cells (``CountedCase``): to add it up takes a fourth of what it takes to
read every record again. It shows whether cells are the sum of what is kept, and puts them right
where they are not; whether that is what the records say, server.tables.at_once tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sqlalchemy import Connection, bindparam, select

from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.office import Office
from server.tables import declared_counts, generations
from server.tables.contributions import SaidCase, TableCellKey, Tally
from server.tables.declaration import Declarations
from server.tables.declared_counts import BETWEEN_WORDS
from server.tables.model import CountedCase
from server.tables.shares import PersonShare, of_every_share, shares_of


def add_up(
    office: Office, processes: int = 1, progress: Callable[[int], None] = lambda cases: None
) -> int:
    """Adds up what is kept of every case and makes the cells these sums; how many were otherwise.

    Nothing is linked or withdrawn meanwhile. processes: that add up; progress: told how many cases
    are done. Raises NotCountedYet.
    """
    cells: Counter[TableCellKey] = Counter()
    done = 0
    with transaction(office.engine) as connection:
        hold(connection, Lock.LINKING)
        generation = declared_counts.whole_generation(connection)
        cases = declared_counts.cases_counted(connection, generation)
        shares = shares_of(cases, processes)
        with of_every_share(office, _add_up, generation, shares, processes) as added:
            for share, number in added:
                cells.update(share)
                done += number
                progress(done)
        return declared_counts.put_right(connection, generation, cells)


def _add_up(
    office: Office, generation: int, share: PersonShare
) -> tuple[Counter[TableCellKey], int]:
    with reading(office.engine) as connection:
        declarations = generations.declarations_of(office)
        return _sums_of_share(connection, declarations, generation, share)


def _sums_of_share(
    connection: Connection, declarations: Declarations, generation: int, share: PersonShare
) -> tuple[Counter[TableCellKey], int]:
    """The cells of these persons, and how many cases they have."""
    asked = {"in_generation": generation, **share._asdict()}
    by_person: dict[str, list[SaidCase]] = {}
    # Words that are one object are told apart at a glance: counting takes a tenth of the time.
    one_of: dict[str, str] = {}
    number = 0
    for person, month, record, said in connection.execute(_SHARE, asked).all():
        words = said.split(BETWEEN_WORDS)
        said_now = tuple(map(one_of.setdefault, words, words))
        by_person.setdefault(person, []).append(SaidCase(person, month, record, said_now))
        number += 1
    tally = Tally(declarations)
    tally.add(by_person.values())
    return tally.cells(), number


_SHARE = select(
    CountedCase.person_id, CountedCase.month, CountedCase.record_id, CountedCase.said
).where(
    CountedCase.person_id.between(bindparam("first"), bindparam("last")),
    CountedCase.generation == bindparam("in_generation"),
)
