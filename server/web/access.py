"""Who may see what. Everything not named here is refused; a test walks the URL map.

Owns the one table of roles and routes.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, url_for

from server.releases import published
from server.rollup import learning
from server.staff import accounts
from server.web.application import Refusal, the_office

ANYBODY = frozenset({"anybody"})
"""Also who is not signed in. Tablets are here: they prove themselves by signatures."""
STAFF = frozenset(accounts.ROLES)
STEWARDS = frozenset({"administrator", "steward"})
STATISTICIANS = frozenset({"statistician"})
"""Who sees counts that are not protected, or not beside editions and organisations' own records;
each look is noted."""
ADMINISTRATORS = frozenset({"administrator"})
DECLARERS = frozenset({"administrator", "statistician"})
"""Who declares and approves what is published; never one person both."""
ENTERERS = frozenset({"administrator", "statistician", "contributor"})
"""Who enters commitments, indicators and their values: an organisation's person its own, the office
all."""

ACCESS: Mapping[str, frozenset[str]] = {
    "tablets.Authority": ANYBODY,
    "tablets.Enrolments": ANYBODY,
    "tablets.Parcels": ANYBODY,
    "tablets.ReferenceData": ANYBODY,
    "health.Health": ANYBODY,
    "health.Metrics": ANYBODY,
    "api-docs.openapi_json": ANYBODY,
    "editions_api.EditionList": ANYBODY,
    "editions_api.EditionDetails": ANYBODY,
    "sdmx.data_2_1": ANYBODY,
    "sdmx.data_3_0": ANYBODY,
    "sdmx.structures_2_1": ANYBODY,
    "sdmx.structures_3_0": ANYBODY,
    "static": ANYBODY,
    "staff.sign_in": ANYBODY,
    "editions.all_editions": ANYBODY,
    "editions.one": ANYBODY,
    "editions.file": ANYBODY,
    "editions.exported": ANYBODY,
    "glances.one": ANYBODY,
    "explore.listed": ANYBODY,
    "knowledge.listed": ANYBODY,
    "knowledge.catalogue": ANYBODY,
    "knowledge.questionnaire": ANYBODY,
    "knowledge.profile": ANYBODY,
    "knowledge.code_list": ANYBODY,
    "explore.latest": ANYBODY,
    "explore.one": ANYBODY,
    "explore.as_csv": ANYBODY,
    "explore.about": ANYBODY,
    "feed.of_editions": ANYBODY,
    "sitemap.of_pages": ANYBODY,
    "sitemap.robots": ANYBODY,
    "explore.embedded": ANYBODY,
    "maps.one": ANYBODY,
    "trends.by_period": ANYBODY,
    "targets.shown": ANYBODY,
    "countries.listed": ANYBODY,
    "countries.one": ANYBODY,
    "countries.edition": ANYBODY,
    "countries.file": ANYBODY,
    "api_page.shown": ANYBODY,
    "api_page.try_out": ANYBODY,
    "api_page.description": ANYBODY,
    "targets.file": ANYBODY,
    "languages.choose": ANYBODY,
    "staff.front": STAFF,
    "staff.sign_out": STAFF,
    "staff.counts": STATISTICIANS,
    "staff.counts_csv": STATISTICIANS,
    "staff.unprotected": STATISTICIANS,
    "staff.intake": STEWARDS,
    "staff.jobs": STEWARDS,
    "today.what_waits": STEWARDS,
    "conflicts.listed": STEWARDS,
    "conflicts.one": STEWARDS,
    "conflicts.decide": STEWARDS,
    "assignments.board": STEWARDS,
    "assignments.ask": STEWARDS,
    "assignments.draw": STEWARDS,
    "assignments.change": STEWARDS,
    "queries.listed": STEWARDS,
    "queries.about": STEWARDS,
    "queries.ask": STEWARDS,
    "queries.settle": STEWARDS,
    "records.form": STEWARDS,
    "records.one": STEWARDS,
    "pairs.listed": STEWARDS,
    "pairs.one": STEWARDS,
    "pairs.decide": STEWARDS,
    "odd_tablets.listed": STEWARDS,
    "odd_tablets.decide": STEWARDS,
    "today.returned": STEWARDS,
    "today.see_alarm": STEWARDS,
    "today.decide_parcel": STEWARDS,
    "today.try_jobs_again": STEWARDS,
    "today.look_at_odd": STEWARDS,
    "releases.listed": DECLARERS,
    "releases.form": DECLARERS,
    "releases.declare": DECLARERS,
    "releases.one": DECLARERS,
    "releases.preview": DECLARERS,
    "releases.act": DECLARERS,
    "release_levels.ask": DECLARERS,
    "release_levels.one": DECLARERS,
    "estimate_pages.listed": STATISTICIANS,
    "estimate_pages.ask": STATISTICIANS,
    "estimate_pages.one": STATISTICIANS,
    "bench.listed": STATISTICIANS,
    "bench.ask": STATISTICIANS,
    "bench.one": STATISTICIANS,
    "bench.look": STATISTICIANS,
    "releases.withdraw": DECLARERS,
    "progress.listed": ENTERERS,
    "progress.as_csv": ENTERERS,
    "progress.form": ENTERERS,
    "progress.one": ENTERERS,
    "progress.save": ENTERERS,
    "progress.take_back": ENTERERS,
    "progress.list_study": DECLARERS,
    "rollup_pages.shown": DECLARERS,
    "rollup_pages.take": DECLARERS,
    "rollup_pages.draft_file": DECLARERS,
    "progress_reports.listed": DECLARERS,
    "progress_reports.make_one": DECLARERS,
    "progress_reports.decide": DECLARERS,
    "organisations.listed": ADMINISTRATORS,
    "organisations.add_organisation": ADMINISTRATORS,
    "organisations.add_officer": ADMINISTRATORS,
    "organisations.issue_ticket": ADMINISTRATORS,
    "organisations.answer_request": ADMINISTRATORS,
    "tablet_pages.listed": ADMINISTRATORS,
    "tablet_pages.one": ADMINISTRATORS,
    "tablet_pages.sign_out": ADMINISTRATORS,
    "tablet_pages.put_aside": ADMINISTRATORS,
    "tablet_pages.bring_back": ADMINISTRATORS,
    "tablet_pages.send_message": ADMINISTRATORS,
    "map_shapes.shown": ADMINISTRATORS,
    "map_shapes.load": ADMINISTRATORS,
    "map_shapes.remove": ADMINISTRATORS,
    "quotas.shown": ADMINISTRATORS,
    "quotas.change": ADMINISTRATORS,
    "unlocking.shown": ADMINISTRATORS,
    "tablet_data.shown": ADMINISTRATORS,
    "tablet_data.publish_it": ADMINISTRATORS,
    "tablet_data.decide": ADMINISTRATORS,
    "unlocking.choose": ADMINISTRATORS,
    "messages.listed": ADMINISTRATORS,
    "messages.add": ADMINISTRATORS,
    "messages.withdraw": ADMINISTRATORS,
    "accounts.listed": ADMINISTRATORS,
    "accounts.invite": ADMINISTRATORS,
    "accounts.invite_again": ADMINISTRATORS,
    "accounts.close": ADMINISTRATORS,
    "accounts.set_scope": ADMINISTRATORS,
    "accounts.end_sessions": ADMINISTRATORS,
    "audit_log.listed": ADMINISTRATORS,
    "audit_log.as_csv": ADMINISTRATORS,
    "own_account.shown": STAFF,
    "own_account.change_password": STAFF,
    "own_account.make_recovery_codes": STAFF,
    "own_account.end_other_sessions": STAFF,
    "views.save": STAFF,
    "views.forget": STAFF,
    "joining.join": ANYBODY,
    "set_up.set_up": ANYBODY,
}
"""Endpoint to the roles that may use it."""

NARROWED: frozenset[str] = frozenset(
    {
        "staff.front",
        "staff.sign_out",
        "own_account.shown",
        "own_account.change_password",
        "own_account.make_recovery_codes",
        "own_account.end_other_sessions",
        "views.save",
        "views.forget",
        "progress.listed",
        "progress.as_csv",
        "progress.form",
        "progress.one",
        "progress.save",
        "progress.take_back",
        "today.what_waits",
        "today.returned",
        "today.see_alarm",
        "conflicts.listed",
        "conflicts.one",
        "conflicts.decide",
        "queries.listed",
        "queries.about",
        "queries.ask",
        "queries.settle",
        "records.form",
        "records.one",
        "assignments.board",
        "assignments.ask",
        "assignments.draw",
        "assignments.change",
    }
)
"""What an account with a scope may use: pages of its own, and those that show and do no more than
what lies within. A page that is not named here is refused to it, whatever its role."""

COOKIE = "tally87_session"
_LEFT_BY_A_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def guard(app: Flask) -> None:
    """Checks every request against ACCESS, and for signs no database holds, before its route
    runs."""
    app.before_request(_check)
    app.before_request(_refuse_null)


def cookie_name() -> str:
    """With the browser's guarantee that only this host set it, where HTTPS makes that possible."""
    return f"__Host-{COOKIE}" if the_office().config.secure_cookies else COOKIE


