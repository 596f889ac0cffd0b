"""Tablets and persons that look odd, and what a steward does: put a tablet aside, or bring it back.

Looking odd proves nothing. Nobody outside the office can tell that a tablet is listed or put aside.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.db.engine import reading
from server.db.whole_lists import part_of
from server.intake import tablet_quarantine
from server.register import odd
from server.register.odd import OddFound
from server.stewardship import odd_found, tablets
from server.web.application import the_office
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import actor, note_look
from server.web.pages.telling import tell

pages = Blueprint("odd_tablets", __name__)

DAYS = tuple(map(str, odd_found.WINDOWS))
"""Of what came, looked at; the first, which is the usual, unless the address says another."""
NOTHING = OddFound((), ())


@pages.get("/today/odd-tablets")
def listed() -> Response:
    """Tablets and persons that look odd by what came lately, and tablets that are put aside."""
    office = the_office()
    note_look("odd-tablets")
    days = int(chosen("days", list(DAYS)) or DAYS[0])
    order = sorted_here(odd.TABLETS)
    persons_by = sorted_here(odd.PERSONS, "persons")
    aside_by = sorted_here(tablet_quarantine.ASIDE, "aside")
    with reading(office.engine) as connection:
        kept = odd_found.kept(connection, days)
    everything = kept.found if kept is not None else NOTHING
    found = from_here(
        lambda after: part_of(everything.tablets, odd.TABLETS.key(order), after, A_PAGE)
    )
    persons = from_here(
        lambda after: part_of(everything.persons, odd.PERSONS.key(persons_by), after, A_PAGE),
        "persons",
    )
    with reading(office.engine) as connection:
        all_aside = tablet_quarantine.standing_aside(connection)
        names = {one.tablet_id for one in found.lines} | {one.tablet_id for one in persons.lines}
        whose = {one: tablets.one_tablet(connection, one) for one in sorted(names)}
    aside = from_here(
        lambda after: part_of(all_aside, tablet_quarantine.ASIDE.key(aside_by), after, A_PAGE),
        "aside",
    )
    return make_response(
        render_template(
            "odd.html",
            now_s=office.now_s(),
            odd=found,
            order=order,
            as_of_s=kept.at_s if kept is not None else None,
            persons=persons,
            persons_by=persons_by,
            whose=whose,
            aside=aside,
            aside_by=aside_by,
            counts={
                "tablets": len(everything.tablets),
                "persons": len(everything.persons),
                "aside": len(all_aside),
            },
            days=str(days),
            choices=DAYS,
            today=office.today().isoformat(),
        )
    )


@pages.post("/today/odd-tablets")
def decide() -> Response:
    """Puts aside what a tablet brought since a day, or brings all of it back."""
    here = url_for("odd_tablets.listed")
    form, office = request.form, the_office()
    tablet_id = form.get("tablet", "")
    try:
        if form.get("decision") == "back":
            tablet_quarantine.bring_back(office, tablet_id, actor())
            return tell(here, "tablet_back")
        day = datetime.strptime(form.get("since", ""), "%Y-%m-%d").replace(tzinfo=UTC)
        tablet_quarantine.put_aside(office, tablet_id, int(day.timestamp()), actor())
    except ValueError:
        return tell(here, "date", is_problem=True)
    except tablet_quarantine.NotPutAside:
        back = form.get("decision") == "back"
        return tell(here, "not_aside" if back else "aside_already", is_problem=True)
    return tell(here, "tablet_aside")
