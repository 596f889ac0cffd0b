"""The language of a session: kept for the next time, and never in the way of unlocking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mobile.store import Store, StoreFull
from mobile.tablet import Session, Tablet
from tests.mobile.conftest import PIN


def test_the_language_chosen_is_spoken_after_the_next_unlock(
    session: Session, make_tablet: Callable[..., Tablet]
) -> None:
    session.set_language("ur")
    session.lock()

    again = make_tablet().unlock(PIN)

    assert again.casework.language == again.sending.language == "ur"
    again.lock()


def test_a_full_disk_keeps_nobody_from_being_spoken_to(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def full(_store: Store, _milestone: str = "") -> Iterator[None]:
        raise StoreFull
        yield

    monkeypatch.setattr(Store, "transaction", full)

    session.set_language("sw")

    assert session.casework.language == session.sending.language == "sw"
