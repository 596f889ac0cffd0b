"""What a country declares for its progress report: kinds of entries and their columns. Pure.

After what is reported to Alliance 8.7 and on open SDG sites: indicators with baseline and proxy,
targets, values with source and day, commitments with cost and what is funded, pilots, legal
standards that conform or not, and which data there are at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from urllib.parse import urlsplit

from server.exports.periods import is_period
from server.releases.labels import languages
from shared.numerals import latin_digits
from shared.texts import ENGLISH

MOST_CHARACTERS = 500
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_JOINERS = frozenset("\u200c\u200d\u200e\u200f")
"""Marks that Urdu, Hindi and Arabic are written with."""
SECTIONS = (
    "indicator",
    "target",
    "value",
    "commitment",
    "pilot",
    "standard",
    "availability",
    "study",
)
THEMES = ("child_labour", "forced_labour", "trafficking", "all")
AREAS_OF_WORK = ("outcome", "policy", "budget", "inspection", "protection")
PREVALENCE, PROCESS, RECORDED = "prevalence", "process", "recorded"
MEASURES = (PREVALENCE, PROCESS, RECORDED)
"""prevalence: of a representative survey; process: what was done; recorded: counts of persons whom
organisations recorded, which grow when recording gets better and are therefore never judged."""
UNDER_WAY, DONE, GIVEN_UP = "under_way", "done", "given_up"
COMMITMENT_STATES = ("planned", UNDER_WAY, DONE, GIVEN_UP)
CONFORMS = ("yes", "no", "not_examined")


class ColumnType(StrEnum):
    """What a column holds, as ``checked_value`` reads it."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    NUMBER = "number"
    DAY = "day"
    PERIOD = "period"
    LINK = "link"
    CHOICE = "choice"


@dataclass(frozen=True)
class EntryColumn:
    """A column of a kind of entry. choices: of a CHOICE."""

    name: str
    type: ColumnType = ColumnType.TEXT
    is_needed: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntryKind:
    """A kind of entry. key: the columns by which a later entry takes the place of an earlier."""

    name: str
    key: tuple[str, ...]
    columns: tuple[EntryColumn, ...]


def _choice(name: str, choices: tuple[str, ...], is_needed: bool = True) -> EntryColumn:
    return EntryColumn(name, ColumnType.CHOICE, is_needed, choices)


def _optional(name: str, of: ColumnType = ColumnType.TEXT) -> EntryColumn:
    return EntryColumn(name, of, is_needed=False)


_YES_NO = ("yes", "no")
_SOURCE = EntryColumn("source")
_GROUPS = _optional("action_groups", ColumnType.CODES)
KINDS: Mapping[str, EntryKind] = {
    one.name: one
    for one in (
        EntryKind(
            "indicator",
            ("code",),
            (
                EntryColumn("code", ColumnType.CODE),
                EntryColumn("name"),
                _choice("theme", THEMES),
                _choice("kind", AREAS_OF_WORK),
                _choice("measure", MEASURES),
                EntryColumn("unit"),
                _optional("proxy_for"),
                _optional("baseline", ColumnType.NUMBER),
                _optional("baseline_period", ColumnType.PERIOD),
                _optional("baseline_source"),
                _optional("table"),
                _optional("cell"),
                _GROUPS,
            ),
        ),
        EntryKind(
            "target",
            ("indicator", "deadline"),
            (
                EntryColumn("indicator", ColumnType.CODE),
                EntryColumn("deadline", ColumnType.DAY),
                EntryColumn("value", ColumnType.NUMBER),
                _SOURCE,
            ),
        ),
        EntryKind(
            "value",
            ("indicator", "period"),
            (
                EntryColumn("indicator", ColumnType.CODE),
                EntryColumn("period", ColumnType.PERIOD),
                EntryColumn("value", ColumnType.NUMBER),
                EntryColumn("organisation"),
                _SOURCE,
                EntryColumn("on", ColumnType.DAY),
            ),
        ),
        EntryKind(
            "commitment",
            ("code",),
            (
                EntryColumn("code", ColumnType.CODE),
                EntryColumn("title"),
                EntryColumn("owner"),
                _optional("cost", ColumnType.NUMBER),
                _optional("funded", ColumnType.NUMBER),
                _optional("currency", ColumnType.CODE),
                _optional("funded_by"),
                EntryColumn("due", ColumnType.DAY),
                _choice("state", COMMITMENT_STATES),
                _SOURCE,
                _GROUPS,
            ),
        ),
        EntryKind(
            "pilot",
            ("code",),
            (
                EntryColumn("code", ColumnType.CODE),
                EntryColumn("title"),
                _optional("place"),
                EntryColumn("period", ColumnType.PERIOD),
                EntryColumn("lesson"),
                _SOURCE,
                _GROUPS,
            ),
        ),
        EntryKind(
            "standard",
            ("instrument", "article"),
            (
                EntryColumn("instrument"),
                EntryColumn("article"),
                EntryColumn("topic"),
                _choice("conforms", CONFORMS),
                EntryColumn("law"),
                _SOURCE,
                EntryColumn("on", ColumnType.DAY),
            ),
        ),
        EntryKind(
            "availability",
            ("theme", "data"),
            (
                _choice("theme", THEMES),
                EntryColumn("data"),
                _optional("year", ColumnType.PERIOD),
                _choice("representative", _YES_NO),
                _SOURCE,
            ),
        ),
        EntryKind(
            "study",
            ("code",),
            (
                EntryColumn("code", ColumnType.CODE),
                EntryColumn("title"),
                EntryColumn("organisation"),
                EntryColumn("period", ColumnType.PERIOD),
                _choice("theme", THEMES),
                _optional("about"),
                EntryColumn("link", ColumnType.LINK),
                _optional("licence"),
                EntryColumn("on", ColumnType.DAY),
            ),
        ),
    )
}
"""By name."""


