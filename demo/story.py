"""The run itself, step by step: tablets join, record offline, send; one link is cut and mends."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.progress import Progress, TaskID

from demo.cast import ORGANISATIONS, SEED, TABLETS, Script
from demo.crew import Crew
from demo.link import Cut, Link
from demo.office import FAULTY, PRACTICE, DemoNotes, DemoOffice
from demo.tablets import Event, TabletProcess
from demo.telling import Teller

CUT_TABLET = 3
"""The tablet with the bad link: the first one of the first NGO, counted from 0."""
CUT_AFTER_BYTES = 6_000
"""In the middle of its request, which is some tens of kilobytes."""
TRIES = 3
"""How often an officer presses *send* before asking for help."""


@dataclass(frozen=True)
class Recorded:
    """What the tablets say they recorded. people: record id of a case -> made-up person.
    by_tablet: records (visits and cases), in the order of the cast."""

    visits: int
    cases: int
    people: Mapping[str, int]
    by_tablet: tuple[int, ...]


@dataclass(frozen=True)
class Sent:
    """What one tablet's sending came to, over all its attempts. cut: what the officer read when
    the link was cut."""

    report: Event
    cut: tuple[str, ...] = ()


class Story:
    """One run with a served office and its crew of tablets."""

    def __init__(
        self, office: DemoOffice, notes: DemoNotes, crew: Crew, link: Link, teller: Teller
    ):
        self._office, self._notes, self._crew = office, notes, crew
        self._link, self._teller = link, teller

    def join(self) -> None:
        """Every tablet is unlocked with its PIN, and enrolled unless it already is."""

        def unlock_and_enrol(number: int, tablet: TabletProcess) -> None:
            opened = tablet.obey("open", pin=self._notes.pins[number])
            if opened["enrolled"]:
                return
            organisation, place = TABLETS[number]
            ticket = self._office.ticket(f"{organisation.code}-{place}")
            if number == CUT_TABLET:
                ticket = replace(ticket, url=self._link.url)
            tablet.obey("enrol", ticket=ticket.text())

        with self._teller.bars() as bars:
            task = bars.add_task("tablets set up and enrolled", total=self._crew.size)

            def one(number: int, tablet: TabletProcess) -> None:
                unlock_and_enrol(number, tablet)
                bars.advance(task)

            self._crew.each(one)

    def record(self, orders: Sequence[Mapping[str, Any]]) -> Recorded:
        """All shifts, offline: no tablet opens a connection in here."""
        with self._teller.bars() as bars:
            tasks = [bars.add_task(name_of(number), total=None) for number in range(len(orders))]

            def moved(number: int, event: Event) -> None:
                if "planned" in event:
                    bars.update(tasks[number], total=_records(event["planned"]))
                else:
                    bars.update(tasks[number], completed=_records(event["recorded"]))

            done = self._crew.told("record", orders, moved)
        people: dict[str, int] = {}
        for report in done:
            people |= report["people"]
        return Recorded(
            sum(report["visits"] for report in done),
            sum(report["cases"] for report in done),
            people,
            tuple(_records(report) for report in done),
        )

    def send(self) -> list[Sent]:
        """Every tablet sends over HTTP; the link of one is cut twice before it holds."""
        with self._teller.bars() as bars:
            tasks = [
                bars.add_task(name_of(number), total=None) for number in range(self._crew.size)
            ]

            def one(number: int, tablet: TabletProcess) -> Sent:
                moved = _mover(bars, tasks[number])
                attempts = []
                if number == CUT_TABLET:
                    for cut in (Cut(after_bytes_up=CUT_AFTER_BYTES), Cut(after_bytes_down=0)):
                        self._link.cut_next(cut)
                        attempts.append(tablet.obey("send", moved))
                    self._link.cut_next(None)
                cuts = tuple(report["sentence"] for report in attempts if report["problem"])
                for _ in range(TRIES):
                    attempts.append(tablet.obey("send", moved))
                    if not attempts[-1]["still_waiting"]:
                        break
                return Sent(_together(attempts), cuts)

            return self._crew.each(one)

    def misbehave(self, tablet: TabletProcess, script: Script) -> list[Mapping[str, Any]]:
        """The tablet with the broken software sends its bad records; what became of each."""
        # another seed: these are other people, so that nobody is merged with them
        order = replace(script, visits=None).order(CUT_TABLET, SEED + 1)
        ticket = self._office.ticket(FAULTY).text()
        records: list[Mapping[str, Any]] = tablet.obey("misbehave", ticket=ticket, **order)[
            "records"
        ]
        return records

    def prepare_practice_tablet(self, tablet: TabletProcess) -> None:
        """A tablet for whoever looks: enrolled, unlocked by the practice PIN, empty."""
        if not tablet.obey("open", pin=self._notes.practice_pin)["enrolled"]:
            tablet.obey("enrol", ticket=self._office.ticket(PRACTICE).text())

    def recount(self) -> list[Event]:
        """What every tablet's own store holds."""
        return self._crew.told("recount", [{}] * self._crew.size)


def name_of(tablet: int) -> str:
    """How the demonstration calls a tablet."""
    organisation, number = TABLETS[tablet]
    short = organisation.name.removeprefix("Simulated ")
    return f"{short}, tablet {number}"


def sum_by_organisation(values: Sequence[Mapping[str, Any]]) -> list[tuple[str, Counter[str]]]:
    """Adds up numbers of tablets by organisation, in the order of the cast."""
    sums = {organisation.name: Counter[str]() for organisation in ORGANISATIONS}
    for (organisation, _), value in zip(TABLETS, values, strict=True):
        numbers = {name: number for name, number in value.items() if type(number) is int}
        sums[organisation.name].update(numbers)
    return list(sums.items())


def _together(attempts: Sequence[Event]) -> Event:
    """All attempts as one report: numbers added up, the rest as the last one says."""
    sums: Counter[str] = Counter()
    for report in attempts:
        sums.update({name: value for name, value in report.items() if type(value) is int})
    last = attempts[-1]
    return {**last, **sums, "still_waiting": last["still_waiting"]}


def _records(counts: Mapping[str, int]) -> int:
    return counts["visits"] + counts["cases"]


def _mover(bars: Progress, task: TaskID) -> Callable[[Event], None]:
    lock = threading.Lock()

    def moved(event: Event) -> None:
        with lock:
            bars.update(task, completed=event["sent"]["done"], total=event["sent"]["total"])

    return moved
