"""What the form of a release says: read into a declaration, and what is wrong with it in a word."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from server.db.engine import reading
from server.office.config import LEAST_THRESHOLD
from server.releases import build, store
from server.releases.checklist import NotApproved
from server.releases.counted import Levels
from server.releases.declaration import AREAS, LEAST_NEW, DeclarationRefused, ReleaseDeclaration
from server.releases.states import NotNow, SecondPersonNeeded
from server.releases.store import NoSuchRelease
from server.web.application import language, the_office
from server.workshop.trials import NoSuchTrial
from shared.errors import ServiceError
from shared.numerals import NotANumber, read_whole

MOST_NOTE = 1_000
_PROBLEMS: tuple[tuple[type[ServiceError], str], ...] = (
    (SecondPersonNeeded, "release_second_person"),
    (NotApproved, "release_not_approved"),
    (NotNow, "release_not_now"),
    (NoSuchRelease, "release_gone"),
    (NoSuchTrial, "trial_gone"),
    (DeclarationRefused, "release_refused"),
)


class IncompleteForm(ServiceError):
    """A form that lacks something; code: a word of ``problem.*``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def code_of(problem: ServiceError) -> str:
    """The word of ``problem.*`` for what went wrong."""
    if isinstance(problem, IncompleteForm):
        return problem.code
    return next((code for kind, code in _PROBLEMS if isinstance(problem, kind)), "not_possible")


def declared(form: MultiDict[str, str], levels: Levels) -> ReleaseDeclaration:
    """What somebody declares by this form, at these levels. Raises IncompleteForm, ServiceError."""
    if not form.getlist("table"):
        raise IncompleteForm("release_no_tables")
    if not form.getlist("period"):
        raise IncompleteForm("release_no_periods")
    notes = notes_of(form)
    corrects = whole(form.get("corrects", ""))
    if corrects is not None and (not form.get("reason") or not notes.get("en")):
        raise IncompleteForm("release_no_reason")
    threshold = _typed(form, "threshold", build.usual_threshold(the_office()))
    if threshold < LEAST_THRESHOLD:
        raise IncompleteForm("release_threshold")
    return ReleaseDeclaration(
        tuple(dict.fromkeys(form.getlist("table"))),
        tuple(dict.fromkeys(form.getlist("period"))),
        threshold,
        levels,
        corrects,
        form.get("reason") or None if corrects is not None else None,
        notes if corrects is not None else {},
        form.get("due") or None,
        form.get("next_due") or None,
        _typed(form, "least_new", LEAST_NEW),
        areas=form.get("areas") or AREAS[0],
    )


PROPOSED = "proposed"
"""Chosen of a correction that is not to take the levels of the edition it corrects."""


def levels_asked(form: Mapping[str, str]) -> Levels:
    """Those of an edition that is out, so that both can be compared; none for what is usual. Raises
    NoSuchRelease."""
    number = whole(form.get("levels", ""))
    return {} if number is None else build.levels_of_edition(the_office(), number)


def form_of_correction(number: int) -> MultiDict[str, str]:
    """What the form of a correction begins with: all as it is in the edition it corrects. Raises
    NoSuchRelease."""
    with reading(the_office().engine) as connection:
        edition = store.edition_of(connection, number)
        before = store.release_of(connection, edition.release).declared
    return MultiDict(
        [
            *(("table", said) for said in before.tables),
            *(("period", said) for said in before.periods),
            ("levels", str(number)),
            ("corrects", str(number)),
            ("threshold", str(before.threshold)),
            ("least_new", str(before.least_new)),
            ("areas", before.areas),
        ]
    )


def notes_of(form: Mapping[str, str]) -> dict[str, str]:
    """The public note by language: English always, and the reader's own."""
    given = {code: form.get(f"note-{code}", "").strip() for code in {"en", language()}}
    return {code: said[:MOST_NOTE] for code, said in given.items() if said}


def whole(said: str) -> int | None:
    """A number of an edition or release as a form has it; None for nothing."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _typed(form: Mapping[str, str], name: str, usual: int) -> int:
    """A whole number of the form, in the digits of any script; what is usual for an empty field."""
    said = form.get(name, "").strip()
    try:
        return read_whole(said) if said else usual
    except NotANumber:
        raise IncompleteForm("not_integer") from None
