"""A receipt that comes late says nothing about what the office holds today."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile.tablet import Session
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


def answered(office: MemoryOffice, parcels: list[Path]) -> None:
    for path in parcels:
        path.with_suffix(".receipt").write_bytes(office.take_in(path.read_bytes()))


def test_receipt_read_after_a_later_sync_reports_no_difference(
    session: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    finalised_case(session.casework)
    answered(office, session.sending.save_parcels(tmp_path))
    finalised_case(session.casework)
    assert session.sending.send().totals_agree is True

    report = session.sending.read_receipts(tmp_path)

    assert report.totals_agree is not False
    assert report.differing == ()
    assert report.still_waiting == 0


@pytest.mark.parametrize("first_name", ["0", "z"])
def test_receipts_of_one_stick_agree_in_whichever_order_they_are_read(
    session: Session, office: MemoryOffice, tmp_path: Path, first_name: str
) -> None:
    finalised_case(session.casework)
    (first,) = session.sending.save_parcels(tmp_path)
    answered(office, [first])
    finalised_case(session.casework)
    for path in session.sending.save_parcels(tmp_path / "later"):
        answered(office, [path])
        receipt = path.with_suffix(".receipt")
        receipt.rename(tmp_path / receipt.name)
    first.with_suffix(".receipt").rename(tmp_path / f"{first_name}.receipt")

    report = session.sending.read_receipts(tmp_path)

    assert (report.still_waiting, report.totals_agree, report.differing) == (0, True, ())


def corrected(session: Session, case_id: RecordId) -> None:
    session.casework.reopen(case_id)
    session.casework.answer(case_id, "sex", "female")
    session.casework.finalise(case_id)


@pytest.mark.parametrize("cases", [1, 2, 3, 6])
def test_lost_receipts_of_what_came_back_when_corrected_make_no_difference(
    session: Session, office: MemoryOffice, tmp_path: Path, cases: int
) -> None:
    """The office has the first revision of each and refused the second: it holds what was sent."""
    sent = [finalised_case(session.casework) for _ in range(cases)]
    answered(office, session.sending.save_parcels(tmp_path))
    for case_id in sent:
        corrected(session, case_id)
        office.reject.add(case_id)

    report = session.sending.send()

    assert (report.rejected, report.still_waiting) == (cases, 0)
    assert (report.totals_agree, report.differing) == (True, ())
    assert "office's count" not in report.sentence
    assert session.sending.send().totals_agree is not False


def test_case_whose_receipt_was_lost_may_be_a_draft_again_and_the_counts_agree(
    session: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    case_id = finalised_case(session.casework)
    answered(office, session.sending.save_parcels(tmp_path))
    session.casework.reopen(case_id)
    finalised_case(session.casework)

    assert session.sending.send().totals_agree is True

    session.casework.answer(case_id, "sex", "female")
    session.casework.finalise(case_id)
    report = session.sending.send()
    assert (report.accepted, report.totals_agree) == (1, True)
    assert session.casework.row(case_id).state is CaseState.ACCEPTED
