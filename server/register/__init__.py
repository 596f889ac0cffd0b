"""Which cases are believed to be one person, by agreeing linkage codes."""
