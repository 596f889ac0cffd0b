"""Two editions, a quarter each: declared by one person, protected and audited, approved by another,
frozen, signed. The second is protected together with the first, and says what changed since."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Mapping, Sequence

from demo.office import APPROVER, DemoFailed, DemoNotes, DemoOffice
from demo.telling import Teller
from server.db.engine import reading
from server.disclosure.cube import TOTAL
from server.disclosure.joint import SharesShown
from server.disclosure.recode import REST
from server.disclosure.suppress import Unprotectable
from server.office import Office
from server.programme.programme import programme_of
from server.releases import approval, build, published, store
from server.releases.checklist import ReleaseWarning
from server.releases.counted import Levels
from server.releases.declaration import ReleaseDeclaration
from server.releases.files import NumberState
from server.releases.making import NotPublishable, make
from server.releases.source import read_source
from server.releases.states import ReleaseState
from server.releases.trace import trace
from server.releases.verify import verify
from server.tables import generations
from server.tables.generations import declarations_of
from server.tables.levels import wanted_for
from server.tables.visit_counts import periods_of_visits

LANGUAGE = "en"
STEPS = 5_000
"""Of the solver, spent on withholding less: a few seconds here."""
TABLES = (
    "CL-CLASS:area,child_labour",
    "CL-CLASS:sex,age_band,child_labour",
    "CL-SECTOR",
    "FL-FORM:child_or_adult,forced_labour_form",
)
"""Where, who, in which work, and forced labour; the branch of work by sex and age, so that a reader
finds girls of one age in agriculture."""
WHERE = "CL-CLASS-by-area-child_labour"
FORCED = "FL-FORM-by-child_or_adult-forced_labour_form"
EDITIONS = 2


def _together(
    *codes: str, named: Sequence[str] = (), also: Mapping[str, str] | None = None
) -> dict[str, str]:
    """These codes in one group, under other names where they are said; others as they are said."""
    return {**dict.fromkeys(codes, REST + ", ".join(named or codes)), **(also or {})}


_OTHERS_IN_IT = ("WFCL_OTHER", "BELOW_MIN_AGE", "HAZ_HOUSEHOLD_SERVICES")
_NOT = ("LIGHT_WORK", "PERMITTED_WORK", "NOT_WORKING", "UNDETERMINED")


LEVELS: Levels = {
    "area": _together(
        *(f"PK-PB-0{number}" for number in (2, 5, 6, 7, 8, 9)),
        also={code: code for code in ("PK-PB-01", "PK-PB-03", "PK-PB-04")},
    ),
    "industry": {
        "01": "agriculture",
        **dict.fromkeys(("14", "47", "56", "not_asked"), f"{REST}industry, services, not_asked"),
    },
    "child_labour": {
        **dict.fromkeys(("HAZARDOUS", *_OTHERS_IN_IT), "IN_CHILD_LABOUR"),
        **_together(*_NOT, named=("NOT_CHILD_LABOUR", "UNDETERMINED")),
    },
    f"{WHERE}/child_labour": {
        "HAZARDOUS": "HAZARDOUS",
        **_together(
            *(*_OTHERS_IN_IT, *_NOT),
            named=(*_OTHERS_IN_IT, "NOT_CHILD_LABOUR", "UNDETERMINED"),
        ),
    },
    "forced_labour_form": dict.fromkeys(
        ("exploitation", "commercial_sexual", "state", "armed_conflict"), TOTAL
    ),
    f"{FORCED}/child_or_adult": dict.fromkeys(("child", "adult"), TOTAL),
}
"""Chosen for the survey's children: by area those in hazardous work apart from all others, by sex
and age those in child labour (both by sex and age would tell, one less the other, of three girls of
one age), agriculture apart from other work, and the three divisions with the most. All ages stay
apart. A quarter of which too little is shown like this is published at the levels that the office
proposes."""


def make_editions(teller: Teller, office: DemoOffice, notes: DemoNotes) -> int:
    """The whole way of a release in front of the reader, for each of the last quarters; the number
    of the newest edition.

    A second run with the same data has the editions already. Raises DemoFailed.
    """
    teller.heading("8  An edition for each quarter, published")
    there = published.published(office.office)
    if there:
        numbers = ", ".join(str(one.number) for one in reversed(there))
        teller.line(f"Edition {numbers} of an earlier run stands as it was published.")
        return there[0].number
    if not generations.is_whole(office.office):
        generations.recount(office.office)
    with reading(office.office.engine) as connection:
        periods = periods_of_visits(connection)
    quarters = sorted(one for one in periods if "Q" in one)[-EDITIONS:]
    newest: int | None = None
    replayed = programme_of(office.office).data_origin == "replayed"
    levels: Levels = LEVELS if replayed else _levels_of_all(office.office, quarters)
    for quarter in quarters:
        newest = _edition(teller, office, notes, quarter, levels) or newest
    if newest is None:
        # a short run has too few persons in a quarter
        year = next(one for one in periods if len(one) == len("2014"))
        newest = _edition(teller, office, notes, year, {})
    if newest is None:
        raise DemoFailed("No safe tables could be made.")
    return newest


def _edition(
    teller: Teller,
    office: DemoOffice,
    notes: DemoNotes,
    period: str,
    levels: Mapping[str, Mapping[str, str]],
) -> int | None:
    """The edition of a period, at these levels when they are safe and show enough, so that it can
    be read beside the one before; None when nothing about it is safe."""
    release = _audited(teller, office, notes, period, levels)
    if levels and not (release and _shows_enough(release)):
        if release:
            build.drop(office.office, notes.account, release.number)
        teller.line("At these levels too little can be shown; the office proposes others.")
        release = _audited(teller, office, notes, period, {})
    if release is None:
        return None
    found, number = release.audit or {}, release.number
    rows = [
        (name, f"{one['cells']:.0%}", f"{one['persons']:.0%}")
        for name, one in found["shown"].items()
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
    version = published.edition(office.office, edition).version
    teller.line(
        f"Edition {edition} is frozen and signed, version {version}. Made again from its sealed "
        "counts it comes out bit for bit."
    )
    _tell_trace(teller, office, edition)
    return edition


def _shows_enough(release: store.KeptRelease) -> bool:
    shown = (release.audit or {})["shown"]
    return wanted_for(0).met_by({name: SharesShown(**said) for name, said in shown.items()})


def _levels_of_all(office: Office, periods: Sequence[str]) -> Levels:
    """What the office proposes for all these periods together, so that one can be read beside the
    other; nothing where no level of them is safe."""
    threshold = build.usual_threshold(office)
    declared = ReleaseDeclaration(TABLES, tuple(periods), threshold, steps=STEPS)
    with reading(office.engine) as connection:
        counts = read_source(office, connection, TABLES, periods, threshold)
    try:
        return make(counts, declared, [], dimensions=declarations_of(office).dimensions).levels
    except (NotPublishable, Unprotectable, ArithmeticError):
        return {}


def _audited(
    teller: Teller,
    office: DemoOffice,
    notes: DemoNotes,
    period: str,
    levels: Mapping[str, Mapping[str, str]],
) -> store.KeptRelease | None:
    """A release that may leave; None when no safe one came of it."""
    threshold = build.usual_threshold(office.office)
    declared = ReleaseDeclaration(TABLES, (period,), threshold, levels=levels, steps=STEPS)
    number = build.declare(office.office, notes.account, declared)
    teller.line(f"Declared by {notes.account}: {len(TABLES)} tables of {period}.")
    build.build(office.office, str(number))
    with reading(office.office.engine) as connection:
        release = store.release_of(connection, number)
    if release.state is not ReleaseState.AUDITED or release.audit is None:
        build.drop(office.office, notes.account, number)
        return None
    found, beside = release.audit["findings"], release.audit["beside_editions"]
    attackers = found["attackers"]
    with_editions = f", with edition {', '.join(map(str, beside))} beside it" if beside else ""
    teller.line(
        f"Protected together, then attacked on the exact bytes{with_editions}: {attackers} "
        f"{'attacker' if attackers == 1 else 'attackers, organisations with their own records'}"
        f"{'' if attackers == 1 else ' among them'}; {found['unsafe']} unsafe, "
        f"{found['exact']} known, {found['known_classes']} known classes."
    )
    return release


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
