"""The one table of a roll-up: what it learnt, line after line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Json, Model, RowNumber, Seconds


class RollupEntry(Model):
    """Something a roll-up learnt or did. Never changed: what holds now follows from all of them."""

    __tablename__ = "rollup_entry"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    said: Mapped[dict[str, Any]] = mapped_column(Json)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """An edition's files, or a country's answer, byte for byte."""
    entered_at_s: Mapped[int] = mapped_column(Seconds)
