"""Backups of the office's database, and what must happen when one is put back.

A backup is a folder: ``database`` (server/db/copies.py), ``manifest.json`` that says what it is,
and ``manifest.sig``, signed with the programme's key: whoever keeps backups cannot plant records
in one. The keys are not in it: who steals it has no key, and who restores needs them.

What a restored database has forgotten is dangerous where it forgot that somebody may no longer do
something. So before it is used, tickets nobody used are void and everybody is signed out; what the
database that it replaces still knows of tablets signed out, accounts closed and accounts narrowed
is carried over.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from server.db import copies
from server.db.engine import open_engine, reading, transaction
from server.db.migrate import migrate
from server.db.shape import current_revision, known_revisions
from server.durable import sync_folder, write_new
from server.office import Office
from server.operations.saying import generation_of, new_generation
from server.programme import enrolment
from server.programme.keys import keys_of
from server.programme.programme import programme_of
from server.staff import accounts, audit, carried, factors, invitations
from server.staff.scope import AccountScope
from shared.errors import ServiceError, SignatureInvalid

FORMAT = 1
DATABASE, MANIFEST, SIGNATURE = "database", "manifest.json", "manifest.sig"
_DOMAIN = b"tally87/1 backup\x00"
_BEING_MADE = ".part"


class BackupRefused(ServiceError):
    """A backup that is damaged, of another programme or too new, or a place that is taken."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is. made_at_s: seconds since 1970-01-01 UTC; revision: the database's shape;
    generation: "" before the first restore; rows: of each table; sha256: of the file."""

    format: int
    made_at_s: int
    programme_id: str
    dialect: str
    revision: str
    generation: str
    rows: Mapping[str, int]
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Restored:
    """What came of a restore. tablets: told to offer again what may be gone; void_tickets and
    ended_sessions: taken back; carried: tablets signed out, accounts closed and narrowed since the
    backup, by the database it replaced; None when that could not be asked. kept: that database."""

    manifest: Manifest
    tablets: int
    void_tickets: int
    ended_sessions: int
    carried: int | None
    kept: Path | None


@dataclass(frozen=True)
class _Ended:
    """Who may no longer do something, by a database that is about to be replaced."""

    tablets: Mapping[str, int]
    accounts: Mapping[str, int]
    scopes: Mapping[str, AccountScope]


def back_up(office: Office, folder: Path) -> tuple[Path, Manifest]:
    """Makes a backup in a new folder inside ``folder``, named by the moment; writers go on
    meanwhile. It appears under its name only when it is whole and was opened and read.

    Raises BackupRefused, CopyFailed.
    """
    keys = keys_of(office)
    now_s = office.now_s()
    done = folder / f"tally87-{datetime.fromtimestamp(now_s, UTC):%Y-%m-%dT%H%M%SZ}"
    part = done.with_name(done.name + _BEING_MADE)
    if done.exists():
        raise BackupRefused(f"There is a backup {done.name} already; it was left as it is.")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        copy = copies.make_copy(office.engine, part / DATABASE)
        with reading(office.engine) as connection:
            generation = generation_of(connection)
        manifest = Manifest(
            FORMAT,
            now_s,
            programme_of(office).programme_id,
            copy.dialect,
            current_revision(office.engine) or "",
            generation,
            copy.rows,
            copy.bytes,
            copy.sha256,
        )
        content = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
        write_new(part / MANIFEST, content)
        write_new(part / SIGNATURE, keys.programme.sign(_DOMAIN + content))
        sync_folder(part)
        part.rename(done)
        sync_folder(folder)
    except OSError as error:
        raise BackupRefused(f"The backup cannot be written: {error.strerror}.") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    with transaction(office.engine) as connection:
        audit.enter(connection, now_s, "command line", "backed_up", {"bytes": copy.bytes})
    return done, manifest


def check(office: Office, backup: Path) -> Manifest:
    """What a backup holds, after its signature, its bytes and its database were looked at.

    Raises BackupRefused for one that is damaged, changed, or of another programme, and CopyFailed.
    """
    try:
        content, signature = (backup / MANIFEST).read_bytes(), (backup / SIGNATURE).read_bytes()
    except OSError:
        raise BackupRefused(f"{backup.name} is no backup, or is not whole.") from None
    try:
        keys_of(office).programme.public.verify(signature, _DOMAIN + content)
    except SignatureInvalid:
        raise BackupRefused(
            "This backup was changed, or was made with the keys of another programme. "
            "Nothing was restored."
        ) from None
    said = json.loads(content)
    if said["format"] != FORMAT or said["revision"] not in known_revisions():
        raise BackupRefused("This backup was made by a newer Tally87: update this one first.")
    manifest = Manifest(**said)
    file = backup / DATABASE
    if copies.digest_of(file) != manifest.sha256:
        raise BackupRefused(f"{backup.name} is damaged: its database is not the one that was made.")
    if manifest.dialect == "sqlite":
        rows: Mapping[str, int] = copies.rows_of_file(file)
        if rows != manifest.rows:
            raise BackupRefused(f"{backup.name} is damaged: it has other rows than it says.")
    else:
        copies.check_dump(file)
    return manifest


def restore(office: Office, backup: Path, *, replacing: bool = False) -> Restored:
    """Makes a backup this office's database. The office is opened, its server does not run.

    replacing: the embedded database that is there is moved aside; it is never deleted. PostgreSQL
    is filled only when it is empty. Raises BackupRefused, CopyFailed; what was there still is.
    """
    manifest = check(office, backup)
    here = office.engine.dialect.name
    if manifest.dialect != here:
        raise BackupRefused(f"This backup is of {manifest.dialect}, the settings name {here}.")
    if here == "postgresql":
        if not copies.is_empty(office.engine):
            raise BackupRefused(
                "The database is not empty, and nothing was touched. Create an empty one, name it "
                "in TALLY87_DATABASE_URL, and restore into that."
            )
        if copies.put_into_empty(office.engine, backup / DATABASE) != manifest.rows:
            raise BackupRefused("The database does not have the rows of the backup: drop it.")
        return _made_ready(office, manifest, None, None)
    if not copies.is_empty(office.engine) and not replacing:
        raise BackupRefused(
            "There is a database already, and it was not touched. Stop the server, then say "
            "--replace: it is moved aside and kept."
        )
    place = Path(str(office.engine.url.database))
    stamp = datetime.fromtimestamp(office.now_s(), UTC)
    aside = place.with_name(f"{place.name}.replaced-{stamp:%Y-%m-%dT%H%M%SZ}")
    kept = aside if place.exists() else None
    ended = _ended_by(place) if kept else None
    office.engine.dispose()
    with copies.put_in_place(place, backup / DATABASE, aside) as file:
        beside = replace(office.config, database_url=f"sqlite:///{file.absolute()}")
        new = Office.open(beside, office.clock, office.random_bytes)
        try:
            restored = _made_ready(new, manifest, ended, kept)
        finally:
            new.close()
    return restored


def _made_ready(
    office: Office, manifest: Manifest, ended: _Ended | None, kept: Path | None
) -> Restored:
    """Of a database of the past one that may be used today."""
    migrate(office.engine, country_folders=office.config.country_folders)
    factors.seal_open_ones(office)
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        void = enrolment.void_tickets(connection, now_s)
        sessions = accounts.end_all_sessions(connection)
        invitations.void_links(connection)  # of the past: one may have been used since
        known = None
        if ended is not None:
            known = enrolment.stay_signed_out(connection, ended.tablets)
            known += carried.stay_closed(connection, ended.accounts)
            known += carried.stay_narrow(connection, ended.scopes, now_s)
        audit.enter(
            connection,
            now_s,
            "command line",
            "backup_restored",
            {"made_at_s": manifest.made_at_s, "void_tickets": void, "carried": known},
        )
    _, tablets = new_generation(office, "command line")
    return Restored(manifest, tablets, void, sessions, known, kept)


def _ended_by(place: Path) -> _Ended | None:
    """None when that database cannot be read: it may be the reason why one is restored."""
    engine = open_engine(make_url(f"sqlite:///{place.absolute()}"))
    try:
        with reading(engine) as connection:
            tablets, closed = enrolment.signed_out(connection), carried.closed(connection)
            return _Ended(tablets, closed, _narrow_in(connection))
    except DBAPIError:
        return None
    finally:
        engine.dispose()


def _narrow_in(connection: Connection) -> Mapping[str, AccountScope]:
    try:
        return carried.narrow(connection)
    except DBAPIError:
        return {}  # of a version before accounts had a scope
