"""Entries from a CSV file: read whole, every fault named with its line, kept all or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal

from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.office import Office
from server.progress import store
from server.progress.cells import from_text
from server.progress.judging import is_judged
from server.progress.kinds import KINDS, ColumnType, EntryKind, checked_value, column_of
from server.progress.store import Framework, Said
from server.staff import audit
from shared.errors import ServiceError

MOST_BYTES, MOST_FAULTS, MOST_OF_A_LINE = 5_000_000, 50, 100_000


class EntriesRefused(ServiceError):
    """A file that was not taken; its text names every fault. Nothing was kept."""


def template_of(kind: EntryKind) -> str:
    """An empty file of this kind: its columns, and below them what each takes, as a comment."""
    names = ",".join(column.name for column in kind.columns)
    lines = []
    for column in kind.columns:
        takes = ", ".join(column.choices) or column.type.value
        lines.append(f"# {column.name}: {takes}{'' if column.is_needed else ' (may be empty)'}")
    texts = [one.name for one in kind.columns if one.type is ColumnType.TEXT]
    lines.append(
        f"# {', '.join(texts)} may be said in other languages too: {texts[0]}::fr, {texts[0]}::ar."
    )
    return "\n".join([*lines, names, ""])


def enter(
    office: Office, kind: str, content: bytes, by: str, organisation: str | None = None
) -> int:
    """Takes a file of entries of this kind in; how many. organisation: the code of the one whose
    they are; None leaves each whose it is. Raises EntriesRefused, NoSuchEntry."""
    entries = read_entries(KINDS[kind], content)
    with reading(office.engine) as connection:
        wrong = [*_against_each_other(kind, entries, store.framework(connection))]
    _must_be_right(wrong)
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        hold(connection, Lock.PROGRESS)
        store.add(connection, kind, entries, by, now_s, organisation)
        details = {"kind": kind, "entries": len(entries)}
        audit.enter(connection, now_s, by, "progress_entered", details)
    return len(entries)


def take_back(office: Office, kind: str, key: tuple[str, ...], by: str) -> None:
    """Declares an entry no more. Raises store.NoSuchEntry."""
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        hold(connection, Lock.PROGRESS)
        store.take_back(connection, kind, key, by, now_s)
        audit.enter(connection, now_s, by, "progress_taken_back", {"kind": kind})


def read_entries(kind: EntryKind, content: bytes) -> list[Said]:
    """The entries of a file. Raises EntriesRefused."""
    if len(content) > MOST_BYTES:
        raise EntriesRefused(f"The file is larger than {MOST_BYTES:,} bytes. Nothing was kept.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EntriesRefused(
            "The file is not UTF-8: save it as CSV UTF-8 and try again. Nothing was kept."
        ) from None
    lines = [
        (number, line)
        for number, line in enumerate(io.StringIO(text), 1)
        if line.strip() and not line.startswith("#")
    ]
    if not lines:
        raise EntriesRefused("The file is empty. Nothing was kept.")
    separator = ";" if lines[0][1].count(";") > lines[0][1].count(",") else ","
    names = [name.strip() for name in _split(lines[0][1], separator)]
    needed = [column.name for column in kind.columns if column.is_needed]
    wrong = [
        f"there is no column {name} of a {kind.name}"
        for name in names
        if column_of(kind, name) is None
    ]
    wrong += [f"the column {name} is missing" for name in needed if name not in names]
    wrong += [f"the column {name} is there twice" for name in {*names} if names.count(name) > 1]
    if wrong:
        raise EntriesRefused(
            f"Line {lines[0][0]}: {'; '.join(wrong)}. `tally87 report template {kind.name}` shows "
            "what it looks like. Nothing was kept."
        )
    entries, faults = [], []
    for number, line in lines[1:]:
        row = _split(line, separator)
        if len(row) != len(names):
            faults.append(f"Line {number}: {len(row)} values in {len(names)} columns.")
            continue
        said, found = _entry(kind, dict(zip(names, row, strict=True)))
        faults += [f"Line {number}: {one}." for one in found]
        entries.append(said)
    faults += _twice(kind, entries)
    _must_be_right(faults)
    if not entries:
        raise EntriesRefused("The file has no line below its columns. Nothing was kept.")
    return entries


def _split(line: str, separator: str) -> list[str]:
    return next(csv.reader([line[:MOST_OF_A_LINE]], delimiter=separator), [])


def _entry(kind: EntryKind, row: dict[str, str]) -> tuple[Said, list[str]]:
    said, wrong = {}, []
    further = [column_of(kind, name) for name in row if "::" in name]
    for column in (*kind.columns, *(one for one in further if one is not None)):
        cell = row.get(column.name, "")
        words = from_text(cell) if column.type is ColumnType.TEXT else cell
        value, fault = checked_value(column, words)
        if value or column in kind.columns:
            said[column.name] = value
        if fault:
            wrong.append(f"{column.name} {fault}")
    if not wrong:
        wrong = [TOGETHER[one] for one in wrong_together(kind.name, said)]
    return said, wrong


TOGETHER: Mapping[str, str] = {
    "cell_needed": "cell is needed beside table: such as child_labour=IN_CHILD_LABOUR",
    "baseline_period": "baseline and baseline_period go together",
    "baseline_source": "baseline_source is needed beside baseline",
    "baseline_recorded": (
        "baseline is not for recorded persons: better recording would look like lack of progress"
    ),
    "currency": "currency is needed beside cost and funded",
    "below_zero": "cost and funded are not below zero",
    "funded_more": "funded is more than cost",
    "cost": "cost is needed beside funded",
}
"""What can be wrong with values that are right alone, by the word that pages say it by."""


def wrong_together(kind: str, said: Said) -> Iterator[str]:
    """What is wrong with values that are right alone: words of TOGETHER."""
    if kind == "indicator":
        if bool(said["table"]) > bool(said["cell"]):
            yield "cell_needed"
        if bool(said["baseline"]) != bool(said["baseline_period"]):
            yield "baseline_period"
        if said["baseline"] and not said["baseline_source"]:
            yield "baseline_source"
        if said["measure"] == "recorded" and said["baseline"]:
            yield "baseline_recorded"
    if kind == "commitment":
        money = [one for one in ("cost", "funded") if said[one]]
        if money and not said["currency"]:
            yield "currency"
        if any(said[one].startswith("-") for one in money):
            yield "below_zero"
        elif len(money) == 2 and Decimal(said["funded"]) > Decimal(said["cost"]):
            yield "funded_more"
        elif money == ["funded"]:
            yield "cost"


def _twice(kind: EntryKind, entries: list[Said]) -> list[str]:
    keys = [store.key_of(kind.name, one) for one in entries]
    return [
        f"{' '.join(key)} is there {keys.count(key)} times: say it once."
        for key in sorted({*keys})
        if keys.count(key) > 1
    ]


def _against_each_other(kind: str, entries: list[Said], known: Framework) -> Iterator[str]:
    """What is wrong with entries beside those that are kept."""
    indicators = {one["code"]: one for one in known["indicator"]}
    for one in entries if kind in ("target", "value") else ():
        indicator = indicators.get(one["indicator"])
        if indicator is None:
            yield f"There is no indicator {one['indicator']}: enter it first."
        elif kind == "target" and not is_judged(indicator):
            yield (
                f"{one['indicator']} counts recorded persons and can have no target: it would be "
                "met by recording fewer."
            )
        elif kind == "value" and indicator["table"]:
            yield f"{one['indicator']} takes its values from editions alone."
    for one in entries if kind == "indicator" else ():
        has_targets = any(each["indicator"] == one["code"] for each in known["target"])
        if has_targets and not is_judged(one):
            yield f"{one['code']} has a target: take that back before it counts recorded persons."


def _must_be_right(faults: list[str]) -> None:
    if faults:
        more = len(faults) - MOST_FAULTS
        said = [*faults[:MOST_FAULTS], *([f"And {more} more."] if more > 0 else [])]
        raise EntriesRefused("\n".join([*said, "Nothing was kept."]))