def is_of_this_machine() -> bool:
    """Whether the request was made on this machine. A proxy here makes everybody look local: what
    one brings is not."""
    if any(name in request.headers for name in _LEFT_BY_A_PROXY):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def may(signed_in: accounts.SignedIn, endpoint: str) -> bool:
    """Whether this account may use that route, by its role and its scope."""
    if signed_in.role not in ACCESS.get(endpoint, frozenset()):
        return False
    return signed_in.scope.is_whole or endpoint in NARROWED


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_OF_TABLETS = "tablets"  # the blueprint of server/web/api/tablets.py


def _refuse_null() -> None:
    """PostgreSQL keeps no text with U+0000 in it, and nobody types one."""
    sent = [*request.args.items(multi=True)]
    # What a tablet sends is read by its route alone, a form by name too: many programs call
    # whatever they send one (curl --data-binary), and to read it here would leave nothing.
    if request.mimetype in _FORMS and request.blueprint != _OF_TABLETS:
        sent += request.form.items(multi=True)
    if "\0" in request.path or any("\0" in part for pair in sent for part in pair):
        raise Refusal("bad_request", 400)


def _check() -> Response | None:
    g.signed_in = None
    if request.endpoint is None:
        return None  # no route: 404 or 405
    roles = ACCESS.get(request.endpoint, frozenset())
    if roles is ANYBODY:
        return None
    token = request.cookies.get(cookie_name(), "")
    signed_in = accounts.who(the_office(), token) if token else None
    if signed_in is None:
        if request.method == "GET" and request.endpoint == "staff.front" and not request.args:
            # Readers without an account come for what is published.
            number = published.newest_number(the_office())
            if number is not None:
                return redirect(url_for("glances.one", number=number))  # type: ignore[return-value]
            if learning.is_begun(the_office()):
                return redirect(url_for("countries.listed"))  # type: ignore[return-value]
        if request.method == "GET" and roles:
            return redirect(url_for("staff.sign_in", to=request.full_path.rstrip("?")))  # type: ignore[return-value]
        raise Refusal("signed_out", 401)
    if not may(signed_in, request.endpoint):
        raise Refusal("forbidden", 403)
    g.signed_in = signed_in
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        _check_form(signed_in)
    return None


def must_come_from_our_own_form() -> None:
    """Raises Refusal for a form of another site, as the browser tells it. Where nobody is signed in
    there is no token to check: the browser's word is all there is.

    Ours is the address staff type (TALLY87_PUBLIC_URL) and the one the request names: a proxy that
    is told nothing else names itself (nginx, proxy_pass).
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    ours = (request.host, urlsplit(the_office().config.public_url).netloc)
    if site not in ("same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc not in ours
    ):
        raise Refusal("form_out_of_date", 400)


def _check_form(signed_in: accounts.SignedIn) -> None:
    must_come_from_our_own_form()
    given = request.form.get("csrf_token", "")
    if not hmac.compare_digest(given.encode(), signed_in.csrf_token.encode()):
        raise Refusal("form_out_of_date", 400)
