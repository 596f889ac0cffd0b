"""Disclosure control: tables in, tables that may be shown out. Pure; sees no case record."""
