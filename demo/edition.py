"""Edition 1: declared by one person, protected and audited, approved by another, frozen, signed."""

from __future__ import annotations

import re
import urllib.request

from demo.office import APPROVER, DemoFailed, DemoNotes, DemoOffice
from demo.telling import Teller
from server.db.engine import reading
from server.releases import approval, build, published, store
from server.releases.checklist import ReleaseWarning
from server.releases.declaration import ReleaseDeclaration
from server.releases.files import NumberState
from server.releases.source import USUAL
from server.releases.states import ReleaseState
from server.releases.trace import trace
from server.releases.verify import verify
from server.tables import generations
from server.tables.visit_counts import periods_of_visits

LANGUAGE = "en"
STEPS = 5_000
"""Of the solver, spent on withholding less: a few seconds here."""


def make_edition(teller: Teller, office: DemoOffice, notes: DemoNotes) -> int:
    """The whole way of a release in front of the reader; the number of the edition.

    A second run with the same data has the edition already. Raises DemoFailed.
    """
    teller.heading("8  Edition 1, published")
    there = published.published(office.office)
    if there:
        teller.line(f"Edition {there[0].number} of an earlier run stands as it was published.")
        return there[0].number
    with reading(office.office.engine) as connection:
        year = next(one for one in periods_of_visits(connection) if len(one) == len("2014"))
    if not generations.is_whole(office.office):
        generations.recount(office.office)
    declared = ReleaseDeclaration(USUAL, (year,), build.usual_threshold(office.office), steps=STEPS)
    number = build.declare(office.office, notes.account, declared)
    teller.line(f"Declared by {notes.account}: {len(USUAL)} tables of {year}.")
    build.build(office.office, str(number))
    with reading(office.office.engine) as connection:
        release = store.release_of(connection, number)
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
    _tell_trace(teller, office, edition)
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
        with urllib.request.urlopen(f"{office.url}/", timeout=60) as front:  # noqa: S310
            glance = front.read().decode()
        page_of_edition = f"{office.url}/editions/{edition}"
        with urllib.request.urlopen(page_of_edition, timeout=60) as reply:  # noqa: S310
            page = reply.read().decode()
        with urllib.request.urlopen(f"{office.url}/editions/{edition}/{name}", timeout=60) as file:  # noqa: S310
            content = file.read()
    except OSError as problem:
        raise DemoFailed(f"The page of edition {edition} does not answer: {problem}.") from problem
    if f'href="/editions/{edition}"' not in glance:
        raise DemoFailed(f"The first page does not lead to edition {edition}.")
    if one.digests[name] not in re.sub(r"\s+", "", page):
        raise DemoFailed(f"The page of edition {edition} does not name its files.")
    if published.file_of_edition(office.office, edition, name) != content:
        raise DemoFailed(f"{name} is served with other bytes than were published.")
