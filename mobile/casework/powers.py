"""What only an authority can say of itself: that it records by its power of inspection.

Which kinds of organisations have it: shared.linkage.powers.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.linkage import WITHOUT_POWER
from shared.questionnaire import Choice

BY_POWER = {"consent_given_by": "inspection"}
"""The answers that rest on the power of inspection, by question."""


def open_to(
    organisation: str, question: str, choices: Sequence[Choice], answer: object
) -> tuple[Choice, ...]:
    """The choices an organisation of that kind has; one that was answered before stays, to be seen
    and changed."""
    if organisation not in WITHOUT_POWER:
        return tuple(choices)
    closed = BY_POWER.get(question)
    return tuple(one for one in choices if one.code != closed or one.code == answer)
