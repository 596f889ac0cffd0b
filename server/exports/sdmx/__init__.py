"""SDMX: what an edition is in its information model, and the ways it is written.

Written here and not by a library: those there are lose what a missing value means (SDMX-CSV), or
need a data frame to write one. What is written is read in tests by two libraries and held against
the official schemas.
"""
