"""Every term the daily job ends: those of the rooms below, and those of the rooms above them."""

from __future__ import annotations

from server.operations import retention
from server.operations.retention import RetentionTerm
from server.workshop import trials

SCHEDULE: tuple[RetentionTerm, ...] = (
    *retention.SCHEDULE,
    RetentionTerm("trial", trials.TERM_DAYS, "it was asked for", False, (trials.OLD,)),
)
