"""Calendars: days known from elsewhere, and every day there and back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendars import (
    BIKRAM_SAMBAT,
    ETHIOPIAN,
    GREGORIAN,
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


@given(st.dates(date(1944, 1, 1), date(2039, 4, 12)), st.sampled_from([ETHIOPIAN, BIKRAM_SAMBAT]))
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


@pytest.mark.parametrize("calendar", [ETHIOPIAN, BIKRAM_SAMBAT])
@pytest.mark.parametrize("language", ["en", "am", "ne", "ar"])
def test_every_month_has_a_name_of_its_own(calendar, language):
    months = range(1, months_in(calendar) + 1)
    assert len({month_name(calendar, month, language) for month in months}) == len(months)


@pytest.mark.parametrize("calendar", [GREGORIAN, ETHIOPIAN, BIKRAM_SAMBAT])
def test_no_calendar_ends_within_two_years_of_today(calendar):
    """The one test that is to fail one day: then the table in data/calendars is continued."""
    assert last_day_of(calendar) >= date.today() + timedelta(days=2 * 366)


@pytest.mark.parametrize("calendar", [ETHIOPIAN, BIKRAM_SAMBAT])
def test_every_calendar_reaches_ten_years_beyond_its_last_continuation(calendar):
    assert last_day_of(calendar) >= date(2026 + 10, 11, 28)
    assert date_of(calendar, day_in(calendar, last_day_of(calendar))) == last_day_of(calendar)


def test_every_year_of_bikram_sambat_begins_when_the_sun_enters_aries():
    """13 to 15 April in this century: a wrong sum of months would move all later days."""
    begins = [date_of(BIKRAM_SAMBAT, Day(year, 1, 1)) for year in range(2057, 2096)]

    assert {(day.month, day.day) for day in begins} <= {(4, 13), (4, 14), (4, 15)}
    assert len(begins) == 39
