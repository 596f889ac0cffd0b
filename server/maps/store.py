"""Shapes of areas in the database."""

from __future__ import annotations

from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from server.maps.model import AreaShape


def replace(connection: Connection, outlines: Mapping[str, BaseGeometry], now_s: int) -> None:
    """These shapes and no others from now on."""
    connection.execute(delete(AreaShape))
    rows = [
        {"code": code, "outline": shapely.to_wkb(shape), "loaded_at_s": now_s}
        for code, shape in outlines.items()
    ]
    if rows:
        connection.execute(insert(AreaShape), rows)


def outlines(connection: Connection) -> dict[str, BaseGeometry]:
    """Every shape by its area's code; none before any was loaded."""
    rows = connection.execute(select(AreaShape.code, AreaShape.outline).order_by(AreaShape.code))
    return {code: shapely.from_wkb(outline) for code, outline in rows}


def codes(connection: Connection) -> frozenset[str]:
    """The areas that have a shape."""
    return frozenset(connection.scalars(select(AreaShape.code)))


def version(connection: Connection) -> str:
    """Another one after other shapes were loaded."""
    newest = connection.execute(
        select(func.count(), func.coalesce(func.max(AreaShape.loaded_at_s), 0))
    ).one()
    return f"{newest[0]}-{newest[1]}"
