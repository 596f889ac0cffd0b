"""The calculator that quick hide shows: it calculates, no tap opens it, and the PIN leads back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.ui.calculation import KEYS, TOO_LARGE, Calculator

PIN = "739146"


def shown(keys: str) -> str:
    calculator = Calculator()
    for key in keys:
        calculator.press(key)
    return calculator.display


@pytest.mark.parametrize(
    ("keys", "display"),
    [
        *(("2+3×4=", "20"), ("1÷4=", "0.25"), ("5−8=", "-3"), ("7÷0=", TOO_LARGE)),
        *(("7÷0=8", "8"), ("50%", "0.5"), ("0.1+0.2=", "0.3"), ("12<3", "13")),
        *(("007", "7"), ("1..5", "1.5"), ("2+=", "2"), ("9C", "0"), ("6=+1=", "7")),
    ],
)
def test_it_calculates(keys: str, display: str) -> None:
    assert shown(keys) == display


@given(st.integers(0, 10**6), st.sampled_from("+−×"), st.integers(0, 10**5))
def test_whole_numbers_are_right(left: int, operation: str, right: int) -> None:
    wanted = {"+": left + right, "−": left - right, "×": left * right}[operation]

    assert Decimal(shown(f"{left}{operation}{right}=")) == wanted


@given(st.lists(st.sampled_from(KEYS), max_size=40))
def test_no_keys_break_it(keys: list[str]) -> None:
    assert len(shown("".join(keys))) <= 20


@pytest.fixture
def hidden(drive: Any, at_work: Any) -> Any:
    session, _visit_id, cases = at_work
    driver = drive((600, 800))
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="school")
    driver.settle()
    driver.app.hide()
    driver.step(4)
    return driver, cases[0]


def hold(driver: Any, key: str) -> None:
    driver.hold(driver.screen.keys[key], 1.2)


def test_no_tap_opens_it_and_nothing_on_it_says_what_it_hides(hidden: Any) -> None:
    driver, _case_id = hidden
    for key in (*PIN, "="):
        driver.tap(driver.screen.keys[key])
    driver.tap(driver.app.holder)

    assert driver.screen_name == "hidden"
    assert driver.app.session is None
    allowed = {*KEYS, PIN, PIN + "7", "0"}
    assert set(driver.all_words()) <= allowed
    assert len(driver.screen.keys) == len(KEYS)


def test_pin_and_held_key_lead_back_to_the_very_page(hidden: Any) -> None:
    driver, case_id = hidden
    for key in PIN:
        driver.tap(driver.screen.keys[key])

    hold(driver, "=")
    driver.until(lambda: driver.screen_name != "hidden")

    assert driver.screen_name == "interview"
    assert driver.screen.record_id == case_id
    assert driver.screen.section_name == "school"
    driver.app.back()
    assert driver.screen_name == "home"


def test_held_key_alone_leads_to_the_pin_and_a_sum_is_no_try(hidden: Any) -> None:
    driver, _case_id = hidden
    for key in "12+3":
        driver.tap(driver.screen.keys[key])

    hold(driver, "=")

    assert driver.screen_name == "unlock"
    assert driver.app.tablet.wait_s() == 0


def test_a_case_that_is_gone_is_not_come_back_to(hidden: Any) -> None:
    driver, _case_id = hidden
    driver.app._left[-1].arguments["record_id"] = "f" * 32
    for key in PIN:
        driver.tap(driver.screen.keys[key])

    hold(driver, "=")
    driver.until(lambda: driver.screen_name != "hidden")

    assert driver.screen_name == "home"
