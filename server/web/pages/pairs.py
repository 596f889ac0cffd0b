"""Cases that may be one person: listed by number, looked at coarsely, decided by stewards."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from server.db.engine import reading
from server.reference.in_force import reference_of
from server.register import possible
from server.register.decide import NoSuchPair
from server.register.possible import PairSide, PairState
from server.web.application import Refusal, language, the_office
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import note_look
from server.web.pages.telling import tell
from shared.reference import Reference
from shared.texts import has_text, text

pages = Blueprint("pairs", __name__)

STATES = tuple(one.value for one in PairState)


@pages.get("/today/pairs")
def listed() -> Response:
    """The pairs that wait, or with ``state`` those of one state, the likeliest first."""
    office = the_office()
    note_look("pairs")
    state, order = chosen("state", list(STATES)), sorted_here(possible.ORDERS)
    with reading(office.engine) as connection:
        part = from_here(
            lambda after: possible.part(
                connection, after, A_PAGE, PairState(state) if state else None, order
            )
        )
    return make_response(
        render_template(
            "pairs.html",
            now_s=office.now_s(),
            part=part,
            states=STATES,
            state=state,
            order=order,
        )
    )


@pages.get("/today/pairs/<int:number>")
def one(number: int) -> Response:
    """What may be seen of a pair; the look stands in the audit log."""
    office, lang = the_office(), language()
    try:
        look = possible.look(office, number, g.signed_in.name)
    except NoSuchPair:
        raise Refusal("not_found", 404) from None
    reference = reference_of(office)
    sides = [_in_words(reference, side, lang) for side in look.sides]
    return make_response(
        render_template(
            "pair.html",
            now_s=office.now_s(),
            look=look,
            rows=[(name, sides[0][name], sides[1][name]) for name in sides[0]],
            mine=look.listed.proposed_by == g.signed_in.name,
        )
    )


@pages.post("/today/pairs/<int:number>")
def decide(number: int) -> Response:
    """Keeps the two apart, says that they are one person, or takes back what was said."""
    office, by = the_office(), g.signed_in.name
    here = url_for("pairs.one", number=number)
    decision = request.form.get("decision", "")
    try:
        if decision == "apart":
            possible.keep_apart(office, number, by)
        elif decision == "same":
            state = possible.same(office, number, by)
            decision = "same" if state is PairState.SAME else "proposed"
        elif decision == "back":
            possible.take_back(office, number, by)
        else:
            return tell(here, "not_possible", is_problem=True)
    except NoSuchPair as problem:
        return tell(url_for("pairs.listed"), problem.code, is_problem=True)
    # A pair that was let go is perhaps none any more: its own page may be gone.
    return tell(url_for("pairs.listed") if decision == "back" else here, f"pair_{decision}")


def _in_words(reference: Reference, side: PairSide, lang: str) -> dict[str, str]:
    areas, lists = (reference.codelists.get(name) for name in ("areas", "source_lists"))
    known = areas is not None and side.area in areas
    of_list = lists is not None and side.list_kind in lists
    return {
        "sex": _word(side.sex, lang),
        "age": _word(side.age_band, lang),
        "year": side.year or "–",
        "area": areas.label(side.area, lang) if areas and known else side.area or "–",
        "list": lists.label(side.list_kind, lang) if lists and of_list else side.list_kind,
    }


def _word(code: str, lang: str) -> str:
    for message in (f"server.word.{code}", f"tables.code.{code}"):
        if has_text(message, lang):
            return text(message, lang)
    return code
