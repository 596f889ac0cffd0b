"""Every case that is held classified anew: by the rules of this program and the edition in force.

A program that is brought up to date has other rules than the one that took older records in, and a
new edition may tell other law. What came since is classified by those of today, what was held is
not, until somebody of the office asks for it: a statistic does not change by itself. The tablet's
own classes, with the rules that made them, stay in each record, and editions that are out are
frozen with their counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from server import queue
from server.db.engine import reading, transaction
from server.intake import codes
from server.intake.model import CaseRecord, RecordRevision
from server.intake.reclassify import keep_all_in_step, reclassify_cases
from server.intake.said import REVISION_OF_CASE
from server.office import Office
from server.queue import JobKind
from server.reference.in_force import reference_of
from server.staff import audit
from shared.classification import RULES_VERSION

ACT = "cases_reclassified"
AT_ONCE = 500
"""Cases of one transaction, for which parcels wait."""


NO_ID = "0" * 32
"""Before every id, which are drawn at random."""


@dataclass(frozen=True)
class Reclassified:
    """cases: looked at. child_labour, forced_labour: of these, whose counted class is another one;
    other: whose further classes are, or the version of their rules alone."""

    cases: int
    child_labour: int
    forced_labour: int
    other: int


def rules_in_use(connection: Connection) -> dict[str, int]:
    """How many of the standing cases were classified by which version of the rules."""
    version = func.coalesce(CaseRecord.rules_version, RecordRevision.rules_version)
    found = (
        select(version, func.count())
        .select_from(CaseRecord)
        .join(RecordRevision, REVISION_OF_CASE)
        .where(CaseRecord.withdrawn.is_(False))
        .group_by(version)
    )
    return {str(name): int(count) for name, count in sorted(connection.execute(found).all())}


def by_rules_of_before(connection: Connection) -> int:
    """How many standing cases have classes by other rules than those of today."""
    return sum(count for name, count in rules_in_use(connection).items() if name != RULES_VERSION)


def reclassify_all(office: Office, actor: str) -> Reclassified:
    """Gives every case its classes of today, some at a time; the counts follow by themselves.

    Whoever stops it loses nothing: what was done stands, and it may be begun again.
    """
    after, seen, changed = NO_ID, 0, Counter[str]()
    while True:
        with transaction(office.engine) as connection:
            keep_all_in_step(connection)
            before = _classes(connection, _next(connection, after))
            if not before:
                break
            reference = reference_of(office)
            some = reclassify_cases(connection, reference, [], sorted(before), {})
            now = _classes(connection, some)
            for case in some:
                kinds = zip(("child", "forced"), before[case], now[case], strict=True)
                changed.update([kind for kind, was, is_now in kinds if was != is_now] or ["other"])
            codes.queue_cases(connection, some, office.now_s())
        after, seen = max(before), seen + len(before)
    found = Reclassified(seen, changed["child"], changed["forced"], changed["other"])
    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.FIGURES, [""], office.now_s())
        details = {"cases": found.cases, "changed": found.child_labour + found.forced_labour}
        audit.enter(connection, office.now_s(), actor, ACT, details | {"rules": RULES_VERSION})
    return found


def _next(connection: Connection, after: str) -> list[str]:
    return list(
        connection.scalars(
            select(CaseRecord.record_id)
            .where(CaseRecord.record_id > after)
            .order_by(CaseRecord.record_id)
            .limit(AT_ONCE)
        )
    )


def _classes(connection: Connection, cases: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The two classes that are counted, of each of these cases."""
    found = select(CaseRecord.record_id, CaseRecord.child_labour, CaseRecord.forced_labour)
    rows = connection.execute(found.where(CaseRecord.record_id.in_(cases)))
    return {row.record_id: (row.child_labour, row.forced_labour) for row in rows}


def waiting(office: Office) -> int:
    """The same as by_rules_of_before, for who asks before doing it."""
    with reading(office.engine) as connection:
        return by_rules_of_before(connection)
