"""Contact sheets: every screen in every language, small, on one picture for looking at.

A usual run draws some languages on one shape each, to see that nothing is cut. With
``TALLY87_PICTURES=docs/images`` it draws them all on a wide tablet, an upright one in the dark and
a phone with large letters, and writes one sheet for each there; with ``TALLY87_LARGE=folder`` each
screen is kept in full as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.texts import LANGUAGE_NAMES as LANGUAGES
from shared.wire.note_kinds import AnswerQueried, AssignmentWord, QueryReason, VisitAsked
from shared.wire.notes import Note, NoteId
from tests.mobile.ui.made_up import cut_texts

SHAPES: dict[str, tuple[tuple[int, int], int, dict[str, Any]]] = {
    "wide": ((1280, 800), 320, {}),
    "upright-dark": ((800, 1280), 200, {"dark": True}),
    "phone": ((360, 800), 150, {"text_scale": 1.2}),
}
"""Size of the window, width of a small picture, look."""

WRITING = os.environ.get("TALLY87_PICTURES")
LARGE = os.environ.get("TALLY87_LARGE")
DRAWN = (
    [(shape, language) for shape in SHAPES for language in LANGUAGES]
    if WRITING or LARGE
    else [("phone", "ar"), ("phone", "sw")]
)
"""Which languages on which shapes: the narrowest, with the longest words and right to left."""


def screens(driver: Any, session: Any, visit_id: Any, cases: Any) -> Iterator[str]:
    """Opens one screen after the other and gives its name."""
    app = driver.app
    yield "unlock"
    app.opened(session)
    yield "home"
    app.go("visit", visit_id=visit_id)
    yield "visit"
    app.go("group", visit_id=visit_id)
    yield "group"
    for section in ("identity", "conditions", "school"):
        app.go("interview", record_id=cases[0], section=section)
        yield section
    app.go("review", record_id=cases[0])
    yield "review"
    app.go("case", record_id=cases[1])
    yield "case"
    app.go("danger", record_id=cases[0])
    yield "danger"
    office_asks(session, app, cases[1])
    app.go("asked")
    yield "asked"
    app.go("check_in")
    yield "check_in"
    session.casework.answer(cases[2], "referral_offered", ("medical", "education"))
    app.go("paper", kind="slip", record_id=cases[2])
    yield "slip"
    for place in ("cases", "send", "my_work", "settings"):
        app.show_place(place)
        yield place


def office_asks(session: Any, app: Any, case_id: Any) -> None:
    """A visit it asks for, and one answer of a case."""
    now_s, asked = int(app.clock().timestamp()), AssignmentWord.ASKED
    words = "Behind the mill on the canal road"
    visit = VisitAsked(
        "00" * 8, asked, "PK-PB-05", "brick_kiln", "2026-12-24", words, takes_answer=True
    )
    query = AnswerQueried("01" * 8, asked, case_id, "work_hours", QueryReason.UNUSUAL)
    notes = [
        Note(NoteId(f"{number:016x}"), now_s, now_s + 86_400, content)
        for number, content in enumerate((visit, query))
    ]
    session.notes.take(notes, now_s, brings_all=True)


@pytest.fixture(scope="module")
def sheets() -> Iterator[dict[str, list[list[Any]]]]:
    """Rows of small pictures by shape; written when the last was drawn."""
    rows: dict[str, list[list[Any]]] = {shape: [] for shape in SHAPES}
    yield rows
    if WRITING:
        for shape, pictures in rows.items():
            if len(pictures) == len(LANGUAGES):
                write_sheet(Path(WRITING) / f"contact-{shape}.png", pictures)


def write_sheet(path: Path, rows: list[list[Any]]) -> None:
    """One row of pictures under the other, in few colours."""
    from PIL import Image

    gap = 6
    width, height = rows[0][0].size
    across, down = len(rows[0]) * (width + gap) + gap, len(rows) * (height + gap) + gap
    sheet = Image.new("RGB", (across, down), "#808080")
    for line, row in enumerate(rows):
        for column, picture in enumerate(row):
            sheet.paste(picture, (gap + column * (width + gap), gap + line * (height + gap)))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(32, dither=Image.Dither.NONE).save(path, optimize=True)


@pytest.mark.parametrize(("shape", "language"), DRAWN)
def test_nothing_is_cut_on_any_screen(
    drive: Any, at_work: Any, tmp_path: Path, sheets: Any, shape: str, language: str
) -> None:
    from PIL import Image

    size, width, look = SHAPES[shape]
    driver = drive(size, language=language, **look)
    cut: dict[str, list[str]] = {}
    row = []
    for name in screens(driver, *at_work):
        driver.settle(6)
        if words := cut_texts(driver):
            cut[name] = words
        if WRITING or LARGE:
            large = Path(LARGE or tmp_path) / f"{shape}-{language}-{name}.png"
            driver.picture(large)
            with Image.open(large) as picture:
                row.append(
                    picture.convert("RGB").resize(
                        (width, width * size[1] // size[0]), Image.Resampling.LANCZOS
                    )
                )
    sheets[shape].append(row)
    assert cut == {}
