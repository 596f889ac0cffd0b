"""Who stands behind a cell: persons an organisation recorded itself, and records. True counts.

An organisation subtracts its own records from what is published; protection must know them. Worked
out from what every case said when it was counted, of one period; of visits, from the visits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Connection, select

from server.disclosure.cube import Codes
from server.intake.model import CaseRecord
from server.programme.model import Organisation
from server.tables.contributions import SaidCase, Tally
from server.tables.declaration import Declarations, DeclaredTable, Population
from server.tables.declared_counts import BETWEEN_WORDS, whole_generation
from server.tables.model import CountedCase
from server.tables.visit_counts import months_of, visit_cells_by_organisation
from shared.reference import Reference


@dataclass
class Contributors:
    """Behind each cell of a table (server.tables.read.cells).

    own: by organisation (its code) the persons, cases or visits it has a record of itself in the
    period; a person whom two recorded is in both. records: case records of everybody in the cell;
    of a visit the visit itself.
    """

    own: dict[str, Counter[Codes]] = field(default_factory=dict)
    records: Counter[Codes] = field(default_factory=Counter)

    def add(self, codes: Codes, organisations: Sequence[str], records: int, number: int) -> None:
        """So many persons of one cell whom these organisations recorded, by so many records."""
        self.records[codes] += records
        for organisation in organisations:
            self.own.setdefault(organisation, Counter())[codes] += number


def contributors(
    connection: Connection,
    declarations: Declarations,
    reference: Reference,
    tables: Sequence[DeclaredTable],
    period: str,
) -> dict[str, Contributors]:
    """Who stands behind the cells of these tables in a period, by the table's code.

    Everybody is read once, however many tables there are. Raises NotCountedYet.
    """
    wanted = {table.code: table for table in tables}.values()
    found = {table.code: Contributors() for table in wanted}
    counted = [table for table in wanted if table.population is not Population.VISITS]
    for table in wanted:
        if table.population is Population.VISITS:
            theirs = visit_cells_by_organisation(connection, declarations, reference, table, period)
            for (organisation, codes), number in theirs.items():
                found[table.code].add(codes, (organisation,), number, number)
    if not counted:
        return found
    tally = Tally(declarations)
    alike: Counter[tuple[str, Codes, tuple[str, ...], int]] = Counter()
    for records, organisations in _persons(connection, period):
        for table in counted:
            for cells, of in tally.cells_of(table, records, period):
                whose = tuple(sorted({organisations[one.record_id] for one in of}))
                for codes in cells:
                    alike[table.code, codes, whose, len(of)] += 1
    for (code, codes, whose, records_each), number in alike.items():
        found[code].add(codes, whose, records_each * number, number)
    return found


def _persons(
    connection: Connection, period: str
) -> Iterator[tuple[list[SaidCase], dict[str, str]]]:
    """The records of each person in a period, and which organisation made which."""
    query = (
        select(
            CountedCase.person_id,
            CountedCase.month,
            CountedCase.record_id,
            CountedCase.said,
            Organisation.code,
        )
        .join(CaseRecord, CaseRecord.record_id == CountedCase.record_id)
        .join(Organisation, Organisation.number == CaseRecord.organisation_number)
        .where(
            CountedCase.generation == whole_generation(connection),
            CountedCase.month.in_(months_of(connection, period)),
        )
        .order_by(CountedCase.person_id, CountedCase.record_id)
        .execution_options(yield_per=2_000)
    )
    for _, rows in groupby(connection.execute(query), key=lambda row: row.person_id):
        records, organisations = [], {}
        for person, month, record, said, organisation in rows:
            records.append(SaidCase(person, month, record, tuple(said.split(BETWEEN_WORDS))))
            organisations[record] = organisation
        yield records, organisations
