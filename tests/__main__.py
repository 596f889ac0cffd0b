"""Runs every test in the right groups: ``python -m tests``. Further arguments go to pytest.

Three groups, one after another, because they need different surroundings: the logic (two workers
at once), the tablet's screens (real widgets drawn without a display) and the web pages (a real
Chromium). Ends with one line for all of them, in pytest's own words, and with 0 when all passed.

Files of tests lie in memory where the machine has room: thousands of databases are made and thrown
away, and on a disk half of the time would be spent on keeping them through a power cut. What a
power cut leaves is tested by replaying what was written (tests/reliability), not by this disk.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass, field
from pathlib import Path

from tests.skips import skipped_in, unexpected

NO_TESTS_COLLECTED = 5
"""pytest's exit status when a group is empty, as it may be when arguments narrow the choice."""

IN_MEMORY = Path("/dev/shm")  # where Linux keeps files in memory
ROOM_BYTES = 3 * 2**29
"""What all tests together have left at one time, in files and in memory, with much to spare."""

FOLDERS = {"ui": "tests/mobile/ui", "browser": "tests/journeys"}
"""By mark, where tests of the small groups are: to read all the others takes as long as some of
them. tests/conftest.py refuses such a test anywhere else."""

_SUMMARY = re.compile(
    r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?)\b"
)


@dataclass(frozen=True)
class Group:
    """Tests that run in one pytest process tree.

    folders: where they all are; none: anywhere. missing: why it cannot run here, or ``""``.
    """

    name: str
    options: tuple[str, ...]
    folders: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""


def groups() -> list[Group]:
    """The groups in the order they run."""
    no_opengl = "" if find_library("EGL") and find_library("GL") else "libegl1 and libgl1"
    wanted = {
        "chromium": shutil.which("chromium") or shutil.which("google-chrome"),
        "libatomic1": find_library("atomic"),  # Playwright's Node.js
    }
    no_browser = " and ".join(name for name, found in wanted.items() if not found)
    return [
        # worksteal: who has finished takes over half of what the other still has to do
        Group(
            "logic",
            # the slowest are named: all tests together stay within 25 minutes on two cores
            (
                *("-n", "2", "--dist", "worksteal", "-m", "not ui and not browser"),
                *("--durations", "40", "--durations-min", "4"),
            ),
        ),
        Group(
            "screens",
            # Kivy has one window for each process: all tests of one file stay together. In their
            # order: files with few tests have the longest, which would be left to the end.
            ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-m", "ui"),
            (FOLDERS["ui"],),
            {
                "SDL_VIDEODRIVER": "offscreen",
                "KIVY_NO_ARGS": "1",
                "KIVY_NO_CONSOLELOG": "1",
                "LIBGL_ALWAYS_SOFTWARE": "1",
            },
            missing=no_opengl,
        ),
        Group(
            "pages",
            ("-n", "2", "--dist", "loadfile", "-m", "browser"),
            (FOLDERS["browser"],),
            missing=no_browser,
        ),
    ]


@contextmanager
def place_for_files(memory: Path = IN_MEMORY) -> Iterator[Mapping[str, str]]:
    """What tells tests where to put their files: in memory where there is room, and where programs
    may be started from it; else nothing. The folder is gone afterwards."""
    if not _has_room(memory):
        yield {}
        return
    folder = tempfile.mkdtemp(prefix="tally87-tests-", dir=memory)
    os.chmod(folder, 0o755)  # PostgreSQL runs as somebody else when the tests run as root
    try:
        yield {"TMPDIR": folder}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def place_for_bytecode() -> Iterator[Mapping[str, str]]:
    """What lets programs that are started read modules compiled once, not compile them each time:
    where this machine says that nothing is kept beside the sources, a folder that is gone
    afterwards. Hundreds of offices and tablets are started as programs: half of what a start costs.
    """
    if not sys.dont_write_bytecode:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="tally87-bytecode-") as folder:
        os.chmod(folder, 0o755)
        yield {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}


def _has_room(memory: Path) -> bool:
    try:
        there, lines = os.statvfs(memory), Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return False
    available = next((line.split()[1] for line in lines if line.startswith("MemAvailable")), "0")
    room = min(there.f_bavail * there.f_frsize, int(available) * 1024)
    return room >= ROOM_BYTES and not there.f_flag & os.ST_NOEXEC


def main(arguments: Sequence[str]) -> int:
    """Runs the groups and says how it went; gives the exit status."""
    with place_for_files() as for_files, place_for_bytecode() as for_bytecode:
        return run_all(arguments, {**for_files, **for_bytecode})


def run_all(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """The same, with this in the environment of every group."""
    began = time.monotonic()
    words: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    left_out: list[str] = []
    failed = False
    for group in groups():
        if group.missing:
            left_out.append(f"{group.name} (needs {group.missing})")
            continue
        print(f"\n--- {group.name} ---", flush=True)
        status, last_line, told_skips = run(group, arguments, environment)
        skipped += told_skips
        for count, word in _SUMMARY.findall(last_line):
            words[{"error": "errors", "warning": "warnings"}.get(word, word)] += int(count)
        failed = failed or status not in (0, NO_TESTS_COLLECTED)
    if not words["passed"]:
        failed = True
    # With arguments only a part is run, and a group left out skips nothing.
    for sentence in [] if arguments or left_out else unexpected(skipped):
        print(sentence)
        failed = True
    for name in left_out:
        print(f"Not run here: {name}.")
    del words["deselected"]
    order = ("failed", "passed", "skipped", "xfailed", "xpassed", "warnings", "errors")
    told = ", ".join(f"{words[word]} {word}" for word in order if words[word]) or "no tests ran"
    print(f"{'=' * 20} {told} in {time.monotonic() - began:.2f}s {'=' * 20}")
    return 1 if failed else 0


def run(
    group: Group, arguments: Sequence[str], environment: Mapping[str, str]
) -> tuple[int, str, Counter[str]]:
    """Runs one group; gives pytest's exit status, its closing line, and the skips by file."""
    narrowed = any(Path(one.partition("::")[0]).exists() for one in arguments)
    places = () if narrowed else group.folders
    command = [sys.executable, "-m", "pytest", "-q", *group.options, *arguments, *places]
    surroundings = os.environ | dict(environment) | dict(group.environment)
    process = subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    last_line, skips = "", []
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
            if line.startswith("SKIPPED"):
                skips.append(line)
            if _SUMMARY.search(line):
                last_line = line
        return process.wait(), last_line, skipped_in(skips)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    finally:
        # no tests go on when nobody reads them any more
        process.terminate()
        process.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
