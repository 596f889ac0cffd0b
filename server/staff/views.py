"""Lists as somebody wants to see them again: each person's own, by name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from server.db.engine import transaction
from server.office import Office
from server.staff.model import SavedView
from shared.errors import ServiceError

MOST_VIEWS = 60
"""Of one account."""
MOST_NAME, MOST_ADDRESS = 80, 500


class ViewRefused(ServiceError):
    """A view that is not kept. code: a word of ``problem.*`` in server.po."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class OwnView:
    """A view. page: an endpoint; address: what stands behind the question mark."""

    number: int
    page: str
    address: str
    name: str


def save(office: Office, account_number: int, page: str, address: str, name: str) -> None:
    """Keeps a view; one of the same page and name is replaced. Raises ViewRefused for a name that
    is empty or too long, an address that is too long, and too many views."""
    name = name.strip()
    if not name or len(name) > MOST_NAME or not name.isprintable() or len(address) > MOST_ADDRESS:
        raise ViewRefused("A view has a name. Nothing was kept.", "view_name")
    with transaction(office.engine) as connection:
        same = (
            SavedView.account_number == account_number,
            SavedView.page == page,
            SavedView.name == name,
        )
        connection.execute(delete(SavedView).where(*same))
        kept = select(func.count()).where(SavedView.account_number == account_number)
        if (connection.scalar(kept) or 0) >= MOST_VIEWS:
            raise ViewRefused("There are too many views. Nothing was kept.", "view_many")
        connection.execute(
            insert(SavedView).values(
                account_number=account_number,
                page=page,
                address=address,
                name=name,
                saved_at_s=office.now_s(),
            )
        )


def forget(office: Office, account_number: int, number: int) -> None:
    """Forgets a view of one's own."""
    with transaction(office.engine) as connection:
        connection.execute(
            delete(SavedView).where(
                SavedView.number == number, SavedView.account_number == account_number
            )
        )


def views_of(connection: Connection, account_number: int, page: str = "") -> tuple[OwnView, ...]:
    """Somebody's views, by name; page: of this endpoint only."""
    query = select(SavedView.number, SavedView.page, SavedView.address, SavedView.name).where(
        SavedView.account_number == account_number
    )
    if page:
        query = query.where(SavedView.page == page)
    return tuple(OwnView(*row) for row in connection.execute(query.order_by(SavedView.name)))
