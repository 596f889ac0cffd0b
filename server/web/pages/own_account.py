"""One's own account: another password, and the browsers one is signed in with."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from server.db.engine import reading
from server.staff import accounts, recovery
from server.staff.listing import sessions_of
from server.staff.passwords import LEAST_PASSWORD, MOST_PASSWORD, NotAllowed, TooBusy
from server.web.access import cookie_name
from server.web.application import RETRY_AFTER_S, Refusal, the_office
from server.web.pages.looks import actor
from server.web.pages.telling import tell

pages = Blueprint("own_account", __name__)


@pages.get("/account")
def shown() -> Response:
    """The account of the one who is signed in."""
    office = the_office()
    here = accounts.token_hash(request.cookies.get(cookie_name(), ""))
    with reading(office.engine) as connection:
        sessions = sessions_of(connection, office, g.signed_in.account_number, here)
        left = recovery.codes_left(connection, g.signed_in.account_number)
    return make_response(
        render_template(
            "account.html",
            sessions=sessions,
            codes_left=left,
            least=LEAST_PASSWORD,
            most=MOST_PASSWORD,
        )
    )


@pages.post("/account/password")
def change_password() -> Response:
    """Another password; all other browsers are signed out."""
    here, form = url_for("own_account.shown"), request.form
    if form.get("password", "") != form.get("again", ""):
        return tell(here, "passwords_differ", is_problem=True)
    try:
        accounts.change_password(
            the_office(),
            g.signed_in,
            form.get("old", ""),
            form.get("password", ""),
            request.cookies.get(cookie_name(), ""),
        )
    except NotAllowed as problem:
        return tell(here, problem.code, is_problem=True)
    except accounts.MustWait:
        return tell(here, "wait", is_problem=True)
    except TooBusy:
        raise Refusal("busy", 503, RETRY_AFTER_S) from None
    return tell(here, "password_changed")


@pages.post("/account/recovery")
def make_recovery_codes() -> Response:
    """New recovery codes, shown once, in this reply and nowhere else; earlier ones are void."""
    office, here = the_office(), url_for("own_account.shown")
    try:
        if not accounts.is_password_of(office, g.signed_in, request.form.get("password", "")):
            return tell(here, "password_old", is_problem=True)
    except accounts.MustWait:
        return tell(here, "wait", is_problem=True)
    except TooBusy:
        raise Refusal("busy", 503, RETRY_AFTER_S) from None
    codes = recovery.make_codes(office, g.signed_in.account_number, g.signed_in.name)
    return make_response(render_template("recovery_codes.html", codes=codes))


@pages.post("/account/sign-out")
def end_other_sessions() -> Response:
    """Signs out everywhere but here."""
    accounts.end_sessions(
        the_office(), g.signed_in.name, actor(), but=request.cookies.get(cookie_name(), "")
    )
    return tell(url_for("own_account.shown"), "sessions_ended")
