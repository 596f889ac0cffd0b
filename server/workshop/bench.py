"""The analysis bench: declared tables looked at inside the office, three dimensions at most.

A bench is made once, as a job: its tables are protected together, at a threshold of three, exactly
as a release is, the attackers of a release try the result, and every look is a slice of what came
of it. So looks add nothing to one another: a total less its parts, one look less another and
margins of margins give what the whole protected table gives, which is audited. A further bench is
protected beside those before it, and is refused while the register differs from one of them by too
few persons. Nothing is handed out as a file: a result leaves as a table of a next release.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from server.db.engine import reading
from server.disclosure.cube import TOTAL, Codes
from server.disclosure.suppress import Unprotectable
from server.exports.periods import is_period
from server.office import Office
from server.releases import published
from server.releases.build import earlier_editions
from server.releases.counted import ReleaseCounts, as_bytes, from_bytes
from server.releases.declaration import LEAST_NEW, DeclarationRefused, ReleaseDeclaration
from server.releases.files import NumberState, StatedNumber
from server.releases.level_choice import TimeOver
from server.releases.making import NotPublishable, TooFewNewPersons, make, must_be_new_enough
from server.releases.published import EditionTable
from server.releases.source import NoVisits, check_tables, read_source
from server.releases.structure import EditionRead, ReleaseStructure
from server.tables import recount
from server.tables.generations import declarations_of
from server.workshop import trials
from server.workshop.trials import KeptTrial, TrialKind

THRESHOLD = 3
"""Cells of fewer persons are hidden, and as many others as protect them."""
MOST_DIMENSIONS = 3
MOST_TABLES = 4
SHORTEST_PURPOSE, LONGEST_PURPOSE = 10, 300
LIMIT_S = 300
_MOST_BENCHES = 1_000
_READ = 10


class NoSuchLook(DeclarationRefused):
    """Dimensions a bench does not have, or too many at once; nothing was shown."""


@dataclass(frozen=True)
class Look:
    """A slice of a bench. down: one or two dimensions; across: the last of those asked for, "" when
    there is one alone. rows: codes of ``down`` with the numbers of ``columns``."""

    down: tuple[str, ...]
    across: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Codes, tuple[StatedNumber, ...]], ...]


def ask(office: Office, actor: str, tables: Sequence[str], period: str, purpose: str) -> int:
    """Asks for a bench with these tables; its number. Raises DeclarationRefused."""
    if not 1 <= len(tables) <= MOST_TABLES or len({*tables}) < len(tables):
        raise DeclarationRefused(f"A bench has 1 to {MOST_TABLES} tables. Nothing was kept.")
    check_tables(office, tables)
    if not is_period(period):
        raise DeclarationRefused("A bench is of a year, a quarter or a month. Nothing was kept.")
    asked = {"tables": list(tables), "period": period, "purpose": purpose_of(purpose)}
    return trials.ask(office, actor, TrialKind.BENCH, asked)


def purpose_of(said: str) -> str:
    """A purpose as it stands in the audit log. Raises DeclarationRefused when it says nothing."""
    purpose = " ".join(said.split())
    if not SHORTEST_PURPOSE <= len(purpose) <= LONGEST_PURPOSE:
        raise DeclarationRefused("Say what the look is for, in a few words. Nothing was shown.")
    return purpose


def run(office: Office, trial: KeptTrial) -> None:
    """The job of one bench."""
    recount.link_beside_others(office)
    trials.tell_progress(office, trial.number, _READ)
    trials.keep(office, trial.number, _made(office, trial))


def tables_of(trial: KeptTrial) -> tuple[ReleaseStructure, dict[str, EditionTable]]:
    """The tables of a finished bench as they may be looked at, by name."""
    structure, tables = published.tables_in(_files(trial))
    return structure, {table.name: table for table in tables}


def look(table: EditionTable, by: Sequence[str]) -> Look:
    """The slice of a table by these dimensions, all others at their total. Raises NoSuchLook."""
    if not 1 <= len(by) <= MOST_DIMENSIONS or len({*by}) < len(by):
        raise NoSuchLook(f"Choose 1 to {MOST_DIMENSIONS} dimensions, each once.")
    if not {*by} <= {*table.dimensions}:
        raise NoSuchLook("This table has no such dimension.")
    known: dict[str, dict[str, None]] = {name: {} for name in table.dimensions}
    for codes, (state, _) in table.rows.items():
        if state is not NumberState.NOT_COLLECTED:
            for name, code in zip(table.dimensions, codes, strict=True):
                known[name][code] = None
    down, across = (tuple(by), "") if len(by) == 1 else (tuple(by[:-1]), by[-1])
    columns = tuple(known[across]) if across else ("",)
    return Look(down, across, columns, tuple(_rows(table, known, down, across, columns)))


def _rows(
    table: EditionTable,
    known: dict[str, dict[str, None]],
    down: Codes,
    across: str,
    columns: Codes,
) -> Iterator[tuple[Codes, tuple[StatedNumber, ...]]]:
    for codes in product(*(known[name] for name in down)):
        cells = []
        for column in columns:
            chosen = {**dict(zip(down, codes, strict=True)), across: column}
            key = tuple(chosen.get(name, TOTAL) for name in table.dimensions)
            cells.append(table.rows.get(key))
        found = tuple(cell for cell in cells if cell is not None)
        if len(found) == len(cells):
            yield codes, found


def _made(office: Office, trial: KeptTrial) -> dict[str, Any]:
    declared = ReleaseDeclaration(tuple(trial.asked["tables"]), (trial.asked["period"],), THRESHOLD)
    with reading(office.engine) as connection:
        editions = earlier_editions(office, connection)
        try:
            counts = read_source(
                office, connection, declared.tables, declared.periods, declared.threshold
            )
        except NoVisits:
            return {"refused": "no_visits"}
    before = list(_benches_before(office, trial))
    began = time.thread_time()

    def go_on() -> None:
        if time.thread_time() - began > LIMIT_S:
            raise TimeOver

    try:
        must_be_new_enough(counts, before, LEAST_NEW)
        made = make(
            counts,
            declared,
            # What an edition of the same register publishes is known beside a bench, too.
            [*before, *(one for one in editions if _is_of_the_same(counts, one))],
            dimensions=declarations_of(office).dimensions,
            go_on=go_on,
        )
    except TooFewNewPersons:
        return {"refused": "too_few_new"}
    except TimeOver:
        return {"refused": "time_over"}
    except (NotPublishable, Unprotectable, ArithmeticError):
        return {"refused": "no_safe_level"}
    return {
        "files": {name: content.decode() for name, content in made.files.items()},
        "counts": base64.b64encode(as_bytes(counts)).decode(),
        "as_of_s": counts.provenance["as_of_s"],
    }


def _benches_before(office: Office, trial: KeptTrial) -> Iterator[EditionRead]:
    with reading(office.engine) as connection:
        kept = trials.newest(connection, TrialKind.BENCH, _MOST_BENCHES)
    for one in kept:
        if one.number == trial.number or one.asked["period"] != trial.asked["period"]:
            continue
        done = trials.trial_of(office, one.number)
        if done.outcome and "files" in done.outcome:
            counts = from_bytes(base64.b64decode(done.outcome["counts"]))
            yield EditionRead(one.number, _files(done), counts)


def _is_of_the_same(counts: ReleaseCounts, edition: EditionRead) -> bool:
    """Whether no person changed since: then cells of both can be subtracted."""
    try:
        must_be_new_enough(counts, [edition], 1 << 60)
    except TooFewNewPersons:
        return False
    return any(name in edition.counts.tables for name in counts.tables)


def _files(trial: KeptTrial) -> dict[str, bytes]:
    return {name: said.encode() for name, said in (trial.outcome or {})["files"].items()}
