"""Editions: declared by one person, protected and audited, approved by another, frozen, signed."""

from __future__ import annotations

import re
import urllib.request

from demo.office import APPROVER, DemoFailed, DemoNotes, DemoOffice
from demo.telling import Teller
from server.db.engine import reading
from server.office import Office
from server.reference.in_force import reference_of
from server.releases import approval, build, published, store
from server.releases.checklist import ReleaseWarning
from server.releases.declaration import ReleaseDeclaration
from server.releases.files import NumberState
from server.releases.states import ReleaseState
from server.releases.trace import trace
from server.releases.verify import verify
from server.tables import generations
from server.tables.visit_counts import periods_of_visits

TABLES = (
    "CL-CLASS:area,child_labour",
    "CL-CLASS:sex,age_band,child_labour",
    "CL-SECTOR",
    "FL-FORM:sex,child_or_adult,forced_labour_form",
)
"""Of the year: where and how badly, who, in which work at which age, and forced labour."""
OF_QUARTERS = ("CL-CLASS:sex,child_labour",)
"""Of the two newest quarters: what changed."""
_REST = "Other: "
_CLASSES = (
    ("WFCL_OTHER", "BELOW_MIN_AGE", "HAZ_HOUSEHOLD_SERVICES"),
    ("LIGHT_WORK", "PERMITTED_WORK", "NOT_WORKING", "UNDETERMINED"),
)
_FARMING = "A"
"""The section of agriculture in ISIC."""
LANGUAGE = "en"
STEPS = 5_000
"""Of the solver, spent on withholding less: a few seconds here."""


def make_edition(teller: Teller, office: DemoOffice, notes: DemoNotes) -> int:
    """The whole way of a release in front of the reader; the number of the edition.

    A second run with the same data has the edition already. Raises DemoFailed.
    """
    teller.heading("8  Editions, published")
    there = published.published(office.office)
    if there:
        teller.line(f"Edition {there[0].number} of an earlier run stands as it was published.")
        return there[0].number
    with reading(office.office.engine) as connection:
        periods = periods_of_visits(connection)
    year = next(one for one in periods if len(one) == len("2014"))
    quarters = sorted(one for one in periods if one.startswith(f"{year}-Q"))[-2:]
    if not generations.is_whole(office.office):
        generations.recount(office.office)
    levels = levels_of(office.office)
    if len(quarters) > 1:
        of_classes = {"child_labour": levels["child_labour"]}
        _approved(
            teller, office, _built(teller, office, notes, OF_QUARTERS, tuple(quarters), of_classes)
        )
    edition = _approved(teller, office, _built(teller, office, notes, TABLES, (year,), levels))
    _tell_trace(teller, office, edition)
    return edition


def levels_of(office: Office) -> dict[str, dict[str, str]]:
    """The codes the tables are published under: hazardous work by itself, every age, and
    agriculture beside all other work."""
    isic = reference_of(office).codelists["isic"]

    def section(code: str) -> str:
        while (parent := isic.entries[code].parent) is not None:
            code = parent
        return code

    others, none = _CLASSES
    return {
        "age_band": {code: code for code in ("5-11", "12-14", "15-17")},
        "industry": {
            code: "agriculture" if section(code) == _FARMING else f"{_REST}industry, services"
            for code in isic.entries
            if len(code) == 2  # Divisions, as answers are kept.
        },
        "child_labour": {
            "HAZARDOUS": "HAZARDOUS",
            **dict.fromkeys(others, _REST + ", ".join(others)),
            **dict.fromkeys(none, f"{_REST}NOT_CHILD_LABOUR, UNDETERMINED"),
        },
    }


def _built(
    teller: Teller,
    office: DemoOffice,
    notes: DemoNotes,
    tables: tuple[str, ...],
    periods: tuple[str, ...],
    levels: dict[str, dict[str, str]],
) -> store.KeptRelease:
    """A release that may leave: at these levels, else at those the office proposes."""
    threshold = build.usual_threshold(office.office)
    for one in (levels, {}):
        declared = ReleaseDeclaration(tables, periods, threshold, steps=STEPS, levels=one)
        number = build.declare(office.office, notes.account, declared)
        teller.line(f"Declared by {notes.account}: {len(tables)} tables of {', '.join(periods)}.")
        build.build(office.office, str(number))
        with reading(office.office.engine) as connection:
            release = store.release_of(connection, number)
        if release.state is ReleaseState.AUDITED:
            break
        teller.line("At these levels nothing safe could be made.")
    return release


def _approved(teller: Teller, office: DemoOffice, release: store.KeptRelease) -> int:
    """Tells what the audit found, has it approved by another person, and publishes it."""
    number = release.number
    if release.state is not ReleaseState.AUDITED or release.audit is None:
        raise DemoFailed(f"No safe tables could be made: {release.proposal}.")
    found = release.audit["findings"]
    teller.line(
        f"Protected together, then attacked on the exact bytes: {found['attackers']} attackers, "
        f"organisations with their own records among them; {found['unsafe']} unsafe, "
        f"{found['exact']} known, {found['known_classes']} known classes."
    )
    rows = [
        (name, f"{one['cells']:.0%}", f"{one['persons']:.0%}")
        for name, one in release.audit["shown"].items()
    ]
    teller.table("Shown", ("table", "cells of somebody", "persons"), rows)
    warnings = [one.value for one in approval.checklist_of(office.office, number).warnings]
    approval.approve(office.office, APPROVER, number, read=[one.value for one in ReleaseWarning])
    teller.line(
        f"Approved by {APPROVER}, who did not declare it, having read: {', '.join(warnings)}."
    )
    edition = approval.publish(office.office, number)
    remarks = verify(office.office, edition)
    if remarks:
        raise DemoFailed(f"The edition does not verify: {remarks[0]}")
    teller.line(
        f"Edition {edition} is frozen and signed. Made again from its sealed counts it comes out "
        "bit for bit."
    )
    return edition


def _tell_trace(teller: Teller, office: DemoOffice, edition: int) -> None:
    _, tables = published.tables_of(office.office, edition)
    total = ("Total",) * len(tables[0].dimensions)
    state, count = tables[0].rows[total]
    if state is not NumberState.PUBLISHED:
        return
    one = trace(office.office, "demonstration", " / ".join((tables[0].name, *total)), edition)[0]
    linkage = one.provenance["linkage"]
    teller.line(
        f"Traced: {count} persons stand on {one.records} records, {one.merged} of them merged into "
        f"persons already counted; rules {one.provenance['rules']}, linkage edition "
        f"{linkage['edition']} up to link {linkage['last_link']}."
    )


def check_edition_page(office: DemoOffice, edition: int) -> None:
    """Reads the edition as anybody may, without an account, and compares a file with its digest.

    Raises DemoFailed.
    """
    one = published.edition(office.office, edition)
    name = next(name for name in one.digests if name.endswith(".csv"))
    try:
        with urllib.request.urlopen(f"{office.url}/editions/{edition}", timeout=60) as reply:  # noqa: S310
            page = reply.read().decode()
        with urllib.request.urlopen(f"{office.url}/editions/{edition}/{name}", timeout=60) as file:  # noqa: S310
            content = file.read()
    except OSError as problem:
        raise DemoFailed(f"The page of edition {edition} does not answer: {problem}.") from problem
    if one.digests[name] not in re.sub(r"\s+", "", page):
        raise DemoFailed(f"The page of edition {edition} does not name its files.")
    if published.file_of_edition(office.office, edition, name) != content:
        raise DemoFailed(f"{name} is served with other bytes than were published.")
