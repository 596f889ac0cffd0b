"""A receipt that comes late says nothing about what the office holds today."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile.tablet import Session
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
