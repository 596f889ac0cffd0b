"""What was published to the tablets: editions of the reference data, their parts, messages.

Nothing here is ever deleted: a record made with any published questionnaire can be read for ever.
"""

from __future__ import annotations

from sqlalchemy import LargeBinary, String
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
    """One edition; the highest number is in force."""

    __tablename__ = "reference_edition"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at_s: Mapped[int] = mapped_column(Seconds)
    content: Mapped[str] = mapped_column(String(16))
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    """Signed, as tablets get it (shared.wire.editions)."""


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
