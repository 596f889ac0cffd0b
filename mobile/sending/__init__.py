"""Sending what is finalised: batches, one run, receipts, comparing totals, sending unasked.

Owns when and how much is sent and what an answer means for a record. Which way the bytes go is
mobile.transport's.
"""
