"""What is done for each kind of job, and in what order a worker looks for them.

A kind is a function of the office and what the job is about. It may be begun again from the start
at any time: whatever it writes, it writes in transactions of its own that leave a whole state, and
it holds none while it computes. Linking is not among these: it goes in batches, by the worker.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping

from server import queue
from server.db.engine import reading, transaction
from server.jobs.terms import SCHEDULE
from server.office import Office
from server.operations import alarms, alerts, key_rotation, odd_notices, retention
from server.queue import JobKind
from server.register import odd
from server.releases import approval, build
from server.staff import audit
from server.stewardship import figures, odd_found
from server.tables import generations, national
from server.tables.recount import ask_for_all, count_visits
from server.workshop import doing

log = logging.getLogger("tally87.jobs")


def protect(office: Office, period: str) -> None:
    """Works out what may be shown of a period. A period without visits any more has no tables."""
    count_visits(office)
    try:
        national.work_out(office, period)
    except national.NoSuchPeriod:
        return


def work_out_figures(office: Office, _: str) -> None:
    """Works out what stewards look at."""
    figures.work_out(office)


def look_through_audit_log(office: Office, _: str) -> None:
    """Looks for entries of the audit log that were changed."""
    with reading(office.engine) as connection:
        broken, head = audit.broken_at(connection), audit.head(connection)
    figures.keep(office, figures.AUDIT, json.dumps({"broken_at": broken}))
    # Kept by the system, away from the database: what was cut since is noticed (doctor --head).
    log.info("audit_head", extra={"head": head})


def recount(office: Office, _: str) -> None:
    """Counts everybody afresh, unless that has been done since it was asked for."""
    if not generations.is_whole(office):
        generations.recount(office)
    count_visits(office)


def alert(office: Office, _: str) -> None:
    """Tells somebody that immediate danger waits to be seen."""
    alerts.tell(office)


def relink(office: Office, _: str) -> None:
    """Asks for every case to be linked again by the edition in force."""
    ask_for_all(office)


def tidy(office: Office, _: str) -> None:
    """Lets go of notes to tablets that are no longer needed."""
    alarms.let_old_notes_go(office)


def look_for_odd(office: Office, subject: str) -> None:
    """Notices tablets and persons that look odd, and tells the office; about
    A_YEAR, by what came in longer than a month, it only keeps what its page shows."""
    if subject == queue.A_YEAR:
        odd_found.keep(office, odd.odd_in(office, odd.LONGER_DAYS))
        return
    found = odd.odd_lately(office)
    # Kept first: where no mail can be sent the page tells what is odd all the same.
    odd_found.keep(office, {odd.LATELY_DAYS: found})
    odd_notices.look_around(office, found=found)


def end_terms(office: Office, _: str) -> None:
    """Ends what is over its term; a large year of it in several runs."""
    if not retention.let_go(office, SCHEDULE, retention.MOST_SLICES).is_whole:
        with transaction(office.engine) as connection:
            queue.ask(connection, JobKind.TERMS, [""], office.now_s())
        return
    key_rotation.leave_the_key_before(office, retention.ACTOR)
    figures.keep(office, figures.TERMS, "{}")


DOES: Mapping[JobKind, Callable[[Office, str], None]] = {
    JobKind.ALERT: alert,
    JobKind.PROTECT: protect,
    JobKind.FIGURES: work_out_figures,
    JobKind.AUDIT: look_through_audit_log,
    JobKind.RECOUNT: recount,
    JobKind.RELEASE: build.build,
    JobKind.PUBLISH: approval.publish_when_due,
    JobKind.RELINK: relink,
    JobKind.TIDY: tidy,
    JobKind.ODD: look_for_odd,
    JobKind.TERMS: end_terms,
    JobKind.TRIAL: doing.do,
}
