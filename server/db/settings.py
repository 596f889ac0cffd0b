"""Settings of PostgreSQL that hold for one transaction, as they stand in a select of it.

What is told to one transaction leaves every other as it was (PostgreSQL documentation, set_config).
"""

from __future__ import annotations

BY_INDEX = "set_config('enable_seqscan', 'off', true)"
"""For a transaction that looks up its own rows by their keys and nothing else: whatever the planner
knows of a table that has just begun to grow, none of it is read whole."""
CAN_BE_DONE_AGAIN = "set_config('synchronous_commit', 'off', true)"
"""For a transaction that asks for itself again when a power cut takes it: its commit does not wait
for the disk, so that receipts do not wait behind it. Whoever commits in earnest after it takes it
to the disk, too (PostgreSQL documentation, synchronous_commit)."""
