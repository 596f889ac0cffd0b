"""Trends and progress: what changed in the published counts, and the report the office shows.

Both stand on one page and apart from each other: a count of recorded persons has no target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template

from server.office.office import Office
from server.programme.keys import keys_of
from server.programme.programme import programme_of
from server.progress import showing
from server.progress.files import files_of
from server.progress.judging import NOT_JUDGED
from server.progress.kinds import in_language
from server.progress.wording import WordedReport, worded
from server.reference.in_force import reference_of
from server.web.application import Refusal, language, the_office
from server.web.pages.edition_words import say
from server.web.pages.editions import KEPT_S, given
from server.web.pages.explore import BAR_WIDTH
from server.web.pages.trends import recent_changes
from shared.texts import text

pages = Blueprint("targets", __name__)

MOST_KEPT = 12
"""Reports whose files a process keeps: to set a report in type takes a second."""
_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/json",
    "csv": "text/csv",
}


@dataclass(frozen=True)
class TargetLine:
    """A target as a bar. share: of the way from the baseline, from 0 to 1; None when nobody can
    say."""

    name: str
    value: str
    deadline: str
    state: str
    share: float | None


@dataclass(frozen=True)
class FundingLine:
    """A commitment as a bar: what it costs, what of it is funded, what is missing."""

    title: str
    cost: str
    funded: str
    gap: str
    currency: str
    share: float


@pages.get("/trends")
def shown() -> Response:
    """What changed since the period before, and the newest report that readers see."""
    office = the_office()
    report = showing.newest_shown(office)
    said: WordedReport | None = None
    document: Mapping[str, Any] = {}
    if report is not None and not report.held_back:
        document = report.document
        said = worded(document, language())
    return given(
        render_template(
            "targets.html",
            r=say,
            p=lambda message: text(f"progress.{message}", language()),
            programme=programme_of(office),
            country=reference_of(office).profile.name(language()),
            changes=recent_changes(),
            report=report,
            said=said,
            targets=list(_targets(document)),
            funding=list(_funding(document)),
            files=_file_names(report.number) if said is not None and report is not None else (),
            bar_width=BAR_WIDTH,
        )
    )


@pages.get("/trends/reports/<int:number>/<name>")
def file(number: int, name: str) -> Response:
    """A file of a report, signed; nothing of one that quotes a withdrawn edition."""
    office = the_office()
    report = showing.shown(office, number)
    if report is None or report.held_back or name not in _file_names(number):
        raise Refusal("not_found", 404)
    content = _files(office, number, report.document)[name]
    response = make_response(content)
    response.mimetype = _TYPES.get(name.rsplit(".", 1)[-1], "text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="tally87-{name}"'
    # As long as an edition's file, which may be withdrawn as well.
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


def _file_names(number: int) -> tuple[str, ...]:
    own = f"progress-{number}"
    whole = tuple(f"{own}.{language()}.{ending}" for ending in ("pdf", "docx"))
    return (*whole, f"{own}.json", f"{own}.csv", f"{own}.csv.sig")


def _files(office: Office, number: int, document: Mapping[str, Any]) -> dict[str, bytes]:
    kept: dict[tuple[int, str], dict[str, bytes]]
    kept = current_app.extensions.setdefault("tally87.reports", {})
    at = number, language()
    if at not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[at] = files_of(document, language(), keys_of(office).programme.sign)
    return kept[at]


def _targets(document: Mapping[str, Any]) -> Iterator[TargetLine]:
    """Every target, the soonest first."""
    found = [
        (target["deadline"], one, target)
        for one in document.get("indicators", ())
        for target in one["targets"]
        if target["state"] != NOT_JUDGED
    ]
    for deadline, one, target in sorted(found, key=lambda each: each[0]):
        share = None if target["share"] is None else min(1.0, max(0.0, float(target["share"])))
        yield TargetLine(
            in_language(one, "name", language()),
            f"{target['value']} {in_language(one, 'unit', language())}",
            deadline,
            text(f"progress.word.{target['state']}", language()),
            share,
        )


def _funding(document: Mapping[str, Any]) -> Iterator[FundingLine]:
    """Commitments whose money is known, the widest gap first within a currency."""
    known = [one for one in document.get("commitments", ()) if one["gap"] is not None]
    for one in sorted(known, key=lambda each: (each["currency"], -Decimal(each["gap"]))):
        cost, funded = Decimal(one["cost"]), Decimal(one["funded"])
        yield FundingLine(
            in_language(one, "title", language()),
            one["cost"],
            one["funded"],
            one["gap"],
            one["currency"],
            float(min(Decimal(1), max(Decimal(0), funded / cost))) if cost > 0 else 1.0,
        )
