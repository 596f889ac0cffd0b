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
from server.web.pages.listing import A_PAGE, chosen, from_here
from server.web.pages.looks import actor, note_look
from server.web.pages.telling import tell
from server.web.pages.words import banner
from shared.answers import REFUSED, UNKNOWN, Value
from shared.errors import RecordUnreadable
from shared.questionnaire import Question
from shared.reference import Reference
from shared.texts import has_text, text

pages = Blueprint("conflicts", __name__)

REASONS = tuple(one.value for one in ConflictReason if one is not ConflictReason.DISPLACED)


@pages.get("/today/conflicts")
def listed() -> Response:
    """Every conflict nobody decided, oldest first; with ``state=decided`` those somebody did."""
    office = the_office()
    note_look("conflicts")
    decided = request.args.get("state") == "decided"
    reason = chosen("reason", list(REASONS))
    with reading(office.engine) as connection:
        organisations = waiting.organisation_codes(connection)
        organisation = chosen("organisation", organisations)
        part = from_here(
            lambda after: waiting.conflicts(
                connection, after, A_PAGE, organisation, reason, decided
            )
        )
    return make_response(
        render_template(
            "conflicts.html",
            banner=banner(),
            now_s=office.now_s(),
            part=part,
            organisations=organisations,
            organisation=organisation,
            reasons=REASONS,
            reason=reason,
            decided=decided,
        )
    )


@pages.get("/today/conflicts/<int:number>")
def one(number: int) -> Response:
    """One conflict side by side; who looked at which is noted first."""
    office = the_office()
    note_look("conflict", conflict=str(number))
    reference, lang = reference_of(office), language()
    with reading(office.engine) as connection:
        look = looking.look(connection, reference, number)
    if look is None:
        raise Refusal("not_found", 404)
    return make_response(
        render_template(
            "conflict.html",
            banner=banner(),
            now_s=office.now_s(),
            look=look,
            lines=[_line(reference, differs, lang) for differs in look.differing],
        )
    )


@pages.post("/today/conflicts/<int:number>")
def decide(number: int) -> Response:
    """Leaves a conflict, takes it in the place of what is held, or takes a decision back."""
    here = url_for("conflicts.one", number=number)
    decision = request.form.get("decision", "")
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


def _line(reference: Reference, differs: looking.Differing, lang: str) -> tuple[str, str, str]:
    """The question, and both answers, in words."""
    if not differs.questionnaire:
        name = text("server.conflict.class", lang, name=differs.name)
        return name, _class(differs.held, lang), _class(differs.came, lang)
    questionnaire = reference.questionnaire_by_digest(differs.questionnaire)
    question = questionnaire.questions.get(differs.name) if questionnaire else None
    if question is None:
        return differs.name, str(differs.held or "–"), str(differs.came or "–")
    held, came = (
        _answer(reference, question, value, lang) for value in (differs.held, differs.came)
    )
    return question.label(lang), held, came


def _answer(reference: Reference, question: Question, value: Value | None, lang: str) -> str:
    if value is None or value == ():
        return "–"
    said = value if isinstance(value, tuple) else (value,)
    return text("tablet.list_separator", lang).join(
        _code(reference, question, one, lang) for one in said
    )


def _code(reference: Reference, question: Question, code: str | int | float, lang: str) -> str:
    listed = reference.codelists.get(question.choice_list or "") if question.from_file else None
    if listed is not None and code in listed:
        return listed.label(str(code), lang)
    choice = reference.questionnaire.choice(question.choice_list or "", str(code))
    if choice is not None:
        return choice.label(lang)
    if code in (UNKNOWN, REFUSED):
        return text(f"tablet.{code}", lang)
    return f"{code:g}" if isinstance(code, float) else str(code)


def _class(code: Value | None, lang: str) -> str:
    if code is None:
        return "–"
    message = f"classification.class.{code}"
    return text(message, lang) if has_text(message, lang) else str(code)
