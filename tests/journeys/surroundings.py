"""What every journey needs: a real office that is served, and real tablets in processes."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.cast import TABLETS
from demo.figures import Figures, differences, read_figures
from demo.link import free_port
from demo.office import DemoOffice
from demo.tablets import TabletGone, TabletProcess

SEED = 11
TEAMS = [3, 2, 2]
"""The cast of the demonstration; journeys use the first few tablets."""


def shift(tablet: int, visits: int) -> dict[str, Any]:
    """The order to record the first visits of this tablet's part of a drawn plan."""
    return {"tablet": tablet, "tablets": TEAMS, "seed": SEED, "drawn": 400, "at_most": visits}


def kill_server(process: subprocess.Popen[bytes]) -> None:
    """Power loss at the office: every process of the server at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Journey:
    """An office in a folder, its tablets, and the comparison at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = DemoOffice(folder, free_port())
        self.notes = self.office.make("synthetic")

    @contextmanager
    def tablet(self, number: int) -> Iterator[TabletProcess]:
        """The process of one tablet, unlocked."""
        log = self.folder / f"tablet-{number}.log"
        folder = self.folder / f"tablet-{number}"
        with TabletProcess(folder, log, ["--cheap-pins"]) as tablet:
            tablet.obey("open", pin=self.notes.pins[number])
            yield tablet

    def enrol(self, number: int, url: str | None = None) -> None:
        """Joins one tablet; url: the address of a link in front of the server."""
        organisation, place = TABLETS[number]
        ticket = self.office.ticket(f"{organisation.code}-{place}")
        if url is not None:
            ticket = type(ticket)(
                url, ticket.ticket_id, ticket.secret, ticket.programme_fingerprint
            )
        with self.tablet(number) as tablet:
            tablet.obey("enrol", ticket=ticket.text())

    def figures(self) -> Figures:
        """What the server holds now."""
        return read_figures(self.office)

    def disagreements(self, tablets: Sequence[int]) -> list[str]:
        """Records on which these tablets' own stores and the server differ."""
        stores: list[Mapping[str, Any]] = []
        for number in tablets:
            with self.tablet(number) as tablet:
                stores.append(tablet.obey("recount"))
        officers = [f"{TABLETS[number][0].code}-{TABLETS[number][1]}" for number in tablets]
        return differences(self.figures(), stores, officers)


def obey_or_die(process: TabletProcess, do: str, /, **order: Any) -> Mapping[str, Any] | None:
    """What came of the order, or None when the tablet lost its power meanwhile."""
    try:
        return process.obey(do, **order)
    except TabletGone:
        return None
