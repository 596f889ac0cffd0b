"""What travels between tablet and server: records, parcels, receipts, tickets.

Owns every byte that leaves a machine, and docs/wire-protocol.md describes it. Knows no road (HTTP,
file), no store and no rule about answers. Randomness and clocks are handed in.
"""
