"""What needs a person today, and what a person does about it: alarms, parcels, work given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from server import queue
from server.assignments import visits
from server.db.engine import reading
from server.intake import quarantine, tablet_quarantine
from server.jobs.again import try_again
from server.operations import alarms, odd_notices
from server.programme.enrolment import NotPossible
from server.queue import JobKind, Word
from server.register import possible
from server.stewardship import queries, waiting
from server.web.application import the_office
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import actor, note_look
from server.web.pages.reaching import my_reach
from server.web.pages.telling import tell
from shared.identifiers import RecordId
from shared.wire.note_kinds import MOST_NAME

pages = Blueprint("today", __name__)

MOST_SHOWN = 20
"""Of one kind, on the page of everything; the oldest."""
MOST_SEEN = 5
MOST_COUNTED = 200
"""More alarms or parcels are said to be so many or more."""


@pages.get("/today")
def what_waits() -> Response:
    """Everything that waits for a person, each with how long."""
    office = the_office()
    note_look("today")
    now_s, reach = office.now_s(), my_reach()
    unseen = alarms.unseen_alarms(office, MOST_COUNTED, reach=reach)
    with reading(office.engine) as connection:
        conflicts = waiting.conflicts(connection, "", MOST_SHOWN, reach=reach)
        returned = waiting.returned_by_officer(connection, reach)
        asked = visits.counts(connection, office.today(), reach)
        answered = queries.answered(connection, reach)
    return make_response(
        render_template(
            "today.html",
            now_s=now_s,
            alarms=unseen,
            seen=alarms.seen_lately(office, MOST_SEEN, reach),
            conflicts=conflicts,
            returned=returned,
            late=asked["late"],
            visits_answered=asked["answered"],
            queries_answered=answered,
            window=waiting.WINDOW,
            is_whole=reach.is_whole,
            most=MOST_SHOWN,
            most_counted=MOST_COUNTED,
            **(_of_the_whole_office(now_s) if reach.is_whole else _NOTHING_OF_IT),
        )
    )


_NOTHING_OF_IT: Mapping[str, Any] = {
    "parcels": (),
    "pairs": None,
    "aside": (),
    "odd": (),
    "kinds": (),
    "longest_s": {},
}
"""What somebody with a scope is not even asked about: persons met across organisations, tablets put
aside or odd (an office state), sealed parcels and the office's own work."""


def _of_the_whole_office(now_s: int) -> Mapping[str, Any]:
    office = the_office()
    with reading(office.engine) as connection:
        kinds = [one for one in queue.words(connection, now_s) if one.put_aside]
        given_up = [one for one in queue.listed(connection, now_s) if one.state is Word.PUT_ASIDE]
        return {
            "parcels": quarantine.waiting(office, MOST_COUNTED),
            "pairs": possible.part(connection, "", MOST_SHOWN, None),
            "aside": tablet_quarantine.standing_aside(connection),
            "odd": odd_notices.standing(connection, MOST_SHOWN),
            "kinds": kinds,
            "longest_s": {one.kind: one.for_s for one in reversed(given_up)},
        }


@pages.get("/today/returned")
def returned() -> Response:
    """Records that were sent back to their officers, newest first, and why."""
    office = the_office()
    note_look("returned")
    only_open, reach = request.args.get("state", "open") != "all", my_reach()
    order = sorted_here(waiting.RETURNED)
    with reading(office.engine) as connection:
        organisations = waiting.organisation_codes(connection, reach)
        organisation = chosen("organisation", organisations)
        part = from_here(
            lambda after: waiting.returned(
                connection, after, A_PAGE, organisation, only_open, reach, order
            )
        )
    return make_response(
        render_template(
            "returned.html",
            now_s=office.now_s(),
            part=part,
            organisations=organisations,
            organisation=organisation,
            only_open=only_open,
            order=order,
        )
    )


@pages.post("/today/alarms")
def see_alarm() -> Response:
    """Somebody has seen an alarm: the officer's tablet is told, with the name."""
    name = g.signed_in.name[:MOST_NAME].strip()
    try:
        record_id = RecordId(request.form.get("record", ""))
        first = alarms.see_alarm(the_office(), record_id, name, actor(), my_reach())
    except NotPossible as problem:
        return tell(url_for("today.what_waits"), problem.code, is_problem=True)
    return tell(url_for("today.what_waits"), "alarm_seen" if first else "alarm_seen_before")


@pages.post("/today/parcels")
def decide_parcel() -> Response:
    """Takes a parcel of a signed-out tablet in, or lets it go for ever."""
    parcel, decision = request.form.get("parcel", ""), request.form.get("decision")
    here = url_for("today.what_waits")
    try:
        if decision == quarantine.ACCEPTED:
            quarantine.accept(the_office(), parcel, actor())
            return tell(here, "parcel_accepted")
        if decision != quarantine.DISCARDED or request.form.get("sure") != "yes":
            return tell(here, "not_sure", is_problem=True)
        quarantine.discard(the_office(), parcel, actor())
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "parcel_discarded")


@pages.post("/today/jobs")
def try_jobs_again() -> Response:
    """Lets work that was given up be tried once more."""
    here = url_for("today.what_waits")
    kind = request.form.get("kind", "")
    if kind not in list(JobKind) or not try_again(the_office(), JobKind(kind), actor()):
        return tell(here, "no_jobs", is_problem=True)
    return tell(here, "jobs_again")


@pages.post("/today/odd")
def look_at_odd() -> Response:
    """Somebody has looked at what looks odd: it waits no longer."""
    here = url_for("today.what_waits")
    notice = request.form.get("notice", "")
    try:
        number = int(notice) if notice.isascii() and notice.isdigit() and len(notice) < 16 else 0
        odd_notices.looked(the_office(), number, g.signed_in.name, actor())
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "odd_looked")
