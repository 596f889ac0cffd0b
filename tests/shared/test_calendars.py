"""Calendars: days known from elsewhere, and every day there and back."""

from datetime import date, timedelta

import hijridate
import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendars import (
    BIKRAM_SAMBAT,
    CALENDARS,
    ETHIOPIAN,
    GREGORIAN,
    HIJRI,
    PERSIAN,
    Day,
    NotInCalendar,
    date_of,
    day_in,
    last_day_of,
    month_name,
    months_in,
)


@pytest.mark.parametrize(
    ("calendar", "said", "gregorian"),
    [
        (ETHIOPIAN, (1, 1, 1), date(8, 8, 27)),  # Calendrical Calculations, table of epochs
        (ETHIOPIAN, (2000, 1, 1), date(2007, 9, 12)),  # the Ethiopian millennium
        (ETHIOPIAN, (1999, 13, 6), date(2007, 9, 11)),
        (ETHIOPIAN, (2017, 1, 1), date(2024, 9, 11)),
        (ETHIOPIAN, (1983, 9, 20), date(1991, 5, 28)),  # the national day, 20 Ginbot
        (BIKRAM_SAMBAT, (2072, 1, 12), date(2015, 4, 25)),  # the Gorkha earthquake
        (BIKRAM_SAMBAT, (2072, 6, 3), date(2015, 9, 20)),  # the constitution of Nepal
        (BIKRAM_SAMBAT, (2080, 1, 1), date(2023, 4, 14)),
        (BIKRAM_SAMBAT, (2083, 1, 1), date(2026, 4, 14)),
        (BIKRAM_SAMBAT, (2083, 8, 12), date(2026, 11, 28)),
        (PERSIAN, (1357, 11, 22), date(1979, 2, 11)),  # the revolution in Iran
        (PERSIAN, (1403, 12, 30), date(2025, 3, 20)),  # a leap day
        (HIJRI, (1442, 1, 1), date(2020, 8, 20)),
        (HIJRI, (1446, 9, 1), date(2025, 3, 1)),  # Ramadan
        (GREGORIAN, (2026, 11, 18), date(2026, 11, 18)),
    ],
)
def test_a_known_day_is_the_same_day_in_both_calendars(calendar, said, gregorian):
    assert date_of(calendar, Day(*said)) == gregorian
    assert day_in(calendar, gregorian) == Day(*said)


@given(st.dates(date(8, 8, 27), date(9990, 1, 1)))
def test_every_day_comes_back_from_the_ethiopian_calendar(day):
    assert date_of(ETHIOPIAN, day_in(ETHIOPIAN, day)) == day


@given(st.dates(date(1943, 4, 14), last_day_of(BIKRAM_SAMBAT)))
def test_every_day_comes_back_from_bikram_sambat(day):
    assert date_of(BIKRAM_SAMBAT, day_in(BIKRAM_SAMBAT, day)) == day


@given(st.dates(date(1901, 3, 21), last_day_of(PERSIAN)))
def test_every_day_is_what_another_package_says_in_the_persian_calendar(day):
    other = jdatetime.date.fromgregorian(date=day)

    assert day_in(PERSIAN, day) == (other.year, other.month, other.day)
    assert date_of(PERSIAN, day_in(PERSIAN, day)) == day


@given(st.dates(date(1924, 8, 1), last_day_of(HIJRI)))
def test_every_day_is_what_another_package_says_in_the_hijri_calendar(day):
    assert day_in(HIJRI, day) == hijridate.Gregorian.fromdate(day).to_hijri().datetuple()
    assert date_of(HIJRI, day_in(HIJRI, day)) == day


@given(st.dates(date(1944, 1, 1), date(2039, 4, 12)), st.sampled_from(CALENDARS))
def test_the_next_day_is_later(day, calendar):
    assert day_in(calendar, day) < day_in(calendar, day + timedelta(days=1))


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        (ETHIOPIAN, (2016, 13, 6)),
        (ETHIOPIAN, (2016, 14, 1)),
        (ETHIOPIAN, (2016, 2, 31)),
        (ETHIOPIAN, (2016, 0, 1)),
        (BIKRAM_SAMBAT, (2080, 1, 32)),
        (BIKRAM_SAMBAT, (2080, 13, 1)),
        (BIKRAM_SAMBAT, (1999, 1, 1)),
        (BIKRAM_SAMBAT, (2096, 1, 1)),
        (PERSIAN, (1404, 12, 30)),
        (PERSIAN, (1405, 7, 31)),
        (PERSIAN, (1279, 1, 1)),
        (PERSIAN, (1501, 1, 1)),
        (HIJRI, (1447, 1, 31)),
        (HIJRI, (1501, 1, 1)),
        (GREGORIAN, (2023, 2, 29)),
    ],
)
def test_a_day_that_is_not_in_the_calendar_is_refused(calendar, said):
    with pytest.raises(NotInCalendar):
        date_of(calendar, Day(*said))


@pytest.mark.parametrize("day", [date(1943, 4, 13), date(2039, 4, 15)])
def test_a_day_outside_the_known_months_is_refused(day):
    with pytest.raises(NotInCalendar):
        day_in(BIKRAM_SAMBAT, day)


@pytest.mark.parametrize("calendar", CALENDARS[1:])
@pytest.mark.parametrize("language", ["en", "am", "ne", "ar", "ur"])
def test_every_month_has_a_name_of_its_own(calendar, language):
    months = range(1, months_in(calendar) + 1)
    assert len({month_name(calendar, month, language) for month in months}) == len(months)


@pytest.mark.parametrize("calendar", CALENDARS)
def test_no_calendar_ends_within_two_years_of_today(calendar):
    """The one test that is to fail one day: then the table in data/calendars is continued."""
    assert last_day_of(calendar) >= date.today() + timedelta(days=2 * 366)


@pytest.mark.parametrize("calendar", CALENDARS[1:])
def test_every_calendar_reaches_ten_years_beyond_its_last_continuation(calendar):
    assert last_day_of(calendar) >= date(2026 + 10, 11, 28)
    assert date_of(calendar, day_in(calendar, last_day_of(calendar))) == last_day_of(calendar)


def test_every_year_of_bikram_sambat_begins_when_the_sun_enters_aries():
    """13 to 15 April in this century: a wrong sum of months would move all later days."""
    begins = [date_of(BIKRAM_SAMBAT, Day(year, 1, 1)) for year in range(2057, 2096)]

    assert {(day.month, day.day) for day in begins} <= {(4, 13), (4, 14), (4, 15)}
    assert len(begins) == 39
