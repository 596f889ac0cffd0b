"""Declaring a release, and the job that protects and audits it.

The solver runs outside of any transaction. What it writes, it writes whole: files with the sealed
counts they were made from, then what the attackers found in them. Nothing unprotected is kept that
is not sealed, and nothing that failed its audit is kept at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from server import queue
from server.db.engine import reading, transaction
from server.disclosure.coarser import proposal as coarser_level
from server.disclosure.suppress import Unprotectable
from server.office import Office
from server.office.config import LEAST_THRESHOLD
from server.programme.keys import keys_of
from server.queue import JobKind
from server.reference.in_force import reference_of
from server.releases import store
from server.releases.counted import Levels, ReleaseCounts, as_bytes, from_bytes
from server.releases.declaration import DeclarationRefused, ReleaseDeclaration, checked
from server.releases.making import NotPublishable, ReleaseMade, because, make
from server.releases.sealing import sealed, unsealed
from server.releases.source import NoVisits, check_tables, read_source
from server.releases.states import ReleaseAct
from server.releases.structure import STRUCTURE, EditionRead, structure_from
from server.tables import recount
from server.tables.generations import declarations_of

ITSELF = "the office"
"""Who did what a job did."""
_TELL_EVERY_S = 2.0
UNDER_WAY = ("declared", "protected")
PHASES = {"read": 5, "protect": 10, "audit": 60, "kept": 95}
"""Percent of the work that is done when a phase begins; how long each takes nobody knows before."""


class _TimeOver(Exception):
    pass


def declare(
    office: Office, actor: str, declared: ReleaseDeclaration, *, propose: bool = False
) -> int:
    """Keeps a declaration and asks for the work; the number of the release. propose: whether a
    correction without levels of its own takes those the office proposes; else it takes the levels
    of the edition it corrects, so that one can be read beside the other.

    Raises DeclarationRefused, store.NoSuchRelease.
    """
    declared = checked(declared, LEAST_THRESHOLD)
    if declared.corrects is not None and not declared.levels and not propose:
        declared = replace(declared, levels=levels_of_edition(office, declared.corrects))
    check_tables(office, declared.tables)
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        if declared.corrects is not None:
            corrected = store.edition_of(connection, declared.corrects)
            if corrected.corrected_by is not None:
                raise DeclarationRefused(
                    f"Edition {corrected.number} was corrected already, by edition "
                    f"{corrected.corrected_by}: correct that one."
                )
        number = store.add(connection, declared, actor, now_s)
        queue.ask(connection, JobKind.RELEASE, [str(number)], now_s)
    return number


def levels_of_edition(office: Office, number: int) -> Levels:
    """At which levels an edition that is out has its tables. Raises store.NoSuchRelease."""
    with reading(office.engine) as connection:
        release = store.edition_of(connection, number).release
        content = store.file_of(connection, release, STRUCTURE)
    if content is None:
        raise store.NoSuchRelease("This edition has no structure.")
    return structure_from(content).levels


def ask_again(office: Office, actor: str, number: int, beside: Sequence[int] = ()) -> None:
    """Has a release that is not out yet protected and audited afresh, with the records of now; what
    was approved before needs its approval anew, for other bytes. beside: editions that came out
    since, when it is for these; kept with the step.

    Raises states.NotNow.
    """
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        store.take_step(
            connection,
            number,
            ReleaseAct.ASK,
            actor,
            now_s,
            {"beside": list(beside)} if beside else {},
            files_digest=None,
            audit=None,
            proposal=None,
            progress=0,
            approved_by=None,
            embargo_until_s=None,
            pre_release=[],
        )
        store.forget_files(connection, number)
        queue.ask(connection, JobKind.RELEASE, [str(number)], now_s)


def drop(office: Office, actor: str, number: int) -> None:
    """Gives up a release that was never published. Raises states.NotNow."""
    with transaction(office.engine) as connection:
        store.take_step(connection, number, ReleaseAct.DROP, actor, office.now_s())
        store.forget_files(connection, number)


def usual_threshold(office: Office) -> int:
    """That of the settings, else of the country's profile."""
    return office.config.threshold or reference_of(office).profile.disclosure_threshold


