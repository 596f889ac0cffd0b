"""National tables: every person once a period, counted, laid out and kept current."""
