"""Visits the office asks for: the board, asking for one or drawing several, what became of them."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy import Connection

from server.assignments import frame, visits
from server.db.engine import reading
from server.programme.enrolment import NotPossible
from server.reference.in_force import reference_of
from server.reference.reach import Reach
from server.stewardship import tablets, waiting
from server.web.application import language, the_office
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import actor, note_look
from server.web.pages.reaching import my_reach
from server.web.pages.telling import tell
from shared.codelists.lists import Entry
from shared.numerals import read_whole
from shared.questionnaire import Choice

pages = Blueprint("assignments", __name__)
MOST_SEED = 10**9

PLACE_KIND = "place_kind"
"""The question of the standard questionnaire whose choices say what kind of place it is."""
MOST_TABLETS = 500
_EVERY = "all"


@pages.get("/assignments")
def board() -> Response:
    """Visits by state, the next due first, and the forms to ask for more."""
    office = the_office()
    note_look("assignments")
    state, reach = chosen("state", [*visits.STATES, _EVERY]) or visits.OPEN, my_reach()
    order = sorted_here(visits.ORDERS)
    with reading(office.engine) as connection:
        codes = waiting.organisation_codes(connection, reach)
        organisation = chosen("organisation", codes)
        part = from_here(
            lambda after: visits.board(
                *(connection, office.today(), after, A_PAGE),
                "" if state == _EVERY else state,
                organisation,
                reach,
                order,
            )
        )
        counts = visits.counts(connection, office.today(), reach)
        in_use = _in_use(connection, reach)
    lang = language()
    areas, kinds = _areas(), _kinds()
    return make_response(
        render_template(
            "assignments.html",
            part=part,
            counts=counts,
            state=state,
            order=order,
            states=visits.STATES,
            every=_EVERY,
            organisations=codes,
            organisation=organisation,
            tablets=in_use,
            areas=[
                (code, areas[code].label(lang))
                for code in areas
                if reach.areas is None or code in reach.areas
            ],
            kinds=[(code, kinds[code].label(lang)) for code in kinds],
            area_name={code: areas[code].label(lang) for code in areas},
            kind_name={code: kinds[code].label(lang) for code in kinds},
            today=office.today().isoformat(),
            most=frame.MOST_WORDS,
        )
    )


@pages.post("/assignments")
def ask() -> Response:
    """Asks an officer for one visit."""
    form, here = request.form, url_for("assignments.board")
    place = frame.FramePlace(
        form.get("area", ""), form.get("place_kind", ""), " ".join(form.get("words", "").split())
    )
    if place.area not in _areas() or place.place_kind not in _kinds():
        return tell(here, "assignment_place", is_problem=True)
    try:
        visits.ask(
            *(the_office(), _tablet(), [place], form.get("due", ""), actor()), reach=my_reach()
        )
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "assignment_asked")


@pages.post("/assignments/draw")
def draw() -> Response:
    """Draws visits from a frame with a seed, for one officer. The file itself is not kept."""
    form, here = request.form, url_for("assignments.board")
    content = form.get("frame", "").encode()
    try:
        number, seed = read_whole(form.get("number", "")), read_whole(form.get("seed", ""))
        if not 0 <= seed < MOST_SEED or number < 1:
            return tell(here, "assignment_frame", is_problem=True)
        places = frame.read_frame(content, _areas(), _kinds())
        drawn = frame.draw(places, number, seed)
        named = f"{frame.digest_of(content)} seed {seed}"
        visits.ask(
            *(the_office(), _tablet(), drawn, form.get("due", ""), actor()), named, my_reach()
        )
    except (ValueError, frame.FrameRefused):
        return tell(here, "assignment_frame", is_problem=True)
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "assignments_drawn" if len(drawn) == number else "assignments_drawn_all")


@pages.post("/assignments/<int:number>")
def change(number: int) -> Response:
    """Notes what became of a visit, or asks for it again."""
    form, here = request.form, url_for("assignments.board")
    try:
        if form.get("state") == visits.OPEN:
            words = " ".join(form.get("words", "").split())
            visits.reopen(the_office(), number, form.get("due", ""), words, actor(), my_reach())
            return tell(here, "assignment_asked")
        visits.end(the_office(), number, form.get("state", ""), actor(), my_reach())
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "assignment_ended")


def _areas() -> dict[str, Entry]:
    areas = reference_of(the_office()).codelists.get("areas")
    return {} if areas is None else dict(areas.entries)


def _kinds() -> dict[str, Choice]:
    questionnaire = reference_of(the_office()).questionnaire
    question = questionnaire.questions.get(PLACE_KIND)
    listed = questionnaire.choices.get((question.choice_list or "") if question else "", ())
    return {one.code: one for one in listed}


def _tablet() -> str:
    """The tablet the form names, "" for one that is not within reach."""
    given = request.form.get("tablet", "")
    with reading(the_office().engine) as connection:
        return given if tablets.is_within(connection, given, my_reach()) else ""


def _in_use(connection: Connection, reach: Reach) -> list[tuple[str, str]]:
    """The tablets somebody can be asked through: id, and whose."""
    part = tablets.tablets_listed(
        *(connection, the_office().now_s(), "", MOST_TABLETS), state=tablets.IN_USE, reach=reach
    )
    return [
        (one.tablet_id, f"{one.organisation} · {one.officer} · {one.tablet_id[:8]}")
        for one in part.lines
    ]
