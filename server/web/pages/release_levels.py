"""Levels of a release for the statistician: what each of them would show, before one is declared.

Owns no rule: the work is a trial of ``server.workshop``, and the levels that are chosen go into the
declaration of a release like those of a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from server.reference.in_force import reference_of
from server.releases.declaration import AREAS
from server.tables import labels
from server.tables.generations import declarations_of
from server.web.application import Refusal, language, the_office
from server.web.pages import release_form
from server.web.pages.looks import note_look
from server.web.pages.table_words import title_of_asked
from server.web.pages.telling import tell
from server.workshop import level_trials, trials
from server.workshop.level_trials import least_shown
from server.workshop.trials import NoSuchTrial, TrialKind
from shared.errors import ServiceError

pages = Blueprint("release_levels", __name__)

FIELD = "level:"
"""Begins the name of a field: after it stands the dimension, its value is the place."""


@dataclass(frozen=True)
class LevelLine:
    """One level as the page shows it. groups: how many, named below; cells, persons: percent."""

    place: int
    groups: int
    names: tuple[str, ...]
    is_last_resort: bool
    is_chosen: bool
    state: str
    cells: int
    persons: int


@dataclass(frozen=True)
class DimensionLevels:
    """A dimension with all its levels. only_of: the table that alone is meant, "" for all."""

    name: str
    title: str
    only_of: str
    lines: tuple[LevelLine, ...]


@pages.post("/releases/levels")
def ask() -> Response:
    """Asks what the levels of the tables on the form would show; with places: beginning there."""
    try:
        declared = release_form.declared(request.form, {})
        number = level_trials.ask(
            the_office(), g.signed_in.name, declared, _places(request.form) or None
        )
    except ServiceError as problem:
        back = url_for("releases.form")
        return tell(back, release_form.code_of(problem), is_problem=True)
    return tell(url_for("release_levels.one", number=number), "levels_asked")


@pages.get("/releases/levels/<int:number>")
def one(number: int) -> Response:
    """The levels of every dimension with what each shows; a release is declared from here."""
    office = the_office()
    try:
        trial = trials.trial_of(office, number, TrialKind.LEVELS)
    except NoSuchTrial:
        raise Refusal("not_found", 404) from None
    if trial.outcome is not None:
        note_look("release_levels", trial=str(number))
    outcome = trial.outcome or {}
    return make_response(
        render_template(
            "release_levels.html",
            trial=trial,
            refused=outcome.get("refused"),
            waits=outcome.get("waits"),
            state=outcome.get("state"),
            shown=outcome.get("shown", {}),
            dimensions=_dimensions(outcome),
            field=FIELD,
            areas=AREAS,
            table_name=lambda said: title_of_asked(office, said, language()),
        )
    )


def levels_of(form: MultiDict[str, str]) -> dict[str, dict[str, str]] | None:
    """The levels chosen on that page; None when the form does not come from there. Raises
    ServiceError."""
    said = form.get("trial", "")
    if not said:
        return None
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    trial = trials.trial_of(the_office(), number, TrialKind.LEVELS)
    return level_trials.levels_chosen(trial, _places(form))


def _places(form: MultiDict[str, str]) -> dict[str, int]:
    return {
        name.removeprefix(FIELD): int(value)
        for name, value in form.items()
        if name.startswith(FIELD) and value.isascii() and value.isdigit() and len(value) < 4
    }


def _dimensions(outcome: Mapping[str, Any]) -> list[DimensionLevels]:
    office, lang = the_office(), language()
    declared, reference = declarations_of(office).dimensions, reference_of(office)
    found = []
    for name, levels in outcome.get("levels", {}).items():
        only_of, _, dimension = name.rpartition("/")
        said = declared.get(dimension.partition(":")[0])
        if said is None or len(levels) < 2:
            continue
        lines = []
        for place, level in enumerate(levels):
            codes = list(dict.fromkeys(level["words"].values()))
            cells, persons = least_shown(level["shown"])
            lines.append(
                LevelLine(
                    place,
                    len(codes),
                    tuple(labels.code_label(said, code, reference, lang) for code in codes),
                    level["last_resort"],
                    place == outcome["places"][name],
                    level["state"],
                    int(100 * cells),
                    int(100 * persons),
                )
            )
        title = labels.dimension_name(said, lang)
        found.append(DimensionLevels(name, title, only_of, tuple(lines)))
    return found
