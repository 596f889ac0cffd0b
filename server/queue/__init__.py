"""What waits to be done by itself: rows any room may make in the transaction that makes the work.

Knows no room and does nothing; server.jobs does the work.
"""

from server.queue.model import Job
from server.queue.presence import (
    begins,
    clock_set_forward,
    ended,
    wait_no_longer_than_told,
    waits_longer_than_told,
)
from server.queue.waiting import (
    MOST_COUNTED,
    MOST_TRIES,
    AskedJobs,
    DueJob,
    JobKind,
    JobsWaiting,
    Listed,
    Word,
    ask,
    ask_for,
    begin,
    due,
    failed,
    finished,
    is_due,
    is_there,
    left_behind,
    listed,
    next_subjects,
    take,
    try_again,
    words,
)

__all__ = [
    "MOST_COUNTED",
    "MOST_TRIES",
    "AskedJobs",
    "DueJob",
    "Job",
    "JobKind",
    "JobsWaiting",
    "Listed",
    "Word",
    "ask",
    "ask_for",
    "begin",
    "begins",
    "clock_set_forward",
    "due",
    "ended",
    "failed",
    "finished",
    "is_due",
    "is_there",
    "left_behind",
    "listed",
    "next_subjects",
    "take",
    "try_again",
    "wait_no_longer_than_told",
    "waits_longer_than_told",
    "words",
]
