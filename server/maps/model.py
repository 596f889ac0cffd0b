"""The table of shapes of areas."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Model, Seconds


class AreaShape(Model):
    """The outline of one area of the code list, already as coarse as it is drawn."""

    __tablename__ = "area_shape"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    outline: Mapped[bytes] = mapped_column(LargeBinary)
    """Well-known binary (OGC 06-103r4): longitude and latitude in degrees."""
    loaded_at_s: Mapped[int] = mapped_column(Seconds)
