"""Records in conflict: listed, looked at side by side, decided, and a decision taken back."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.db.engine import reading
from server.intake import conflicts as deciding
from server.intake.decide import ConflictReason
from server.programme.enrolment import NotPossible
from server.reference.in_force import reference_of
from server.stewardship import conflicts as looking
from server.stewardship import waiting
from server.web.application import Refusal, language, the_office
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import actor, note_look
from server.web.pages.reaching import my_reach
from server.web.pages.recorded_words import in_words
from server.web.pages.telling import tell
from shared.errors import RecordUnreadable

pages = Blueprint("conflicts", __name__)

REASONS = tuple(one.value for one in ConflictReason if one is not ConflictReason.DISPLACED)


@pages.get("/today/conflicts")
def listed() -> Response:
    """Every conflict nobody decided, oldest first; with ``state=decided`` those somebody did."""
    office = the_office()
    note_look("conflicts")
    decided = request.args.get("state") == "decided"
    reason, reach = chosen("reason", list(REASONS)), my_reach()
    order = sorted_here(waiting.DECIDED_CONFLICTS if decided else waiting.CONFLICTS)
    with reading(office.engine) as connection:
        organisations = waiting.organisation_codes(connection, reach)
        organisation = chosen("organisation", organisations)
        part = from_here(
            lambda after: waiting.conflicts(
                *(connection, after, A_PAGE, organisation, reason, decided, reach), order=order
            )
        )
    return make_response(
        render_template(
            "conflicts.html",
            now_s=office.now_s(),
            part=part,
            organisations=organisations,
            organisation=organisation,
            reasons=REASONS,
            reason=reason,
            decided=decided,
            order=order,
        )
    )


@pages.get("/today/conflicts/<int:number>")
def one(number: int) -> Response:
    """One conflict side by side; who looked at which is noted first."""
    office = the_office()
    note_look("conflict", conflict=str(number))
    reference, lang = reference_of(office), language()
    with reading(office.engine) as connection:
        is_within = waiting.is_conflict_within(connection, number, my_reach())
        look = looking.look(connection, reference, number) if is_within else None
    if look is None:
        raise Refusal("not_found", 404)
    return make_response(
        render_template(
            "conflict.html",
            now_s=office.now_s(),
            look=look,
            lines=[in_words(reference, differs, lang) for differs in look.differing],
        )
    )


@pages.post("/today/conflicts/<int:number>")
def decide(number: int) -> Response:
    """Leaves a conflict, takes it in the place of what is held, or takes a decision back."""
    here = url_for("conflicts.one", number=number)
    decision = request.form.get("decision", "")
    with reading(the_office().engine) as connection:
        if not waiting.is_conflict_within(connection, number, my_reach()):
            # As one there is not: who guesses numbers learns of none.
            return tell(url_for("conflicts.listed"), "conflict_gone", is_problem=True)
    try:
        if decision == "left":
            deciding.leave(the_office(), number, actor())
        elif decision == "taken":
            if request.form.get("sure") != "yes":
                return tell(here, "not_sure_conflict", is_problem=True)
            deciding.take(the_office(), number, actor())
        elif decision == "open":
            deciding.take_back(the_office(), number, actor())
        else:
            return tell(here, "not_possible", is_problem=True)
    except RecordUnreadable:
        # Its questionnaire went with a folder, before editions were kept in the database.
        return tell(here, "conflict_without_content", is_problem=True)
    except NotPossible as problem:
        gone = problem.code == "conflict_gone"
        return tell(url_for("conflicts.listed") if gone else here, problem.code, is_problem=True)
    return tell(here, f"conflict_{decision}")
