"""What was published to the tablets: editions of the reference data, their parts, messages.

Nothing here is ever deleted: a record made with any published questionnaire can be read for ever.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Json, Model, RowNumber, Seconds


class ReferencePart(Model):
    """One part, by the digest of its content; as it travels (shared.wire.bundles)."""

    __tablename__ = "reference_part"

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    size: Mapped[int]
    """Bytes before squeezing."""
    squeezed: Mapped[bytes] = mapped_column(LargeBinary)


class ReferenceEdition(Model):
    """One edition; the highest number of those that are for all tablets is in force."""

    __tablename__ = "reference_edition"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at_s: Mapped[int] = mapped_column(Seconds)
    content: Mapped[str] = mapped_column(String(16))
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    """Signed, as tablets get it (shared.wire.editions)."""
    for_all_at_s: Mapped[int | None] = mapped_column(Seconds)
    """Since when it is for every tablet; None of one that is, or was, for those of a roll-out."""
    rollout: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("reference_rollout.number"))
    """The roll-out it was first offered in; None of one that was for all from the start."""


class ReferenceRollout(Model):
    """An edition offered to some tablets first. At most one goes on at a time."""

    __tablename__ = "reference_rollout"
    __table_args__ = (
        CheckConstraint("outcome in ('to_all', 'taken_back')", name="outcome"),
        CheckConstraint("(ended_at_s is null) = (outcome is null)", name="ended_somehow"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    began_at_s: Mapped[int] = mapped_column(Seconds)
    ended_at_s: Mapped[int | None] = mapped_column(Seconds)
    outcome: Mapped[str | None] = mapped_column(String(10))
    withheld: Mapped[list[str]] = mapped_column(Json)
    """What tablets that are not chosen lack (server.reference.safety)."""


class RolloutTablet(Model):
    """A tablet chosen for a roll-out, and what is known of how it fares there."""

    __tablename__ = "reference_rollout_tablet"
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"), primary_key=True)
    rollout: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("reference_rollout.number"), primary_key=True, index=True
    )
    chosen_at_s: Mapped[int] = mapped_column(Seconds)
    fetched_edition: Mapped[int | None]
    """The newest edition of the roll-out whose list of parts it asked for."""
    told_edition: Mapped[int | None]
    """The edition it last spoke of, with ``told_code`` (shared.wire.answers.EditionAnswer)."""
    told_code: Mapped[str | None] = mapped_column(String(20))


class PublishedQuestionnaire(Model):
    """A questionnaire some tablet may have in use, with the parts it is read from."""

    __tablename__ = "published_questionnaire"

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    parts: Mapped[dict[str, str]] = mapped_column(Json)
    """Digest by name of the part."""
    published_at_s: Mapped[int] = mapped_column(Seconds)


class StoredMessage(Model):
    """A message to all officers, part of every edition until it is withdrawn."""

    __tablename__ = "office_message"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    made_at_s: Mapped[int] = mapped_column(Seconds)
    withdrawn_at_s: Mapped[int | None] = mapped_column(Seconds)
    texts: Mapped[dict[str, str]] = mapped_column(Json)
    """By language."""
