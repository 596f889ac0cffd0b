"""Measurements over real parts: ``python -m benchmarks``, or one with ``.NAME --json``."""
