"""All simulated tablets of one run, at work at the same time, each in its own process."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from demo.tablets import Event, TabletProcess

Result = TypeVar("Result")

AT_ONCE = max(2, os.cpu_count() or 2)
"""Tablets that work at the same time: more would only wait for each other."""


class Crew:
    """The tablet processes, by number from 0. Use as a context manager; all end with it.

    options: further ones of each process.
    """

    def __init__(self, folder: Path, logs: Path, size: int, options: Sequence[str] = ()) -> None:
        self._folder, self._logs, self.size = folder, logs, size
        self._options = options
        self._stack = ExitStack()
        self.tablets: list[TabletProcess] = []

    def __enter__(self) -> Crew:
        self._logs.mkdir(parents=True, exist_ok=True)
        with ExitStack() as starting:
            for number in range(self.size):
                folder = self._folder / f"tablet-{number + 1}"
                log = self._logs / f"tablet-{number + 1}.log"
                self.tablets.append(
                    starting.enter_context(TabletProcess(folder, log, self._options))
                )
            self._stack = starting.pop_all()
        return self

    def __exit__(self, *problem: Any) -> None:
        self._stack.__exit__(*problem)

    def each(self, work: Callable[[int, TabletProcess], Result]) -> list[Result]:
        """Does the same with every tablet, some at a time; results in the tablets' order.

        Raises what the first tablet that failed raised, after the others were waited for. When
        interrupted, nobody is waited for: a tablet can lose its power at any moment.
        """
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                return list(pool.map(work, range(self.size), self.tablets))
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                for tablet in self.tablets:
                    tablet.kill()
                raise

    def told(
        self,
        do: str,
        orders: Sequence[Mapping[str, Any]],
        event: Callable[[int, Event], None] = lambda _number, _event: None,
    ) -> list[Event]:
        """Gives every tablet its own order of the same kind."""
        return self.each(
            lambda number, tablet: tablet.obey(
                do, lambda told: event(number, told), **orders[number]
            )
        )
