"""A draft to the countries, their answers, and an edition of the roll-up's own, signed.

A country sees what will be said of it before anybody else, has a term to answer, and its answer is
printed in full, byte for byte. What is published is what every country was shown.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.exports.signed_edition import NotGenuine, must_be_signed
from server.office import Office
from server.programme.keys import keys_of
from server.releases.files import digest_of, digest_of_all
from server.rollup.comparing import ComparedTable, Coverage, compared
from server.rollup.handed import files_in, in_one_file, printed_fingerprint
from server.rollup.held_back import ALL, BETWEEN, CHANGES, SOURCES, WITHDRAWN, withdrawn_of
from server.rollup.known import Known
from server.rollup.learning import ACTOR, NotTaken, known, learn
from server.rollup.log import Learnt
from shared.formulas import no_formula

SIGNED = b"tally87/1 edition of a roll-up\x00"
MANIFEST, SIGNATURE = "rollup.json", "rollup.json.sig"
COVERAGE, NOTES = "coverage.csv", "notes.csv"
_WITHOUT_NUMBERS = (COVERAGE, NOTES, SOURCES)
TERM_DAYS, DAY_S = 30, 86_400
SUM_NOTE = (
    "Sums are of recorded persons of the countries named as added. Somebody recorded in two "
    "countries is in both; nothing says how many persons nobody recorded."
)


@dataclass(frozen=True)
class RollupDraft:
    """What would be published. files: without answers, changes and manifest."""

    tables: tuple[ComparedTable, ...]
    files: Mapping[str, bytes]

    @property
    def coverage(self) -> tuple[Coverage, ...]:
        """Of every table."""
        return tuple(one for table in self.tables for one in table.coverage)

    @property
    def digest(self) -> str:
        """Of what the countries are shown."""
        return digest_of_all(self.files)


def draft(office: Office, tables: Sequence[str], periods: Sequence[str]) -> RollupDraft:
    """What would be published of these tables and periods. Raises NotTaken."""
    found = known(office)
    if not tables or not periods:
        raise NotTaken("Name tables and periods.")
    done = tuple(compared(found, code, period) for code in tables for period in periods)
    if not any(table.countries for table in done):
        raise NotTaken("No country has any of these tables and periods. Nothing was made.")
    files = {f"{one.code}_{one.period}.csv": _table_text(one) for one in done if one.countries}
    files[COVERAGE] = _text(
        ("table", "period", "country", "state", "because"),
        [
            (one.table, one.period, one.country, one.state, one.because)
            for table in done
            for one in table.coverage
        ],
    )
    files[NOTES] = _text(
        ("country", "table", "words"),
        [(ALL, "", SUM_NOTE), *((*at, words) for at, words in sorted(found.notes.items()))],
    )
    files[SOURCES] = _sources(found, done)
    return RollupDraft(done, files)


def give_notice(
    office: Office, made: RollupDraft, term_days: int = TERM_DAYS, by: str = ACTOR
) -> tuple[str, ...]:
    """Notes that every country of the draft is shown it; their codes."""
    due_s = office.now_s() + term_days * DAY_S
    codes = sorted({one.country for table in made.tables for one in table.countries})
    for code in codes:
        said = {"country": code, "digest": made.digest, "due_s": due_s}
        learn(office, Learnt.NOTICE, said, by=by)
    return tuple(codes)


def take_answer(office: Office, country: str, answer: bytes, by: str = ACTOR) -> None:
    """Keeps a country's answer to the draft it was shown. Raises NotTaken."""
    if country not in known(office).notices:
        raise NotTaken(f"{country} was not shown a draft. Nothing was kept.")
    if not answer.strip() or len(answer) > 1_000_000:
        raise NotTaken("The answer is empty or too long. Nothing was kept.")
    learn(office, Learnt.ANSWER, {"country": country}, answer, by)


