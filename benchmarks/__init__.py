"""Measurements of Tally87 over real parts: ``python -m benchmarks`` or one with ``.NAME --json``."""
