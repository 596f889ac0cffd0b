"""What only an authority can say of itself: that it records by its power of inspection.

Inspectors may enter a workplace and examine whom they find there (ILO C81, Article 12; C129,
Article 16). Nobody else may: without consent an NGO records nothing of a person, and makes no
linkage codes of one (shared.linkage.identity).
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.questionnaire import Choice

BY_POWER = {"consent_given_by": "inspection"}
"""The answers that rest on the power of inspection, by question."""

WITHOUT_POWER = frozenset(
    {
        "ngo",
        "trade_union",
        "employer",
        "helpline",
        "community_monitor",
        "international_organisation",
        "general_public",
    }
)
"""Kinds of organisations (code list source_lists) that no law gives it to."""


def open_to(
    organisation: str, question: str, choices: Sequence[Choice], answer: object
) -> tuple[Choice, ...]:
    """The choices an organisation of that kind has; one that was answered before stays, to be seen
    and changed."""
    if organisation not in WITHOUT_POWER:
        return tuple(choices)
    closed = BY_POWER.get(question)
    return tuple(one for one in choices if one.code != closed or one.code == answer)
