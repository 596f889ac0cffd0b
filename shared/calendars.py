"""Calendars people say a birth date in, to and from the Gregorian.

Dates are stored in the Gregorian calendar whatever they were said in. Two follow a rule:

* Ethiopian: twelve months of 30 days and a thirteenth of 5, or 6 in every fourth year, since
  29 August 8 in the Julian calendar (Reingold and Dershowitz, Calendrical Calculations, chapter 4).
* Persian (Solar Hijri, of Iran and Afghanistan): six months of 31 days, five of 30, the last of 29,
  or 30 in the leap years, of which there are eight in 33 years. The year begins at the March
  equinox; from 1280 to 1500 (1901 to 2122) the rule gives the same leap years as the packages
  jdatetime 6.1.1, persiantools 6.2.0 and convertdate 2.5.1, which reckon the equinox in different
  ways. Outside these years it is not used.

The months of the two others are announced, so they are tables in shared/data/calendars:

* hijri.csv: the calendar of Umm al-Qura, 1343 to 1500 (1924 to 2077), from the package hijridate
  2.6.0 (MIT licence). Where the new moon is looked for, a month may begin a day earlier or later.
* bikram_sambat.csv: from the package nepali-datetime 1.0.8.5 (MIT licence), compared with eight
  other packages. They disagree on one month end of 2062 (30 or 31 Baisakh, May 2005), which moves
  the days of one month by one. 2083 is as announced (four packages of 2026 agree). 2084 to 2095 are
  computed ahead, as the packages that had 2081 to 2083 right give them: they agree on every year to
  2090 but one month end of 2087; later ones were taken where the year begins as the sun's does, on
  13 to 15 April. The table ends with 2095, in April 2039.

Announced months may move a day; that is why a date is shown in both calendars before it is taken.
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
PERSIAN, HIJRI = "persian", "hijri"
CALENDARS = (GREGORIAN, ETHIOPIAN, BIKRAM_SAMBAT, PERSIAN, HIJRI)

_TABLES = Path(__file__).parent / "data" / "calendars"
_TABLES_BEGIN = {BIKRAM_SAMBAT: date(1943, 4, 14), HIJRI: date(1924, 8, 1)}
"""The first day of the first year of each table, 2000 and 1343."""

_ETHIOPIAN_EPOCH = 2796
"""1 Meskerem of the year 1, as date.toordinal counts: 29 August 8 Julian, 27 August 8 Gregorian."""

_FOUR_YEARS = 4 * 365 + 1

_PERSIAN_YEARS = (1280, 1500)
_PERSIAN_BEGINS = date(1901, 3, 21)
"""1 Farvardin 1280."""
_PERSIAN_LEAP = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
"""Remainders, divided by 33, of the years that have 366 days."""


_LATIN_MONTHS = {
    ETHIOPIAN: "Meskerem Tikimt Hidar Tahsas Tir Yekatit Megabit Miyazya Ginbot Sene Hamle Nehase"
    " Pagumen",
    BIKRAM_SAMBAT: "Baisakh Jestha Asar Shrawan Bhadra Ashwin Kartik Mangsir Poush Magh Falgun"
    " Chaitra",
    PERSIAN: "Farvardin Ordibehesht Khordad Tir Mordad Shahrivar Mehr Aban Azar Dey Bahman Esfand",
    HIJRI: "Muharram,Safar,Rabi al-awwal,Rabi al-thani,Jumada al-ula,Jumada al-akhira,Rajab,Shaban,"
    "Ramadan,Shawwal,Dhu al-qada,Dhu al-hijja",
}
_OWN_MONTHS = {
    (ETHIOPIAN, "am"): "መስከረም ጥቅምት ኅዳር ታኅሣሥ ጥር የካቲት መጋቢት ሚያዝያ ግንቦት ሰኔ ሐምሌ ነሐሴ ጳጉሜን",
    (BIKRAM_SAMBAT, "ne"): "वैशाख जेठ असार साउन भदौ असोज कार्तिक मंसिर पुस माघ फागुन चैत",
    (PERSIAN, "ar"): "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    (PERSIAN, "fa"): "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    (PERSIAN, "ps"): "وری غویی غبرګولی چنګاښ زمری وږی تله لړم ليندۍ مرغومی سلواغه کب",
    (HIJRI, "ar"): "محرم,صفر,ربيع الأول,ربيع الآخر,جمادى الأولى,جمادى الآخرة,رجب,شعبان,رمضان,شوال,"
    "ذو القعدة,ذو الحجة",
    (HIJRI, "ur"): "محرم,صفر,ربیع الاول,ربیع الثانی,جمادی الاول,جمادی الثانی,رجب,شعبان,رمضان,شوال,"
    "ذوالقعدہ,ذوالحجہ",
    (HIJRI, "fa"): "محرم,صفر,ربیع‌الاول,ربیع‌الثانی,جمادی‌الاول,جمادی‌الثانی,رجب,شعبان,رمضان,شوال,"
    "ذیقعده,ذیحجه",
}


class Day(NamedTuple):
    """A day of some calendar. month and day count from 1."""

    year: int
    month: int
    day: int


class NotInCalendar(ValueError):
    """There is no such day, or it lies outside the years whose months are known."""


def day_in(calendar: str, day: date) -> Day:
    """A Gregorian date in one of CALENDARS. Raises NotInCalendar, KeyError."""
    return {
        GREGORIAN: lambda: Day(day.year, day.month, day.day),
        ETHIOPIAN: lambda: _ethiopian(day),
        PERSIAN: lambda: _persian(day),
        BIKRAM_SAMBAT: lambda: _announced(BIKRAM_SAMBAT, day),
        HIJRI: lambda: _announced(HIJRI, day),
    }[calendar]()


def date_of(calendar: str, said: Day) -> date:
    """The Gregorian date of a day said in one of CALENDARS. Raises NotInCalendar, KeyError."""
    if calendar == GREGORIAN:
        try:
            return date(*said)
        except (ValueError, OverflowError) as fault:
            raise NotInCalendar(said) from fault
    if calendar in _TABLES_BEGIN:
        return _from_announced(calendar, said)
    return {ETHIOPIAN: _from_ethiopian, PERSIAN: _from_persian}[calendar](said)


def last_day_of(calendar: str) -> date:
    """The last day a calendar can say: a table ends, a rule does not. Raises KeyError."""
    if calendar in _TABLES_BEGIN:
        return _TABLES_BEGIN[calendar] + timedelta(days=_table(calendar)[1][-1] - 1)
    if calendar == PERSIAN:
        last = _PERSIAN_YEARS[1]
        return _PERSIAN_BEGINS + timedelta(days=_days_before_persian(last + 1) - 1)
    return {GREGORIAN: date.max, ETHIOPIAN: date(9990, 1, 1)}[calendar]


def months_in(calendar: str) -> int:
    """How many months a year has. Raises KeyError."""
    return dict.fromkeys(CALENDARS, 12)[calendar] + (calendar == ETHIOPIAN)


def month_name(calendar: str, month: int, language: str) -> str:
    """The name of a month of any of CALENDARS but the Gregorian (month counts from 1).

    In the letters of a language the calendar is at home in, else in Latin ones. Raises KeyError
    for the Gregorian calendar, whose months every language names its own way.
    """
    names = _OWN_MONTHS.get((calendar, language)) or _LATIN_MONTHS[calendar]
    return names.split("," if "," in names else None)[month - 1]


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


def _persian(day: date) -> Day:
    first, last = _PERSIAN_YEARS
    since = (day - _PERSIAN_BEGINS).days
    if not 0 <= since < _days_before_persian(last + 1):
        raise NotInCalendar(day)
    year = first + since // 366
    while _days_before_persian(year + 1) <= since:
        year += 1
    within = since - _days_before_persian(year)
    if within < 6 * 31:
        return Day(year, within // 31 + 1, within % 31 + 1)
    within -= 6 * 31
    return Day(year, within // 30 + 7, within % 30 + 1)


def _from_persian(said: Day) -> date:
    first, last = _PERSIAN_YEARS
    if not (first <= said.year <= last and 1 <= said.month <= 12):
        raise NotInCalendar(said)
    last_month = 30 if _is_persian_leap(said.year) else 29
    longest = 31 if said.month <= 6 else 30 if said.month <= 11 else last_month
    if not 1 <= said.day <= longest:
        raise NotInCalendar(said)
    before = 31 * min(said.month - 1, 6) + 30 * max(said.month - 7, 0)
    within = _days_before_persian(said.year) + before + said.day - 1
    return _PERSIAN_BEGINS + timedelta(days=within)


def _is_persian_leap(year: int) -> bool:
    return year % 33 in _PERSIAN_LEAP


@cache
def _days_before_persian(year: int) -> int:
    """Days from the first day of the first year to that of this one."""
    first = _PERSIAN_YEARS[0]
    return 365 * (year - first) + sum(_is_persian_leap(one) for one in range(first, year))


def _announced(calendar: str, day: date) -> Day:
    first_year, begins, months = _table(calendar)
    since = (day - _TABLES_BEGIN[calendar]).days
    if not 0 <= since < begins[-1]:
        raise NotInCalendar(day)
    index = bisect_right(begins, since) - 1
    within = since - begins[index]
    for month, length in enumerate(months[index], 1):
        if within < length:
            return Day(first_year + index, month, within + 1)
        within -= length
    raise NotInCalendar(day)


def _from_announced(calendar: str, said: Day) -> date:
    first_year, begins, months = _table(calendar)
    index = said.year - first_year
    if not (0 <= index < len(months) and 1 <= said.month <= 12):
        raise NotInCalendar(said)
    lengths = months[index]
    if not 1 <= said.day <= lengths[said.month - 1]:
        raise NotInCalendar(said)
    within = begins[index] + sum(lengths[: said.month - 1]) + said.day - 1
    return _TABLES_BEGIN[calendar] + timedelta(days=within)


@cache
def _table(calendar: str) -> tuple[int, tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """First year; days before each year, and after the last; the months' lengths by year."""
    with (_TABLES / f"{calendar}.csv").open(encoding="utf-8", newline="") as stream:
        rows = [tuple(map(int, row)) for row in list(csv.reader(stream))[1:]]
    months = tuple(row[1:] for row in rows)
    begins = (0, *accumulate(sum(lengths) for lengths in months))
    return rows[0][0], begins, months