def publish(office: Office, made: RollupDraft, by: str = ACTOR) -> tuple[int, dict[str, bytes]]:
    """Publishes a draft that every country was shown; number and files of the edition.

    Raises NotTaken while a country was not shown this draft, or its term runs and it has not
    answered.
    """
    found = known(office)
    waits = []
    files = dict(made.files)
    shown: dict[str, Any] = {}
    for country in sorted({one.country for table in made.tables for one in table.countries}):
        notice = found.notices.get(country)
        if notice is None or notice.digest != made.digest:
            waits.append(f"{country} was not shown this draft (`tally87 rollup notice`).")
        elif notice.answer is None and office.now_s() < notice.due_s:
            waits.append(f"{country} has not answered, and its term is not over.")
        else:
            if notice.answer is not None:
                files[f"answer.{country}.txt"] = notice.answer
            for at, answer in enumerate(notice.earlier_answers, 1):
                files[f"answer.{country}.earlier-{at}.txt"] = answer
            shown[country] = {
                "term_days": (notice.due_s - notice.given_s) // DAY_S,
                "answered": notice.answer is not None,
            }
    if waits:
        raise NotTaken("\n".join([*waits, "Nothing was published."]))
    number = len(found.published) + 1
    before = files_in(found.published[-1][1]) if found.published else {}
    gone = {country for country, _ in withdrawn_of(found, before)}
    files[CHANGES] = _changes(before, files, {*gone, ALL} if gone else gone)
    said: dict[str, Any] = {
        "body": found.name,
        "origin": found.origin,
        "edition": number,
        "published_at_s": office.now_s(),
        "shown_to": shown,
        "signed_by": printed_fingerprint(keys_of(office).programme.public.signing.hex()),
        "files": {name: digest_of(content) for name, content in sorted(files.items())},
    }
    manifest = (json.dumps(said, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()
    files[MANIFEST] = manifest
    files[SIGNATURE] = keys_of(office).programme.sign(SIGNED + manifest).hex().encode() + b"\n"
    learn(office, Learnt.PUBLISHED, {"edition": number}, in_one_file(files), by)
    return number, files


def verified(files: Mapping[str, bytes], key: str) -> Mapping[str, Any]:
    """The manifest of a genuine edition of a roll-up. Raises NotGenuine naming everything wrong."""
    manifest = files.get(MANIFEST, b"")
    otherwise = f"{MANIFEST} is not signed with this key: it was changed, or another made it."
    must_be_signed(SIGNED + manifest, files.get(SIGNATURE, b""), key, otherwise)
    said: dict[str, Any] = json.loads(manifest)
    wrong = [
        f"{name} is missing or not the file that was signed."
        for name, digest in said["files"].items()
        if name not in files or digest_of(files[name]) != digest
    ]
    if wrong:
        raise NotGenuine(" ".join([*wrong, "Ask for the files again; use none of these."]))
    return said


def _table_text(one: ComparedTable) -> bytes:
    """Every country's numbers in common codes, then the sums."""
    rows: list[tuple[str, ...]] = []
    for country in one.countries:
        for codes, cell in sorted(country.cells.items()):
            count = "" if cell.count is None else str(cell.count)
            rows.append((country.country, *codes, count, cell.state.value, ""))
    for codes, (cell, missing) in one.sums.items():
        count = "" if cell.count is None else str(cell.count)
        rows.append((ALL, *codes, count, cell.state.value, " ".join(missing)))
    return _text(("country", *one.dimensions, "count", "status", "missing"), rows)


def _sources(found: Known, tables: Iterable[ComparedTable]) -> bytes:
    used = {
        (one.country, one.edition.number): (
            one.country,
            found.countries[one.country].name,
            str(one.edition.number),
            one.read.version,
            one.edition.digest,
            printed_fingerprint(found.countries[one.country].signing_key),
            str(one.read.threshold),
        )
        for table in tables
        for one in table.countries
    }
    names = ("country", "name", "edition", "version", "digest", "key", "threshold")
    return _text(names, [used[at] for at in sorted(used)])


def _changes(
    before: Mapping[str, bytes], now: Mapping[str, bytes], untold: Collection[str]
) -> bytes:
    """What the edition says otherwise than the one before, from what both publish. untold: whose
    numbers of before are told no more; a sum less the other countries' would tell them."""
    rows: list[tuple[str, ...]] = []
    kept = (MANIFEST, SIGNATURE, CHANGES)
    for name in sorted((before.keys() | now.keys()) - {*kept}) if before else ():
        if not name.endswith(".csv"):
            if before.get(name) != now.get(name):
                rows.append((name, "", "", ""))
            continue
        old, new = (_by_key(files.get(name, b"")) for files in (before, now))
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                was = old.get(key, "")
                if was and key[0] in untold and name not in _WITHOUT_NUMBERS:
                    was = WITHDRAWN
                rows.append((name, BETWEEN.join(key), was, new.get(key, "")))
    return _text(("file", "row", "before", "now"), rows)


def _by_key(content: bytes) -> dict[tuple[str, ...], str]:
    """Rows of a file by what they are about; the rest of each as one text."""
    rows = list(csv.reader(io.StringIO(content.decode())))
    header = rows[0] if rows else []
    at = header.index("count") if "count" in header else min(3, max(len(header) - 1, 0))
    at = 1 if header[:2] == ["country", "name"] else at
    return {tuple(row[:at]): " ".join(filter(None, row[at:])) for row in rows[1:]}


def _text(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[no_formula(one) for one in row] for row in rows])
    return out.getvalue().encode()
