"""Persons shared out among processes by the beginning of their ids: all are counted at once.

Ids are drawn evenly, so shares are of about one size. What is worked out for a share is worked out
in a transaction of its own; whoever asks keeps others from writing meanwhile.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from multiprocessing import get_context
from typing import Any, NamedTuple, TypeVar

from server.office import Office
from server.office.config import Config

CASES_IN_A_SHARE = 20_000
"""Held at once by a process: some ten megabytes."""
_MOST_SHARES = 4_096

Found = TypeVar("Found")


class PersonShare(NamedTuple):
    """Persons from one id to another, both included: 32 hexadecimal digits each."""

    first: str
    last: str


def shares_of(cases: int, processes: int) -> list[PersonShare]:
    """Everybody, in shares of about so many cases together as a process may hold."""
    number = max(processes, min(-(-cases // CASES_IN_A_SHARE), _MOST_SHARES))
    edges = [at * 16**32 // number for at in range(number + 1)]
    return [PersonShare(f"{first:032x}", f"{before - 1:032x}") for first, before in pairwise(edges)]


@contextmanager
def of_every_share(
    office: Office,
    work: Callable[[Office, int, PersonShare], Found],
    generation: int,
    shares: Sequence[PersonShare],
    processes: int,
) -> Iterator[Iterator[Found]]:
    """What ``work`` gives for each share, in their order.

    processes: that work; 1 is this one alone. work: a function of a module, which can be named to
    another process. generation: of the counts.
    """
    if processes < 2:
        yield (work(office, generation, share) for share in shares)
        return
    # A process of its own beginning: connections and locks do not go over a fork.
    with ProcessPoolExecutor(
        processes, get_context("spawn"), _begin, (office.config, work, generation)
    ) as pool:
        yield pool.map(_work_in_a_process, shares)


_ours: tuple[Office, Callable[[Office, int, PersonShare], Any], int]


def _begin(
    config: Config, work: Callable[[Office, int, PersonShare], Any], generation: int
) -> None:
    global _ours
    # Counting makes no cycles, and looking for some among millions of words takes a third of it.
    gc.disable()
    _ours = Office.open(config, _no_clock, _no_chance), work, generation


def _no_clock() -> datetime:
    raise AssertionError("Counting does not ask for the time.")


def _no_chance(_: int) -> bytes:
    raise AssertionError("Counting leaves nothing to chance.")


def _work_in_a_process(share: PersonShare) -> Any:
    office, work, generation = _ours
    return work(office, generation, share)
