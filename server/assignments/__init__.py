"""Visits the office asks for. Apart from statistics: never drawn from case records, never joined
with them, and told to the one tablet in its sealed note only."""
