"""How long a test waits for what is bound to come: never a measure of how quick it is."""

PATIENCE_S = 60.0
"""Seconds. A machine under load must not be taken for a fault; what never comes still ends a test.
Less than the time-out of a whole test."""
