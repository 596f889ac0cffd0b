"""Calendars people say a birth date in: Ethiopian and Bikram Sambat, to and from the Gregorian.

Dates are stored in the Gregorian calendar whatever they were said in. The Ethiopian calendar
follows its rule: twelve months of 30 days and a thirteenth of 5, or 6 in every fourth year, since
29 August 8 in the Julian calendar (Reingold and Dershowitz, Calendrical Calculations, chapter 4).
The months of Bikram Sambat follow the sun and are announced, so they are a table:
shared/data/calendars/bikram_sambat.csv, from the package nepali-datetime 1.0.8.5 (MIT licence),
compared with eight other packages. They disagree on one month end of 2062 (30 or 31 Baisakh, May
2005), which moves the days of one month by one. 2083 is as announced (four packages of 2026 agree).
2084 to 2095 are computed ahead, as the packages that had 2081 to 2083 right give them: they agree
on every year to 2090 but one month end of 2087; later ones were taken where the year begins as
the sun's does, on 13 to 15 April. Announced months may move a day; that is why a date is shown in
both calendars before it is taken. The table ends with 2095, in April 2039.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

GREGORIAN, ETHIOPIAN, BIKRAM_SAMBAT = "gregorian", "ethiopian", "bikram_sambat"

_TABLE = Path(__file__).parent / "data" / "calendars" / "bikram_sambat.csv"
_BIKRAM_SAMBAT_BEGINS = date(1943, 4, 14)
"""The first day of the first year of the table, 2000."""

_ETHIOPIAN_EPOCH = 2796
"""1 Meskerem of the year 1, as date.toordinal counts: 29 August 8 Julian, 27 August 8 Gregorian."""

_FOUR_YEARS = 4 * 365 + 1


_LATIN_MONTHS = {
    ETHIOPIAN: "Meskerem Tikimt Hidar Tahsas Tir Yekatit Megabit Miyazya Ginbot Sene Hamle Nehase"
    " Pagumen",
    BIKRAM_SAMBAT: "Baisakh Jestha Asar Shrawan Bhadra Ashwin Kartik Mangsir Poush Magh Falgun"
    " Chaitra",
}
_OWN_MONTHS = {
    (ETHIOPIAN, "am"): "መስከረም ጥቅምት ኅዳር ታኅሣሥ ጥር የካቲት መጋቢት ሚያዝያ ግንቦት ሰኔ ሐምሌ ነሐሴ ጳጉሜን",
    (BIKRAM_SAMBAT, "ne"): "वैशाख जेठ असार साउन भदौ असोज कार्तिक मंसिर पुस माघ फागुन चैत",
}


class Day(NamedTuple):
    """A day of some calendar. month and day count from 1."""

    year: int
    month: int
    day: int


class NotInCalendar(ValueError):
    """There is no such day, or it lies outside the years whose months are known."""


def day_in(calendar: str, day: date) -> Day:
    """A Gregorian date in one of the three calendars. Raises NotInCalendar, KeyError."""
    return {
        GREGORIAN: lambda: Day(day.year, day.month, day.day),
        ETHIOPIAN: lambda: _ethiopian(day),
        BIKRAM_SAMBAT: lambda: _bikram_sambat(day),
    }[calendar]()


def date_of(calendar: str, said: Day) -> date:
    """The Gregorian date of a day said in one of the three. Raises NotInCalendar, KeyError."""
    if calendar == GREGORIAN:
        try:
            return date(*said)
        except (ValueError, OverflowError) as fault:
            raise NotInCalendar(said) from fault
    return {ETHIOPIAN: _from_ethiopian, BIKRAM_SAMBAT: _from_bikram_sambat}[calendar](said)


def last_day_of(calendar: str) -> date:
    """The last day a calendar can say: a table ends, a rule does not. Raises KeyError."""
    if calendar == BIKRAM_SAMBAT:
        return _BIKRAM_SAMBAT_BEGINS + timedelta(days=_bikram_sambat_table()[1][-1] - 1)
    return {GREGORIAN: date.max, ETHIOPIAN: date(9990, 1, 1)}[calendar]


def months_in(calendar: str) -> int:
    """How many months a year has. Raises KeyError."""
    return {GREGORIAN: 12, ETHIOPIAN: 13, BIKRAM_SAMBAT: 12}[calendar]


def month_name(calendar: str, month: int, language: str) -> str:
    """The name of a month of the Ethiopian calendar or Bikram Sambat (month counts from 1).

    In the letters of the language the calendar is at home in, else in Latin ones. Raises KeyError
    for the Gregorian calendar, whose months every language names its own way.
    """
    names = _OWN_MONTHS.get((calendar, language)) or _LATIN_MONTHS[calendar]
    return names.split()[month - 1]


def _ethiopian(day: date) -> Day:
    since = day.toordinal() - _ETHIOPIAN_EPOCH
    if since < 0:
        raise NotInCalendar(day)
    year = (4 * since + 1463) // _FOUR_YEARS
    within = since - _days_before_ethiopian(year)
    return Day(year, within // 30 + 1, within % 30 + 1)


def _from_ethiopian(said: Day) -> date:
    leap = said.year % 4 == 3
    longest = 30 if said.month <= 12 else 6 if leap else 5
    if not (1 <= said.year <= 9990 and 1 <= said.month <= 13 and 1 <= said.day <= longest):
        raise NotInCalendar(said)
    within = 30 * (said.month - 1) + said.day - 1
    return date.fromordinal(_ETHIOPIAN_EPOCH + _days_before_ethiopian(said.year) + within)


def _days_before_ethiopian(year: int) -> int:
    return 365 * (year - 1) + year // 4


def _bikram_sambat(day: date) -> Day:
    first_year, begins, months = _bikram_sambat_table()
    since = (day - _BIKRAM_SAMBAT_BEGINS).days
    if not 0 <= since < begins[-1]:
        raise NotInCalendar(day)
    index = bisect_right(begins, since) - 1
    within = since - begins[index]
    for month, length in enumerate(months[index], 1):
        if within < length:
            return Day(first_year + index, month, within + 1)
        within -= length
    raise NotInCalendar(day)


def _from_bikram_sambat(said: Day) -> date:
    first_year, begins, months = _bikram_sambat_table()
    index = said.year - first_year
    if not (0 <= index < len(months) and 1 <= said.month <= 12):
        raise NotInCalendar(said)
    lengths = months[index]
    if not 1 <= said.day <= lengths[said.month - 1]:
        raise NotInCalendar(said)
    within = begins[index] + sum(lengths[: said.month - 1]) + said.day - 1
    return _BIKRAM_SAMBAT_BEGINS + timedelta(days=within)


@cache
def _bikram_sambat_table() -> tuple[int, tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """First year; days before each year, and after the last; the months' lengths by year."""
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        rows = [tuple(map(int, row)) for row in list(csv.reader(stream))[1:]]
    months = tuple(row[1:] for row in rows)
    begins = (0, *accumulate(sum(lengths) for lengths in months))
    return rows[0][0], begins, months
