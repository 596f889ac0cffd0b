"""What is worked out from the whole register now and then, and kept for those who look."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Model, Seconds


class KeptFigures(Model):
    """One kept result, by its name, as JSON."""

    __tablename__ = "kept_figures"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    made_at_s: Mapped[int] = mapped_column(Seconds)
    document: Mapped[str] = mapped_column(Text)
