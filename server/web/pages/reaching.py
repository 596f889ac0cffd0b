"""How far who is signed in reaches, for pages that narrow what they show and do."""

from __future__ import annotations

from flask import g

from server.reference.in_force import reference_of
from server.reference.reach import Reach, reach_of
from server.staff.accounts import SignedIn
from server.web.application import language, the_office


def my_reach() -> Reach:
    """The reach of who is signed in, by the areas in force now."""
    return reach_of(g.signed_in.scope, reference_of(the_office()))


def scope_name() -> str:
    """The scope of who is signed in, in words; "" for the whole country."""
    signed_in: SignedIn | None = g.get("signed_in")
    if signed_in is None or signed_in.scope.is_whole:
        return ""
    scope = signed_in.scope
    areas = reference_of(the_office()).codelists.get("areas")
    if scope.area and areas is not None:
        return areas.label(scope.area, language())
    return scope.area or scope.organisation
