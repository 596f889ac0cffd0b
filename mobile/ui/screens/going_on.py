"""What comes after an answer: the next open question of the page, or the next page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mobile.casework import QuestionView, SectionView
from shared.answers import Value
from shared.questionnaire import Kind


def next_open(section: SectionView, name: str) -> str | None:
    """The question to go to once that one is answered; None when the page has no more to ask.

    Further down first what must be answered or is a word to type, and else what may be left empty;
    then what was passed over above, if it must be answered. Free notes hold no page up: whoever has
    something to note writes it before.
    """
    views = [view for view in section.questions if view.question.takes_answer]
    names = [view.name for view in views]
    at = names.index(name) if name in names else -1
    below = [view for view in views[at + 1 :] if view.value is None and not _is_note(view)]
    if below:
        # A name is typed without a tap, so that it is never passed over.
        held = (view.name for view in below if view.required or view.question.kind is Kind.TEXT)
        return next(held, below[0].name)
    return next((view.name for view in views[: at + 1] if view.name in section.missing), None)


def first_open(section: SectionView) -> str | None:
    """The question a page just turned to begins at: its first one without an answer."""
    asked = [view for view in section.questions if view.question.takes_answer]
    return next((view.name for view in asked if view.value is None), None)


def joined(sections: Sequence[SectionView]) -> SectionView:
    """Sections that stand on one page, as one: named as the last of them."""
    return replace(
        sections[-1],
        missing=tuple(name for section in sections for name in section.missing),
        questions=tuple(view for section in sections for view in section.questions),
    )


def _is_note(view: QuestionView) -> bool:
    return not view.required and "multiline" in view.question.appearance


class LastAnswers:
    """What the last acts of an interview changed, to be taken back one after another. In memory
    only: it ends with the screen."""

    MOST = 20
    """Acts that are remembered: further back the list of sections is the way."""

    def __init__(self) -> None:
        self._acts: list[tuple[str, dict[str, Value | None]]] = []

    def __bool__(self) -> bool:
        return bool(self._acts)

    def did(self, section: str, before: dict[str, Value | None]) -> None:
        """An act in that section; before: the answers it changed, as they were. Words typed on in
        one question are one act."""
        if not before:
            return
        again = bool(self._acts) and list(self._acts[-1][1]) == list(before)
        if again and len(before) == 1 and next(iter(before.values())) is not None:
            return
        self._acts = [*self._acts, (section, before)][-self.MOST :]

    def take(self) -> tuple[str, dict[str, Value | None]]:
        """The newest act: its section, and what was answered before it. Forgets it."""
        return self._acts.pop()
