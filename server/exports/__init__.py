"""Editions in the formats that other programs read: one format a module.

Sees what an edition publishes and nothing else: a number that is withheld is not here to be lost.
"""
