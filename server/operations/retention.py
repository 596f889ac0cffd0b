"""How long what the office keeps is kept, table by table, and the job that ends what is over.

Owns the schedule. Notes to tablets go by a job of their own (server.operations.alarms). What is in
neither is kept while the programme runs: docs/data-map.csv says so of each table, and a test
compares the two. Counts, editions, ids, fingerprints and outcomes stay, so that what was published
can be made again and the same bytes that come again are known.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.db.engine import reading, transaction
from server.db.terms import Ending
from server.intake import terms as intake_terms
from server.office import Office
from server.operations import odd_notices
from server.register import terms as codes_terms
from server.staff import audit
from server.staff import terms as staff_terms
from server.tables.pace import LinkPace, stand_back

DAY_S = 86_400
ACTOR = "retention"

MOST_SLICES = 200
"""Of one run of the job: it asks for itself again, so that nothing else waits for it long."""


@dataclass(frozen=True)
class RetentionTerm:
    """What happens to a table's rows, how many days after what. empties: the row stays, its content
    goes."""

    table: str
    days: int
    after: str
    empties: bool
    endings: tuple[Ending, ...]


SCHEDULE: tuple[RetentionTerm, ...] = (
    RetentionTerm("staff_session", 1, "it began", False, (staff_terms.SESSIONS,)),
    RetentionTerm("sign_in_try", 1, "the try", False, (staff_terms.TRIES,)),
    RetentionTerm("invitation", 1, "the link's own term", False, (staff_terms.LINKS,)),
    RetentionTerm(
        "case_codes",
        codes_terms.TERM_DAYS,
        "the year of its newest revision",
        False,
        (codes_terms.CODES, codes_terms.CODES_ASIDE),
    ),
    RetentionTerm("conflict", 365, "the decision", True, (intake_terms.DECIDED_CONFLICTS,)),
    RetentionTerm("unreadable_record", 365, "it came", False, (intake_terms.UNREADABLE,)),
    RetentionTerm("odd_notice", 365, "somebody looked", False, (odd_notices.LOOKED_AT,)),
)


@dataclass(frozen=True)
class LetGone:
    """How many rows of a table went, or were emptied."""

    table: str
    rows: int


@dataclass(frozen=True)
class TermsEnded:
    """What one run ended, by table; only tables of which something went. is_whole: nothing that was
    over is left."""

    gone: Sequence[LetGone]
    is_whole: bool


def let_go(
    office: Office,
    schedule: Sequence[RetentionTerm] = SCHEDULE,
    most_slices: int | None = None,
) -> TermsEnded:
    """Ends everything whose term is over, as much at a time as keeps nobody from writing for long.

    Each slice is one transaction and notes how much in the audit log: killed at any moment, what
    went is noted and the rest goes with the next run. most_slices: it stops after as many.
    """
    now_s, gone, slices = office.now_s(), Counter[str](), 0
    for term in schedule:
        before_s = now_s - term.days * DAY_S
        for ending in term.endings:
            for rows in _slices(office, term, ending, before_s):
                gone[term.table] += rows
                slices += 1
                if slices == most_slices:
                    return TermsEnded(_listed(gone), is_whole=False)
    return TermsEnded(_listed(gone), is_whole=True)


def _slices(office: Office, term: RetentionTerm, ending: Ending, before_s: int) -> Iterator[int]:
    """Ends slice after slice; how many rows each had."""
    pace, after = LinkPace(office.engine), None
    while True:
        # Looked for outside: to look through a country's register takes longer than anybody shall
        # wait to write.
        with reading(office.engine) as connection:
            keys = ending.find(connection, before_s, after, pace.batch)
        if not keys:
            return
        after = keys[-1]
        with transaction(office.engine) as connection:
            began = time.perf_counter()
            rows = ending.end(connection, before_s, keys)
            if rows:
                details = {"table": term.table, "rows": rows, "days": term.days}
                audit.enter(connection, office.now_s(), ACTOR, "term_ended", details)
            worked_s = time.perf_counter() - began
        pace.after(worked_s)
        stand_back(office.engine, worked_s)
        yield rows


def _listed(gone: Mapping[str, int]) -> Sequence[LetGone]:
    return [LetGone(table, rows) for table, rows in gone.items() if rows]
