"""When to try to send next, without being asked. Pure: time and chance are handed in.

    after                                   the next try comes
    work waits, no failure                  at once
    something was withdrawn                 not within a minute: so long it can be undone
    an immediate danger was recorded        at once, whatever failed before
    nobody there has seen a danger yet      after 1 to 2 minutes, then after half of the time it
                                            has been known there, at most 30 minutes
    nothing waits, the office answered      after 12 hours (asks for news)
    1st, 2nd, 3rd ... failure in a row      after 1, 2, 4, 8 ... minutes, at most 4 hours
    the office asked for patience           not before that time
    the network came back                   within 10 seconds, whatever failed before
    there is no network                     never: nothing is tried, no battery is spent

Each wait but the first is drawn between half and the whole of it, so that a thousand tablets that
lost the same mast do not come back in the same second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FIRST_WAIT_S = 60
LONGEST_WAIT_S = 4 * 3600
NEWS_AFTER_S = 12 * 3600
SEEN_AFTER_S, SEEN_LONGEST_S = 120, 1800
"""How soon, and how seldom at most, it is asked whether somebody has seen an immediate danger: the
officer calls until then, and must neither call twice nor not at all."""
UNDONE_WITHIN_S = 60
"""What was withdrawn is not sent by itself for so long: it can be undone until it was sent."""
NETWORK_SETTLES_S = 10
"""A network that has just come back is often gone again in a moment."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known. Times: seconds since 1970 by the tablet's clock, 0 for never.

    failures: in a row. retry_after_s: what the office asked for at the last try. new_danger: a
    record of immediate danger waits that was never tried.
    network_since_s: since when there is a network; None when there is none. unseen_since_s: of the
    newest immediate danger nobody at the office has seen yet. withdrawn_s: of the newest withdrawal
    that waits and can be undone.
    """

    waiting: int
    failures: int
    last_attempt_s: int
    retry_after_s: int = 0
    new_danger: bool = False
    network_since_s: int | None = 0
    unseen_since_s: int = 0
    withdrawn_s: int = 0


def next_attempt_s(situation: Situation, now_s: int, draw: Callable[[], float]) -> int | None:
    """When to try, in seconds since 1970, never before now; None while there is no network.

    draw: a number of at least 0 and below 1. A clock that was set back does not keep a tablet
    silent: a last try, or a network that came back, in the future counts as of now.
    """
    if situation.network_since_s is None:
        return None
    last_s = min(situation.last_attempt_s, now_s)
    network_since_s = min(situation.network_since_s, now_s)
    patient_until_s = last_s + situation.retry_after_s
    if 0 <= now_s - situation.withdrawn_s < UNDONE_WITHIN_S and not situation.new_danger:
        patient_until_s = max(patient_until_s, situation.withdrawn_s + UNDONE_WITHIN_S)
    if situation.new_danger:
        wanted_s = now_s
    elif situation.failures and network_since_s > last_s:
        wanted_s = network_since_s + int(NETWORK_SETTLES_S * draw())
    elif situation.failures:
        # 2 ** 8 minutes are more than the longest wait already
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S << min(situation.failures - 1, 8))
        wanted_s = last_s + _jittered(wait_s, draw)
    elif situation.waiting or not situation.last_attempt_s:
        wanted_s = now_s
    elif situation.unseen_since_s:
        known_s = (last_s - situation.unseen_since_s) // 2
        wait_s = min(SEEN_LONGEST_S, max(SEEN_AFTER_S, known_s))
        wanted_s = last_s + _jittered(wait_s, draw)
    else:
        wanted_s = last_s + _jittered(NEWS_AFTER_S, draw)
    return max(now_s, wanted_s, patient_until_s)


def _jittered(wait_s: int, draw: Callable[[], float]) -> int:
    return wait_s // 2 + int(wait_s / 2 * draw())
