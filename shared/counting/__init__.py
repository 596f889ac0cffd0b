"""How records of one person become one person in a count: pure, no table and no database.

Owns what a record says of each subject, which record decides, and which cells cannot exist.
"""

from shared.counting.contradictions import contradicts
from shared.counting.deciding_record import CountedRecord, Decided, decide_record
from shared.counting.standing import NOT_KNOWN, SEVERITY, Standing, Subject, is_complete, standing

__all__ = [
    "NOT_KNOWN",
    "SEVERITY",
    "CountedRecord",
    "Decided",
    "Standing",
    "Subject",
    "contradicts",
    "decide_record",
    "is_complete",
    "standing",
]
