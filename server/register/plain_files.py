"""Plain CSV files of names: into records with codes, and persons out again. Pure of any database.

For a statistician who checks the linkage alone: the codes are made as a tablet makes them, with a
key that lives as long as the run, and nothing but codes, sex and birth year reaches the linking.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from server.register.records import SEX_NUMBERS, YEAR_NOT_KNOWN, Numbers, Records
from shared.errors import TallyError
from shared.linkage import CODE_TYPES
from shared.linkage.code_types import codes_of
from shared.linkage.codes import CODE_BYTES, Keyed, codes_of_type
from shared.linkage.fields import fields_of, letters_and_skeleton
from shared.linkage.identity import Identity

RECORD_ID = "record_id"
COLUMNS = (
    RECORD_ID,
    "given",
    "family",
    "parent",
    "sex",
    "birth_date",
    "birth_year",
    "district",
    "postcode",
    "organisation",
)
"""All but the first may be missing."""
_YEAR = re.compile(r"\d{4}")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class PeopleFileUnreadable(TallyError):
    """A file that is no CSV of people, in a sentence."""


@dataclass(frozen=True)
class PeopleFile:
    """A file's records, rows ascending by record id.

    ids: of the rows. in_file: for each line of the file its row. organisation, place: by row as a
    number, -1 when none is told.
    """

    ids: Sequence[str]
    in_file: Sequence[int]
    records: Records
    organisation: Sequence[int]
    place: Sequence[int]


def read_people(lines: Iterable[str], key: bytes, types: Sequence[int]) -> PeopleFile:
    """The people in a CSV file, with commas, semicolons or tabs. Raises PeopleFileUnreadable.

    An unreadable value counts as not known. No value of the file stands in the error's sentence.
    """
    following = iter(lines)
    header = next((line for line in following if line.strip()), "")
    sign = max(_SIGNS, key=lambda one: len(_names_in(header.split(one)) & set(COLUMNS)))
    # Strict: a quote that nobody closes would swallow all that follows.
    reader = csv.reader(chain([header], following), delimiter=sign, strict=True)
    read = _Reading(key, tuple(sorted(types)))
    try:
        columns = [_name(column) for column in next(reader, [])]
        if RECORD_ID not in columns:
            raise PeopleFileUnreadable(
                "The first line names no column record_id. Nothing was linked. Columns read: "
                f"{', '.join(COLUMNS)}; all but the first may be missing. The file is CSV in UTF-8."
            )
        place = [columns.index(name) if name in columns else len(columns) for name in COLUMNS]
        for row in reader:
            if row:
                padded = [*row[: len(columns)], *[""] * max(len(columns) + 1 - len(row), 1)]
                read.add([padded[at].strip() for at in place], reader.line_num)
    except csv.Error as error:
        raise PeopleFileUnreadable(
            f"Line {reader.line_num} is no CSV: a quote is not closed, or a value is longer than "
            f"{csv.field_size_limit():,} letters. Nothing was linked."
        ) from error
    return read.done()


_SIGNS = (",", ";", "\t")


def _name(column: str) -> str:
    return column.strip(' "\r\n\ufeff').lower()


def _names_in(columns: Iterable[str]) -> set[str]:
    return {_name(column) for column in columns}


class _Reading:
    """Codes and attributes gathered line by line."""

    def __init__(self, key: bytes, types: tuple[int, ...]) -> None:
        self._types = [(number, bytes(8 * CODE_TYPES[number].codes)) for number in types]
        self._keyed = _keyed_by(key)
        self._ids: list[str] = []
        self._codes = bytearray()
        self._sex = bytearray()
        self._years: list[tuple[int, int]] = []
        self._organisations: list[int] = []
        self._places: list[int] = []
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({"": -1}, {"": -1})
        self._forms: dict[str, tuple[str, str]] = {"": ("", "")}

    def add(self, values: Sequence[str], line: int) -> None:
        """One line of the file: a value for each of COLUMNS, empty for what is not told."""
        record_id, given, family, parent, sex, born, year, district, postcode, organisation = values
        if not record_id:
            raise PeopleFileUnreadable(f"Line {line} has no record_id. Nothing was linked.")
        written = _DATE.fullmatch(born)
        birth_date = "{:04}-{:02}-{:02}".format(*map(int, written.groups())) if written else None
        stated = int(year) if _YEAR.fullmatch(year) else YEAR_NOT_KNOWN
        of_date = int(written[1]) if written else YEAR_NOT_KNOWN
        sex = sex.lower()
        identity = Identity(
            given_name=given or None,
            family_name=family or None,
            parent_given_name=parent or None,
            sex=sex if sex in SEX_NUMBERS else None,
            birth_year=stated or of_date or None,
            birth_date=birth_date,
            area=district or postcode or None,
        )
        fields = fields_of(identity, self._both_forms)
        for number, absent in self._types:
            codes = codes_of_type(number, fields, self._keyed)
            self._codes += b"".join(codes) if codes else absent
        self._ids.append(record_id)
        self._sex.append(SEX_NUMBERS.get(sex, 0))
        self._years.append((stated, of_date))
        for told, numbers, kept in zip(
            (organisation, district or postcode),
            self._numbers,
            (self._organisations, self._places),
            strict=True,
        ):
            kept.append(numbers.setdefault(told, len(numbers) - 1))

    def done(self) -> PeopleFile:
        """All that was read, in order of record ids."""
        count = len(self._ids)
        if len(set(self._ids)) != count:
            raise PeopleFileUnreadable(
                "Two lines have the same record_id. Nothing was linked. Give each line its own."
            )
        order = sorted(range(count), key=self._ids.__getitem__)
        in_file = np.empty(count, np.int64)
        in_file[order] = np.arange(count)
        width = codes_of(tuple(number for number, _ in self._types))
        table = np.frombuffer(self._codes, ">u8").reshape(count, width)
        years = np.array(self._years, np.int16).reshape(count, 2)[order]
        records = Records(
            codes=self._by_type(table, order),
            sex=np.frombuffer(bytes(self._sex), np.int8)[order],
            birth_year=years[:, 0],
            date_year=years[:, 1],
            # Nobody is known to have written several of these lines: each speaks for itself.
            source=np.arange(count, dtype=np.int64),
            slips=True,
        )
        return PeopleFile(
            [self._ids[at] for at in order],
            in_file.tolist(),
            records,
            [self._organisations[at] for at in order],
            [self._places[at] for at in order],
        )

    def _by_type(self, table: Numbers, order: list[int]) -> dict[int, Numbers]:
        found, at = {}, 0
        for number, _ in self._types:
            width = CODE_TYPES[number].codes
            found[number] = np.ascontiguousarray(table[order, at : at + width], np.uint64)
            at += width
        return found

    def _both_forms(self, name: str) -> tuple[str, str]:
        if name not in self._forms:
            self._forms[name] = letters_and_skeleton(name)
        return self._forms[name]


def _keyed_by(key: bytes) -> Keyed:
    # Twice as fast as HMAC-SHA256; no code of a file is ever compared with a tablet's.
    begin = hashlib.blake2b(key=key, digest_size=CODE_BYTES).copy

    def keyed(text: bytes) -> bytes:
        hashed = begin()
        hashed.update(text)
        return hashed.digest()

    return keyed


def key_of_run(secret: bytes) -> bytes:
    """A linkage key of 32 bytes from anything."""
    return hashlib.sha256(b"tally87 link" + secret).digest()
