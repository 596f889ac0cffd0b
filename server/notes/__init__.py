"""Notes: what waits to be said to one tablet, given out with each of its receipts until it arrived,
and what tablets answer.

Owns the queue of notes and nothing of why one is made: rooms above ask for a note in the
transaction that makes its reason.
"""

from __future__ import annotations

from server.notes.answers import ToldAnswer, deal_with, keep
from server.notes.outgoing import (
    ALARM_TERM_DAYS,
    ANY_OUTSTANDING,
    GENERATION_TERM_DAYS,
    KEPT_DAYS,
    MESSAGE_TERM_DAYS,
    ArrivedNote,
    NoteState,
    acknowledge,
    can_let_go,
    let_go,
    not_acknowledged,
    notes_of,
    outstanding,
    say,
    waiting_count,
)

__all__ = [
    "ALARM_TERM_DAYS",
    "ANY_OUTSTANDING",
    "GENERATION_TERM_DAYS",
    "KEPT_DAYS",
    "MESSAGE_TERM_DAYS",
    "ArrivedNote",
    "NoteState",
    "ToldAnswer",
    "acknowledge",
    "can_let_go",
    "deal_with",
    "keep",
    "let_go",
    "not_acknowledged",
    "notes_of",
    "outstanding",
    "say",
    "waiting_count",
]
