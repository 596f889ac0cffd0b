"""Plain CSV files of names: into records with codes, and persons out again. Pure of any database.

For a statistician who checks the linkage alone: the codes are made as a tablet makes them, with a
key that lives as long as the run, and nothing but codes, sex and birth year reaches the linking.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.register.records import SEX_NUMBERS, YEAR_NOT_KNOWN, Numbers, Records
from shared.errors import TallyError
from shared.linkage import CODE_TYPES
from shared.linkage.code_types import codes_of
from shared.linkage.codes import codes_of_type
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
_DATE = re.compile(r"(\d{4})-\d{1,2}-\d{1,2}")


class PeopleFileUnreadable(TallyError):
    """A file that is no CSV of people, in a sentence."""


@dataclass(frozen=True)
class PeopleFile:
    """A file's records, rows ascending by record id.

    ids: of the rows. in_file: for each line of the file its row. organisation: as a number, -1
    when none is told.
    """

    ids: Sequence[str]
    in_file: Sequence[int]
    records: Records
    organisation: Sequence[int]


def read_people(lines: Iterable[str], key: bytes, types: Sequence[int]) -> PeopleFile:
    """The people in a CSV file. Raises PeopleFileUnreadable.

    An unreadable value counts as not known. No value of the file stands in the error's sentence.
    """
    reader = csv.DictReader(lines)
    try:
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        if RECORD_ID not in columns:
            raise PeopleFileUnreadable(
                "The first line names no column record_id. Nothing was linked. Columns read: "
                f"{', '.join(COLUMNS)}; all but the first may be missing."
            )
        reader.fieldnames = columns
        read = _Reading(key, tuple(sorted(types)))
        for row in reader:
            read.add(row, reader.line_num)
    except csv.Error as error:
        raise PeopleFileUnreadable(
            f"Line {reader.line_num} is no CSV. Nothing was linked."
        ) from error
    return read.done()


class _Reading:
    """Codes and attributes gathered line by line."""

    def __init__(self, key: bytes, types: tuple[int, ...]) -> None:
        self._key, self._types = key, types
        self._ids: list[str] = []
        self._codes = bytearray()
        self._absent = {number: bytes(8 * CODE_TYPES[number].codes) for number in types}
        self._sex = bytearray()
        self._years: list[tuple[int, int]] = []
        self._organisations: list[int] = []
        self._numbers: dict[str, int] = {}
        self._forms: dict[str, tuple[str, str]] = {"": ("", "")}

    def add(self, row: Mapping[str, str | None], line: int) -> None:
        """One line of the file."""

        def said(column: str) -> str:
            value = row.get(column)
            return value.strip() if isinstance(value, str) else ""

        if not said(RECORD_ID):
            raise PeopleFileUnreadable(f"Line {line} has no record_id. Nothing was linked.")
        written = _DATE.fullmatch(said("birth_date"))
        stated = int(said("birth_year")) if _YEAR.fullmatch(said("birth_year")) else YEAR_NOT_KNOWN
        of_date = int(written[1]) if written else YEAR_NOT_KNOWN
        year = stated or of_date
        sex = said("sex").lower()
        identity = Identity(
            given_name=said("given") or None,
            family_name=said("family") or None,
            parent_given_name=said("parent") or None,
            sex=sex if sex in SEX_NUMBERS else None,
            birth_year=year or None,
            birth_date=said("birth_date") if written else None,
            area=said("district") or said("postcode") or None,
        )
        fields = fields_of(identity, self._both_forms)
        for number in self._types:
            codes = codes_of_type(number, fields, self._key)
            self._codes += b"".join(codes) if codes else self._absent[number]
        self._ids.append(said(RECORD_ID))
        self._sex.append(SEX_NUMBERS.get(sex, 0))
        self._years.append((stated, of_date))
        organisation = said("organisation")
        self._organisations.append(
            self._numbers.setdefault(organisation, len(self._numbers)) if organisation else -1
        )

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
        table = np.frombuffer(bytes(self._codes), ">u8").reshape(count, codes_of(self._types))
        del self._codes
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
        )

    def _by_type(self, table: Numbers, order: list[int]) -> dict[int, Numbers]:
        found, at = {}, 0
        for number in self._types:
            width = CODE_TYPES[number].codes
            found[number] = np.ascontiguousarray(table[order, at : at + width], np.uint64)
            at += width
        return found

    def _both_forms(self, name: str) -> tuple[str, str]:
        if name not in self._forms:
            self._forms[name] = letters_and_skeleton(name)
        return self._forms[name]


def key_of_run(secret: bytes) -> bytes:
    """A linkage key of 32 bytes from anything."""
    return hashlib.sha256(b"tally87 link" + secret).digest()
