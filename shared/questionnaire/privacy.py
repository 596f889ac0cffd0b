"""Reads the mark that says what happens to an answer when a case is finalised."""

from __future__ import annotations

from shared.errors import QuestionnaireError
from shared.questionnaire.coarsening import COARSENINGS
from shared.questionnaire.model import Kind, Privacy, PrivacyKind


def read_mark(cell: str, kind: Kind) -> Privacy:
    """The mark of a question of that kind; a note has no answer and needs none.

    There is no default: a question without a mark is refused, and so is a mark that would let out
    what can point to a person: free text, or a whole date. Raises QuestionnaireError.
    """
    word, _, how = cell.partition(":")
    if kind is Kind.NOTE and not word:
        return Privacy(PrivacyKind.KEEP)
    if word not in set(PrivacyKind):
        raise QuestionnaireError("needs a mark: identity, keep or coarsen:<how>")
    mark = Privacy(PrivacyKind(word), how or None)
    if mark.kind is PrivacyKind.COARSEN:
        if mark.how is None or mark.how not in COARSENINGS:
            raise QuestionnaireError(f"coarsen:<how> knows {', '.join(sorted(COARSENINGS))}")
        if kind not in COARSENINGS[mark.how].kinds:
            raise QuestionnaireError(f"coarsen:{mark.how} does not fit a {kind.value}")
    elif mark.how:
        raise QuestionnaireError(f"{mark.kind.value} stands alone")
    if kind is Kind.TEXT and mark.kind is not PrivacyKind.IDENTITY:
        raise QuestionnaireError("free text can point to a person: only identity fits")
    if kind is Kind.DATE and mark.kind is PrivacyKind.KEEP:
        raise QuestionnaireError("a day can point to a person: identity or coarsen")
    return mark
