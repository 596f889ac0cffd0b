"""Who stands behind a cell: persons an organisation recorded itself, and records. True counts.

An organisation subtracts its own records from what is published; protection must know them. Worked
out from what every case said when it was counted, of one period.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Connection, select

from server.disclosure.cube import Codes
from server.intake.model import CaseRecord
from server.programme.model import Organisation
from server.tables.contributions import SaidCase, Tally
from server.tables.declaration import Declarations, DeclaredTable
from server.tables.declared_counts import BETWEEN_WORDS, whole_generation
from server.tables.model import CountedCase
from server.tables.visit_counts import months_of


@dataclass
class Contributors:
    """Behind each cell of a table of persons or cases (server.tables.read.cells).

    own: by organisation (its code) the persons or cases it has a record of itself in the period;
    a person whom two recorded is in both. records: case records of everybody in the cell.
    """

    own: dict[str, Counter[Codes]] = field(default_factory=dict)
    records: Counter[Codes] = field(default_factory=Counter)


def contributors(
    connection: Connection, declarations: Declarations, table: DeclaredTable, period: str
) -> Contributors:
    """Who stands behind the cells of a table in a period. Raises NotCountedYet."""
    number = whole_generation(connection)
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
            CountedCase.generation == number,
            CountedCase.month.in_(months_of(connection, period)),
        )
        .order_by(CountedCase.person_id, CountedCase.record_id)
        .execution_options(yield_per=2_000)
    )
    found, tally = Contributors(), Tally(declarations)
    for _, rows in groupby(connection.execute(query), key=lambda row: row.person_id):
        records = [
            (SaidCase(person, month, record, tuple(said.split(BETWEEN_WORDS))), organisation)
            for person, month, record, said, organisation in rows
        ]
        for cells, of in tally.cells_of(table, [one for one, _ in records], period):
            whose = {organisation for one, organisation in records if one in of}
            for codes in cells:
                found.records[codes] += len(of)
                for organisation in whose:
                    found.own.setdefault(organisation, Counter())[codes] += 1
    return found
