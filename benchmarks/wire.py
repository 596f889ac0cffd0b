"""Bytes on the wire for a sync of 1, 30 and 300 finalised cases, over real sockets.

A real tablet process records real answers (the survey's where it is at hand) offline and then sends
them to the real server through a proxy that counts: request and reply, HTTP headers included, TLS
aside. The visits the cases were found in are sent with them and counted. ``reference`` is what it
costs when the office published something. The figures without a prefix of these show where the
bytes of a case go, beside what JSON and gzip would need.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures, benchmark
from benchmarks.records import SEED, written_visits
from demo.cast import TABLETS, survey_beside_the_project
from demo.link import Link, free_port
from demo.office import DemoOffice
from demo.tablets import TabletProcess
from server.office import Office
from server.reference import publish
from shared.linkage import CODE_BYTES
from shared.wire.records import Record, encode_record

SYNCS = (1, 30, 300)
HELPLINE = '[[helplines]]\nname = "Child line"\nnumber = "0777"\nsource = "benchmark"\n'
QUESTION = """type,name,label::English (en),bind::tally:privacy
begin_repeat,case,,
begin_group,work,,
select_one yes_no,kiln_work,Works at a kiln,keep
end_group,,,
end_repeat,,,
"""


def measure() -> Figures:
    """Totals of both directions, then the anatomy of a case."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as name:
        office = DemoOffice(Path(name), free_port())
        try:
            office.make("synthetic")
            with office.serving(), Link(("127.0.0.1", office.port)) as link:
                for number, cases in enumerate(SYNCS):
                    figures |= _sync(Path(name), office, link, number, cases)
                figures |= _reference_data(Path(name), office, link)
        finally:
            office.close()
    return figures | _anatomy(SYNCS[-1])


def _sync(folder: Path, office: DemoOffice, link: Link, number: int, cases: int) -> Figures:
    organisation, place = TABLETS[number]
    ticket = office.ticket(f"{organisation.code}-{place}")
    ticket = type(ticket)(link.url, ticket.ticket_id, ticket.secret, ticket.programme_fingerprint)
    survey = survey_beside_the_project()
    order: dict[str, Any] = {"tablet": 0, "tablets": [1], "seed": SEED, "cases": cases}
    order |= {"replay": str(survey)} if survey else {"drawn": 1431}
    with TabletProcess(folder / f"tablet-{number}", Path(os.devnull), ["--cheap-pins"]) as tablet:
        tablet.obey("open", pin="40817263")
        tablet.obey("enrol", ticket=ticket.text())
        done = tablet.obey("record", **order)
        before = link.traffic.bytes_up + link.traffic.bytes_down
        report = tablet.obey("send")
        after = link.traffic.bytes_up + link.traffic.bytes_down
        if report["accepted"] != done["visits"] + done["cases"] or done["cases"] != cases:
            raise SystemExit(f"The sync of {cases} cases was not accepted: {report['sentence']}")
        figures = {
            f"sync_{cases}_bytes": after - before,
            f"sync_{cases}_visits": done["visits"],
            f"sync_{cases}_bytes_per_case": round((after - before) / cases, 1),
        }
        tablet.obey("send")
        idle = link.traffic.bytes_up + link.traffic.bytes_down - after
        return figures | {"idle_bytes": idle}


def _reference_data(folder: Path, office: DemoOffice, link: Link) -> Figures:
    """A sending with nothing to send after the office published: first one helpline more, then
    one question more. The idle check and all headers are in the figures."""
    country = folder / "country"
    (country / "questionnaire").mkdir(parents=True)
    config = replace(office.config, country_folders=(country,))
    publishing = Office.open(config, office.office.clock, office.office.random_bytes)
    figures: Figures = {}
    try:
        with TabletProcess(folder / "tablet-0", Path(os.devnull), ["--cheap-pins"]) as tablet:
            tablet.obey("open", pin="40817263")
            for name, file, content in (
                ("helpline", "profile.toml", HELPLINE),
                ("question", "questionnaire/survey.csv", QUESTION),
            ):
                (country / file).write_text(content, encoding="utf-8")
                publish.publish(publishing, "benchmark")
                before = link.traffic.bytes_up + link.traffic.bytes_down
                tablet.obey("send")
                after = link.traffic.bytes_up + link.traffic.bytes_down
                figures[f"reference_one_{name}_bytes"] = after - before
        figures["reference_whole_edition_bytes"] = len(publish.whole_edition(publishing)[1])
    finally:
        publishing.close()
    return figures


def _anatomy(cases: int) -> Figures:
    reference, written = written_visits(bytes(32))
    records = [case for visit in written for case in visit.cases][:cases]
    plain = [_as_json(record).encode() for record in records]
    canonical = [encode_record(record, reference.questionnaire) for record in records]
    codes = sum(len(record.linkage) for record in records)
    return {
        "linkage_bytes_per_case": round(codes * CODE_BYTES / len(records), 1),
        "answers_per_case": round(sum(len(one.content) for one in records) / len(records), 1),
        "entropy_of_answers_bytes_per_case": round(_entropy_bytes(records), 1),
        "canonical_bytes_per_case": round(sum(map(len, canonical)) / len(records), 1),
        "json_bytes_per_case": round(sum(map(len, plain)) / len(records), 1),
        "json_gzip_together_bytes_per_case": round(
            len(gzip.compress(b"\n".join(plain), mtime=0)) / len(records), 1
        ),
        "json_gzip_alone_bytes_per_case": round(
            sum(len(gzip.compress(one, mtime=0)) for one in plain) / len(records), 1
        ),
    }


def _as_json(record: Record) -> str:
    """The same record as most peers would send it."""
    return json.dumps(
        {
            "record_id": record.record_id,
            "visit_id": record.visit_id,
            "revision": record.revision,
            "questionnaire": record.questionnaire,
            "rules_version": record.rules_version,
            "content": dict(record.content),
            "classes": dict(record.classes),
            "linkage": [[code.type, code.code.hex()] for code in record.linkage],
        },
        separators=(",", ":"),
    )


def _entropy_bytes(records: Sequence[Record]) -> float:
    """Shannon entropy of the answers of one case, each question by itself: what a perfect coder
    would need that knows how often each answer is given, and nothing else."""
    names = {name for record in records for name in record.content}
    bits = 0.0
    for name in names:
        told = Counter(record.content.get(name) for record in records)
        shares = [count / len(records) for count in told.values()]
        bits -= sum(share * math.log2(share) for share in shares)
    return bits / 8


command = benchmark("Bytes on the wire", measure)

if __name__ == "__main__":
    command()
