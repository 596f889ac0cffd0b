"""Worked interviews through a tablet's session: drafted, finalised, sent, and checked."""

from datetime import date

from mobile.tablet import Session
from server.intake.validate import Readable, Received, validate_records
from shared.reference import Reference
from shared.wire.records import encode_record
from tests.mobile.interviews import answer_all, record_visit
from tests.mobile.office import MemoryOffice
from tests.shared.test_interview_files import VISIT
from tests.shared.test_worked_interviews import BASES, INTERVIEWS

CODES = {"child_labour": "cl_sna", "forced_labour": "fl", "trafficking": "tip"}
"""What the worked interviews expect, by the names under which a record has it."""
SAMPLE = (
    "bonded labourer without pay",
    "child called up by the State, with an order",
    "child brought to beg for a master",
    "child in commercial sex",
    "kiln with bonded parents",
    "low pay and late pay, lost by leaving",
    "sixteen to nineteen, called up with an order",
    "how the child is treated at work is refused",
    "found where sex is sold, the officer saw no sign",
    "emergency work of a child, sexual exploitation not asked",
)


def test_a_tablet_seals_the_classes_of_worked_interviews_and_the_office_finds_the_same(
    session: Session, office: MemoryOffice, reference: Reference
) -> None:
    cases = {}
    for interview in INTERVIEWS:
        if interview["id"] not in SAMPLE:
            continue
        visit_id = record_visit(session.casework, **{**VISIT, **interview.get("visit", {})})
        said = {"birth_date": "unknown", **BASES[interview["base"]], **interview["case"]}
        case_id = session.casework.start_case(visit_id)
        answer_all(
            session.casework,
            case_id,
            {
                name: tuple(answer) if isinstance(answer, list) else answer
                for name, answer in said.items()
                if answer != ""
            },
        )
        result = session.casework.finalise(case_id)
        assert result.done, [(finding.code, finding.question) for finding in result.findings]
        cases[case_id] = interview
    assert session.sending.send().problem == ""

    for case_id, interview in cases.items():
        record = office.newest(case_id)
        expected = {
            CODES[name]: word for name, word in interview["expect"].items() if name in CODES
        }
        assert {name: record.classes[name] for name in expected} == expected, interview["id"]
        visit = office.newest(record.visit_id or "").content
        questionnaire = reference.questionnaire_by_digest(record.questionnaire)
        assert questionnaire is not None
        sealed = encode_record(record, questionnaire)
        received = [Received(sealed, Readable(record, sealed))]
        (verdict,) = validate_records(
            received, reference, date(2026, 11, 22), lambda _, v=visit: v, "ngo"
        )
        assert (verdict.is_sound, verdict.classes_differ) == (True, False), interview["id"]
        assert verdict.classes == record.classes, interview["id"]
    assert len(cases) == len(SAMPLE)
