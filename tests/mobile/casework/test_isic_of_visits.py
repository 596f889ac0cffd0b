"""The record of a visit says which revision of ISIC its activity is given in, as that of a case."""

from __future__ import annotations

from dataclasses import replace

from mobile.tablet import Session
from shared.classification import codes_of_visit
from shared.reference import Reference
from shared.wire.records import decode_record, encode_record
from tests.mobile.interviews import record_case, record_visit
from tests.mobile.office import MemoryOffice


def test_records_of_a_visit_and_of_its_case_name_the_revision_of_isic(
    session: Session, office: MemoryOffice
) -> None:
    case_id = record_case(session.casework, record_visit(session.casework, activity="23"))
    session.casework.finalise(case_id)
    session.sending.send()

    case = office.newest(case_id)
    visit = office.newest(case.visit_id or "")

    assert visit.content["activity"] == "23"
    assert visit.classes == {"isic": case.classes["isic"]} == {"isic": "4"}
    assert session.casework.row(case.visit_id or "").classes == {}  # type: ignore[arg-type]


def test_visit_of_an_earlier_tablet_is_read_as_it_was_written(
    session: Session, office: MemoryOffice, reference: Reference
) -> None:
    case_id = record_case(session.casework, record_visit(session.casework, activity="23"))
    session.casework.finalise(case_id)
    session.sending.send()
    now = office.newest(office.newest(case_id).visit_id or "")
    before = replace(now, classes={})
    questionnaire = reference.questionnaire

    sealed = encode_record(before, questionnaire)

    assert decode_record(sealed, reference.questionnaire_by_digest) == before
    assert codes_of_visit({"activity": "unknown"}, questionnaire) == {}
    assert codes_of_visit({}, questionnaire) == {}