def column_of(kind: EntryKind, name: str) -> EntryColumn | None:
    """The column of this name; also ``title::fr``, a text column said in another language.

    None when the kind has none, or it is no text: numbers, days and codes have no language.
    """
    plain, is_in_language, language = name.partition("::")
    column = next((one for one in kind.columns if one.name == plain), None)
    if column is None or not is_in_language:
        return column
    if column.type is not ColumnType.TEXT or language not in languages() or language == ENGLISH:
        return None
    return EntryColumn(name, is_needed=False)


def in_language(said: Mapping[str, str], name: str, language: str) -> str:
    """What an entry says in a column: in this language, else as it was entered first."""
    return said.get(f"{name}::{language}") or said[name]


def in_languages(said: Mapping[str, str], *names: str) -> dict[str, str]:
    """These columns of an entry, with what they are in other languages."""
    return {
        one: words for one, words in said.items() if one in names or one.partition("::")[0] in names
    }


FAULTS: Mapping[str, str] = {
    "": "",
    "needed": "is needed",
    "long": f"is longer than {MOST_CHARACTERS} characters",
    "unprintable": "has a character that cannot be printed",
    "code": "is letters, digits, dots and dashes, 40 at most",
    "codes": "is codes with a space between them",
    "number": "is a number such as 1250 or 12.5, without separators of thousands",
    "day": "is a day such as 2026-12-31",
    "period": "is a year, 2026-Q1 or 2026-11",
    "link": "is an address that begins with https://",
}
"""What can be wrong with a value, by the word that pages say it by (``wrong.*`` of progress.po)."""


def checked_value(column: EntryColumn, said: str) -> tuple[str, str]:
    """The value as it is kept, and what is wrong with it in English ("" nothing)."""
    value, fault = read_value(column, said)
    if fault == "choice":
        return value, f"is one of {', '.join(column.choices)}"
    return value, FAULTS[fault]


def read_value(column: EntryColumn, said: str) -> tuple[str, str]:
    """The value as it is kept, and a word for what is wrong with it: one of FAULTS, or ``choice``.

    Numbers are kept as decimal text: no digit of them is lost.
    """
    value = unicodedata.normalize("NFC", said.strip())
    if not value:
        return "", "needed" if column.is_needed else ""
    if len(value) > MOST_CHARACTERS:
        return "", "long"
    if not all(one.isprintable() or one in _JOINERS for one in value):
        return "", "unprintable"
    match column.type:
        case ColumnType.CHOICE:
            return value, "" if value in column.choices else "choice"
        case ColumnType.CODE:
            return value, "" if _CODE.fullmatch(value) else "code"
        case ColumnType.CODES:
            return value, "" if all(_CODE.fullmatch(one) for one in value.split()) else "codes"
        case ColumnType.NUMBER:
            return _number(latin_digits(value))
        case ColumnType.DAY:
            day = latin_digits(value)
            return day, "" if _is_day(day) else "day"
        case ColumnType.LINK:
            return value, "" if is_link(value) else "link"
        case ColumnType.PERIOD:
            period = latin_digits(value)
            return period, "" if is_period(period) else "period"
        case _:
            return value, ""


def is_link(value: str) -> bool:
    """Whether a page may lead there: a whole https address of a named host, without a password."""
    try:
        there = urlsplit(value)
        port = there.port
    except ValueError:
        return False
    is_plain = value.isascii() and not set(value) & set(" <>\"'`\\{}|^")
    host = there.hostname or ""
    return (
        is_plain
        and there.scheme == "https"
        and "." in host
        and "@" not in there.netloc
        and (port is None or port > 0)
    )


def _number(value: str) -> tuple[str, str]:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", value, re.ASCII):
        return "", "number"
    try:
        return format(Decimal(value).normalize(), "f"), ""
    except InvalidOperation:
        return "", "number"


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
