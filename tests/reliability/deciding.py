"""A steward decides about a conflict, and thinks better of it: as the model says, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from server.db.engine import reading
from server.intake import conflicts
from server.intake.model import Conflict
from server.programme.enrolment import NotPossible
from tests.reliability.holding import HAPPENED
from tests.reliability.model import Key

if TYPE_CHECKING:
    from tests.reliability.country import Country

DECISIONS = ("leave", "take", "take", "take_back")


def decide(country: Country, which: int, decision: str, about: str = "") -> None:
    """One of the conflicts there are, or of that record, is left, taken, or as open as before. What
    nobody may do is refused, and changes nothing."""
    model = country.model
    keys = sorted(key for key in model.aside if about in ("", key[0]))
    if not keys:
        return
    key = keys[which % len(keys)]
    may = {
        "leave": model.may_be_left,
        "take": model.may_be_taken,
        "take_back": model.may_be_taken_back,
    }[decision](key)
    number = _number(country, key)
    do = {"leave": conflicts.leave, "take": conflicts.take, "take_back": conflicts.take_back}
    try:
        with country.quiet():
            do[decision](country.office, number, "test")
    except NotPossible:
        assert not may, f"{decision} was refused: {key}"
        HAPPENED[f"conflict: {decision} refused"] += 1
        return
    assert may, f"{decision} was not refused: {key}"
    {"leave": model.is_left, "take": model.is_taken, "take_back": model.is_undecided_again}[
        decision
    ](key)
    HAPPENED[f"conflict: {decision}"] += 1


def _number(country: Country, key: Key) -> int:
    with reading(country.office.engine) as connection:
        return connection.execute(
            select(Conflict.number).where(
                Conflict.record_id == key[0],
                Conflict.revision == key[1],
                Conflict.fingerprint == key[2],
            )
        ).scalar_one()
