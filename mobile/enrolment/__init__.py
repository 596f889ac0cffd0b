"""Joining a programme: from a ticket to a membership."""
