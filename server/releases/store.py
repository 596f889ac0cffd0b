"""The SQL of releases: one release, its files and sealed counts, the steps, the editions.

Files and sealed counts of a release are replaced together until it is approved, never after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from server.db.paging import Key, Orders, read_slice
from server.releases.declaration import ReleaseDeclaration
from server.releases.files import digest_of, digest_of_all
from server.releases.model import (
    Release,
    ReleaseFile,
    ReleaseStep,
    SealedCounts,
    TableEdition,
)
from server.releases.states import ReleaseAct, ReleaseState, after
from server.staff import audit
from shared.errors import ServiceError


class NoSuchRelease(ServiceError):
    """A number that no release, or no edition, has."""


@dataclass(frozen=True)
class KeptRelease:
    """A release as it stands."""

    number: int
    state: ReleaseState
    declared: ReleaseDeclaration
    declared_by: str
    declared_at_s: int
    progress: int
    files_digest: str | None
    audit: Mapping[str, Any] | None
    proposal: Mapping[str, Any] | None
    approved_by: str | None
    embargo_until_s: int | None
    pre_release: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class KeptEdition:
    """An edition as it stands. withdrawn_at_s: None while it holds."""

    number: int
    release: int
    version: str
    published_at_s: int
    manifest: bytes
    signature: bytes
    corrected_by: int | None
    withdrawal: Mapping[str, Any] | None
    withdrawn_at_s: int | None


def add(connection: Connection, declared: ReleaseDeclaration, actor: str, now_s: int) -> int:
    """Keeps a new release; its number."""
    number: int = connection.execute(
        insert(Release)
        .values(
            state=ReleaseState.DECLARED.value,
            declared=declared.as_json(),
            declared_by=actor,
            declared_at_s=now_s,
            progress=0,
            pre_release=[],
        )
        .returning(Release.number)
    ).scalar_one()
    _note(connection, number, ReleaseAct.DECLARE, actor, now_s, {"tables": list(declared.tables)})
    return number


def release_of(connection: Connection, number: int) -> KeptRelease:
    """The release of that number. Raises NoSuchRelease."""
    row = connection.execute(select(*_COLUMNS).where(Release.number == number)).first()
    if row is None:
        raise NoSuchRelease(f"There is no release {number}: `tally87 release list` shows them.")
    return _kept(row)


def releases(connection: Connection) -> list[KeptRelease]:
    """All releases, newest first."""
    query = select(*_COLUMNS).order_by(Release.number.desc())
    return [_kept(row) for row in connection.execute(query)]


class ReleaseLines(NamedTuple):
    """A part of the list of releases. following: where the next part begins; None at the end."""

    lines: tuple[KeptRelease, ...]
    following: str | None


ORDERS = Orders({"number": Key((Release.number,))}, usual="-number")
"""What the list of releases can be sorted by."""


def part(
    connection: Connection, after: str, most: int, state: str = "", order: str = ""
) -> ReleaseLines:
    """Releases in one of ORDERS, of one state or of all. Raises NoSuchPlace."""
    query = select(*_COLUMNS)
    if state:
        query = query.where(Release.state == state)
    # Each row ends with the key, which is its first column already: it is named apart.
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    names = [column.key for column in _COLUMNS]
    return ReleaseLines(
        tuple(_of(dict(zip(names, row, strict=False))) for row in found.rows), found.following
    )


_COLUMNS = (
    Release.number,
    Release.state,
    Release.declared,
    Release.declared_by,
    Release.declared_at_s,
    Release.progress,
    Release.files_digest,
    Release.audit,
    Release.proposal,
    Release.approved_by,
    Release.embargo_until_s,
    Release.pre_release,
)


def _kept(row: Any) -> KeptRelease:
    return _of(row._asdict())


def _of(said: dict[str, Any]) -> KeptRelease:
    said["state"] = ReleaseState(said["state"])
    said["declared"] = ReleaseDeclaration.from_json(said["declared"])
    said["pre_release"] = tuple(said["pre_release"])
    return KeptRelease(**said)


def take_step(
    connection: Connection,
    number: int,
    step: ReleaseAct,
    actor: str,
    now_s: int,
    details: Mapping[str, Any] | None = None,
    **changes: object,
) -> None:
    """Moves a release to its next state, with other columns. Raises NotNow.

    In two transactions at once only one is heard: the state is part of what is asked for.
    """
    state = release_of(connection, number).state
    following = after(state, step)
    done = connection.execute(
        update(Release)
        .where(Release.number == number, Release.state == state.value)
        .values(state=following.value, **changes)
    )
    if done.rowcount != 1:
        raise NoSuchRelease(f"Release {number} was changed by somebody else just now.")
    _note(connection, number, step, actor, now_s, details or {})


def note(
    connection: Connection,
    number: int,
    step: ReleaseAct,
    actor: str,
    now_s: int,
    details: Mapping[str, Any],
) -> None:
    """Notes a step that leaves the state of the release as it is."""
    _note(connection, number, step, actor, now_s, details)


def _note(
    connection: Connection,
    number: int,
    step: ReleaseAct,
    actor: str,
    now_s: int,
    details: Mapping[str, Any],
) -> None:
    connection.execute(
        insert(ReleaseStep).values(
            release_number=number, at_s=now_s, actor=actor, step=step.value, details=dict(details)
        )
    )
    audit.enter(connection, now_s, actor, f"release_{step.value}", {"release": number})


def steps(connection: Connection, number: int) -> list[tuple[int, str, str, Mapping[str, Any]]]:
    """What was done about a release: when, by whom, what, with what."""
    query = (
        select(ReleaseStep.at_s, ReleaseStep.actor, ReleaseStep.step, ReleaseStep.details)
        .where(ReleaseStep.release_number == number)
        .order_by(ReleaseStep.number)
    )
    return [
        (at_s, actor, step, details) for at_s, actor, step, details in connection.execute(query)
    ]


def tell_progress(connection: Connection, number: int, percent: int) -> None:
    """How far the work on a release has come; of one that is ready nothing is changed: two may
    work on it, and the slower one would say that it has only begun."""
    under_way = (ReleaseState.DECLARED.value, ReleaseState.PROTECTED.value)
    here = (Release.number == number, Release.state.in_(under_way))
    connection.execute(update(Release).where(*here).values(progress=percent))


def keep_files(
    connection: Connection, number: int, files: Mapping[str, bytes], sealed: bytes
) -> str:
    """Puts these files and sealed counts in the place of earlier ones; the digest of all."""
    forget_files(connection, number)
    rows = [
        {
            "release_number": number,
            "name": name,
            "digest": digest_of(content),
            "content": content,
        }
        for name, content in sorted(files.items())
    ]
    connection.execute(insert(ReleaseFile), rows)
    connection.execute(insert(SealedCounts).values(release_number=number, sealed=sealed))
    return digest_of_all(files)


def forget_files(connection: Connection, number: int) -> None:
    """Drops files that will not leave."""
    connection.execute(delete(ReleaseFile).where(ReleaseFile.release_number == number))
    connection.execute(delete(SealedCounts).where(SealedCounts.release_number == number))


def files_of(connection: Connection, number: int) -> dict[str, bytes]:
    """The files of a release by name."""
    query = (
        select(ReleaseFile.name, ReleaseFile.content)
        .where(ReleaseFile.release_number == number)
        .order_by(ReleaseFile.name)
    )
    return {name: bytes(content) for name, content in connection.execute(query)}


def file_of(connection: Connection, number: int, name: str) -> bytes | None:
    """One file of a release."""
    content = connection.scalar(
        select(ReleaseFile.content).where(
            ReleaseFile.release_number == number, ReleaseFile.name == name
        )
    )
    return None if content is None else bytes(content)


def sealed_of(connection: Connection, number: int) -> bytes:
    """The sealed counts of a release. Raises NoSuchRelease."""
    found = connection.scalar(
        select(SealedCounts.sealed).where(SealedCounts.release_number == number)
    )
    if found is None:
        raise NoSuchRelease(f"Release {number} has no sealed counts.")
    return bytes(found)


def add_edition(
    connection: Connection,
    number: int,
    release: int,
    version: str,
    published_at_s: int,
    manifest: bytes,
    signature: bytes,
) -> None:
    """Keeps an edition. Its number can be given once."""
    connection.execute(
        insert(TableEdition).values(
            number=number,
            release_number=release,
            version=version,
            published_at_s=published_at_s,
            manifest=manifest,
            signature=signature,
        )
    )


def change_edition(connection: Connection, number: int, **values: object) -> None:
    """Notes what became of an edition: its bytes never change."""
    connection.execute(update(TableEdition).where(TableEdition.number == number).values(**values))


def editions(connection: Connection) -> list[KeptEdition]:
    """All editions, oldest first, also withdrawn ones."""
    query = select(*_EDITION).order_by(TableEdition.number)
    return [KeptEdition(*row) for row in connection.execute(query)]


def edition_of(connection: Connection, number: int) -> KeptEdition:
    """The edition of that number. Raises NoSuchRelease."""
    row = connection.execute(select(*_EDITION).where(TableEdition.number == number)).first()
    if row is None:
        raise NoSuchRelease(f"There is no edition {number}.")
    return KeptEdition(*row)


def approved(connection: Connection) -> list[int]:
    """Numbers of releases that are approved and not out yet."""
    here = Release.state == ReleaseState.APPROVED.value
    return list(connection.scalars(select(Release.number).where(here)))


def next_edition(connection: Connection) -> int:
    """The number the next edition gets."""
    return (connection.scalar(select(func.max(TableEdition.number))) or 0) + 1


_EDITION = (
    TableEdition.number,
    TableEdition.release_number,
    TableEdition.version,
    TableEdition.published_at_s,
    TableEdition.manifest,
    TableEdition.signature,
    TableEdition.corrected_by,
    TableEdition.withdrawal,
    TableEdition.withdrawn_at_s,
)


def changes_so_far(connection: Connection) -> tuple[int, int, int]:
    """How many editions there are, how many of them were withdrawn, and how many corrected."""
    rows = select(
        func.count(TableEdition.number),
        func.count(TableEdition.withdrawn_at_s),
        func.count(TableEdition.corrected_by),
    )
    published, withdrawn, corrected = connection.execute(rows).one()
    return published, withdrawn, corrected
