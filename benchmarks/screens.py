"""How long a screen stands still: a tablet with 10,000 cases, drawn offscreen, tapped and typed on.

Between two frames nobody's finger is heard. For each thing an officer does, the longest and the
99th percentile of what Kivy's thread works in one frame, in processor time of that thread: touches,
callbacks, layout, letters laid out. Other work of the machine does not change it. Filling the
pixels is left out: without a graphics card Mesa does it on the processor, on a tablet it does not;
``drawing_longest_ms`` says what it took here. ``*_gap_wall_ms`` is the longest time by the clock
between two frames while records are sent or a PIN is tried on another thread, as it was on this
machine with whatever else it did. What is put off until nobody has touched the tablet for three
seconds (garbage) is noted apart, ``unwatched_longest_ms``: a machine that does much else comes to
it in the middle of a hand's work.

The office is a real one over HTTP in a process of its own. With the receipt of the 300 cases it
names an edition of the reference data, which is fetched, loaded, checked and taken into use.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures, benchmark
from benchmarks.tablet import PIN, fill
from demo.officers.cheap_keys import cheap_derivation
from mobile.tablet import Tablet
from shared.reference import load_reference
from tests.mobile.ui.driver import Driver, without_a_display

SENT = 300
"""Cases sent in one go."""
SIZE = (1280, 800)
MILLI = 1000


def measure() -> Figures:
    """Milliseconds. Each part in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = context.Pipe()
        office = context.Process(target=_serve, args=(folder, theirs), daemon=True)
        office.start()
        try:
            ticket = ours.recv()
            figures: Figures = {}
            for step in (_prepare, _watch):
                with context.Pool(1) as pool:
                    figures = pool.apply(_told, (step, folder, ticket))
        finally:
            ours.send("enough")
            office.join(30)
        return figures


def _told(step: Callable[[str, str], Figures], folder: str, ticket: str) -> Figures:
    """A failure in words: not every exception comes whole out of another process."""
    try:
        return step(folder, ticket)
    except Exception as failure:  # noqa: BLE001 - handed on in words
        raise RuntimeError("".join(traceback.format_exception(failure))) from None


def _now() -> datetime:
    return datetime.now().astimezone()


