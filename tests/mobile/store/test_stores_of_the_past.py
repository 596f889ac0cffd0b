"""A store made by each released format opens, is brought up to date, and sends what it holds."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from mobile.store import FORMAT
from mobile.tablet import Session, Tablet
from shared.lifecycle import CaseState
from shared.reference import Reference
from shared.texts import lay_over
from tests.mobile.conftest import PIN, Clock
from tests.mobile.make_store_of_this_format import STORES


@pytest.fixture(params=sorted(path.name for path in STORES.iterdir()))
def old(
    request: pytest.FixtureRequest, tmp_path: Path, reference: Reference, clock: Clock
) -> Iterator[Session]:
    shutil.copytree(STORES / request.param, tmp_path / "old")
    tablet = Tablet(
        tmp_path / "old",
        reference,
        clock,
        random.Random(5).randbytes,
        derivation=cheap_derivation,
        uptime=clock.uptime,
    )
    session = tablet.unlock(PIN)
    yield session
    session.lock()


def test_every_case_is_there_with_its_state(old: Session) -> None:
    states = {row.name.split()[0]: row.state for row in old.casework.list_cases()}

    assert states == {
        "Accepted": CaseState.ACCEPTED,
        "Returned": CaseState.REJECTED,
        "Finalised": CaseState.FINALISED,
        "Draft": CaseState.DRAFT,
    }
    for row in old.casework.list_cases():
        assert old.casework.interview(row.record_id).sections
        assert old.casework.answer_of(row.record_id, "family_name") == "Qwertzin"
        old.casework.review(row.record_id)


def test_the_draft_can_be_worked_on_and_the_returned_case_corrected(old: Session) -> None:
    rows = {row.name.split()[0]: row.record_id for row in old.casework.list_cases()}

    old.casework.answer(rows["Draft"], "sex", "female")

    assert old.casework.answer_of(rows["Draft"], "sex") == "female"
    assert [finding.question for finding in old.casework.returned_findings(rows["Returned"])]
    assert old.casework.reopen(rows["Returned"]) == 2


def test_what_was_finalised_is_still_sent(old: Session, tmp_path: Path) -> None:
    assert old.casework.counts().ready == 2
    assert len(old.sending.save_parcels(tmp_path / "stick")) == 1


def test_reference_data_the_office_published_are_in_use(old: Session, request: Any) -> None:
    published = "format-1" not in request.node.name

    assert old.editions.number == (3 if published else 0)
    numbers = [line.number for line in old.reference.profile.helplines]
    assert ("0777" in numbers) == published
    lay_over({})


def test_a_store_of_the_present_format_is_kept_for_later_versions() -> None:
    assert (STORES / f"format-{FORMAT}" / "store.sqlite").exists()
