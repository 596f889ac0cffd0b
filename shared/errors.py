"""Every exception Tally87 raises on purpose, in one tree.

    TallyError
      x QuestionnaireError     a questionnaire, code list or profile that cannot be used
      x WireError              bytes that cannot be read
        + ParcelUnreadable     damaged, truncated, sealed to somebody else, too large
        + SignatureInvalid     not signed by who it says
        + RecordUnreadable     one record inside a good parcel
        + TicketInvalid        an enrolment ticket that is misspelt, used or expired
      x MoveNotAllowed         a case cannot go from this state to that one
      x StoreError             the tablet's store (mobile)
      x LinkError              the way to the server (mobile)
      x ServiceError           a request the server will not do (server)

A message says what happened, what is safe and what to do. It never carries an answer, a name,
a place or a key. The subclasses of the last three live with the code that raises them.
"""

from __future__ import annotations


class TallyError(Exception):
    """The root: something a caller may want to catch, with a sentence fit to be shown.

    text_id: message id of the sentence in every language, for a tablet's officer; "" for what only
    designers and administrators meet, in English.
    """

    text_id: str = ""


class QuestionnaireError(TallyError):
    """A questionnaire, code list or profile that cannot be used.

    sheet, row (1 = header), column say where, as far as known.
    """

    def __init__(
        self, message: str, *, sheet: str = "", row: int | None = None, column: str = ""
    ) -> None:
        where = ", ".join(
            part
            for part in (
                f"sheet {sheet}" if sheet else "",
                f"row {row}" if row is not None else "",
                f"column {column}" if column else "",
            )
            if part
        )
        super().__init__(f"{where}: {message}" if where else message)
        self.sheet, self.row, self.column = sheet, row, column


class WireError(TallyError):
    """Bytes that cannot be read; nothing was taken from them."""


class ParcelUnreadable(WireError):
    """A parcel or receipt that is damaged, truncated, too large or sealed to somebody else."""

    text_id = "tablet.unreadable"


class SignatureInvalid(WireError):
    """A parcel, receipt or request that is not signed by whom it names."""

    text_id = "tablet.not_signed"


class RecordUnreadable(WireError):
    """One record inside a readable parcel cannot be read; the others are not touched."""


class TicketInvalid(WireError):
    """An enrolment ticket that is misspelt, already used or out of date."""

    text_id = "tablet.ticket_misspelt"


class CountryNotCarried(TicketInvalid):
    """What an office answers whose version takes no tablet for a country the app came without.

    Its ticket is not spent.
    """

    text_id = "tablet.country_not_carried"

    def __init__(self) -> None:
        super().__init__(
            "Tablets of this version carry no profile of the programme's country, so none can join "
            "it. The ticket is not spent. Add the country to the app first, see "
            "docs/how-to-add-a-country.md."
        )


class MoveNotAllowed(TallyError):
    """A case cannot go from its state to the one asked for."""

    text_id = "tablet.move_not_allowed"


class StoreError(TallyError):
    """The tablet's store cannot do what was asked; see mobile.store for the kinds."""


class LinkError(TallyError):
    """The way to the server failed; see mobile.transport.http for the two families."""


class ServiceError(TallyError):
    """The server will not do what was asked; the message says why."""
