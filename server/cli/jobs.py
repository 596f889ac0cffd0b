"""Verbs `work`, which does the jobs, and `jobs`, which tells how they stand."""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
from contextlib import suppress
from dataclasses import asdict
from types import FrameType

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from server import queue
from server.cli.opening import the_office
from server.db.engine import reading, transaction
from server.jobs.worker import NICE, Worker, work_off
from server.office.logs import log_to_standard_error
from server.queue import JobKind
from server.reference.in_force import reference_of
from server.tables.generations import declarations_of
from shared.errors import TallyError

_KINDS = click.Choice([kind.value for kind in JobKind])
_LOOKS_EVERY_S = 1.0


@click.command()
@click.option("--kind", "kinds", multiple=True, type=_KINDS, help="Only these kinds of jobs.")
@click.option("--once", is_flag=True, help="Do what waits now, and end.")
@click.option("--beside", type=int, hidden=True, help="End when this process is gone.")
def work(kinds: tuple[str, ...], once: bool, beside: int | None) -> None:
    """Do the office's jobs until interrupted: link, count, protect.

    Any number of these may run; each kind is done by one of them at a time. A job whose worker was
    killed is done again by the next. `tally87 serve` starts one by itself on SQLite.
    """
    os.nice(NICE)
    with the_office(kept_open=not once) as office:
        log_to_standard_error(office.config.log_level)
        if once:
            work_off(office)
            return
        stop = threading.Event()

        def ends(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ends)
        if beside is not None:
            threading.Thread(target=_end_with, args=(beside, stop), daemon=True).start()
        # What is read once is never garbage: to look through it takes tens of milliseconds, while
        # others may wait for the lock.
        with suppress(DBAPIError, TallyError):
            reference_of(office), declarations_of(office)
        gc.freeze()
        Worker(office, [JobKind(kind) for kind in kinds] or tuple(JobKind)).run(stop)


def _end_with(process: int, stop: threading.Event) -> None:
    """Says stop when that process is no longer the one that started this."""
    while not stop.wait(_LOOKS_EVERY_S):
        if os.getppid() != process:
            stop.set()


@click.command()
@click.option("--try-again", is_flag=True, help="Let what was put aside be tried once more.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def jobs(try_again: bool, as_json: bool) -> None:
    """Show what waits, runs, pauses after a failure or was put aside, and for how long."""
    with the_office() as office:
        now_s = office.now_s()
        if try_again:
            with transaction(office.engine) as connection:
                click.echo(f"{queue.try_again(connection, now_s)} jobs will be tried again.")
            return
        with reading(office.engine) as connection:
            kinds, listed = queue.words(connection, now_s), queue.listed(connection, now_s)
    if as_json:
        told = {"kinds": [asdict(one) for one in kinds], "jobs": [asdict(one) for one in listed]}
        click.echo(json.dumps(told, indent=1))
        return
    console = Console()
    table = Table(title="Jobs by kind", title_justify="left")
    for name in ("kind", "wait", "run", "pause", "put aside", "oldest due since"):
        table.add_column(name, justify="left" if name == "kind" else "right")
    for one in kinds:
        numbers = (one.waits, one.runs, one.pauses, one.put_aside)
        shown = [f"{n}{'+' if n == queue.MOST_COUNTED else ''}" for n in numbers]
        table.add_row(one.kind.value, *shown, f"{one.oldest_s} s")
    console.print(table)
    for job in listed:
        why = f", {job.reason}" if job.reason else ""
        about = f" {job.subject}" if job.subject else ""
        click.echo(f"{job.kind}{about}: {job.state}, {job.for_s} s, {job.tries} tries{why}")