def build(office: Office, subject: str) -> None:
    """The job: protects and audits the release of that number. Does nothing when it was done."""
    number = int(subject)
    with reading(office.engine) as connection:
        try:
            release = store.release_of(connection, number)
        except store.NoSuchRelease:
            return
    if release.state.value not in UNDER_WAY:
        return
    declared = release.declared
    recount.link_beside_others(office)
    _tell(office, number, PHASES["read"])
    watch = _Watch(office, number, declared.limit_s)
    with reading(office.engine) as connection:
        earlier = earlier_editions(office, connection)
        try:
            counts = read_source(
                office,
                connection,
                declared.tables,
                declared.periods,
                declared.threshold,
                declared.areas,
                earlier,
            )
        except NoVisits as error:
            _refuse(office, number, {"reason": str(error)})
            return
    try:
        made = make(
            counts,
            declared,
            earlier,
            dimensions=declarations_of(office).dimensions,
            go_on=watch.go_on,
            told=watch.told,
        )
    except NotPublishable as error:
        _refuse(office, number, error.proposal)
        return
    except _TimeOver:
        why = because("time_limit", seconds=declared.limit_s)
        _refuse(office, number, {**why, **_coarser(counts)})
        return
    except (Unprotectable, ArithmeticError):
        _refuse(office, number, {**because("beside"), **_coarser(counts)})
        return
    _keep(office, number, counts, made, [edition.number for edition in earlier])


def earlier_editions(
    office: Office, connection: Any, only: Callable[[int], bool] = lambda number: True
) -> list[EditionRead]:
    """Every edition that is out, with what it was made from; a withdrawn one is known, too."""
    keys = keys_of(office).programme
    return [
        EditionRead(
            edition.number,
            store.files_of(connection, edition.release),
            from_bytes(
                unsealed(keys, about(edition.release), store.sealed_of(connection, edition.release))
            ),
        )
        for edition in store.editions(connection)
        if only(edition.number)
    ]


def about(release: int) -> bytes:
    """What sealed counts are bound to."""
    return f"release {release}".encode()


def _keep(
    office: Office, number: int, counts: ReleaseCounts, made: ReleaseMade, beside: list[int]
) -> None:
    keys = keys_of(office).programme
    data = sealed(keys, about(number), as_bytes(counts), office.random_bytes)
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        if store.release_of(connection, number).state.value not in UNDER_WAY:
            return  # Somebody else did it meanwhile, or gave it up.
        digest = store.keep_files(connection, number, made.files, data)
        if store.release_of(connection, number).state.value == "declared":
            store.take_step(
                connection, number, ReleaseAct.PROTECT, ITSELF, now_s, {"files": digest}
            )
        found = {**made.audit(digest), "beside_editions": beside}
        store.take_step(
            connection,
            number,
            ReleaseAct.AUDIT,
            ITSELF,
            now_s,
            {"files": digest, "attackers": made.findings.attackers},
            files_digest=digest,
            audit=found,
            proposal=None,
            progress=100,
        )


def _refuse(office: Office, number: int, proposal: dict[str, Any] | Any) -> None:
    with transaction(office.engine) as connection:
        if store.release_of(connection, number).state.value not in UNDER_WAY:
            return
        store.forget_files(connection, number)
        store.take_step(
            connection,
            number,
            ReleaseAct.REFUSE,
            ITSELF,
            office.now_s(),
            {"reason": str(proposal.get("reason", ""))},
            proposal=dict(proposal),
            files_digest=None,
            audit=None,
        )


def _coarser(counts: ReleaseCounts) -> dict[str, Any]:
    """The level to try next: of the table with the most cells."""
    largest = max(counts.tables.values(), key=lambda table: table.cube.counts.size)
    return {"table": largest.name, **coarser_level(largest.cube)}


def _tell(office: Office, number: int, percent: int) -> None:
    with transaction(office.engine) as connection:
        store.tell_progress(connection, number, percent)


class _Watch:
    """Ends work that takes too long, and tells how far it is, not too often."""

    def __init__(self, office: Office, number: int, limit_s: int) -> None:
        self._office, self._number, self._limit_s = office, number, limit_s
        self._began = time.thread_time()
        self._percent, self._told_at = 0, float("-inf")

    def go_on(self) -> None:
        if time.thread_time() - self._began > self._limit_s:
            raise _TimeOver

    def told(self, phase: str) -> None:
        percent = max(self._percent, PHASES[phase])
        if percent > self._percent and time.monotonic() - self._told_at > _TELL_EVERY_S:
            self._told_at = time.monotonic()
            _tell(self._office, self._number, percent)
        self._percent = percent
