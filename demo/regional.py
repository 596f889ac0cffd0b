"""``make run DEMO=regional``: two made-up countries publish, a made-up region rolls them up.

The countries' counts are made up; protection, audit, signatures and the roll-up are the product's
own. Country XAA and country XBB are no countries: ISO 3166-1 leaves these codes to whoever uses
them.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from demo.telling import Teller
from server.db.migrate import migrate
from server.disclosure.cube import TOTAL, Cube, tree
from server.exports.signed_edition import NotGenuine
from server.office import Office
from server.office.config import config_for
from server.programme.keys import keys_of
from server.releases.counted import ReleaseCounts, SourceTable
from server.releases.declaration import ReleaseDeclaration
from server.releases.files import digest_of
from server.releases.making import make
from server.releases.sealing import signature
from server.rollup import learning, publishing
from server.rollup.handed import files_at, in_one_file, printed_fingerprint
from server.rollup.held_back import ALL
from server.rollup.publishing import RollupDraft
from shared.errors import TallyError
from shared.wire.keys import ProgrammeKeys

PERIOD, TABLE, THRESHOLD = "2026", "CL-CLASS", 10
CLASSES = {
    "HAZARDOUS": "Hazardous work",
    "WORST_FORMS": "Other worst forms of child labour",
    "OTHER_CHILD_LABOUR": "Other child labour",
    "NOT_CHILD_LABOUR": "Not child labour",
}
WEIGHTS = (5, 0.08, 3, 12)
"""Few in the worst forms: withheld, and so are the sums of them."""
ASKED = ((TABLE,), (PERIOD,))


class DemonstrationWrong(TallyError):
    """The roll-up did not do what it says."""


@dataclass
class MadeUpCountry:
    """A country that is none, its key, and how many children its organisations recorded."""

    code: str
    sexes: tuple[str, str]
    children: int
    keys: ProgrammeKeys

    def _labels(self) -> dict[str, dict[str, dict[str, str]]]:
        sexes = dict(zip(self.sexes, ("Female", "Male"), strict=True))
        return {
            "area": {f"{self.code}-{one}": {"en": f"District {one}"} for one in range(1, 4)},
            "sex": {code: {"en": word} for code, word in sexes.items()},
            "child_labour": {code: {"en": word} for code, word in CLASSES.items()},
        }

    def edition(self, number: int, more: int = 0) -> dict[str, bytes]:
        """An edition of its counts, protected and audited; more: children recorded late."""
        dimensions = (
            tree("area", [f"{self.code}-{one}" for one in range(1, 4)], {}),
            tree("sex", [*self.sexes], {}),
            tree("child_labour", [*CLASSES], {}),
        )
        counts = np.zeros([len(one.codes) for one in dimensions], dtype=np.int64)
        chance = random.Random(self.code)  # noqa: S311 - made-up counts
        for _ in range(self.children + more):
            codes = (
                f"{self.code}-{chance.choices((1, 2, 3), (6, 3, 1))[0]}",
                chance.choice(self.sexes),
                chance.choices([*CLASSES], WEIGHTS)[0],
            )
            axes = [d.above[d.places[code]] for d, code in zip(dimensions, codes, strict=True)]
            counts[np.ix_(*axes)] += 1
        cube = Cube(dimensions, counts, len(dimensions) - 1)
        name = f"{TABLE}_{PERIOD}"
        table = SourceTable(TABLE, PERIOD, f"child_labour@{PERIOD}", cube)
        made = make(
            ReleaseCounts({name: table}, (), ((PERIOD, TOTAL, 3, 0),), {}, {}, self._labels()),
            ReleaseDeclaration((TABLE,), (PERIOD,), THRESHOLD),
            (),
            levels={},
        )
        if not made.findings.may_leave:
            raise DemonstrationWrong(f"The files of {self.code} may not leave.")
        said = {
            "programme": {"id": self.code.lower(), "name": f"A made-up programme of {self.code}"},
            "country": self.code,
            "origin": "synthetic",
            "practice": False,
            "edition": number,
            "version": f"1.0.{number - 1}",
            "published_at_s": 1_795_348_800,
            "parameters": {"threshold": THRESHOLD},
            "periods": [PERIOD],
            "marks": [],
            "corrects": number - 1 or None,
            "files": {name: digest_of(content) for name, content in sorted(made.files.items())},
        }
        manifest = json.dumps(said, sort_keys=True).encode()
        signed = signature(self.keys, manifest).hex().encode() + b"\n"
        return {**made.files, "edition.json": manifest, "edition.json.sig": signed}


def regional(folder: Path, teller: Teller) -> None:
    """The whole story, in a folder of its own."""
    first = MadeUpCountry("XAA", ("female", "male"), 900, ProgrammeKeys.generate(os.urandom))
    second = MadeUpCountry("XBB", ("f", "m"), 1_400, ProgrammeKeys.generate(os.urandom))
    office = Office.open(config_for(folder / "region"), lambda: datetime.now(UTC), os.urandom)
    try:
        migrate(office.engine)
        teller.heading("A made-up region begins its roll-up")
        learning.begin(office, "A made-up region", "synthetic")
        for country in (first, second):
            _take_part(office, country, folder, teller)
        teller.heading("Nothing is added before somebody says that it means the same")
        _tell(publishing.draft(office, *ASKED), teller)
        learning.add_codes(
            office, b"country,dimension,code,common\nXBB,sex,f,female\nXBB,sex,m,male\n"
        )
        for country in (first, second):
            because = "Both use the production boundary of the SDG."
            learning.define(office, TABLE, country.code, True, because)
        learning.note(office, "XBB", "", "Two of its districts were not looked in.")
        teller.heading("Each country is shown the draft, answers, and the edition is published")
        one = _published(office, folder / "edition-1", teller)
        teller.heading("XBB corrects its edition, and the roll-up follows")
        learning.add_edition(office, second.edition(2, more=120))
        two = _published(office, folder / "edition-2", teller)
        changed = list(csv.reader(io.StringIO(two["changes.csv"].decode())))[1:]
        sums = [row for row in changed if row[1].startswith(ALL)]
        teller.table("What changed in the sums", ("row", "before", "now"), [r[1:] for r in sums])
        teller.heading("One changed digit is found")
        _changed_digit(office, one, teller)
        teller.line(f"Everything is in {folder}.")
    finally:
        office.close()


def _take_part(office: Office, country: MadeUpCountry, folder: Path, teller: Teller) -> None:
    key = country.keys.public.signing.hex()
    printed = printed_fingerprint(key)
    learning.add_country(office, country.code, f"Country {country.code}", key, printed)
    file = folder / f"{country.code}-1.zip"
    file.write_bytes(in_one_file(country.edition(1)))
    learning.add_edition(office, files_at(file))
    teller.line(f"{country.code} takes part: fingerprint {printed}; its edition 1 is genuine.")


def _published(office: Office, folder: Path, teller: Teller) -> dict[str, bytes]:
    draft = publishing.draft(office, *ASKED)
    for code in publishing.give_notice(office, draft):
        publishing.take_answer(office, code, f"{code} has seen it and agrees.\n".encode())
    number, files = publishing.publish(office, draft)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    publishing.verified(files, keys_of(office).programme.public.signing.hex())
    _tell(draft, teller)
    rows = list(csv.reader(io.StringIO(files[f"{TABLE}_{PERIOD}.csv"].decode())))
    whole = [row for row in rows[1:] if row[2] == TOTAL]
    teller.table(
        f"Edition {number}: recorded children by class",
        ("country", "class", "children", "state"),
        [(row[0], row[1], row[3], row[4]) for row in whole],
        words=2,
    )
    _must_add_up(rows)
    return files


def _must_add_up(rows: list[list[str]]) -> None:
    """Counted again, apart from the product: each sum is that of the countries' numbers."""
    numbers = {tuple(row[:3]): row[3] for row in rows[1:]}
    for (country, found, sex), said in numbers.items():
        parts = [numbers.get((code, found, sex), "") for code in ("XAA", "XBB")]
        whole = str(sum(map(int, parts))) if all(parts) else ""
        if country == ALL and said != whole:
            raise DemonstrationWrong(f"{found}, {sex}: {said} is not {whole}.")


def _changed_digit(office: Office, files: Mapping[str, bytes], teller: Teller) -> None:
    name = f"{TABLE}_{PERIOD}.csv"
    key = keys_of(office).programme.public.signing.hex()
    at = next(at for at, byte in enumerate(files[name]) if chr(byte) in "12345678")
    forged = files[name][:at] + bytes([files[name][at] + 1]) + files[name][at + 1 :]
    try:
        publishing.verified({**files, name: forged}, key)
    except NotGenuine as found:
        teller.line(str(found))
    else:
        raise DemonstrationWrong("A changed digit was not found.")


def _tell(draft: RollupDraft, teller: Teller) -> None:
    for one in draft.coverage:
        why = f": {one.because}" if one.because else ""
        teller.line(f"{one.country} is {one.state.replace('_', ' ')}{why}.".replace("..", "."))
