"""Commitments, indicators and values: an organisation's own lines, all of them for the office."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from server.db.engine import reading
from server.programme.enrolment import NotPossible
from server.progress import by_hand, showing
from server.progress.by_hand import BY_HAND, NOT_BY_HAND, OF_ITS_OWN, EnteredLine, WrongValues
from server.progress.cells import as_text
from server.progress.kinds import AREAS_OF_WORK, KINDS, THEMES, ColumnType, EntryColumn
from server.staff.scope import CONTRIBUTOR
from server.stewardship import waiting
from server.web.access import may
from server.web.application import Refusal, language, the_office
from server.web.pages.listing import A_PAGE, chosen, from_here, sorted_here
from server.web.pages.looks import actor
from server.web.pages.telling import tell
from server.web.pages.words import day
from shared.texts import has_text, text

pages = Blueprint("progress", __name__)

LISTED = {
    "commitment": ("code", "title", "owner", "state", "due"),
    "indicator": ("code", "name", "theme", "measure", "unit"),
    "value": ("indicator", "period", "value", "source", "on"),
    "study": ("code", "title", "organisation", "theme", "on"),
}
"""The columns a list shows; the page of a line has all."""
MOST_IN_A_FILE = 10_000


@pages.get("/progress")
def listed() -> Response:
    """What stands of one kind, the newest first."""
    kind = chosen("kind", list(BY_HAND)) or BY_HAND[0]
    order = sorted_here(by_hand.ORDERS)
    with reading(the_office().engine) as connection:
        organisations = [] if _whose() is not None else waiting.organisation_codes(connection)
        organisation = chosen("organisation", organisations)
        part = from_here(
            lambda after: by_hand.listed(
                *(connection, kind, _whose(), after, A_PAGE),
                order=order,
                organisation=organisation,
            )
        )
    columns = [one for one in LISTED[kind] if one != OF_ITS_OWN.get(kind) or _whose() is None]
    return make_response(
        render_template(
            "progress.html",
            kind=kind,
            kinds=[(one, _section(one)) for one in BY_HAND],
            order=order,
            columns=[(name, _column(name)) for name in columns],
            part=part,
            words={one.number: _words(one) for one in part.lines},
            organisations=organisations,
            organisation=organisation,
            today=the_office().today().isoformat(),
        )
    )


@pages.get("/progress.csv")
def as_csv() -> Response:
    """The same lines as a file, sorted and filtered as the list is, with every column, as `tally87
    report enter` reads it; the oldest first unless the address says otherwise."""
    kind = chosen("kind", list(BY_HAND)) or BY_HAND[0]
    order = sorted_here(by_hand.ORDERS) if "sort" in request.args else "entered"
    with reading(the_office().engine) as connection:
        codes = [] if _whose() is not None else waiting.organisation_codes(connection)
        found = by_hand.listed(
            *(connection, kind, _whose(), "", MOST_IN_A_FILE),
            order=order,
            organisation=chosen("organisation", codes),
        )
    columns = {one.name: one for one in KINDS[kind].columns}
    names = [*columns, *sorted({name for one in found.lines for name in one.said if "::" in name})]
    words = [name for name in names if name not in columns or columns[name].type is ColumnType.TEXT]
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(names)
    for one in found.lines:
        said = {**one.said, **{name: as_text(one.said.get(name, "")) for name in words}}
        writer.writerow([said.get(name, "") for name in names])
    response = make_response("\ufeff" + written.getvalue())
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="tally87-{kind}.csv"'
    return response


@pages.get("/progress/<kind>/new")
def form(kind: str) -> Response:
    """An empty form."""
    return _form(_known(kind), None, {}, {})


@pages.get("/progress/<kind>/<int:number>")
def one(kind: str, number: int) -> Response:
    """A line, to be looked at and changed, and what it said before."""
    with reading(the_office().engine) as connection:
        line = by_hand.one(connection, _known(kind), number, _whose())
    if line is None:
        raise Refusal("not_found", 404)
    return _form(kind, line, line.said, {})


@pages.post("/progress/<kind>")
def save(kind: str) -> Response:
    """Keeps a line: a new one, or another in the place of the one that was changed."""
    office, typed = the_office(), request.form
    number = _number(typed.get("number", ""))
    here = url_for("progress.listed", kind=_known(kind))
    of = "" if _whose() is not None else typed.get("of", "")
    try:
        by_hand.save(office, kind, typed, _whose(), actor(), number, of)
    except WrongValues as wrong:
        line = None
        if number is not None:
            with reading(office.engine) as connection:
                line = by_hand.one(connection, kind, number, _whose())
        return _form(kind, line, typed, wrong.faults)
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "progress_kept")


@pages.post("/progress/<kind>/<int:number>/end")
def take_back(kind: str, number: int) -> Response:
    """Declares a line no more."""
    here = url_for("progress.listed", kind=_known(kind))
    if request.form.get("sure") != "yes":
        return tell(here, "not_sure", is_problem=True)
    try:
        by_hand.take_back(the_office(), kind, number, _whose(), actor())
    except NotPossible as problem:
        return tell(here, problem.code, is_problem=True)
    return tell(here, "progress_taken_back")


@pages.post("/progress/study/<int:number>/catalogue")
def list_study(number: int) -> Response:
    """Puts a study into the public catalogue as it stands, or takes it out."""
    here = url_for("progress.one", kind=showing.STUDY, number=number)
    is_listed = request.form.get("decision") == "list"
    try:
        act = showing.list_study if is_listed else showing.unlist_study
        act(the_office(), number, actor())
    except NotPossible as problem:
        return tell(url_for("progress.listed", kind=showing.STUDY), problem.code, is_problem=True)
    return tell(here, "study_listed" if is_listed else "study_unlisted")


def _whose() -> str | None:
    """The organisation of who is signed in; None for people of the office. A contributor without
    one (a database somebody changed by hand) is nobody's, never the office's."""
    scope = g.signed_in.scope
    return scope.organisation if g.signed_in.role == CONTRIBUTOR else scope.organisation or None


def _known(kind: str) -> str:
    if kind not in BY_HAND:
        raise Refusal("not_found", 404)
    return kind


def _number(said: str) -> int | None:
    """The number of a line in a hidden field; None for a new line."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None


