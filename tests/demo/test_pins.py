"""PINs of simulated officers."""

from __future__ import annotations

from demo.pins import drawn_pin


def test_pin_that_a_tablet_would_refuse_is_drawn_again() -> None:
    drawn = iter([2242071, 14140128, 12121212, 0, 90412665])

    assert drawn_pin(lambda _: next(drawn)) == "90412665"


def test_pin_may_begin_with_zeros() -> None:
    assert drawn_pin(lambda _: 93_417) == "00093417"
