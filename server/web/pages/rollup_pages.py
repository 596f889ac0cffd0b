"""The work of a roll-up: countries and editions in, definitions, a draft, answers, an edition.

Every form is one step of `tally87 rollup`, by the same function; nothing is checked here that is
not checked there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.exports.signed_edition import NotGenuine
from server.office import Office
from server.rollup import learning, publishing
from server.rollup.handed import files_in, in_one_file, printed_fingerprint
from server.rollup.known import Known
from server.rollup.learning import NotTaken
from server.rollup.publishing import RollupDraft
from server.web.application import Refusal, the_office
from server.web.pages.countries import about, known_or_404, tables_in
from server.web.pages.looks import actor
from server.web.pages.telling import tell

pages = Blueprint("rollup_pages", __name__)

MOST_DAYS = 365


@pages.get("/rollup")
def shown() -> Response:
    """What is known, and the draft of the tables and periods the address names."""
    return _page("", 200)


@pages.post("/rollup/<step>")
def take(step: str) -> Response:
    """One step; what is wrong with it stands on the page, and nothing was kept then."""
    known_or_404()
    act = _STEPS.get(step)
    if act is None:
        raise Refusal("not_found", 404)
    try:
        word = act(the_office(), actor())
    except (NotTaken, NotGenuine) as wrong:
        return _page(str(wrong), 409)
    return tell(f"{url_for('rollup_pages.shown')}?{urlencode(_asked())}", word)


@pages.get("/rollup/draft.zip")
def draft_file() -> Response:
    """The draft as the countries of it are shown it."""
    made = _draft(known_or_404())
    if made is None:
        raise Refusal("not_found", 404)
    response = make_response(in_one_file(made.files))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="rollup-draft.zip"'
    return response


def _country(office: Office, by: str) -> str:
    form = request.form
    code, name, key, printed = (
        form.get(one, "").strip() for one in ("code", "name", "key", "fingerprint")
    )
    learning.add_country(office, code, name, key, printed, by)
    return "rollup_country"


def _edition(office: Office, by: str) -> str:
    file = request.files.get("file")
    learning.add_edition(office, files_in(file.read() if file is not None else b""), by)
    return "rollup_edition"


def _withdraw(office: Office, by: str) -> str:
    number = request.form.get("edition", "")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    learning.withdraw(office, request.form.get("code", ""), at, request.form.get("because", ""), by)
    return "rollup_withdrawn"


def _codes(office: Office, by: str) -> str:
    file = request.files.get("file")
    learning.add_codes(office, file.read() if file is not None else b"", by)
    return "rollup_noted"


def _define(office: Office, by: str) -> str:
    form = request.form
    agrees = form.get("agrees") == "yes"
    table = form.get("table", "").strip()
    learning.define(office, table, form.get("code", ""), agrees, form.get("because", ""), by)
    return "rollup_noted"


def _note(office: Office, by: str) -> str:
    form = request.form
    table = form.get("table", "").strip()
    learning.note(office, form.get("code", ""), table, form.get("words", ""), by)
    return "rollup_noted"


def _notice(office: Office, by: str) -> str:
    days = request.form.get("days", "")
    term = int(days) if days.isascii() and days.isdigit() and int(days[:4]) <= MOST_DAYS else 0
    if not term:
        raise NotTaken(f"The term is 1 to {MOST_DAYS} days. Nothing was changed.")
    publishing.give_notice(office, _must_be_drafted(office), term, by)
    return "rollup_notice"


def _answer(office: Office, by: str) -> str:
    words = request.form.get("words", "").replace("\r\n", "\n")
    publishing.take_answer(office, request.form.get("code", ""), words.encode(), by)
    return "rollup_answer"


def _publish(office: Office, by: str) -> str:
    if request.form.get("sure") != "yes":
        raise NotTaken("It was not confirmed. Nothing was published.")
    publishing.publish(office, _must_be_drafted(office), by)
    return "rollup_published"


_STEPS: dict[str, Callable[[Office, str], str]] = {
    "country": _country,
    "edition": _edition,
    "withdraw": _withdraw,
    "codes": _codes,
    "define": _define,
    "note": _note,
    "notice": _notice,
    "answer": _answer,
    "publish": _publish,
}


def _asked() -> dict[str, str]:
    """Tables and periods of the draft, as the form or the address names them."""
    found = {name: request.values.get(name, "").strip()[:200] for name in ("tables", "periods")}
    return {name: said for name, said in found.items() if said}


def _must_be_drafted(office: Office) -> RollupDraft:
    asked = _asked()
    tables, periods = asked.get("tables", "").split(), asked.get("periods", "").split()
    return publishing.draft(office, tables, periods)


def _draft(found: Known) -> RollupDraft | None:
    if len(_asked()) < 2 or not found.countries:
        return None
    try:
        return _must_be_drafted(the_office())
    except NotTaken:
        return None


def _page(wrong: str, status: int) -> Response:
    found = known_or_404()
    made = _draft(found)
    said: dict[str, Any] = {"tables": _usual(found)[0], "periods": _usual(found)[1], **_asked()}
    page = render_template(
        "rollup.html",
        **about(found),
        wrong=wrong,
        found=found,
        fingerprints={
            code: printed_fingerprint(one.signing_key) for code, one in found.countries.items()
        },
        codes=[(code, one.name) for code, one in sorted(found.countries.items())],
        asked=said,
        made=made,
        drafted=list(tables_in(found, made.files)) if made else [],
        notices=sorted(found.notices.values(), key=lambda one: one.country),
        is_shown=lambda notice: made is not None and notice.digest == made.digest,
    )
    return make_response(page, status)


def _usual(found: Known) -> tuple[str, str]:
    """Every table and the newest period that any country's newest edition has."""
    tables: dict[str, None] = {}
    periods: set[str] = set()
    for country in found.countries:
        for one in found.holding(country)[:1]:
            for table in one.numbers.tables:
                tables[table.code] = None
                periods |= {*table.periods}
    return " ".join(tables), max(periods, default="")
