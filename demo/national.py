"""The end of the story: reasons in words, the protected national table, the page that shows it."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from typing import Any

from demo.office import APPROVER, DemoFailed, DemoNotes, DemoOffice
from demo.telling import Teller
from server.db.engine import reading
from server.disclosure.cube import TOTAL
from server.reference.in_force import reference_of
from server.tables import generations, labels
from server.tables.kept import ShownTable
from server.tables.national import NationalTables, national_tables
from server.tables.visit_counts import known_months
from server.web.pages import counts_page
from shared.texts import text

LANGUAGE = "en"
WITHHELD = "withheld"
"""As the page of national counts says it."""


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
        year = max(month[: len("2014")] for month in known_months(connection))
    return national_tables(office.office, year)


def tell_table(teller: Teller, office: DemoOffice) -> NationalTables:
    """Prints recorded children by area, then by sex and age, at the levels proposed."""
    national = tables_of_latest_year(office)
    teller.heading(f"7  National counts {national.period}, protected")
    for code, title in (
        ("CL-AREA", "Persons of 5 to 17, each counted once: by area"),
        ("CL-AGE", "By sex and age"),
        ("FL-FORM", "Persons in forced labour (answers simulated or drawn, not from the field)"),
    ):
        headings, lines = _laid_out(office, national[code])
        teller.table(title, headings, lines)
    everywhere = next(one for one in national.coverage if one.area == TOTAL)
    teller.line(
        f"{everywhere.visits} visits, {everywhere.nobody_found} of them with nobody to record. "
        f"{WITHHELD.capitalize()}: fewer than {national.threshold} persons, or a number that would "
        "give such a cell away. Recorded persons from an administrative register, not SDG "
        "indicator 8.7.1."
    )
    return national


def _laid_out(
    office: DemoOffice, table: ShownTable
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    declared = generations.declarations_of(office.office).dimensions
    reference = reference_of(office.office)

    def label(name: str, code: str) -> str:
        return labels.code_label(declared[name], code, reference, LANGUAGE)

    across, down = counts_page.columns(table), table.dimensions[:-1]
    by = ", ".join(labels.dimension_name(declared[one.name], LANGUAGE) for one in down)
    lines = [
        (
            ", ".join(label(one.name, code) for one, code in zip(down, row.codes, strict=True)),
            *(_word(count) for count in row.counts),
        )
        for row in counts_page.rows(table)
    ]
    return (by, *(label(across.name, code) for code in across.codes)), lines


def _word(count: int | None) -> str:
    return WITHHELD if count is None else f"{count:,}"


def signed_in(
    office: DemoOffice, notes: DemoNotes, *, as_approver: bool = False
) -> urllib.request.OpenerDirector:
    """A browser, without a screen, that has signed in with the account of the notes, or with that
    of the statistician who approves.

    Raises OSError when the server does not answer or does not accept the account.
    """
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    name, password = notes.account, notes.password
    if as_approver:
        name, password = APPROVER, notes.approver_password
    fields = {"name": name, "password": password, "code": "", "to": ""}
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
    total = national["CL-AREA"].total
    try:
        address = f"{office.url}/counts?period={national.period}"
        with signed_in(office, notes, as_approver=True).open(address, timeout=60) as reply:
            page = reply.read().decode()
    except OSError as problem:
        raise DemoFailed(f"The page of national counts does not answer: {problem}.") from problem
    shown = re.sub(r"[\s\u202f,]", "", re.sub(r"<[^>]+>", " ", page))
    if total is not None and str(total) not in shown:
        raise DemoFailed("The page of national counts does not show the counts.")
