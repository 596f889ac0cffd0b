"""What a regional or global body does before it publishes: keys, editions, codes, definitions.

Every edition is checked before it is kept: signature by the country's key, every digest, every
table. An edition that contradicts one that is known is refused, whoever signed it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from server.db.engine import reading, transaction
from server.exports.signed_edition import NotGenuine, signed_edition, signed_manifest
from server.office import Office
from server.programme.keys import PROGRAMME_FILE, make_keys
from server.releases.files import digest_of
from server.releases.published import MANIFEST, SIGNATURE
from server.rollup import log
from server.rollup.handed import in_one_file, is_fingerprint_of
from server.rollup.known import CountryKey, Known, known_from
from server.rollup.log import Learnt
from server.staff import audit
from shared.errors import ServiceError

ACTOR = "command line"
CODE_COLUMNS = ["country", "dimension", "code", "common"]
MOST_CHARACTERS = 2_000
_COUNTRY = re.compile(r"[A-Z]{3}")
"""ISO 3166-1 alpha-3, or a code of its own such as XAA."""


class NotTaken(ServiceError):
    """Something a roll-up does not take; nothing was kept."""


def known(office: Office) -> Known:
    """What the roll-up of this office knows. Raises NotTaken before it is begun."""
    with reading(office.engine) as connection:
        found = known_from(log.lines(connection))
    if not found.name:
        raise NotTaken("There is no roll-up yet: `tally87 rollup begin NAME` makes it.")
    return found


def is_begun(office: Office) -> bool:
    """Whether this office is a roll-up."""
    return newest_line(office) > 0


def newest_line(office: Office) -> int:
    """Another number whenever something was learnt; 0 where nothing is begun."""
    with reading(office.engine) as connection:
        return log.newest(connection)


def begin(office: Office, name: str, origin: str) -> None:
    """Begins a roll-up of a body of this name, with keys of its own when there are none."""
    with reading(office.engine) as connection:
        if known_from(log.lines(connection)).name:
            raise NotTaken("The roll-up is begun already. Nothing was changed.")
    if not (office.config.key_folder / PROGRAMME_FILE).exists():
        make_keys(office.config.key_folder, office.random_bytes)
    learn(office, Learnt.BODY, {"name": _words(name), "origin": origin})


def add_country(
    office: Office, code: str, name: str, key: str, fingerprint: str, by: str = ACTOR
) -> None:
    """Takes a country in. fingerprint: as it was printed or read aloud, never from beside the key.

    Raises NotTaken, NotGenuine.
    """
    if not _COUNTRY.fullmatch(code):
        raise NotTaken(f"{code} is no ISO 3166-1 alpha-3 code such as PAK. Nothing was kept.")
    if not is_fingerprint_of(fingerprint, key):
        raise NotTaken(
            "The fingerprint is not that of this key. Ask the country for both again, by another "
            "way than the file came. Nothing was kept."
        )
    found = known(office)
    others = [one.code for one in found.countries.values() if one.signing_key == key.strip()]
    if others and others != [code]:
        raise NotTaken(f"This is the key of {others[0]}. Nothing was kept.")
    was = found.countries.get(code)
    if was is not None and was.signing_key != key.strip() and found.holding(code):
        raise NotTaken(
            f"{code} has another key, and editions signed with it hold: withdraw these first, when "
            "the country says that its key is a new one. Nothing was kept."
        )
    said = {"code": code, "name": _words(name), "key": key.strip()}
    learn(office, Learnt.COUNTRY, said, by=by)


def add_edition(
    office: Office, files: dict[str, bytes], by: str = ACTOR
) -> tuple[str, int, int | None]:
    """Checks and keeps an edition; its country, its number, and the one it corrects.

    Raises NotTaken, NotGenuine. One that is known is kept once.
    """
    found = known(office)
    country = _who_signed(found, files)
    read = signed_edition(files, country.signing_key)
    if read.country != country.code:
        raise NotTaken(
            f"The edition says it is of {read.country}, and the key is that of {country.code}. "
            "Nothing was kept."
        )
    origin = "practice" if read.is_practice else read.origin
    if origin != found.origin:
        raise NotTaken(
            f"The edition is of {origin} data, and this roll-up of {found.origin}: they never "
            "stand together. Nothing was kept."
        )
    digest = digest_of(files[MANIFEST])
    held = found.editions.get((country.code, read.number))
    if held is not None and held.digest != digest:
        raise NotTaken(
            f"{country.code} has signed two different editions {read.number}: ask it which one "
            "holds. Nothing was kept."
        )
    if held is None:
        named = (MANIFEST, SIGNATURE, *_digests(files[MANIFEST]))
        content = in_one_file({name: files[name] for name in named})
        said = {"country": country.code, "edition": read.number}
        learn(office, Learnt.EDITION, said, content, by)
        corrects = known(office).editions[country.code, read.number].corrects
        return country.code, read.number, corrects
    return country.code, read.number, held.corrects


def _who_signed(found: Known, files: Mapping[str, bytes]) -> CountryKey:
    for country in found.countries.values():
        try:
            signed_manifest(files, country.signing_key)
        except NotGenuine:
            continue
        return country
    raise NotTaken(
        "No country that takes part has signed this edition: it was changed, or its key was not "
        "added (`tally87 rollup country`). Nothing was kept."
    )


def withdraw(office: Office, country: str, edition: int, because: str, by: str = ACTOR) -> None:
    """Notes that a country withdrew an edition: its numbers are used no more. Raises NotTaken."""
    if (country, edition) not in known(office).editions:
        raise NotTaken(f"There is no edition {edition} of {country}. Nothing was changed.")
    said = {"country": country, "edition": edition, "because": _words(because)}
    learn(office, Learnt.WITHDRAWN, said, by=by)


def add_codes(office: Office, content: bytes, by: str = ACTOR) -> int:
    """Takes a CSV of common codes in: country, dimension, code, common; how many lines.

    Raises NotTaken with every fault.
    """
    countries = known(office).countries
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise NotTaken("The file is no CSV in UTF-8. Nothing was kept.") from None
    faults = []
    for number, row in enumerate(rows, 2):
        if list(row) != CODE_COLUMNS or not all(row.values()):
            faults.append(f"Line {number}: country, dimension, code and common are needed.")
        elif row["country"] not in countries:
            faults.append(f"Line {number}: {row['country']} does not take part.")
    if faults or not rows:
        raise NotTaken("\n".join([*(faults or ["The file has no line."]), "Nothing was kept."]))
    with transaction(office.engine) as connection:
        for row in rows:
            log.add(connection, Learnt.CODE, row, office.now_s())
        details = {"what": Learnt.CODE.value, "lines": len(rows)}
        audit.enter(connection, office.now_s(), by, "rollup_noted", details)
    return len(rows)


def define(
    office: Office, table: str, country: str, agrees: bool, because: str, by: str = ACTOR
) -> None:
    """Says whether a country's table means what the others' mean, and why."""
    _must_take_part(office, country)
    said = {"table": table, "country": country, "agrees": agrees, "because": _words(because)}
    learn(office, Learnt.DEFINITION, said, by=by)


def note(office: Office, country: str, table: str, words: str, by: str = ACTOR) -> None:
    """Says what a reader must know to compare a country's numbers. table: "" for all."""
    _must_take_part(office, country)
    said = {"country": country, "table": table, "words": _words(words)}
    learn(office, Learnt.NOTE, said, by=by)


def learn(
    office: Office,
    kind: Learnt,
    said: dict[str, Any],
    content: bytes | None = None,
    by: str = ACTOR,
) -> None:
    """Adds a line, with an entry of the audit log."""
    with transaction(office.engine) as connection:
        log.add(connection, kind, said, office.now_s(), content)
        about: dict[str, Any] = {
            name: said[name] for name in ("country", "edition", "code") if name in said
        }
        audit.enter(connection, office.now_s(), by, "rollup_noted", {"what": kind.value, **about})


def _must_take_part(office: Office, country: str) -> None:
    if country not in known(office).countries:
        raise NotTaken(f"{country} does not take part. Nothing was kept.")


def _words(said: str) -> str:
    words = said.strip()
    if not words or len(words) > MOST_CHARACTERS or not words.isprintable():
        raise NotTaken(
            f"Say it in one line, {MOST_CHARACTERS} characters at most. Nothing was kept."
        )
    return words


def _digests(manifest: bytes) -> list[str]:
    return list(json.loads(manifest)["files"])
