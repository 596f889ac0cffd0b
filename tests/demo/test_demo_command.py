"""``tally87 demo``, small: it tells its story, survives being killed, leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from demo.link import free_port
from tests.patience import PATIENCE_S

TALLY87 = Path(sys.executable).with_name("tally87")


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Every demonstration a test has started; none is left behind, however the test ends."""
    demos: list[subprocess.Popen[str]] = []
    yield demos
    for demo in demos:
        if demo.poll() is None:
            demo.kill()
            demo.communicate()


def start(
    started: list[subprocess.Popen[str]], folder: Path, port: int, *options: str
) -> subprocess.Popen[str]:
    without = {"PORT", "ONCE", "FRESH"}
    demo = subprocess.Popen(
        [
            *(str(TALLY87), "demo", "--folder", str(folder), "--port", str(port)),
            *("--visits", "3", "--synthetic", *options),
        ],
        env={name: value for name, value in os.environ.items() if name not in without},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    started.append(demo)
    return demo


def processes_of(folder: Path, port: int) -> Sequence[str]:
    """Command lines of processes that still belong to this demonstration (Linux)."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            continue
        if str(folder) in command or f"serve --port {port}" in command:
            found.append(command)
    return found


def wait_until_gone(folder: Path, port: int) -> Sequence[str]:
    until = time.monotonic() + PATIENCE_S
    while (left := processes_of(folder, port)) and time.monotonic() < until:
        time.sleep(0.1)
    return left


@pytest.mark.slow
def test_demo_tells_the_whole_story_and_ends_with_nothing_left(
    started: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    folder, port = tmp_path / "demo", free_port()

    story, _ = (demo := start(started, folder, port, "--once")).communicate(timeout=240)

    assert demo.returncode == 0, story
    for said in (
        "SYNTHETIC",
        "link cut in the middle of the request",
        "identity field",
        "rejected",
        "conflict",
        "exactly once",
        "National counts",
        "The page of national counts answers with these counts.",
        "Edition 1 is frozen and signed",
        "Without an account the page shows edition",
    ):
        assert said in " ".join(story.split())
    assert wait_until_gone(folder, port) == []


@pytest.mark.slow
def test_demo_that_was_killed_goes_on_and_counts_everything_once(
    started: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    folder, port = tmp_path / "demo", free_port()
    demo = start(started, folder, port, "--cheap-pins")
    assert demo.stdout is not None
    for line in demo.stdout:
        if "Recording, offline" in line:
            break
    time.sleep(2)
    demo.kill()
    demo.communicate()
    # tablets and server end by themselves: nothing is in the way of the next run
    assert wait_until_gone(folder, port) == []

    again = start(started, folder, port, "--cheap-pins", "--go-on", "--once")
    story, _ = again.communicate(timeout=240)

    assert again.returncode == 0, story
    assert "exactly once" in " ".join(story.split())
    assert wait_until_gone(folder, port) == []


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_demo_that_is_interrupted_leaves_nothing_running(
    started: list[subprocess.Popen[str]], tmp_path: Path, ending: int
) -> None:
    folder, port = tmp_path / "demo", free_port()
    demo = start(started, folder, port, "--cheap-pins")
    assert demo.stdout is not None
    for line in demo.stdout:
        if "Recording, offline" in line:
            break

    demo.send_signal(ending)
    demo.communicate(timeout=PATIENCE_S)

    assert demo.returncode == 130
    assert wait_until_gone(folder, port) == []


def test_demo_does_not_empty_a_folder_that_is_not_its_own(
    started: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    precious = tmp_path / "letter.txt"
    precious.write_text("keep me")

    refused, _ = (demo := start(started, tmp_path, free_port(), "--once")).communicate(
        timeout=PATIENCE_S
    )

    assert demo.returncode == 1
    assert "holds something else than a demonstration" in refused
    assert precious.read_text() == "keep me"
