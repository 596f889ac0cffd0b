"""The routes of the pages: sign in and out, national counts, intake overview."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from server import queue
from server.db.engine import reading
from server.programme.programme import programme_of
from server.reference.in_force import reference_of
from server.staff import accounts, passwords
from server.staff.scope import CONTRIBUTOR
from server.stewardship import tablets
from server.stewardship.overview import overview
from server.tables import generations, labels, national, read
from server.tables.declared_counts import NotCountedYet
from server.web.access import cookie_name, may, must_come_from_our_own_form
from server.web.application import RETRY_AFTER_S, Refusal, language, the_office
from server.web.pages import counts_page
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import note_look
from server.web.pages.navigation import is_rollup
from shared.texts import text

staff = Blueprint("staff", __name__)


@staff.get("/")
def front() -> Response:
    """The way in: who may do something about what waits sees that first; who is no statistician
    sees what is published only."""
    period = request.args.get("period")
    if is_rollup() and may(g.signed_in, "rollup_pages.shown"):
        return _seen(redirect(url_for("rollup_pages.shown")))
    if g.signed_in.role == CONTRIBUTOR:
        return _seen(redirect(url_for("progress.listed")))
    if period is None and may(g.signed_in, "today.what_waits"):
        return _seen(redirect(url_for("today.what_waits")))
    if not may(g.signed_in, "staff.counts"):
        return _seen(render_template("readers.html"))
    return _seen(redirect(url_for("staff.counts", period=period)))


@staff.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """The sign-in form, and its answer. An office that has nobody says first what it lacks; a
    roll-up has people and no programme."""
    if request.method == "GET":
        if not accounts.has_any(the_office()):
            programme_of(the_office())
        return _form()
    must_come_from_our_own_form()
    office, name = the_office(), request.form.get("name", "").strip()
    address = request.remote_addr or ""
    try:
        token = accounts.sign_in(
            office, name, request.form.get("password", ""), request.form.get("code", ""), address
        )
    except accounts.MustWait:
        return _form("wait", 429)
    except passwords.TooBusy:
        raise Refusal("busy", 503, RETRY_AFTER_S) from None
    if token is None:
        return _form("wrong", 403)
    response = redirect(_way_back(request.form.get("to", "")), 303)
    response.set_cookie(
        cookie_name(),
        token,
        httponly=True,
        samesite="Strict",
        secure=office.config.secure_cookies,
        path="/",
    )
    return _seen(response)


@staff.post("/sign-out")
def sign_out() -> Response:
    """Ends the session."""
    accounts.sign_out(the_office(), request.cookies.get(cookie_name(), ""))
    response = redirect(url_for("staff.sign_in"), 303)
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return _seen(response)


@staff.get("/counts")
def counts() -> Response:
    """The page of national counts, for statisticians: protected by itself, not beside editions nor
    against organisations that subtract their own records. What leaves the office is an edition."""
    office = the_office()
    periods = national.kept_periods(office)
    if not periods:
        return _seen(render_template("no_counts.html"))
    period = request.args.get("period") or national.usual_period(office, periods) or periods[0]
    tables = national.kept_tables(office, _known(period, periods))
    note_look("counts", period=period)
    return _seen(
        render_template(
            "counts.html",
            programme=programme_of(office),
            country=reference_of(office).profile.name(language()),
            periods=periods,
            tables=tables,
            head=counts_page.headlines(tables),
            layout=counts_page,
            **_words_of_tables(),
        )
    )


@staff.get("/counts.csv")
def counts_csv() -> Response:
    """The same protected tables as a file, with what is needed to read and trace them."""
    office = the_office()
    periods = national.kept_periods(office)
    if not periods:
        return _seen(redirect(url_for("staff.counts"), 303))  # it says that there are none yet
    asked = request.args.get("period") or national.usual_period(office, periods) or ""
    period = _known(asked, periods)
    note_look("counts", period=period)
    tables = national.kept_tables(office, period)
    notes = counts_page.notes_of(tables, programme_of(office), language())
    response = make_response("\ufeff" + counts_page.as_csv(tables, notes))
    response.mimetype = "text/csv"
    name = f"tally87-{programme_of(office).country}-{period}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@staff.get("/tables")
def unprotected() -> Response:
    """One declared table as it is counted, not protected; who looked at which is noted first."""
    office = the_office()
    declared, periods = generations.declarations_of(office), national.periods(office)
    code = request.args.get("table", "")
    period = request.args.get("period") or national.usual_period(office, periods) or ""
    table = declared.tables.get(code) if period in periods else None
    if code and table is None:
        raise Refusal("no_such_period" if code in declared.tables else "not_found", 404)
    found = {}
    if table is not None:
        note_look("tables", table=table.code, period=period)
        try:
            with reading(office.engine) as connection:
                found = read.cells(connection, declared, reference_of(office), table, period)
        except NotCountedYet:
            raise Refusal("being_counted", 503, RETRY_AFTER_S) from None
    return _seen(
        render_template(
            "unprotected.html",
            known=declared.tables.values(),
            periods=periods,
            period=period,
            table=table,
            cells=sorted(found.items()),
            notes=[text(note, language()) for note in (table.notes if table else ())],
            **_words_of_tables(),
        )
    )


@staff.get("/intake")
def intake() -> Response:
    """What came in, what was refused and why, what waits for a decision."""
    office, order = the_office(), sorted_here(tablets.ORDERS)
    note_look("intake")
    with reading(office.engine) as connection:
        part = from_here(
            lambda after: tablets.tablets_listed(
                connection, office.now_s(), after, A_PAGE, order=order
            )
        )
    return _seen(
        render_template(
            "intake.html",
            seen=overview(office),
            part=part,
            order=order,
            now_s=office.now_s(),
            silent_s=tablets.SILENT_DAYS * tablets.DAY_S,
        )
    )


@staff.get("/jobs")
def jobs() -> Response:
    """What the office does by itself: what waits, runs and failed, and for how long."""
    now_s = the_office().now_s()
    kind = chosen("kind", [one.value for one in queue.JobKind])
    state = chosen("state", [one.value for one in queue.Word])
    order = sorted_here(queue.ORDERS)
    with reading(the_office().engine) as connection:
        kinds = queue.words(connection, now_s)
        part = from_here(
            lambda after: queue.part(
                connection, now_s, after, A_PAGE, kind=kind, state=state, order=order
            )
        )
    return _seen(
        render_template(
            "jobs.html",
            kinds=kinds,
            part=part,
            kind=kind,
            state=state,
            states=[one.value for one in queue.Word],
            order=order,
            most=queue.MOST_COUNTED,
        )
    )


def _known(period: str, periods: list[str]) -> str:
    if period not in periods:
        raise Refusal("no_such_period", 404)
    return period


def _words_of_tables() -> dict[str, object]:
    """For templates: ``name`` of a dimension, ``label`` of its code, ``title`` of a table."""
    office, lang = the_office(), language()
    declared, reference = generations.declarations_of(office), reference_of(office)
    dimensions, tables = declared.dimensions, declared.tables
    return {
        "name": lambda one: labels.dimension_name(dimensions[one], lang),
        "label": lambda one, code: labels.code_label(dimensions[one], code, reference, lang),
        "title": lambda code: labels.title_of(declared, tables[code], lang),
    }


def _form(problem: str = "", status: int = 200) -> Response:
    page = render_template("sign_in.html", problem=problem, to=request.values.get("to", ""))
    return make_response(page, status)


def _way_back(to: str) -> str:
    """A page of ours; anything else would be an open redirect."""
    parts = urlsplit(to)
    if to.startswith("/") and not to.startswith("//") and "\\" not in to and not parts.netloc:
        return to
    return url_for("staff.front")


def _seen(response: object) -> Response:
    made = make_response(response)
    assert isinstance(made, Response)
    return made
