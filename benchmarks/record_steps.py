"""What each step of taking a record in costs, in microseconds of processor, without any database.

Parcels of some thirty cases with their visits; the best of several rounds, so that what else the
machine does tells little.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import islice

from benchmarks.figures import Figures, benchmark
from benchmarks.intake import in_syncs
from benchmarks.office import ORGANISATION, Bench, fresh_office
from benchmarks.records import many, written_visits
from server.intake.validate import Received, read_record, validate_records
from server.programme.keys import keys_of
from server.reference.in_force import reference_of
from shared.answers import Value
from shared.classification import classify
from shared.findings import check_content
from shared.identifiers import RecordId
from shared.questionnaire import Level
from shared.wire.parcels import open_parcel

PARCELS = 40
ROUNDS = 7


def measure() -> Figures:
    """Microseconds a record of every step; ``validate_us`` has shape, content and classes in it."""
    with fresh_office() as bench:
        return _measure(bench)


def _measure(bench: Bench) -> Figures:
    office, reference = bench.office, reference_of(bench.office)
    _, written = written_visits(bench.linkage_key)
    visits = many(written, reference, PARCELS * 31)
    parcels = [bench.parcel(one) for one in islice(in_syncs(visits), PARCELS)]
    programme, day = keys_of(office).programme, office.today()

    def open_all() -> list[object]:
        return [
            open_parcel(one, programme_keys=programme, tablet_public=lambda _: bench.keys.public)
            for one in parcels
        ]

    received = [
        one
        for data in parcels
        for one in open_parcel(
            data, programme_keys=programme, tablet_public=lambda _: bench.keys.public
        ).unpacked
    ]
    readable = [one for one in (read_record(one, reference) for one in received) if one]
    if len(readable) != len(received):
        raise SystemExit("Some of the records cannot be read.")
    records = [one.record for one in readable]
    content: dict[RecordId, Mapping[str, Value]] = {
        one.record_id: one.content for one in records if one.kind is Level.VISIT
    }
    cases = [one for one in records if one.kind is Level.CASE]
    questionnaire, profile = reference.questionnaire, reference.profile
    steps: dict[str, Callable[[], object]] = {
        "open": open_all,
        "read": lambda: [read_record(one, reference) for one in received],
        "validate": lambda: validate_records(
            [Received(one.data, read) for one, read in zip(received, readable, strict=True)],
            reference,
            day,
            content.get,
            ORGANISATION,
        ),
        "content": lambda: [check_content(reference, one, day) for one in records],
        "classes": lambda: [
            classify(
                one.content, content.get(RecordId(one.visit_id or ""), {}), questionnaire, profile
            ).codes()
            for one in cases
        ],
    }
    return {f"{name}_us": round(_best_us(step) / len(records), 1) for name, step in steps.items()}


def _best_us(step: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        step()
        took.append(time.process_time() - began)
    return 1e6 * min(took)


command = benchmark("Steps of taking a record in", measure)

if __name__ == "__main__":
    command()
