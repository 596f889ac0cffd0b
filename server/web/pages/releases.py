"""Releases for the statistician: declared, previewed, approved by a second person, withdrawn.

Owns no rule: each form calls one act of ``server.releases``. Who acts is the name of the account
itself, as at the command line, so that nobody is two persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from server.db.engine import reading
from server.office import Office
from server.office.config import LEAST_THRESHOLD
from server.programme.programme import programme_of
from server.releases import approval, build, published, store
from server.releases.declaration import AREAS, LEAST_NEW, REASONS, DeclarationRefused
from server.releases.files import BETWEEN, digest_of_all
from server.releases.moments import second_of
from server.releases.register_rows import periods_there
from server.releases.source import USUAL, check_tables
from server.releases.states import ReleaseState
from server.releases.store import NoSuchRelease
from server.releases.structure import STRUCTURE
from server.tables.generations import declarations_of
from server.web.application import Refusal, language, the_office
from server.web.pages.edition_words import say
from server.web.pages.editions import laid_out
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import note_look
from server.web.pages.release_form import (
    PROPOSED,
    code_of,
    declared,
    form_of_correction,
    levels_asked,
    notes_of,
    whole,
)
from server.web.pages.release_levels import levels_of as levels_chosen
from server.web.pages.table_words import title_of_asked
from server.web.pages.telling import tell
from shared.errors import ServiceError

pages = Blueprint("releases", __name__)

STATES = tuple(one.value for one in ReleaseState)
UNDER_WAY = (ReleaseState.DECLARED, ReleaseState.PROTECTED)
MOST_PRE_RELEASE = 20


@pages.get("/releases")
def listed() -> Response:
    """Every release, newest first, the editions that came of them, and what is announced."""
    office = the_office()
    state, order = chosen("state", list(STATES)), sorted_here(store.ORDERS)
    with reading(office.engine) as connection:
        part = from_here(lambda after: store.part(connection, after, A_PAGE, state, order))
        by_release = {one.release: one for one in store.editions(connection)}
    return make_response(
        render_template(
            "releases.html",
            part=part,
            by_release=by_release,
            states=STATES,
            state=state,
            order=order,
            announced=published.announced(office),
            r=say,
            table_name=_title,
        )
    )


@pages.get("/releases/new")
def form() -> Response:
    """The form with which a release is declared; with ``corrects`` that of a correction."""
    return _form()


@pages.post("/releases/new")
def declare() -> Response:
    """Declares a release; a job protects and audits it."""
    try:
        chosen_there = levels_chosen(request.form)
        levels = levels_asked(request.form) if chosen_there is None else chosen_there
        number = build.declare(
            *(the_office(), g.signed_in.name, declared(request.form, levels)),
            propose=request.form.get("levels") == PROPOSED,
        )
    except ServiceError as problem:
        return _form(code_of(problem))
    return tell(url_for("releases.one", number=number), "release_declared")


@pages.get("/releases/<int:number>")
def one(number: int) -> Response:
    """How a release stands: progress, audit, checklist, every step, and what can be done."""
    office = the_office()
    try:
        with reading(office.engine) as connection:
            kept = store.release_of(connection, number)
            steps = store.steps(connection, number)
            out = next((e for e in store.editions(connection) if e.release == number), None)
            files = store.files_of(connection, number)
        checklist = approval.checklist_of(office, number)
    except NoSuchRelease:
        raise Refusal("not_found", 404) from None
    me = g.signed_in.name
    return make_response(
        render_template(
            "release.html",
            r=say,
            kept=kept,
            steps=steps,
            out=out,
            checklist=checklist,
            under_way=kept.state in UNDER_WAY,
            mine=_same(kept.declared_by, me),
            asked_by_me=out is not None
            and out.withdrawal is not None
            and _same(str(out.withdrawal["asked_by"]), me),
            reasons=REASONS,
            table_name=_title,
            file_titles=_titles_of_files(files) if _as_made(kept, files) else {},
            lines=range(3),
        )
    )


@pages.get("/releases/<int:number>/preview")
def preview(number: int) -> Response:
    """The tables of a release that is not out, as its files have them; the look is noted."""
    office = the_office()
    note_look("release_preview", release=str(number))
    try:
        with reading(office.engine) as connection:
            kept = store.release_of(connection, number)
            files = store.files_of(connection, number)
    except NoSuchRelease:
        raise Refusal("not_found", 404) from None
    if STRUCTURE not in files:
        raise Refusal("not_found", 404)
    if not _as_made(kept, files):
        raise Refusal("not_possible", 409)
    structure, tables = published.tables_in(files)
    return make_response(
        render_template(
            "release_preview.html",
            r=say,
            kept=kept,
            programme=programme_of(office),
            tables=[laid_out(structure, table) for table in tables],
        )
    )


@pages.post("/releases/<int:number>")
def act(number: int) -> Response:
    """Approves a release, has it made again, or gives it up."""
    office, me, here = the_office(), g.signed_in.name, url_for("releases.one", number=number)
    what = request.form.get("act", "")
    try:
        if what == "again":
            if _is_approved(office, number) and request.form.get("sure") != "yes":
                return tell(here, "not_sure_release", is_problem=True)
            build.ask_again(office, me, number)
        elif what == "drop":
            if request.form.get("sure") != "yes":
                return tell(here, "not_sure_release", is_problem=True)
            build.drop(office, me, number)
        elif what == "approve":
            approval.approve(
                *(office, me, number),
                read=request.form.getlist("read"),
                embargo_until_s=_moment(request.form.get("embargo", "")),
                pre_release=_pre_release(),
            )
        else:
            return tell(here, "not_possible", is_problem=True)
    except ValueError:
        return tell(here, "moment", is_problem=True)
    except ServiceError as problem:
        return tell(here, code_of(problem), is_problem=True)
    return tell(here, f"release_{what}")


def _is_approved(office: Office, number: int) -> bool:
    """Whether its approval would be given up: also when the page was opened before it came."""
    with reading(office.engine) as connection:
        return store.release_of(connection, number).state is ReleaseState.APPROVED


@pages.post("/releases/<int:number>/withdrawal")
def withdraw(number: int) -> Response:
    """Asks for the edition of a release to be withdrawn, or approves what somebody else asked."""
    office, me, here = the_office(), g.signed_in.name, url_for("releases.one", number=number)
    with reading(office.engine) as connection:
        out = next((e for e in store.editions(connection) if e.release == number), None)
    if out is None:
        raise Refusal("not_found", 404)
    try:
        if request.form.get("act") == "approve":
            if request.form.get("sure") != "yes":
                return tell(here, "not_sure_withdrawal", is_problem=True)
            approval.withdraw(office, me, out.number)
            return tell(here, "release_withdrawn")
        approval.ask_withdrawal(
            *(office, me, out.number), request.form.get("reason", ""), notes_of(request.form)
        )
    except DeclarationRefused:
        return tell(here, "release_no_reason", is_problem=True)
    except ServiceError as problem:
        return tell(here, code_of(problem), is_problem=True)
    return tell(here, "release_withdrawal_asked")


def _form(problem: str = "") -> Response:
    office = the_office()
    with reading(office.engine) as connection:
        periods = periods_there(connection)
        editions = store.editions(connection)
    typed: Any = request.form if problem else request.args
    corrected = whole(typed.get("corrects", ""))
    if corrected is not None and not problem and not typed.get("table"):
        with suppress(NoSuchRelease):
            typed = form_of_correction(corrected)
    page = render_template(
        "release_form.html",
        r=say,
        usual=USUAL,
        tables=[(said, _title(said)) for said in _offered(typed.getlist("table"))],
        periods=sorted(periods, reverse=True),
        editions=[one for one in reversed(editions) if one.corrected_by is None],
        reasons=REASONS,
        threshold=build.usual_threshold(office),
        least_threshold=LEAST_THRESHOLD,
        least_new=LEAST_NEW,
        areas=AREAS,
        typed=typed,
        proposed=PROPOSED,
        chosen_tables=typed.getlist("table") or list(USUAL),
        chosen_periods=typed.getlist("period"),
        problem_told=f"problem.{problem}" if problem else None,
    )
    return make_response(page, 409 if problem else 200)


def _offered(asked: list[str]) -> list[str]:
    """What can be released, and margins an address asks for: of a look at the bench."""
    found, office = releasable(), the_office()
    for said in asked:
        if said not in found:
            with suppress(DeclarationRefused):
                check_tables(office, [said])
                found.insert(0, said)
    return found


def releasable() -> list[str]:
    """The usual margins first, then every declared table that can be released."""
    office = the_office()
    found = list(USUAL)
    for code in declarations_of(office).tables:
        if code in found:
            continue  # a usual one may be a whole table
        try:
            check_tables(office, [code])
        except DeclarationRefused:
            continue
        found.append(code)
    return found


def _pre_release() -> list[dict[str, Any]]:
    form = request.form
    names, of, since = (form.getlist(f"pre-{what}") for what in ("name", "of", "from"))
    return [
        {"name": name.strip()[:80], "of": whose.strip()[:120], "from_s": _moment(at)}
        for name, whose, at in list(zip(names, of, since, strict=False))[:MOST_PRE_RELEASE]
        if name.strip() and whose.strip()
    ]


def _moment(said: str) -> int | None:
    """Seconds since 1970 of ``2026-12-31T09:30``, UTC. Raises ValueError."""
    if not said:
        return None
    return second_of(said)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _as_made(kept: store.KeptRelease, files: Mapping[str, bytes]) -> bool:
    """Whether nobody changed the files: what is in others is not looked at."""
    return kept.files_digest == digest_of_all(files)


def _titles_of_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """By the name of a table's file what its heading will be."""
    if STRUCTURE not in files:
        return {}
    structure, tables = published.tables_in(files)
    laid = [laid_out(structure, table, 0) for table in tables]
    return {
        one.name: ": ".join(filter(None, (one.title, ", ".join(one.by)))) + f", {one.period}"
        for one in laid
    }


def _title(said: str) -> str:
    """A table as it is declared in words; of a file, its name and period."""
    return title_of_asked(the_office(), said.partition(BETWEEN)[0], language())
