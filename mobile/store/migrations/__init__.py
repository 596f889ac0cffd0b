"""Numbered SQL scripts; each brings the store from one format to the next."""
