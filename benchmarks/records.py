"""Records to measure with: real answers where the survey is at hand, made-up people around them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from demo.cast import survey_beside_the_project
from demo.officers.desk import COUNTRY, area_codes
from demo.officers.mics_replay import replay_mics
from demo.officers.plan import plan_shifts
from demo.officers.published_shares import draw_interviews
from demo.officers.written_records import RecordWriter, WrittenVisit
from shared.identifiers import new_record_id
from shared.linkage import LinkageCode
from shared.reference import Reference, load_reference
from shared.wire.records import Record, encode_record

SEED = 87


@dataclass(frozen=True)
class Encoded:
    """A visit and its cases as canonical bytes, in the order they are sent."""

    records: tuple[bytes, ...]
    cases: int


def written_visits(
    linkage_key: bytes, *, synthetic: bool = False
) -> tuple[Reference, list[WrittenVisit]]:
    """Every visit of the plan, as records: the survey's when it is at hand, else drawn ones.

    synthetic: drawn ones in any case.
    """
    reference = load_reference(COUNTRY)
    random = Random(SEED)
    survey = None if synthetic else survey_beside_the_project()
    interviews = replay_mics(survey) if survey else draw_interviews(1431, random)
    writer = RecordWriter(reference, area_codes(reference), linkage_key, os.urandom)
    shift = plan_shifts(interviews, [1], random)[0]
    return reference, [writer.write(visit) for visit in shift.visits]


def many(written: list[WrittenVisit], reference: Reference, cases: int) -> Iterator[Encoded]:
    """So many cases in visits: the answers again and again, as new records of new people."""
    done = 0
    while done < cases:
        for one in written:
            fresh = _as_new(one)
            yield Encoded(
                tuple(
                    encode_record(record, reference.questionnaire)
                    for record in (fresh.visit, *fresh.cases)
                ),
                len(fresh.cases),
            )
            done += len(fresh.cases)
            if done >= cases:
                return


def _as_new(written: WrittenVisit) -> WrittenVisit:
    visit = replace(written.visit, record_id=new_record_id(os.urandom))
    return WrittenVisit(visit, tuple(_as_another_person(case, visit) for case in written.cases))


def _as_another_person(case: Record, visit: Record) -> Record:
    codes = (LinkageCode(code.type, os.urandom(len(code.code))) for code in case.linkage)
    return replace(
        case,
        record_id=new_record_id(os.urandom),
        visit_id=visit.record_id,
        linkage=tuple(sorted(codes)),
    )
