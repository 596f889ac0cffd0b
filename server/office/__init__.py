"""What every room is handed: settings, database, clock, randomness. Wired once, nothing global."""

from server.office.office import Clock, NoProgramme, Office

__all__ = ["Clock", "NoProgramme", "Office"]
