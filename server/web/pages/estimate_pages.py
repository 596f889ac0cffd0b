"""The estimate workshop: methods side by side on the register, and why nothing may be published.

Owns no rule: the work is a trial of ``server.workshop``. No file leaves from here.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from server.db.engine import reading
from server.releases.declaration import DeclarationRefused
from server.releases.register_rows import periods_there
from server.web.application import Refusal, language, the_office
from server.web.pages.edition_words import list_word
from server.web.pages.listing import A_PAGE, from_here, sorted_here
from server.web.pages.looks import note_look
from server.web.pages.release_form import code_of
from server.web.pages.telling import tell
from server.workshop import estimate_trials, trials
from server.workshop.trials import NoSuchTrial, TrialKind
from shared.errors import ServiceError
from shared.numerals import NotANumber, read_whole
from shared.texts import has_text, text

pages = Blueprint("estimate_pages", __name__)

MERGES = 2
"""Lines of the form for lists that count as one."""


@pages.get("/estimates")
def listed() -> Response:
    """The estimates that are kept, and the form that asks for another."""
    order = sorted_here(trials.ORDERS)
    with reading(the_office().engine) as connection:
        kept = from_here(
            lambda after: trials.part(connection, TrialKind.ESTIMATE, after, A_PAGE, order)
        )
        periods = periods_there(connection)
    return make_response(
        render_template(
            "estimates.html",
            kept=kept,
            order=order,
            periods=sorted(periods, reverse=True),
            classes=list(estimate_trials.CLASSES),
            strata=list(estimate_trials.STRATA),
            merges=range(MERGES),
        )
    )


@pages.post("/estimates")
def ask() -> Response:
    """Asks for an estimate; a job works it out."""
    form = request.form
    try:
        number = estimate_trials.ask(
            the_office(),
            g.signed_in.name,
            form.get("period", ""),
            form.get("of", ""),
            strata=form.get("strata", ""),
            merges=_merges(),
            recall=_percent(form.get("recall", "")),
            recall_source=form.get("recall_source", ""),
        )
    except (DeclarationRefused, NotANumber):
        return tell(url_for("estimate_pages.listed"), "estimate_refused", is_problem=True)
    except ServiceError as problem:
        return tell(url_for("estimate_pages.listed"), code_of(problem), is_problem=True)
    return tell(url_for("estimate_pages.one", number=number), "estimate_asked")


@pages.get("/estimates/<int:number>")
def one(number: int) -> Response:
    """One estimate: how far it is, then every method, what is certain, and what is refused."""
    try:
        trial = trials.trial_of(the_office(), number, TrialKind.ESTIMATE)
    except NoSuchTrial:
        raise Refusal("not_found", 404) from None
    if trial.outcome is not None:
        note_look("estimate", trial=str(number))
    outcome = trial.outcome or {}
    return make_response(
        render_template(
            "estimate.html",
            trial=trial,
            strata=outcome.get("strata", []),
            reason=_reason,
        )
    )


def _reason(said: dict[str, Any]) -> str:
    """A reason in the reader's language; in English where it has no words of its own."""
    message = f"server.estimate.reason.{said['code']}"
    if not said["code"] or not has_text(message, language()):
        return str(said["sentence"])
    values = {name: list_word(str(value)) for name, value in said["values"].items()}
    return text(message, language(), **values)


def _percent(said: str) -> float | None:
    """A whole percentage as a share; None for nothing. Raises NotANumber."""
    return read_whole(said) / 100 if said.strip() else None


def _merges() -> dict[str, str]:
    """Lists, each to the name under which it counts; lines as ``ngo, school`` and a name."""
    form, found = request.form, dict[str, str]()
    pairs = zip(form.getlist("merge-lists"), form.getlist("merge-name"), strict=False)
    for lists, name in list(pairs)[:MERGES]:
        for one in lists.replace("،", ",").split(","):
            if one.strip() and name.strip():
                if one.strip() in found:
                    raise DeclarationRefused("A list is merged twice. Nothing was kept.")
                found[one.strip()[:40]] = name.strip()[:40]
    return found
