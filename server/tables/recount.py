"""Linking with the counts in step: the same transaction changes persons and counts what changed."""

from __future__ import annotations

from server.office import Office
from server.register import persons
from server.register.persons import BATCH, LinkRun
from server.tables.counts import recount_persons


def link_what_waits(office: Office, batch: int = BATCH) -> LinkRun:
    """Links every case in the queue, a batch at a time; persons and counts follow."""
    return persons.link_what_waits(office, recount_persons, batch)


def link_batch(office: Office, batch: int) -> LinkRun:
    """Links at most so many of the cases in the queue, in one transaction; the counts follow."""
    return persons.link_batch(office, recount_persons, batch)