def _serve(folder: str, told: Connection) -> None:
    """A national office until it is told that it is enough."""
    import logging
    import threading

    from werkzeug.serving import make_server

    from server.db.migrate import migrate
    from server.office import Office
    from server.office.config import config_for
    from server.programme.enrolment import (
        add_officer,
        add_organisation,
        create_programme,
        issue_ticket,
    )
    from server.programme.keys import make_keys
    from server.reference.in_force import reference_of
    from server.reference.messages import add_message
    from server.reference.publish import publish_first
    from server.web import create_app

    logging.disable(logging.CRITICAL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Path(folder) / "office"
    home.mkdir()
    config = config_for(home, public_url=f"http://127.0.0.1:{port}", production=False)
    keys = make_keys(config.key_folder, os.urandom)
    office = Office.open(config, _now, os.urandom)
    migrate(office.engine)
    create_programme(office, keys, "Benchmark", "PAK", "synthetic", False)
    add_organisation(
        office,
        "LI",
        "Labour inspectorate",
        "labour_inspectorate",
        reference_of(office).codelists["source_lists"],
    )
    add_officer(office, "LI", "LI-1")
    publish_first(office, "benchmark")
    # What came with the app is the first edition; a message makes another one of it.
    add_message(office, "benchmark", {"en": "Please count the looms too."})
    server = make_server("127.0.0.1", port, create_app(config, _now), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    told.send(str(issue_ticket(office, "LI-1", "benchmark").text()))
    told.recv()
    server.shutdown()
    server.server_close()
    office.close()


def _tablet(folder: str) -> Tablet:
    reference = load_reference("PAK")
    return Tablet(
        Path(folder) / "tablet",
        lambda _: reference,
        _now,
        os.urandom,
        derivation=cheap_derivation,
    )


def _prepare(folder: str, ticket: str) -> Figures:
    """10,000 cases, of which 300 wait to be sent."""
    session = _tablet(folder).set_up(PIN)
    session.enrolment.enrol(ticket)
    fill(session)
    casework = session.casework
    for row in casework.list_cases()[:SENT]:
        casework.reopen(row.record_id)
        assert casework.finalise(row.record_id).done
    session.lock()
    return {}


class Watch(Driver):
    """A driver that notes what Kivy's thread works from one frame to the next."""

    def __init__(self, *given: Any) -> None:
        self.worked: list[float] = []
        self.unwatched: list[float] = [0.0]
        self.ended: list[float] = []
        self.drawing: list[float] = []
        self._note_idle_apart()
        super().__init__(*given)

    def frame(self) -> None:
        """One frame, noted."""
        with self.noted():
            super().frame()
        self.ended.append(time.monotonic())

    @contextmanager
    def noted(self) -> Iterator[None]:
        """What is done by the thread in here is one thing nothing can interrupt."""
        began, unwatched = time.thread_time(), sum(self.unwatched)
        yield
        apart = sum(self.unwatched) - unwatched
        self.worked.append((time.thread_time() - began) * MILLI - apart)

    def _note_idle_apart(self) -> None:
        """What is done every few seconds while nobody touches the tablet is in no hand's way."""
        from mobile.ui.idle import Idle

        look = Idle._look

        def noted(idle: Any) -> None:
            began = time.thread_time()
            look(idle)
            self.unwatched.append((time.thread_time() - began) * MILLI)

        setattr(Idle, "_look", noted)  # noqa: B010 (a method of another class, put in its place)

    def draw(self) -> None:
        """Draws, noted apart."""
        began = time.thread_time()
        super().draw()
        self.drawing.append((time.thread_time() - began) * MILLI)

    def tap(self, widget: Any) -> None:
        """A tap whose down and up are each noted, and the frames after it until nothing moves."""
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(*self.still_place_of(widget))
        with self.noted():
            touch.touch_down()
        self.frame()
        with self.noted():
            touch.touch_up()
        self.wait(0.25)
        self.settle()

    def letter(self, letter: str) -> None:
        """A letter, noted, and the search that follows the pause."""
        with self.noted():
            self.type(letter)
        self.wait(0.2)
        self.settle()

    @contextmanager
    def doing(self, name: str, figures: dict[str, float]) -> Iterator[None]:
        """Notes what comes in here under that name."""
        self.worked.clear()
        self.ended.clear()
        yield
        self.draw()
        worked = sorted(self.worked)
        figures[f"{name}_longest_cpu_ms"] = round(worked[-1], 1)
        figures[f"{name}_p99_cpu_ms"] = round(worked[int(len(worked) * 0.99) - 1], 1)

    def longest_gap_ms(self) -> float:
        """The longest time by the clock between two frames."""
        gaps = [after - before for before, after in zip(self.ended, self.ended[1:], strict=False)]
        return round(max(gaps) * MILLI, 1)


def _watch(folder: str, _ticket: str) -> Figures:
    """One officer's hand through all the screens."""
    without_a_display()
    from mobile.app import make_app, prepare_kivy
    from shared.texts import text

    prepare_kivy()
    figures: dict[str, float] = {}
    root = Path(folder) / "tablet"
    driver = Watch(make_app(root, _tablet(folder), _now), SIZE)
    driver.draws_every_step = False
    driver.wait(1)

    def tap(message_id: str) -> None:
        driver.tap(driver.find(text(f"screens.{message_id}", "en")))

    doing: Callable[[str], Any] = lambda name: driver.doing(name, figures)  # noqa: E731
    with doing("unlock"):
        for key in PIN:
            driver.tap(driver.find(key, driver.screen.ids.keypad))
        tap("unlock.unlock")
        driver.until(lambda: driver.screen_name == "home", 60)
        driver.settle()
        figures["unlock_gap_wall_ms"] = driver.longest_gap_ms()
    with doing("case_list"):
        tap("places.cases")
    with doing("filter"):
        for code in ("ready", "accepted", "draft", "all"):
            tap(f"cases.{code}")
    with doing("search"):
        driver.start_writing(driver.screen.ids.search_field, "")
        for letter in "given99 family":
            driver.letter(letter)
    with doing("open_case"):
        driver.tap(driver.find(driver.screen.list.data[0]["row"].name))
    with doing("open_interview"):
        tap("case.reopen")
    with doing("next_section"):
        for _ in range(7):
            driver.tap(driver.screen.next_button)
    with doing("opening_answer"):
        driver.tap(driver.screen.lines["work"])
        for answer in ("No", "Yes", "No", "Yes"):
            driver.choose("worked_own_farm", answer)
        driver.tap(driver.screen.lines["about"])
        card = driver.screen.cards["birth_date"]
        for year in ("1990", "2014"):
            driver.write(card.answering.year, year)
    with doing("review"):
        driver.tap(driver.screen.lines["protection"])
        tap("interview.review")
    with doing("finalise"):
        tap("review.finalise")
    with doing("my_work"):
        tap_sign_back(driver)
        tap("places.my_work")
    with doing("send"):
        tap("places.send")
        tap("send.send")
        driver.until(lambda: not driver.screen.is_busy, 300)
        driver.settle()
        figures["send_gap_wall_ms"] = driver.longest_gap_ms()
    figures["sent"] = driver.screen.report.accepted
    assert figures["sent"] >= SENT
    figures["edition_taken"] = driver.app.session.editions.number
    figures["unwatched_longest_ms"] = round(max(driver.unwatched), 1)
    figures["drawing_longest_ms"] = round(max(driver.drawing), 1)
    driver.close()
    return figures


def tap_sign_back(driver: Watch) -> None:
    """The arrow of the top bar."""
    driver.tap(driver.app.holder.children[0].top_bar.back_button)


command = benchmark("The longest a screen stands still, with 10,000 cases on the tablet", measure)

if __name__ == "__main__":
    command()
