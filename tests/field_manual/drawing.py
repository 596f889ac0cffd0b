"""The pictures of the manual: real screens of a tablet with made-up persons, drawn offscreen."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from demo.officers.cheap_keys import cheap_derivation
from shared.wire.note_kinds import AssignmentWord, VisitAsked
from shared.wire.notes import Note, NoteId
from tests.mobile.office import MemoryOffice
from tests.mobile.ui.driver import Driver, without_a_display
from tests.mobile.ui.made_up import PERSON, PERSONS, VISIT, answer_all

SIZE = (600, 800)
PIN = "739146"


def draw(language: str, folder: Path) -> dict[str, Path]:
    """Draws every picture in that language into the folder; by name. In a process of its own: Kivy
    is one per process."""
    without_a_display()
    from mobile.app import make_app, prepare_kivy
    from mobile.tablet import Tablet
    from mobile.ui.appearance import Appearance, keep_appearance
    from shared.reference import load_reference

    prepare_kivy()
    reference = load_reference("PAK")
    office = MemoryOffice(reference)
    drawn: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as kept:
        keep_appearance(Path(kept), Appearance(language=language))
        now = datetime.now().astimezone().replace(microsecond=0)

        def clock() -> datetime:
            return now

        tablet = Tablet(
            Path(kept),
            lambda _: reference,
            clock,
            os.urandom,
            link=lambda _: office,
            derivation=cheap_derivation,
        )
        driver = Driver(make_app(Path(kept), tablet, clock), SIZE)

        def picture(name: str) -> None:
            driver.settle(12)
            drawn[name] = folder / f"{language}-{name}.png"
            driver.picture(drawn[name])

        _walk(driver, tablet, office, picture)
        driver.close()
    return drawn


def _walk(driver: Any, tablet: Any, office: MemoryOffice, picture: Callable[[str], None]) -> None:
    app = driver.app
    picture("set_up")
    session = tablet.set_up(PIN)
    app.opened(session)
    picture("enrol")
    session.enrolment.enrol(office.ticket().text())
    casework, today = session.casework, app.today.isoformat()
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, {**VISIT, "visit_date": today}, casework.answer)
    cases = []
    for person in PERSONS:
        cases.append(casework.start_case(visit_id))
        given = {**PERSON, **person, "referral_offered": ("medical", "education")}
        answer_all(casework, cases[-1], given, casework.answer)
    casework.finalise(cases[1])
    _office_asks(session, app)
    session.check_ins.back_by(app.clock() + timedelta(hours=3))
    app.opened(session)
    app.show_place("home")
    picture("home")
    for name, screen, arguments in (
        ("visit", "visit", {"visit_id": visit_id}),
        ("interview", "interview", {"record_id": cases[0], "section": "conditions"}),
        ("danger", "danger", {"record_id": cases[0]}),
        ("review", "review", {"record_id": cases[0]}),
        ("asked", "asked", {}),
        ("check_in", "check_in", {}),
        ("slip", "paper", {"kind": "slip", "record_id": cases[1]}),
    ):
        app.go_from_first(screen, **arguments)
        picture(name)
    app.show_place("send")
    picture("send")
    app.hide()
    picture("hidden")


def _office_asks(session: Any, app: Any) -> None:
    now_s, due = int(app.clock().timestamp()), (app.today + timedelta(days=5)).isoformat()
    asked = AssignmentWord.ASKED, "PK-PB-05", "brick_kiln", due, ""
    content = VisitAsked("00" * 8, *asked, takes_answer=True)
    note = Note(NoteId("00" * 8), now_s, now_s + 86_400, content)
    session.notes.take([note], now_s, brings_all=True)
