"""Why an edition of reference data is not taken into use.

EditionRefused
  + EditionUnreadable    no edition, cut or damaged
  + NotOurEdition        of another programme or another country
  + EditionNotNewer      older than the one in use, or the same
  + EditionDoesNotLoad   signed by the programme, and still it cannot be used here
NoEdition                there is none to hand over: the tablet works with what came with the app
"""

from __future__ import annotations

from mobile.sentences import Told
from shared.errors import StoreError, WireError


class EditionRefused(Told, WireError):
    """The edition before stays in use; nothing was changed."""


class EditionUnreadable(EditionRefused):
    """The bytes are damaged, cut, or no edition."""

    text_id = "tablet.edition_unreadable"


class NotOurEdition(EditionRefused):
    """Of another programme or country."""

    text_id = "tablet.edition_not_ours"


class EditionNotNewer(EditionRefused):
    """Not newer than the one in use."""

    text_id = "tablet.edition_not_newer"


class EditionDoesNotLoad(EditionRefused):
    """Something in it cannot be used by this version of the program."""

    text_id = "tablet.edition_does_not_load"


class NoEdition(Told, StoreError):
    """Nothing was published to this tablet yet."""

    text_id = "tablet.no_edition"
