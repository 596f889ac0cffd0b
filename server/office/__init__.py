"""What every room is handed: settings, database, clock, randomness. Wired once, nothing global."""

from server.office.office import Clock, Office

__all__ = ["Clock", "Office"]
