"""Papers that are handed over: a slip for the person, a report of the visit for the workplace.

Both say codes in words and nothing else that was written down. The slip says no name unless the
person wants it, no place and nothing of work: who finds it on the person learns only that somebody
is to help them. The report says nobody's name, age or number among those who were found, nor what
anybody said, nor what would warn whoever has something to hide: that the place will be visited
again, that it was handed to the prosecution, that persons were taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mobile.casework.follow_ups import NO_HELP, OFFERED
from mobile.casework.papers import Paper, Papers
from shared.answers import NOT_SAID
from shared.identifiers import RecordId
from shared.questionnaire import Questionnaire
from shared.texts import text

OUTCOMES, VIOLATIONS = "visit.outcomes", "visit.violations"
DEADLINE = "visit.deadline"
NOT_TOLD = NOT_SAID | {"none", "revisit", "prosecution", "removal"}
"""Outcomes the workplace does not learn from the report."""


@dataclass(frozen=True, slots=True)
class GivenPaper:
    """What stands on a paper. kind: "slip" or "report". lines: what is said, in order; empty when
    there is nothing to be said."""

    kind: str
    title: str
    lines: tuple[str, ...]
    foot: tuple[str, ...]

    @property
    def words(self) -> str:
        """The whole paper as text."""
        return "\n".join([self.title, "", *self.lines, "", *self.foot]).strip()


def slip_of(paper: Paper, language: str, name: str = "") -> GivenPaper:
    """The slip of a case in that language. name: what the person wants to stand on it, "" for none.

    Whom to call in the country stands at its foot, as it stands behind Immediate danger.
    """
    codes = [one for one in _said(paper, OFFERED) if one not in NO_HELP]
    labels = _labels(paper.questionnaire, OFFERED, codes, language)
    lines = [text("tablet.slip.please", language, name=name)] if name else []
    lines += [text("tablet.slip.help_with", language), *(f"- {label}" for label in labels)]
    helplines = paper.reference.profile.helplines_for(_area(paper))
    foot = tuple(f"{line.name}: {line.number}" for line in helplines if line.confirmed)
    unsure = [line for line in helplines if not line.confirmed]
    if not foot:
        mark = text("tablet.slip.unconfirmed", language)
        foot = tuple(f"{line.name}: {line.number} ({mark})" for line in unsure)
    return GivenPaper(
        "slip", text("tablet.slip.title", language), tuple(lines) if labels else (), foot
    )


def report_of(visit: Paper, organisation: str, language: str) -> GivenPaper:
    """The report of a visit for the workplace in that language: the day, what it led to, which
    provisions, and by when. organisation: whose visit it was."""
    lines: list[str] = []
    for measure in (OUTCOMES, VIOLATIONS):
        codes = [one for one in _said(visit, measure) if one not in NOT_TOLD]
        labels = _labels(visit.questionnaire, measure, codes, language)
        if labels:
            lines.append(_question(visit.questionnaire, measure, language))
            lines += [f"- {label}" for label in labels]
    for day in _said(visit, DEADLINE):
        if lines and day not in NOT_SAID:
            asked = _question(visit.questionnaire, DEADLINE, language)
            lines.append(f"{asked} {day_in_words(day, language)}")
    day = visit.card.day
    title = text("tablet.report.title", language, day=day_in_words(day, language) if day else "")
    foot = (text("tablet.report.by", language, organisation=organisation),)
    return GivenPaper("report", title, tuple(lines), foot)


def day_in_words(day: str, language: str) -> str:
    """2026-11-03 as 3 Nov 2026, in that language; what is no day as it stands."""
    try:
        year, month, number = map(int, day.split("-"))
    except ValueError:
        return day
    name = text(f"screens.month.{month}", language)
    return text("screens.date.short", language, day=number, month=name, year=year)


class GivenPapers:
    """Use case: what is handed over. Keeps nothing."""

    def __init__(self, papers: Papers) -> None:
        self._papers = papers

    def slip(self, case_id: RecordId, language: str, *, with_name: bool = False) -> GivenPaper:
        """The slip of a case; without lines when no help was arranged."""
        paper = self._papers.open(case_id)
        return slip_of(paper, language, paper.card.name if with_name else "")

    def report(self, visit_id: RecordId, organisation: str, language: str) -> GivenPaper:
        """The report of a visit; without lines when nothing came of it."""
        return report_of(self._papers.open(visit_id), organisation, language)


def _said(paper: Paper, measure: str) -> tuple[str, ...]:
    """The codes, or the one answer, to the first question of that measure that is asked now."""
    for question in paper.questionnaire.measured(measure):
        value = paper.answers.get(question.name)
        if question.name in paper.flow.visible and value is not None:
            return value if isinstance(value, tuple) else (str(value),)
    return ()


def _area(paper: Paper) -> str | None:
    said = paper.visit_answers
    for question in paper.questionnaire.measured("visit.area"):
        area = said.get(question.name)
        if isinstance(area, str):
            return area
    return None


def _question(questionnaire: Questionnaire, measure: str, language: str) -> str:
    (asked, *_) = questionnaire.measured(measure)
    return asked.label(language)


def _labels(
    questionnaire: Questionnaire, measure: str, codes: Sequence[str], language: str
) -> list[str]:
    found = []
    for question in questionnaire.measured(measure)[:1]:
        for code in codes:
            choice = questionnaire.choice(question.choice_list or "", code)
            if choice is not None:
                found.append(choice.label(language))
    return found
