"""What cannot be done with a case as it stands, each with its sentence."""

from __future__ import annotations

from mobile.sentences import Told
from shared.errors import MoveNotAllowed


class NotADraft(Told, MoveNotAllowed):
    """Only a draft can be changed; reopen it first."""

    text_id = "tablet.not_a_draft"


class IdentityErased(Told, MoveNotAllowed):
    """The identity was erased after its term: nothing is left to correct."""

    text_id = "tablet.identity_erased"


class VisitWithdrawn(Told, MoveNotAllowed):
    """The visit was taken back, and its cases with it: a case of it would be counted nowhere."""

    text_id = "tablet.visit_withdrawn"


class CountryAwaited(Told, MoveNotAllowed):
    """The app came without this country, and its first edition is not here yet: areas, law and
    questions are missing. An alarm is taken all the same."""

    text_id = "tablet.country_awaited"


class OnceFinalised(Told, MoveNotAllowed):
    """Only a draft that was never finalised can be deleted."""

    text_id = "tablet.once_finalised"


class StaysWithdrawn(Told, MoveNotAllowed):
    """It went with its visit or with the consent, or was held in conflict: no way leads back."""

    text_id = "tablet.stays_withdrawn"
