"""How much of a hand a day takes: the journey of the tests by taps, counted on the real screens.

Three children at one workplace, one in danger (tests.mobile.ui.journey), in a tablet's two shapes
and in three languages; of each figure the largest. A tap is a touch of the finger, on the keypad
too; letters typed are none, but touching a field is. A scroll is the page moved by the finger until
what comes next is in sight: what the page does by itself is none. Answers are what was answered, by
taps and letters, defaults that were left aside.

The first child is counted from the button that adds a person to the button that finalises, without
the detour of a number mistyped on purpose; the next child is the third, found at the same place
without surprises; the day goes from the empty tablet to the receipt.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures, benchmark
from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.ui.counting import Counting
from tests.mobile.ui.driver import without_a_display

SHAPES = ((1280, 800), (800, 1280))
LANGUAGES = ("en", "ur", "ar")
PARTS = ("first_child", "next_child", "day")


def measure() -> Figures:
    """The largest of each figure. Every day in a fresh process: Kivy is one per process."""
    days = [(language, shape) for language in LANGUAGES for shape in SHAPES]
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        counted = pool.starmap(day, days, chunksize=1)
    return {name: max(each[name] for each in counted) for name in counted[0]}


def day(language: str, shape: tuple[int, int]) -> dict[str, int]:
    """Taps, scrolls and answers of one day on a tablet of that shape."""
    without_a_display()
    from mobile.app import make_app, prepare_kivy
    from mobile.tablet import Tablet
    from shared.reference import load_reference
    from tests.mobile.http_office import serving
    from tests.mobile.office import MemoryOffice
    from tests.mobile.ui.at_risk import NOW
    from tests.mobile.ui.journey import Journey
    from tests.mobile.ui.officer import Officer

    prepare_kivy()
    reference = load_reference("PAK")
    office = MemoryOffice(reference)
    with tempfile.TemporaryDirectory() as folder, serving(office):
        tablet = Tablet(
            Path(folder), lambda _: reference, lambda: NOW, os.urandom, derivation=cheap_derivation
        )
        driver = Counting(make_app(Path(folder), tablet, lambda: NOW), shape)
        driver.draws_every_step = False
        officer = Officer(driver, language, reference)
        seen: dict[str, tuple[int, int, int]] = {}

        def look(screen: str) -> None:
            answers = sum(map(len, officer.ledger))
            seen[screen] = (driver.taps, driver.scrolls, answers)

        journey = Journey(officer, look)
        journey.whole(office.ticket().text())
        look("receipt")
        driver.close()
    return figures_of(seen)


def figures_of(seen: dict[str, tuple[int, int, int]]) -> dict[str, int]:
    """From the counts at each screen come to; finalising after the mistake is one tap more."""
    finalised = (1, 0, 0)
    spans: dict[str, Any] = {
        "first_child": (seen["visit_again"], seen["review_mistake"], finalised),
        "next_child": (seen["visit_with_danger"], seen["visit_with_persons"], (0, 0, 0)),
        "day": ((0, 0, 0), seen["receipt"], (0, 0, 0)),
    }
    return {
        f"{part}_{what}": spans[part][1][place] - spans[part][0][place] + spans[part][2][place]
        for part in PARTS
        for place, what in enumerate(("taps", "scrolls", "answers"))
    }


command = benchmark("Taps, scrolls and answers of a day with three children", measure)

if __name__ == "__main__":
    command()
