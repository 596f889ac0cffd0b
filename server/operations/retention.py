"""How long what the office keeps is kept, table by table, and the job that ends what is over.

Owns the schedule. Notes to tablets go by a job of their own (server.operations.alarms). What is in
neither is kept while the programme runs: docs/data-map.csv says so of each table, and a test
compares the two. Counts, editions, ids, fingerprints and outcomes stay, so that what was published
can be made again and the same bytes that come again are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from server.db.engine import transaction
from server.intake import terms as intake_terms
from server.office import Office
from server.operations import odd_notices
from server.register import terms as codes_terms
from server.staff import audit
from server.staff import terms as staff_terms

DAY_S = 86_400
ACTOR = "retention"

LetGo = Callable[[Connection, int], int]
"""Ends what is older than that moment (seconds since 1970); how many rows."""


@dataclass(frozen=True)
class RetentionTerm:
    """What happens to a table's rows, how many days after what. empties: the row stays, its content
    goes."""

    table: str
    days: int
    after: str
    empties: bool
    let_go: LetGo


SCHEDULE: tuple[RetentionTerm, ...] = (
    RetentionTerm("staff_session", 1, "it began", False, staff_terms.end_sessions),
    RetentionTerm("sign_in_try", 1, "the try", False, staff_terms.forget_tries),
    RetentionTerm("invitation", 1, "the link's own term", False, staff_terms.forget_links),
    RetentionTerm(
        "case_codes",
        codes_terms.TERM_DAYS,
        "the year of its newest revision",
        False,
        codes_terms.destroy_codes,
    ),
    RetentionTerm("conflict", 365, "the decision", True, intake_terms.empty_decided_conflicts),
    RetentionTerm("unreadable_record", 365, "it came", False, intake_terms.forget_unreadable),
    RetentionTerm("odd_notice", 365, "somebody looked", False, odd_notices.forget_looked_at),
)


@dataclass(frozen=True)
class LetGone:
    """How many rows of a table went, or were emptied."""

    table: str
    rows: int


def let_go(office: Office, schedule: Sequence[RetentionTerm] = SCHEDULE) -> Sequence[LetGone]:
    """Ends everything whose term is over, one short transaction a table, and notes how much in the
    audit log. Only tables of which something went are told."""
    now_s = office.now_s()
    found = []
    for term in schedule:
        with transaction(office.engine) as connection:
            rows = term.let_go(connection, now_s - term.days * DAY_S)
            if rows:
                details = {"table": term.table, "rows": rows, "days": term.days}
                audit.enter(connection, now_s, ACTOR, "term_ended", details)
                found.append(LetGone(term.table, rows))
    return found
