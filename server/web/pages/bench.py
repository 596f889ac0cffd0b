"""The analysis bench: opened with a purpose, looked at with a purpose, no cell a link, no file.

A look is the answer to a form, so that neither its numbers nor its purpose stand in an address.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from server.db.engine import reading
from server.releases.declaration import DeclarationRefused
from server.releases.register_rows import periods_there
from server.tables.generations import declarations_of
from server.web.application import Refusal, language, the_office
from server.web.pages.edition_words import dimension_word, say
from server.web.pages.listing import A_PAGE, from_here, sorted_here
from server.web.pages.looks import note_look
from server.web.pages.release_form import code_of
from server.web.pages.releases import releasable
from server.web.pages.table_words import title_of_asked
from server.web.pages.telling import tell
from server.workshop import bench, trials
from server.workshop.trials import KeptTrial, NoSuchTrial, TrialKind
from shared.errors import ServiceError

pages = Blueprint("bench", __name__)


@pages.get("/bench")
def listed() -> Response:
    """The benches that are kept, and the form that opens another."""
    office, order = the_office(), sorted_here(trials.ORDERS)
    with reading(office.engine) as connection:
        kept = from_here(
            lambda after: trials.part(connection, TrialKind.BENCH, after, A_PAGE, order)
        )
        periods = periods_there(connection)
    return make_response(
        render_template(
            "benches.html",
            kept=kept,
            order=order,
            periods=sorted(periods, reverse=True),
            tables=[(said, _title(said)) for said in releasable()],
            bench=bench,
            table_name=_title,
        )
    )


@pages.post("/bench")
def ask() -> Response:
    """Opens a bench: a job protects its tables together."""
    form = request.form
    tables = list(dict.fromkeys(form.getlist("table")))
    try:
        number = bench.ask(
            the_office(), g.signed_in.name, tables, form.get("period", ""), form.get("purpose", "")
        )
    except ServiceError as problem:
        word = _word(problem)
        return tell(url_for("bench.listed"), word, is_problem=True)
    return tell(url_for("bench.one", number=number), "bench_asked")


@pages.get("/bench/<int:number>")
def one(number: int) -> Response:
    """A bench: how far it is, and the form of a look. Shows no number."""
    return _page(_bench(number))


@pages.post("/bench/<int:number>")
def look(number: int) -> Response:
    """A slice of one table; who looked at what, and what for, is noted first."""
    trial, form = _bench(number), request.form
    here = url_for("bench.one", number=number)
    if not (trial.outcome or {}).get("files"):
        raise Refusal("not_found", 404)
    structure, tables = bench.tables_of(trial)
    table = tables.get(form.get("table", ""))
    by = [name for at in range(bench.MOST_DIMENSIONS) if (name := form.get(f"by-{at}", ""))]
    try:
        if table is None:
            raise bench.NoSuchLook("There is no such table.")
        purpose = bench.purpose_of(form.get("purpose", ""))
        seen = bench.look(table, by)
    except ServiceError as problem:
        return tell(here, _word(problem), is_problem=True)
    note_look("bench", trial=str(number), table=table.name, by=",".join(by), purpose=purpose)
    return _page(
        trial,
        seen=seen,
        table=table,
        by=by,
        purpose=purpose,
        label=lambda name, code: structure.label(name, code, language()),
        as_release=_as_release(structure.tables[table.name].code, by),
    )


def _page(trial: KeptTrial, **more: Any) -> Response:
    outcome = trial.outcome or {}
    tables = bench.tables_of(trial)[1] if "files" in outcome else {}
    return make_response(
        render_template(
            "bench.html",
            r=say,
            trial=trial,
            refused=outcome.get("refused"),
            as_of_s=outcome.get("as_of_s"),
            tables=tables,
            bench=bench,
            word=dimension_word,
            table_name=_title,
            dimensions=list(
                dict.fromkeys(name for one in tables.values() for name in one.dimensions)
            ),
            **more,
        )
    )


def _bench(number: int) -> KeptTrial:
    try:
        return trials.trial_of(the_office(), number, TrialKind.BENCH)
    except NoSuchTrial:
        raise Refusal("not_found", 404) from None


def _as_release(code: str, by: list[str]) -> str:
    """The table as a release declares it; "" where a release has none like it."""
    table = declarations_of(the_office()).tables.get(code.partition("-by-")[0])
    if table is None or not {*by} <= {*table.dimensions}:
        return ""
    kept = [name for name in table.dimensions if name in by or name == table.sensitive]
    return f"{table.code}:{','.join(kept)}"


def _word(problem: ServiceError) -> str:
    return "bench_refused" if isinstance(problem, DeclarationRefused) else code_of(problem)


def _title(said: str) -> str:
    return title_of_asked(the_office(), said, language())
