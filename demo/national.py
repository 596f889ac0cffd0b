"""The end of the story: reasons in words, the protected national table, the page that shows it."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from typing import Any

from demo.office import DemoFailed, DemoNotes, DemoOffice
from demo.telling import Teller
from server.db.engine import reading
from server.disclosure.control import ALL, ProtectedTable
from server.intake.attributes import SEXES
from server.reference.in_force import reference_of
from server.tables import counts
from server.tables.national import (
    CHILD_BANDS,
    CHILD_LABOUR_CLASSES,
    IN_CHILD_LABOUR,
    UNDETERMINED,
    NationalTables,
    national_tables,
)
from shared.texts import text

LANGUAGE = "en"
WITHHELD = "withheld"
"""As the page of national counts says it."""
_COLUMNS = (*CHILD_LABOUR_CLASSES, UNDETERMINED)
_HEADINGS = (
    *("recorded", "in child\nlabour", "worst\nforms", "hazardous\nwork"),
    *("below\nmin. age", "household\nservices", "undeter-\nmined"),
)


def sentences(findings: Iterable[Sequence[Any]]) -> str:
    """Findings of a receipt in words: which question, what is wrong with it."""
    told = [
        (f"{question}: " if question else "") + text(f"findings.{code}", LANGUAGE, **values)
        for code, question, values in findings
    ]
    return " ".join(told)


def tables_of_latest_year(office: DemoOffice) -> NationalTables:
    """The protected tables of the newest year with records."""
    with reading(office.office.engine) as connection:
        year = next(period for period in counts.periods(connection) if len(period) == len("2014"))
    return national_tables(office.office, year)


def tell_table(teller: Teller, office: DemoOffice) -> NationalTables:
    """Prints recorded children by area, then by sex and age, by class."""
    national = tables_of_latest_year(office)
    table = national.child_labour
    areas = reference_of(office.office).codelists["areas"]
    teller.heading(f"7  National counts {national.period}, protected")
    by_area = [
        (
            areas.label(area, LANGUAGE) if area != ALL else "Punjab, all",
            *_row(table, area, ALL, ALL),
        )
        for area in (ALL, *(area for area in national.areas if area.startswith("PK-PB-")))
    ]
    title = "Persons of 5 to 17, each counted once: by area"
    teller.table(title, ("area", *_HEADINGS), by_area)
    by_age = [
        (f"{sex}, {band}", *_row(table, ALL, sex, band))
        for sex in SEXES
        for band in CHILD_BANDS
        if table[ALL, sex, band, ALL] != 0
    ]
    # the sum of the classes of child labour is not published by sex and age together
    headings = ("sex and age", *_HEADINGS[:1], *_HEADINGS[2:])
    teller.table("By sex and age", headings, by_age)
    everywhere = next(one for one in national.coverage if one.area == ALL)
    teller.line(
        f"{everywhere.visits} visits, {everywhere.nobody_found} of them with nobody to record. "
        f"{WITHHELD.capitalize()}: fewer than {national.threshold} persons, or a number that would "
        "give such a cell away. Recorded persons from an administrative register, not SDG "
        "indicator 8.7.1."
    )
    return national


def _row(table: ProtectedTable, area: str, sex: str, band: str) -> list[str]:
    by_one_at_most = [area, sex, band].count(ALL) >= 2
    words = (ALL, *((IN_CHILD_LABOUR,) if by_one_at_most else ()), *_COLUMNS)
    return [_word(table[area, sex, band, word]) for word in words]


def _word(count: int | None) -> str:
    return WITHHELD if count is None else f"{count:,}"


def signed_in(office: DemoOffice, notes: DemoNotes) -> urllib.request.OpenerDirector:
    """A browser, without a screen, that has signed in with the account of the notes.

    Raises OSError when the server does not answer or does not accept the account.
    """
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    fields = {"name": notes.account, "password": notes.password, "code": "", "to": ""}
    form = urllib.request.Request(  # noqa: S310 - our own server on this machine
        f"{office.url}/sign-in", urllib.parse.urlencode(fields).encode(), {"Origin": office.url}
    )
    with browser.open(form, timeout=20) as reply:
        reply.read()
    return browser


def check_page(office: DemoOffice, notes: DemoNotes, national: NationalTables) -> None:
    """Signs in as a person would and finds the total of the table on the page of national counts.

    Raises DemoFailed when the page does not answer with these counts.
    """
    total = national.child_labour[ALL, ALL, ALL, ALL]
    try:
        address = f"{office.url}/counts?period={national.period}"
        with signed_in(office, notes).open(address, timeout=60) as reply:
            page = reply.read().decode()
    except OSError as problem:
        raise DemoFailed(f"The page of national counts does not answer: {problem}.") from problem
    shown = re.sub(r"[\s\u202f,]", "", re.sub(r"<[^>]+>", " ", page))
    if total is not None and str(total) not in shown:
        raise DemoFailed("The page of national counts does not show the counts.")
