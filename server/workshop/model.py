"""What a statistician asked the office to try, and what came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Json, Model, RowNumber, Seconds


class Trial(Model):
    """One trial. What came of it is sealed: it is made of true counts."""

    __tablename__ = "trial"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), index=True)
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    """Tables, periods, choices: words and codes, no count."""
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at_s: Mapped[int] = mapped_column(Seconds)
    progress: Mapped[int] = mapped_column(default=0)
    """Percent."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The outcome, once there is one."""
