"""A whole day on the real screens, kept as pictures to be looked at:
``python -m tests.mobile.ui.a_day FOLDER --language ur --shape 800x1280 --text 1.6``.

Three children, one in danger, from the empty tablet to the review; sent by file on a stick, one
case comes back and is answered, and goes by a supervisor's tablet. By taps and typing only, against
a real office. Each screen come to is kept, with the seconds of processor since the one before.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.mobile.ui.driver import Driver, without_a_display
from tests.mobile.ui.journey import RETAIL, Journey
from tests.mobile.ui.made_up import cut_texts
from tests.mobile.ui.officer import Officer


class Day(Journey):
    """The journey with a stick in the place of a network."""

    def __init__(self, officer: Officer, look: Any, office: Any, stick: Path, supervisor: Any):
        super().__init__(officer, look)
        self.office, self.stick, self.supervisor = office, stick, supervisor
        self._sent_once = False

    def send_all(self) -> None:
        """The first time the stick goes to the office, then to a supervisor who sends it."""
        from server.intake.folder import take_in_folder

        officer = self.officer
        officer.tap_sign("bar.back")
        self.look("home_ready")
        officer.press("places.send")
        self.look("send")
        officer.press("send.save_parcels")
        self._pick()
        officer.driver.until(lambda: any(self.stick.glob("*.parcel")))
        officer.driver.settle()
        self.look("saved_on_a_stick")
        if self._sent_once:
            assert self.supervisor.relay.take_folder(self.stick)
            assert self.supervisor.relay.deliver().delivered
            self.supervisor.relay.hand_back(self.stick)
        else:
            assert all(taken for _, taken, _ in take_in_folder(self.office, self.stick))
        self._sent_once = True
        officer.press("send.read_receipts")
        self._pick()
        officer.wait_for(officer.word("send.agree"), 60)
        self.look("receipt")

    def _pick(self) -> None:
        from mobile.ui.widgets.overlays import open_overlays

        page = open_overlays()[0]
        page._here = self.stick
        page._list()
        self.officer.driver.step(3)
        self.look("choose_folder")
        self.officer.driver.tap(page.take_button)


def keep_a_day(folder: Path, language: str, shape: tuple[int, int], text_scale: float) -> None:
    """Draws the day into that folder."""
    without_a_display()
    from demo.officers.cheap_keys import cheap_derivation
    from mobile.app import make_app, prepare_kivy
    from mobile.tablet import Tablet
    from mobile.ui.appearance import Appearance, keep_appearance
    from shared.reference import load_reference
    from tests.mobile.ui.served import serving_office

    prepare_kivy()
    reference = load_reference("PAK")
    now = lambda: datetime.now().astimezone()  # noqa: E731
    seconds: list[str] = []
    with tempfile.TemporaryDirectory() as here, serving_office(Path(here) / "o", now) as served:
        home, stick = Path(here) / "tablet", Path(here) / "stick"
        stick.mkdir()
        tablets = [
            Tablet(at, lambda _: reference, now, os.urandom, derivation=cheap_derivation)
            for at in (home, Path(here) / "supervisor")
        ]
        supervisor = tablets[1].set_up("271828")
        supervisor.enrolment.enrol(served.ticket())
        keep_appearance(home, Appearance(text_scale=text_scale))
        driver = Driver(make_app(home, tablets[0], now), shape)
        driver.draws_every_step = False
        officer = Officer(driver, language, reference)
        began = time.process_time()

        def look(name: str) -> None:
            nonlocal began
            seconds.append(f"{time.process_time() - began:6.1f} s  {name}")
            driver.picture(folder / f"{len(seconds):02}-{name}.png")
            seconds.extend(f"          cut: {words}" for words in cut_texts(driver))
            began = time.process_time()

        served.knows_no_more("isic", RETAIL)
        day = Day(officer, look, served.serving, stick, supervisor)
        day.whole(served.ticket())
        day.correct_what_came_back()
        driver.close()
    (folder / "seconds.txt").write_text("\n".join(seconds) + "\n", encoding="utf-8")


def main() -> None:
    """The command."""
    command = argparse.ArgumentParser(description=__doc__)
    command.add_argument("folder", type=Path)
    command.add_argument("--language", default="en")
    command.add_argument("--shape", default="1280x800")
    command.add_argument("--text", type=float, default=1.0)
    given = command.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    width, height = map(int, given.shape.split("x"))
    keep_a_day(given.folder, given.language, (width, height), given.text)


if __name__ == "__main__":
    main()
