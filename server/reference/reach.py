"""A scope with the areas below it: what rooms narrow their lists and acts by."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.programme.model import Organisation
from server.staff.passwords import NotAllowed
from server.staff.scope import AccountScope
from shared.codelists.changes import same_ground
from shared.reference import Reference


@dataclass(frozen=True)
class Reach:
    """What somebody's lists and acts are narrowed to. areas: codes of areas, None for every area;
    organisation: a code, "" for every organisation."""

    areas: tuple[str, ...] | None = None
    organisation: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is narrowed."""
        return self.areas is None and not self.organisation


EVERYTHING = Reach()


def reach_of(scope: AccountScope, reference: Reference) -> Reach:
    """The reach of a scope by the areas in force, with what its own area was or has become where
    that lies wholly on its ground. An area of another list reaches itself only: records made while
    it was one stay within."""
    if not scope.area:
        return Reach(None, scope.organisation)
    areas = reference.codelists.get("areas")
    if areas is None:
        return Reach((scope.area,), scope.organisation)
    own = same_ground(areas, scope.area)
    below = {one.code for one in areas if own & {one.code, *areas.ancestors(one.code)}}
    return Reach(tuple(sorted({scope.area, *below})), scope.organisation)


def checked_scope(
    connection: Connection, reference: Reference, area: str, organisation: str
) -> AccountScope:
    """The scope that was asked for. Raises NotAllowed for an area or organisation there is not."""
    areas = reference.codelists.get("areas")
    if area and (areas is None or area not in areas):
        raise NotAllowed(f"There is no area {area}.", "scope_unknown")
    known = select(Organisation.code).where(Organisation.code == organisation)
    if organisation and connection.scalar(known) is None:
        raise NotAllowed(f"There is no organisation {organisation}.", "scope_unknown")
    return AccountScope(area, organisation)
