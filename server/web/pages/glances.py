"""An edition at a glance: what the two printed pages say, for whoever reads in a browser.

It is where a reader without an account begins. Figures and sentences are those of the printed
pages (`server.exports.glance`), so that both say the same.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from server.exports.formats import FORMATS, GLANCE
from server.exports.glance.document import glance_words
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.web.application import language, the_office
from server.web.kept import kept
from server.web.pages.edition_words import say
from server.web.pages.editions import edition_or_404, given, read_to_export
from server.web.pages.explore import all_cards, withdrawn_page
from server.web.pages.questions import questions
from server.web.pages.trends import kind_of

pages = Blueprint("glances", __name__)

BAR_WIDTH = 220


@pages.get("/glance/<int:number>")
def one(number: int) -> Response:
    """Figures first, then what is not known. A withdrawn edition says why, and shows no number."""
    edition = edition_or_404(number)
    if edition.is_withdrawn:
        return withdrawn_page(edition)
    exported, spoken = read_to_export(number), language()
    (printed,) = FORMATS[GLANCE].names(exported, spoken)
    words = kept(f"glance.{spoken}", number, lambda _, __: glance_words(exported, spoken))
    return given(
        render_template(
            "glance.html",
            r=say,
            programme=programme_of(the_office()),
            country=reference_of(the_office()).profile.name(spoken),
            edition=edition,
            printed=printed,
            questions=questions(number),
            has_before=_has_several_periods(),
            bar_width=BAR_WIDTH,
            **words,
        )
    )


def _has_several_periods() -> bool:
    """Whether there is something to compare: two periods of one kind, in whichever editions."""
    periods = {one.period for one in all_cards()}
    return len(periods) > len({kind_of(one) for one in periods})
