"""Builds the preset dictionaries of columns that are kept squeezed (server.db.squeezed).

Run (``python -m tests.server.make_dictionaries``) for the next number, never again for one that was
in use. Made of made-up records: nobody's answers are in them. What is likeliest to be needed stands
at the end.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from sqlalchemy import select

from server.db.engine import reading
from server.db.squeezed import DICTIONARIES, NUMBER
from server.tables import recount
from server.tables.model import CountedCase
from shared.answers import UNKNOWN, Value
from shared.questionnaire import Level
from shared.reference import load_reference
from shared.wire.dictionary import seeded_bytes
from shared.wire.records import encode_record
from shared.wire.typical import typical_visits
from tests.server.field import FieldTablet, make_office

MOST_BYTES = 7_900
"""Of the window of 8 kB; what is farther back is not found."""


def main() -> None:
    """Writes both."""
    DICTIONARIES.mkdir(exist_ok=True)
    reference = load_reference("PAK")
    drawn = list(typical_visits(reference, [2] * 12, seeded_bytes(b"tally87 kept records")))
    records = list(chain.from_iterable(drawn))
    # Half of what is asked is not known in many places, and then everything else is.
    vague = [
        replace(
            one, content={n: v if n in _USUALLY_KNOWN else UNKNOWN for n, v in one.content.items()}
        )
        for one in records[:4]
    ]
    encoded = [
        encode_record(replace(one, linkage=()), reference.questionnaire)[_BEHIND_IDS[one.kind] :]
        for one in (*vague, *records)
    ]
    _write("record", encoded)
    with tempfile.TemporaryDirectory() as folder:
        office = make_office(Path(folder))
        tablet = FieldTablet.enrol(office)
        tablet.send(*records)
        recount.link_what_waits(office)
        with reading(office.engine) as connection:
            said = connection.scalars(select(CountedCase.said).order_by(CountedCase.record_id))
            lines = [one.encode() for one in said]
        office.close()
    _write("said", lines)


_BEHIND_IDS = {Level.VISIT: 21, Level.CASE: 37}
_USUALLY_KNOWN = {"sex", "birth_date", "area", "visit_date", "consent_linkage", "consent_given_by"}


def _mostly_unknown(content: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value if name in _USUALLY_KNOWN else UNKNOWN for name, value in content.items()}


def _write(name: str, values: list[bytes]) -> None:
    data = b"".join(dict.fromkeys(values))[-MOST_BYTES:]
    (DICTIONARIES / f"{name}-{NUMBER}.bin").write_bytes(data)


if __name__ == "__main__":
    main()
