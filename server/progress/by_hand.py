"""Lines of the progress report entered one at a time, by an organisation or the office.

Owns whose a line is: an organisation reads and changes its own lines and no other's, and a code
that somebody else has is refused without telling whose. Values go with an indicator of one's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, select

from server.db.engine import transaction
from server.db.locks import Lock, hold
from server.db.paging import Key, Orders, read_slice
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.model import Organisation
from server.progress import store
from server.progress.entering import wrong_together
from server.progress.judging import is_judged
from server.progress.kinds import KINDS, read_value
from server.progress.model import ProgressEntry
from server.progress.store import Said, hash_of, key_of
from server.staff import audit

BY_HAND = ("commitment", "indicator", "value", "study")
"""Kinds entered on pages: what an organisation promises, what it measures, what it found out."""
OF_ITS_OWN: Mapping[str, str] = {
    "commitment": "owner",
    "value": "organisation",
    "study": "organisation",
}
"""The column that names the organisation: nobody types another's."""
NOT_BY_HAND = frozenset({"table", "cell"})
"""Columns of the office: figures out of its editions are declared by its own commands."""
MOST_EARLIER = 50
ORDERS = Orders(
    {"entered": Key((ProgressEntry.number,))},
    usual="-entered",
    once={"newest": "-entered", "oldest": "entered"},
)
"""What the list can be sorted by."""


@dataclass(frozen=True)
class EnteredLine:
    """A line as it stands. organisation: the code of whose it is, None of the office's; entered_s:
    seconds since 1970."""

    number: int
    kind: str
    said: Said
    organisation: str | None
    entered_by: str
    entered_s: int


