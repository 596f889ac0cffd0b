"""What a tablet remembers of its tries to send, sealed in the store across restarts.

Owns how much goes into a parcel, when the office last answered, and how many tries failed since.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace

from mobile.sending.batches import MOST_RECORDS
from mobile.store import Store

_ROW = "sending"


@dataclass(frozen=True, slots=True)
class Attempts:
    """Times in seconds since 1970 by the tablet's clock, 0 for never.

    most_records: of the next parcel, smaller after time-outs. failures: in a row, of whole runs.
    retry_after_s: the patience the office asked for at the last try, in seconds. office_time_s,
    office_count: of the newest receipt, by the office's clock, and how many records it told.
    """

    most_records: int = MOST_RECORDS
    last_success_s: int = 0
    last_attempt_s: int = 0
    failures: int = 0
    retry_after_s: int = 0
    office_time_s: int = 0
    office_count: int = 0


def read_attempts(store: Store) -> Attempts:
    """What is remembered; the defaults before the first try."""
    kept = store.settings.get(_ROW)
    found = json.loads(kept) if kept else {}
    return Attempts(**{one.name: found[one.name] for one in fields(Attempts) if one.name in found})


def keep_attempts(store: Store, **changes: int) -> None:
    """Keeps some of it anew; on the disk when it returns."""
    with store.transaction():
        before = read_attempts(store)
        after = replace(before, **changes)
        if after != before:
            store.settings.put(_ROW, json.dumps(asdict(after)).encode())
