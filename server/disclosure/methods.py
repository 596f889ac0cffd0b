"""By which way a release is protected and audited: editions are made again by theirs. Pure."""

from __future__ import annotations

PARTS = 2
"""Since then tables of some persons are bounded by tables of more."""
CLASSES_OF_OTHERS = 3
"""Since then no organisation learns the class of all others of a group beside its own records, and
zeros that an edition of a register that only grew withheld stay withheld."""
PERIODS_BESIDE = 4
"""Since then shares of the quality report are told only where no table of a period that has months
with theirs in common withholds what they would give away."""
DIFFERENCES = 5
"""Since then nothing leaves of which one published number less another tells of a few persons who
stand in no table."""
UNTOLD = 6
"""Since then persons who stand in no table are attacked like any other small count, also where what
tells of them is withheld, is several counts less one, or stands in an edition of before; and so are
sums over periods of which editions of before have the parts."""
PIECES = 7
"""Since then editions of a register that grew are read together at the groups that their levels, or
their areas, cut it into, whichever of them shows which."""
OWN_BEFORE = 8
"""Since then organisations also know what they recorded of the editions of before: what only those
say of their records, and what they alone recorded of it, beside all editions."""
CHOSEN_AGAIN = 9
"""Since then cells are chosen again beside whoever finds too much in a first choice."""
DIVIDED = 10
"""Since then an area that was given its first parts between two editions is also read as what it
became."""
OWN_PIECES = 11
"""Since then a piece of an edition of before is taken for an organisation's own only where the
finest counts of that edition say so, also where its levels do not tell."""
WITHIN_FIRST = 12
"""Since then of large releases what is withheld already is asked by itself for proofs first."""
GROUPED = 13
"""Since then readers also know by which rule the smallest codes of a dimension were put together.
"""
SHARES_OF_PARTS = 14
"""Since then shares of the quality report by area, and by list, are told only where no table beside
it withholds how many there are of each."""
METHOD = SHARES_OF_PARTS
"""The way of now."""
