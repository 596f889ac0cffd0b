"""``tally87 demo``: the whole journey on one machine. ``make run`` calls it."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from shared.errors import TallyError

MARK = "this-folder-belongs-to-tally87-demo"
"""A file in the folder: only a folder that has it is ever emptied."""


@click.command()
@click.option(
    "--port", envvar="PORT", default=8087, show_default=True, type=click.IntRange(1, 65535)
)
@click.option("--once", envvar="ONCE", is_flag=True, help="Check the page and end, do not stay.")
@click.option(
    "--fresh/--go-on",
    envvar="FRESH",
    default=True,
    help="Start clean (usual), or go on with the data of the last run.",
)
@click.option(
    "--folder",
    default=".demo",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where server, tablets and logs are kept.",
)
@click.option("--visits", type=click.IntRange(min=1), help="On each tablet; all unless given.")
@click.option(
    "--regional",
    envvar="TALLY87_DEMO_REGIONAL",
    is_flag=True,
    help="Instead: two made-up countries publish, and a region rolls them up.",
)
@click.option("--synthetic", is_flag=True, help="Draw the answers, even if a survey is at hand.")
@click.option("--cheap-pins", is_flag=True, hidden=True, help="For tests: PINs cost no time.")
def demo(
    port: int,
    once: bool,
    fresh: bool,
    folder: Path,
    visits: int | None,
    regional: bool,
    synthetic: bool,
    cheap_pins: bool,
) -> None:
    """Tablets record offline and send, the server counts; then it stays, with a page to see."""
    # here, so that the other verbs do not load what only the demonstration needs
    from demo.cast import Script, survey_beside_the_project
    from demo.run import demonstration

    # a log file or a pipe has no width of its own
    width = None if sys.stdout.isatty() else 110
    console = Console(highlight=False, width=width)
    if regional:
        from demo.regional import regional as roll_up
        from demo.telling import Teller

        _prepare(folder, fresh=True)
        roll_up(folder, Teller(console))
        return
    script = Script(None if synthetic else survey_beside_the_project(), visits, cheap_pins)
    _interrupt_when_terminated()
    try:
        _prepare(folder, fresh)
        demonstration(folder, port, script, once, console, stay=_stay)
    except KeyboardInterrupt:
        console.print("\nEnded. Nothing is left running; the data stay in the folder for FRESH=0.")
        raise SystemExit(0 if _staying.is_set() else 130) from None


class FolderInUse(TallyError):
    """The folder holds something that is not a demonstration's and is not touched."""


_staying = threading.Event()


def _stay() -> None:
    """Until somebody presses Ctrl-C or ends the process."""
    _staying.set()
    while True:
        signal.pause()


def _prepare(folder: Path, fresh: bool) -> None:
    if fresh and folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise FolderInUse(
                f"{folder} holds something else than a demonstration. Choose another."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARK).touch()


def _interrupt_when_terminated() -> None:
    """Being ended by a service manager or a closed window is the same as Ctrl-C."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell that starts a program in the background has it ignored
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), interrupt)
