"""What a kind of place usually does: proposed in the officer's own words, chosen by a tap or not.

Divisions of ISIC Rev. 4 (UN Statistics Division, Series M No. 4/Rev.4, 2008) by the codes of the
list ``place_kinds``; a place that does several usual things proposes each. Kinds that say nothing
about the activity (a workshop, a factory, a street) propose nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobile.casework.views import Interview, QuestionView
from shared.questionnaire import Choice

ACTIVITIES: Mapping[str, tuple[str, ...]] = {
    "farm": ("01",),
    "plantation": ("01", "02"),
    "construction_site": ("41", "42"),
    "mine_quarry": ("08", "07", "05"),
    "brick_kiln": ("23",),
    "shop": ("47",),
    "restaurant": ("56", "55"),
    "market": ("47",),
    "transport": ("49",),
    "boat": ("03", "50"),
    "private_household": ("97",),
    "school": ("85",),
}
"""By kind of place: the usual divisions, the most usual first."""

KIND_OF_PLACE, ACTIVITY = "place_kind", "visit.activity"
"""The question that says the kind of place, and the measure of the activity proposed for it."""


def proposed(interview: Interview, view: QuestionView) -> tuple[Choice, tuple[str, ...]] | None:
    """For the question about the activity of the place: its kind as it was answered, and the codes
    usual there. None for other questions, and where the kind says nothing."""
    if view.question.measure != ACTIVITY:
        return None
    place = interview.find(KIND_OF_PLACE)
    if place is None or str(place.value) not in ACTIVITIES:
        return None
    kind = next((each for each in place.choices if each.code == place.value), None)
    return (kind, ACTIVITIES[str(place.value)]) if kind is not None else None
