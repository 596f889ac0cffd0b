"""Which questions of a page one act may answer with no: lists of things most of which are not so.

In a list of kinds of work or of chores an officer asks each line and marks what is so; what is left
gets its no by one tap of its own (``None of the rest``), never by standing empty. Lines that may be
answered so follow each other in one section, each answered with yes or no, or from a list that has
its own "none". Where a wrong no costs a person, every line is asked and answered by itself: what
the questionnaire calls sensitive, danger, hazards at work, confinement and everything about force.

Source: batteries of forced-choice items draw more true yes than check-all lists (Smyth, Dillman,
Christian and Stern, Public Opinion Quarterly 70:1, 2006); hence one line, one answer, and an act.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mobile.casework.views import QuestionView
from shared.answers import Value
from shared.questionnaire import Kind

ALONE = (
    *("danger", "forced.", "officer.", "trafficking.", "worst."),
    *("work.abuse", "work.confined", "work.injured"),
)
"""Measures (or how they begin) about danger, force and harm done: answered one by one."""
HAZARDS = ".hazards"
"""How measures of hazards end: they decide about hazardous work."""
LEAST = 2
"""Fewer lines left need no button: a tap on the answer does the same."""


def none_of(view: QuestionView) -> Value | None:
    """The answer that says no to everything this question asks; None where there is none, or where
    it must be given by itself."""
    question = view.question
    measure = question.measure or ""
    if question.asked is not None and question.asked.is_sensitive:
        return None
    if measure.startswith(ALONE) or measure.endswith(HAZARDS):
        return None
    codes = {choice.code for choice in view.choices}
    if question.kind is Kind.SELECT_ONE and codes == {"yes", "no"}:
        return "no"
    if question.kind is Kind.SELECT_MULTIPLE and "none" in codes:
        return ("none",)
    return None


def rests(views: Sequence[QuestionView]) -> dict[str, tuple[str, ...]]:
    """By the last question of each list of a page: what is left to answer with no, in order.

    views: a section's questions as they are asked now. Answered ones are never among what is left.
    """
    found = {}
    for run in _runs(views):
        left = tuple(view.name for view in run if view.value is None)
        if len(left) >= LEAST:
            found[run[-1].name] = left
    return found


def _runs(views: Sequence[QuestionView]) -> Iterator[list[QuestionView]]:
    run: list[QuestionView] = []
    for view in views:
        if none_of(view) is not None:
            run.append(view)
            continue
        if run:
            yield run
        run = []
    if run:
        yield run
