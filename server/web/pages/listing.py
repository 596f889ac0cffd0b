"""What the addresses of lists say: where to go on, how many a page has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

from server.db.paging import NoSuchPlace, Orders
from server.web.application import Refusal

A_PAGE = 50
"""Lines of one page of a list."""
_Part = TypeVar("_Part")


def from_here(read: Callable[[str], _Part], of: str = "") -> _Part:
    """The part of a list that begins where the address says (``after``); 404 for no such place.

    of: which list, where a page has several: each but the first has words of its own.
    """
    try:
        return read(request.args.get(_word("after", of), ""))
    except NoSuchPlace:
        raise Refusal("not_found", 404) from None


def sorted_here(orders: Orders[Any], of: str = "") -> str:
    """What the address sorts the list by (``sort``), if it can be; else the usual. of: which list,
    as for ``from_here``."""
    return orders.known(request.args.get(_word("sort", of)) or request.args.get("order", ""))


def chosen(name: str, known: list[str]) -> str:
    """What the address filters by, if it is one of those known; else "", which is everything."""
    given = request.args.get(name, "")
    return given if given in known else ""


def _word(word: str, of: str) -> str:
    return f"{word}-{of}" if of else word