def _form(
    kind: str, line: EnteredLine | None, typed: Mapping[str, str], faults: Mapping[str, str]
) -> Response:
    office = the_office()
    with reading(office.engine) as connection:
        indicators = by_hand.indicators_of(connection, _whose()) if kind == "value" else []
        before = by_hand.earlier(connection, line, _whose()) if line else []
        is_listed = line is not None and showing.is_listed(connection, line.number)
        organisations = (
            [] if _whose() is not None or line else waiting.organisation_codes(connection)
        )
    own = OF_ITS_OWN.get(kind)
    is_ones = _whose() is not None or (line is not None and line.organisation is not None)
    hidden = {*NOT_BY_HAND, *((own,) if is_ones else ())}
    page = render_template(
        "progress_line.html",
        kind=kind,
        section=_section(kind),
        line=line,
        typed=typed,
        faults=faults,
        fault=lambda word: text(f"progress.wrong.{word}", language()),
        columns=[one for one in KINDS[kind].columns if one.name not in hidden],
        fixed=KINDS[kind].key if line else (),
        label=_column,
        choices=lambda column: [(one, _said(column, one)) for one in column.choices],
        indicators=[(one["code"], f"{one['code']} · {one['name']}") for one in indicators],
        earlier=[(one, _words(one)) for one in before],
        organisations=organisations,
        may_list=line is not None
        and kind == showing.STUDY
        and may(g.signed_in, "progress.list_study"),
        is_listed=is_listed,
        problem_told="problem.progress_wrong" if faults else None,
    )
    return make_response(page, 409 if faults else 200)


def _section(kind: str) -> str:
    return text(f"progress.entered.{kind}", language())


def _column(name: str) -> str:
    """What a column is called: its own word, else the report's."""
    own = f"progress.field.{name}"
    return text(own if has_text(own, language()) else f"progress.column.{name}", language())


def _words(line: EnteredLine) -> dict[str, str]:
    """The values of a line as people read them."""
    return {one.name: _said(one, line.said[one.name]) for one in KINDS[line.kind].columns}


def _said(column: EntryColumn, code: str) -> str:
    """A chosen word in the reader's language, a day as the reader writes it; anything else as it
    was entered."""
    if column.type is ColumnType.DAY:
        return day(code)
    if not column.choices or not code:
        return code
    for known, message in ((THEMES, "theme"), (AREAS_OF_WORK, "kind")):
        if column.choices == known:
            return text(f"progress.{message}.{code}", language())
    return text(f"progress.word.{code}", language())
