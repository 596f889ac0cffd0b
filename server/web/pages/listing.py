"""What the addresses of lists say: where to go on, how many a page has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import request

from server.db.paging import NoSuchPlace, Orders
from server.web.application import Refusal

A_PAGE = 50
"""Lines of one page of a list."""
_Part = TypeVar("_Part")


def from_here(read: Callable[[str], _Part]) -> _Part:
    """The part of a list that begins where the address says (``after``); 404 for no such place."""
    try:
        return read(request.args.get("after", ""))
    except NoSuchPlace:
        raise Refusal("not_found", 404) from None


def sorted_here(orders: Orders) -> str:
    """What the address sorts the list by (``sort``), if it can be; else the usual."""
    return orders.known(request.args.get("sort") or request.args.get("order", ""))


def chosen(name: str, known: list[str]) -> str:
    """What the address filters by, if it is one of those known; else "", which is everything."""
    given = request.args.get(name, "")
    return given if given in known else ""
