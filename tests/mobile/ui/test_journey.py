"""The whole way of a new officer, by taps and typing on drawn widgets, in English and in Arabic."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.intake.model import CaseRecord, Conflict, RecordHead, RecordRevision, VisitRecord
from server.reference.in_force import reference_of
from shared.reference import load_reference
from shared.wire.records import decode_record
from tests.in_clear import all_in_clear
from tests.mobile.ui.journey import NAMES, RETAIL, Journey
from tests.mobile.ui.made_up import cut_texts
from tests.mobile.ui.officer import Officer

pytestmark = pytest.mark.timeout(600)

SMALL = (600, 800)
"""Fewer pixels than a tablet: drawing is most of the time these tests take."""


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ar"])
def test_three_children_go_from_the_first_tap_to_the_last_receipt(
    drive: Any, served_office: Any, tmp_path: Path, language: str
) -> None:
    driver = drive(SMALL)
    driver.draws_every_step = False
    officer = Officer(driver, language, load_reference("PAK"))
    folder = Path(os.environ.get("TALLY87_LARGE", tmp_path))
    cut: dict[str, list[str]] = {}

    def look(name: str) -> None:
        driver.picture(folder / f"journey-{language}-{name}.png")
        if words := cut_texts(driver):
            cut[name] = words

    journey = Journey(officer, look)
    served_office.knows_no_more("isic", RETAIL)
    journey.whole(served_office.ticket())
    assert officer.sees(officer.words("send.rejected", 1))
    journey.correct_what_came_back()

    assert cut == {}
    assert_office_holds_exactly_these(served_office.office, officer.ledger)


def assert_office_holds_exactly_these(office: Any, ledger: list[dict[str, Any]]) -> None:
    """One visit and three children, each once; the danger came first; no name and no place."""
    with reading(office.engine) as connection:
        came = connection.execute(
            select(
                RecordRevision.record_id,
                RecordRevision.revision,
                RecordRevision.outcome,
                RecordRevision.danger,
                RecordRevision.canonical,
                RecordHead.kind,
            )
            .join(RecordHead, RecordHead.record_id == RecordRevision.record_id)
            .order_by(RecordRevision.number)
        ).all()
        cases = {row.record_id: row for row in connection.execute(select(CaseRecord.__table__))}
        visits = connection.execute(select(VisitRecord.__table__)).all()
        conflicts = connection.execute(select(Conflict.__table__)).all()

    (visit,) = visits
    assert conflicts == []
    assert {row.record_id for row in came} == {visit.record_id, *cases}
    assert [(row.revision, row.outcome) for row in came if row.outcome == "rejected"] == [
        (1, "rejected")
    ]
    assert next(row.danger for row in came if row.kind == "case"), "the danger was not sent first"
    assert [row.danger for row in cases.values()].count(True) == 1
    kept = {row.record_id: bytes(row.canonical) for row in came if row.outcome == "accepted"}
    known = reference_of(office).questionnaire_by_digest
    ours = [content_of(dict(decode_record(one, known).content)) for one in kept.values()]
    assert sorted(ours, key=str) == sorted(map(leaving, ledger), key=str)
    stored = all_in_clear(office.config.folder)
    assert all(one in stored for one in kept.values())
    for names in NAMES.values():
        for name in (names["place"], names["parent"], *sum(names["children"], ())):
            assert name.encode() not in stored, "a name left the tablet"


def leaving(given: dict[str, Any]) -> dict[str, Any]:
    """What of the answers given may leave the tablet, but for the dates, which leave coarser."""
    questions = load_reference("PAK").questionnaire.questions
    return content_of({n: v for n, v in given.items() if not questions[n].is_identity})


def content_of(content: dict[str, Any]) -> dict[str, Any]:
    """Without what is filled in before the officer answers, and what leaves coarser."""
    before = {"visit_date", "birth_date", "industry", "immediate_danger"}
    before |= {"interview_form", "who_answered"}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in sorted(content.items())
        if name not in before
    }
