"""What tablets work with: the edition for all, the one some have first, and publishing."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.countries import Fault, folder_faults, question_problems
from server.db.engine import reading
from server.languages import boxes_told
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.programme import programme_of
from server.reference import publish, rollouts
from server.reference.rollouts import FirstTablets
from server.stewardship import rollout_figures, waiting
from server.tables.declaration import wrong_tables
from server.web.application import Refusal, the_office
from server.web.pages.listing import A_PAGE, from_here, sorted_here
from server.web.pages.looks import actor, note_look
from server.web.pages.telling import tell
from shared.errors import QuestionnaireError
from shared.parts import PROFILE

pages = Blueprint("tablet_data", __name__)

MOST_WRONG = 5
"""Of what is wrong in country folders; `tally87 country check` says all."""


@pages.get("/programme/data")
def shown() -> Response:
    """The edition for all, the one some have first and how they fare, what is not published."""
    office = the_office()
    note_look("data")
    goes_on = rollouts.going_on(office)
    told: dict[str, object] = {"order": sorted_here(rollout_figures.ORDERS)}
    editions_by = sorted_here(rollouts.EDITIONS, "editions")
    with reading(office.engine) as connection:
        codes = waiting.organisation_codes(connection)
        if goes_on is not None:
            told["states"] = rollout_figures.states(connection, goes_on)
            told["since"] = rollout_figures.records_since(connection, goes_on, office.now_s())
            told["part"] = from_here(
                lambda after: rollout_figures.tablets(
                    connection, goes_on, after, A_PAGE, str(told["order"])
                )
            )
    try:
        changed = publish.not_yet_published(office)
        # Reading a whole edition takes a while: only where its answer may be another.
        would = rollouts.would_withhold(office) if PROFILE in changed and not goes_on else ()
        wrong = _wrong_words(office)[:MOST_WRONG] if changed else []
    except QuestionnaireError as problem:
        changed, would, wrong = (), (), [str(problem)]
    return make_response(
        render_template(
            "tablet_data.html",
            goes_on=goes_on,
            days=rollout_figures.MOST_DAYS,
            codes=codes,
            changed=changed,
            would=would,
            wrong=wrong,
            editions=from_here(
                lambda after: rollouts.editions(office, after, A_PAGE, editions_by), "editions"
            ),
            editions_by=editions_by,
            **told,
        )
    )


@pages.post("/programme/data")
def publish_it() -> Response:
    """Publishes what the country folders hold: for all, for some first, or for those that have an
    edition first already."""
    office, whom = the_office(), request.form.get("whom", "")
    if _wrong_words(office):
        return tell(url_for("tablet_data.shown"), "edition_unreadable", is_problem=True)
    if whom == "first":
        return _done(lambda: rollouts.begin(office, actor(), _chosen()), "rollout_begun")
    if whom == "tried":
        return _done(lambda: rollouts.correct(office, actor()), "edition_published")
    if whom != "all":
        raise Refusal("bad_request", 400)
    return _done(lambda: publish.publish(office, actor()), "edition_published")


@pages.post("/programme/data/rollout")
def decide() -> Response:
    """Ends what goes on, one way or the other, or chooses more tablets for it."""
    office, how = the_office(), request.form.get("how", "")
    if how == "widen":
        return _done(lambda: rollouts.widen(office, actor(), _chosen()), "rollout_widened")
    if request.form.get("sure") != "yes":
        return tell(url_for("tablet_data.shown"), "not_sure_rollout", is_problem=True)
    if how == "to_all":
        return _done(lambda: rollouts.give_to_all(office, actor()), "rollout_to_all")
    if how != "take_back":
        raise Refusal("bad_request", 400)
    return _done(lambda: rollouts.take_back(office, actor()), "rollout_taken_back")


def _wrong_words(office: Office) -> list[Fault | str]:
    """Nothing is published while a word of a country folder is wrong: it would stay for ever. The
    same holds for `tally87 reference publish`."""
    iso3, found = programme_of(office).country, list[Fault | str]()
    for folder in office.config.country_folders:
        faults = folder_faults(iso3, folder, office.today())
        found += [fault for fault in faults if fault.is_error]
        found += question_problems(folder / "questionnaire")[0]
        found += wrong_tables(folder)
        found += boxes_told(folder)
    return found


def _chosen() -> FirstTablets:
    tablets = request.form.get("tablets", "").split()
    return FirstTablets(tablets, request.form.get("organisation", ""))


def _done(act: Callable[[], object], word: str) -> Response:
    here = url_for("tablet_data.shown")
    try:
        act()
    except QuestionnaireError:
        return tell(here, "edition_unreadable", is_problem=True)
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, word)
