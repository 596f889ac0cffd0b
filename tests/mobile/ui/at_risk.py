"""The app in a process of its own, which may be killed at any moment while an officer works in it.

``python -m tests.mobile.ui.at_risk FOLDER LANGUAGE TICKET``. After every tap and every typed
field it writes a line of JSON and waits for a line before it goes on: then nothing happens but what
the app does by itself. Reads its first line before it begins.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.ui.driver import Driver, without_a_display

SMALL = (600, 800)
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=timezone(timedelta(hours=5)))


def main(folder: Path, language: str, ticket: str) -> None:
    """The journey of tests.mobile.ui.journey, told step by step."""
    without_a_display()
    from mobile.app import make_app, prepare_kivy
    from mobile.tablet import Tablet
    from shared.reference import load_reference
    from tests.mobile.ui.journey import Journey
    from tests.mobile.ui.officer import Officer

    prepare_kivy()
    logging.disable(logging.CRITICAL)
    reference = load_reference("PAK")
    tablet = Tablet(
        folder, lambda _: reference, lambda: NOW, os.urandom, derivation=cheap_derivation
    )
    driver = Driver(make_app(folder, tablet, lambda: NOW), SMALL)
    driver.draws_every_step = False
    officer = Officer(driver, language, reference)
    steps = iter(range(1_000_000))

    def after(what: str) -> None:
        state = {
            "step": next(steps),
            "what": what,
            "ledger": officer.ledger,
            "typing": officer.typing,
            "finalised": sorted(officer.finalised),
            "danger": officer.danger,
            "locked": tablet.is_set_up and driver.app.session is None,
        }
        print(json.dumps(state), flush=True)
        sys.stdin.readline()

    officer.after = after

    def look(screen: str) -> None:
        driver.draw()
        if screen in ("home", "hidden"):
            after(screen)

    journey = Journey(officer, look)
    sys.stdin.readline()
    journey.whole(ticket)
    after("sent")
    journey.correct_what_came_back()
    after("sent again")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
