"""How much room is left on the tablet, as the first screen says it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("megabytes", "said"),
    [
        (78_284, "78 GB are free on this tablet."),
        (10_000, "10 GB are free on this tablet."),
        (9_999, "9,999 MB are free on this tablet."),
        (12, "12 MB are free on this tablet."),
    ],
)
def test_room_left_is_said_in_few_digits(
    megabytes: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mobile.ui.screens.home import room_left
    from mobile.ui.widgets.theme import theme

    monkeypatch.setattr(theme, "language", "en")
    assert room_left(megabytes) == said
