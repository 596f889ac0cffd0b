"""Parcels come in: opened, validated, decided, written with their outcomes, answered.

Owns idempotency and every table of records.
"""
