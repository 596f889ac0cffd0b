"""The accounts of the office: who may sign in, invited by a one-time link, closed, signed out."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from server.db.engine import reading
from server.reference.in_force import reference_of
from server.reference.reach import checked_scope
from server.staff import accounts, invitations
from server.staff.listing import ACCOUNTS, accounts_listed
from server.staff.passwords import NotAllowed
from server.staff.scope import SCOPED_ROLES, AccountScope
from server.stewardship import waiting
from server.web.application import language, the_office
from server.web.pages.listing import A_PAGE, from_here, sorted_here
from server.web.pages.looks import actor
from server.web.pages.telling import tell

pages = Blueprint("accounts", __name__)


@pages.get("/programme/accounts")
def listed() -> Response:
    """The open accounts, or with ``state=closed`` the closed ones, and the form for a new one."""
    return _page()


@pages.post("/programme/accounts")
def invite() -> Response:
    """Adds an account; its link is shown once, in this reply and nowhere else."""
    form = request.form
    name = " ".join(form.get("name", "").split())
    with_factor = form.get("factor") == "yes"
    try:
        token = invitations.invite(
            *(the_office(), name, form.get("role", ""), actor(), with_factor), scope=_scope()
        )
    except NotAllowed as problem:
        return _page(problem.code)
    return _link(name, token)


@pages.post("/programme/accounts/link")
def invite_again() -> Response:
    """Another link for an account: its password or its second factor was lost."""
    name = request.form.get("name", "")
    try:
        token = invitations.invite_again(the_office(), name, actor())
    except NotAllowed as problem:
        return _page(problem.code)
    return _link(name, token)


@pages.post("/programme/accounts/scope")
def set_scope() -> Response:
    """Narrows or widens how far an account reaches; it is signed out everywhere."""
    here = url_for("accounts.listed")
    try:
        accounts.set_scope(the_office(), request.form.get("name", ""), _scope(), actor())
    except NotAllowed as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "scope_set")


@pages.post("/programme/accounts/close")
def close() -> Response:
    """Closes an account, for ever."""
    here = url_for("accounts.listed")
    if request.form.get("sure") != "yes":
        return tell(here, "not_sure_account", is_problem=True)
    try:
        accounts.close_account(the_office(), request.form.get("name", ""), actor(), even_last=False)
    except NotAllowed as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "account_closed")


@pages.post("/programme/accounts/sign-out")
def end_sessions() -> Response:
    """Signs an account out everywhere."""
    here = url_for("accounts.listed")
    name = request.form.get("name", "")
    if name == g.signed_in.name:
        return tell(here, "own_sessions", is_problem=True)
    try:
        accounts.end_sessions(the_office(), name, actor())
    except NotAllowed as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "sessions_ended")


def _scope() -> AccountScope:
    """The scope the form asks for. Raises NotAllowed for one there is not."""
    office, form = the_office(), request.form
    with reading(office.engine) as connection:
        return checked_scope(
            *(connection, reference_of(office), form.get("area", "")), form.get("organisation", "")
        )


def _areas() -> dict[str, str]:
    """The areas by code, in words that tell where they lie."""
    areas = reference_of(the_office()).codelists.get("areas")
    if areas is None:
        return {}
    lang = language()
    return {
        one.code: " · ".join(
            areas.label(code, lang) for code in (*reversed(areas.ancestors(one.code)), one.code)
        )
        for one in areas
    }


def _link(name: str, token: str) -> Response:
    office = the_office()
    return make_response(
        render_template(
            "account_link.html",
            name=name,
            link=office.config.public_url + url_for("joining.join", token=token),
            hours=invitations.INVITATION_HOURS,
        )
    )


def _page(problem: str = "") -> Response:
    office = the_office()
    closed, order = request.args.get("state") == "closed", sorted_here(ACCOUNTS)
    with reading(office.engine) as connection:
        part = from_here(
            lambda after: accounts_listed(connection, office, after, A_PAGE, closed, order)
        )
        organisations = waiting.organisation_codes(connection)
    page = render_template(
        "accounts.html",
        now_s=office.now_s(),
        part=part,
        closed=closed,
        order=order,
        roles=accounts.ROLES,
        scoped=SCOPED_ROLES,
        areas=_areas(),
        organisations=organisations,
        problem_told=f"problem.{problem}" if problem else None,
        typed=request.form if problem else {},
    )
    return make_response(page, 409 if problem else 200)
