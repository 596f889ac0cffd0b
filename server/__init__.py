"""The national office: takes in parcels, links persons, counts, protects, shows.

A room (package) is a subject: its tables, rules, use cases and SQL stand together. What a room
may import is one exhaustive contract in setup.cfg; docs/architecture.md shows the rooms.
"""
