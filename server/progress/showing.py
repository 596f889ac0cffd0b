"""What readers without an account see of progress: a report the office showed, studies it listed.

Making a report shows it to nobody. A report that quotes an edition withdrawn since is held back as
a whole: a number that is shown no more stands in no file either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.db.paging import Key, Orders, read_slice
from server.office import Office
from server.office.replica import reading_published
from server.programme.enrolment import NotPossible
from server.progress import by_hand, store
from server.progress.by_hand import EnteredLine
from server.progress.model import ListedStudy, ProgressEntry, ProgressReport, ShownReport
from server.releases import published
from server.staff import audit

STUDY = "study"
MOST_STUDIES = 1_000
"""In the catalogue; the newest."""


@dataclass(frozen=True)
class MadeLine:
    """A report as the list names it. shown_s: since when readers see it; None: they do not."""

    number: int
    period: str
    action_group: str
    made_s: int
    shown_s: int | None


@dataclass(frozen=True)
class MadeLines:
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[MadeLine, ...]
    following: str | None


@dataclass(frozen=True)
class ShownDocument:
    """A report that readers see. held_back: numbers of withdrawn editions it quotes; while there
    are any nothing of it is shown."""

    number: int
    shown_s: int
    document: Mapping[str, Any]
    held_back: tuple[int, ...]


def show(office: Office, number: int, by: str) -> None:
    """Shows a report to everybody from now on. Raises NotPossible."""
    with transaction(office.engine) as connection:
        hold(connection, Lock.PROGRESS)
        known = select(ProgressReport.number).where(ProgressReport.number == number)
        there = select(ShownReport.report).where(ShownReport.report == number)
        if connection.scalar(known) is None or connection.scalar(there) is not None:
            raise NotPossible("There is no such report to show.", "progress_gone")
        now_s = office.now_s()
        connection.execute(insert(ShownReport).values(report=number, shown_at_s=now_s, shown_by=by))
        audit.enter(connection, now_s, by, "progress_report_shown", {"report": number})


def take_away(office: Office, number: int, by: str) -> None:
    """Shows a report to readers no more. Raises NotPossible."""
    with transaction(office.engine) as connection:
        hold(connection, Lock.PROGRESS)
        gone = connection.execute(delete(ShownReport).where(ShownReport.report == number))
        if not gone.rowcount:
            raise NotPossible("No reader sees that report.", "progress_gone")
        details = {"report": number}
        audit.enter(connection, office.now_s(), by, "progress_report_taken_away", details)


MADE = Orders(
    {
        "number": Key((ProgressReport.number,)),
        "period": Key((ProgressReport.period, ProgressReport.number)),
    },
    usual="-number",
)
"""What the list of reports can be sorted by."""


def made(connection: Connection, after: str, most: int, order: str = "") -> MadeLines:
    """The reports that were made, in an order of MADE. Raises NoSuchPlace."""
    query = select(
        ProgressReport.number,
        ProgressReport.period,
        ProgressReport.action_group,
        ProgressReport.made_at_s,
        ShownReport.shown_at_s,
    ).outerjoin(ShownReport, ShownReport.report == ProgressReport.number)
    found = read_slice(connection, query, MADE.key(order), after, most)
    return MadeLines(tuple(MadeLine(*row[:5]) for row in found.rows), found.following)


def newest_shown(office: Office) -> ShownDocument | None:
    """The newest report of everything that readers see; None when there is none."""
    query = _shown().where(ProgressReport.action_group == "").limit(1)
    return _read(office, query)


def shown(office: Office, number: int) -> ShownDocument | None:
    """The report of that number, while readers see it."""
    return _read(office, _shown().where(ShownReport.report == number))


def _shown() -> Any:
    return (
        select(ShownReport.report, ShownReport.shown_at_s, ProgressReport.document)
        .join(ProgressReport, ProgressReport.number == ShownReport.report)
        .order_by(ShownReport.report.desc())
    )


def _read(office: Office, query: Any) -> ShownDocument | None:
    with reading_published(office) as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    document = store.read_document(bytes(row.document))
    withdrawn = {one.number for one in published.published(office) if one.is_withdrawn}
    quoted = withdrawn & {*_editions_in(document)}
    return ShownDocument(row.report, row.shown_at_s, document, tuple(sorted(quoted)))


def _editions_in(said: Any) -> Iterator[int]:
    """Every edition that a report quotes a number of, wherever it does."""
    if isinstance(said, Mapping):
        if isinstance(said.get("edition"), int):
            yield said["edition"]
        said = said.values()
    elif not isinstance(said, list):
        return
    for one in said:
        yield from _editions_in(one)


def list_study(office: Office, number: int, by: str) -> None:
    """Puts a study into the public catalogue, as it stands. Raises NotPossible."""
    with transaction(office.engine) as connection:
        hold(connection, Lock.PROGRESS)
        if by_hand.one(connection, STUDY, number, None) is None or is_listed(connection, number):
            raise NotPossible("It was changed meanwhile. Nothing was changed.", "progress_gone")
        now_s = office.now_s()
        connection.execute(
            insert(ListedStudy).values(entry=number, listed_at_s=now_s, listed_by=by)
        )
        audit.enter(connection, now_s, by, "study_listed", {"entry": number})


def unlist_study(office: Office, number: int, by: str) -> None:
    """Takes a study out of the catalogue. Raises NotPossible."""
    with transaction(office.engine) as connection:
        gone = connection.execute(delete(ListedStudy).where(ListedStudy.entry == number))
        if not gone.rowcount:
            raise NotPossible("It is not in the catalogue.", "progress_gone")
        audit.enter(connection, office.now_s(), by, "study_unlisted", {"entry": number})


def is_listed(connection: Connection, number: int) -> bool:
    """Whether this entry stands in the catalogue."""
    listed = select(ListedStudy.entry).where(ListedStudy.entry == number)
    return connection.scalar(listed) is not None


def listed_studies(office: Office) -> tuple[EnteredLine, ...]:
    """The studies of the catalogue: listed, and not changed or taken back since."""
    listed = ProgressEntry.number.in_(select(ListedStudy.entry))
    with reading(office.engine) as connection:
        return by_hand.standing(connection, STUDY, listed, MOST_STUDIES)