class EnteredLines(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[EnteredLine, ...]
    following: str | None


class WrongValues(Exception):
    """What was typed cannot be kept. faults: column to a word of ``wrong.*`` in progress.po, ""
    for what is wrong with the line as a whole."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults.values()))
        self.faults = faults


def listed(
    connection: Connection,
    kind: str,
    whose: str | None,
    after: str,
    most: int,
    *,
    order: str = "",
    organisation: str = "",
) -> EnteredLines:
    """What stands of a kind, in one of ORDERS. whose: of this organisation only, None for all;
    organisation: a filter on top of it. Raises NoSuchPlace."""
    query = _standing(kind, whose)
    if organisation:
        query = query.where(ProgressEntry.organisation == organisation)
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    return EnteredLines(tuple(_line(kind, row) for row in found.rows), found.following)


def standing(
    connection: Connection, kind: str, which: ColumnElement[bool], most: int
) -> tuple[EnteredLine, ...]:
    """What stands of a kind and fulfils a condition, the newest first."""
    query = _standing(kind, None).where(which).order_by(ProgressEntry.number.desc()).limit(most)
    return tuple(_line(kind, row) for row in connection.execute(query))


def one(connection: Connection, kind: str, number: int, whose: str | None) -> EnteredLine | None:
    """The line of that number, while it stands and is theirs; else None."""
    row = connection.execute(_standing(kind, whose).where(ProgressEntry.number == number)).first()
    return None if row is None else _line(kind, row)


def earlier(connection: Connection, line: EnteredLine, whose: str | None) -> list[EnteredLine]:
    """What the line said before, the newest first, as far as it was theirs."""
    key = hash_of(key_of(line.kind, line.said))
    rows = connection.execute(
        select(*_COLUMNS)
        .where(
            ProgressEntry.kind == line.kind,
            ProgressEntry.entry_key == key,
            ProgressEntry.number < line.number,
            ProgressEntry.said.is_not(None),
            *_theirs(whose),
        )
        .order_by(ProgressEntry.number.desc())
        .limit(MOST_EARLIER)
    )
    return [_line(line.kind, row) for row in rows]


def indicators_of(connection: Connection, whose: str | None) -> list[Said]:
    """The indicators values can be entered for: theirs, and none that editions fill."""
    rows = connection.execute(_standing("indicator", whose))
    said = [_line("indicator", row).said for row in rows]
    return sorted((one for one in said if not one["table"]), key=lambda one: one["code"])


def save(
    office: Office,
    kind: str,
    typed: Mapping[str, str],
    whose: str | None,
    by: str,
    number: int | None = None,
    of: str = "",
) -> None:
    """Keeps a line. whose: the organisation of the person who enters it, None for the office's
    own; of: the one the office says it is of ("" nobody's). number: the line that was changed, None
    for a new one, whose code nobody may have yet.

    Raises WrongValues, and NotPossible when the line was changed or taken back meanwhile.
    """
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        hold(connection, Lock.PROGRESS)
        before = None
        if number is not None:
            before = one(connection, kind, number, whose)
            if before is None:
                raise NotPossible("It was changed meanwhile. Nothing was kept.", "progress_gone")
        organisation = whose if whose is not None else of or None
        if before is not None:
            organisation = before.organisation
        said = _read(kind, typed, before, _name_of(connection, organisation))
        _check_against_others(connection, kind, said, whose, is_new=before is None)
        store.add(connection, kind, [said], by, now_s, organisation)
        details: dict[str, Any] = {"kind": kind, "entries": 1}
        if organisation is not None:
            details["organisation"] = organisation
        audit.enter(connection, now_s, by, "progress_entered", details)


def take_back(office: Office, kind: str, number: int, whose: str | None, by: str) -> None:
    """Declares a line no more. Raises NotPossible when it is not theirs or stands no longer."""
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        hold(connection, Lock.PROGRESS)
        line = one(connection, kind, number, whose)
        if line is None:
            raise NotPossible("It was changed meanwhile. Nothing was changed.", "progress_gone")
        store.take_back(connection, kind, key_of(kind, line.said), by, now_s)
        audit.enter(connection, now_s, by, "progress_taken_back", {"kind": kind})


def _read(
    kind: str, typed: Mapping[str, str], before: EnteredLine | None, name: str | None
) -> Said:
    """The line as it is kept. Raises WrongValues."""
    said: dict[str, str] = {}
    faults: dict[str, str] = {}
    for column in KINDS[kind].columns:
        given = typed.get(column.name, "")
        if before is not None and column.name in (*KINDS[kind].key, *NOT_BY_HAND):
            given = before.said[column.name]
        elif column.name in NOT_BY_HAND:
            given = ""
        if name is not None and OF_ITS_OWN.get(kind) == column.name:
            given = name
        said[column.name], fault = read_value(column, given)
        if fault:
            faults[column.name] = fault
    if not faults:
        faults = dict.fromkeys(("",), next(wrong_together(kind, said), ""))
    faults = {column: fault for column, fault in faults.items() if fault}
    if faults:
        raise WrongValues(faults)
    if before is not None:
        # What it says in other languages stays where the words it translates did.
        for name, words in before.said.items():
            plain, is_in_language, _ = name.partition("::")
            if is_in_language and said[plain] == before.said[plain]:
                said[name] = words
    return said


def _check_against_others(
    connection: Connection, kind: str, said: Said, whose: str | None, is_new: bool
) -> None:
    entry_key = hash_of(key_of(kind, said))
    known = connection.execute(
        select(ProgressEntry.organisation, ProgressEntry.said)
        .where(ProgressEntry.kind == kind, ProgressEntry.entry_key == entry_key)
        .order_by(ProgressEntry.number.desc())
        .limit(1)
    ).first()
    if is_new and known is not None:
        is_theirs = whose is None or known.organisation == whose
        if known.said is not None or not is_theirs:
            # Also one somebody else took back: it stays known as theirs.
            column = KINDS[kind].key[-1]
            raise WrongValues({column: "there_already" if is_theirs else "taken"})
    if kind == "value":
        codes = {one["code"] for one in indicators_of(connection, whose)}
        if said["indicator"] not in codes:
            raise WrongValues({"indicator": "no_indicator"})
    if kind == "indicator" and not is_judged(said):
        targets = store.framework(connection)["target"]
        if any(one["indicator"] == said["code"] for one in targets):
            raise WrongValues({"measure": "has_target"})


def _name_of(connection: Connection, organisation: str | None) -> str | None:
    if organisation is None:
        return None
    name: str | None = connection.scalar(
        select(Organisation.name).where(Organisation.code == organisation)
    )
    if name is None:
        raise NotPossible("There is no such organisation. Nothing was kept.", "progress_gone")
    return name


_COLUMNS = (
    ProgressEntry.number,
    ProgressEntry.said,
    ProgressEntry.organisation,
    ProgressEntry.entered_by,
    ProgressEntry.entered_at_s,
)


def _standing(kind: str, whose: str | None) -> Select[Any]:
    return select(*_COLUMNS).where(
        ProgressEntry.number.in_(store.newest(kind)),
        ProgressEntry.said.is_not(None),
        *_theirs(whose),
    )


def _theirs(whose: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if whose is None else (ProgressEntry.organisation == whose,)


def _line(kind: str, row: Any) -> EnteredLine:
    said = {one.name: row.said.get(one.name, "") for one in KINDS[kind].columns}
    said |= {name: words for name, words in row.said.items() if "::" in name}
    return EnteredLine(row.number, kind, said, row.organisation, row.entered_by, row.entered_at_s)
