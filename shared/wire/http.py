"""The road over HTTPS: where each message is posted, and what it is called there.

docs/wire-protocol.md describes both to others; a change here is a change of the protocol.
"""

from __future__ import annotations

PREFIX = "/api/v1"
"""Of every route of tablets."""
PARCELS, ENROLMENTS, REFERENCE = "/parcels", "/enrolments", "/reference"
"""After the prefix: a parcel for a receipt, a request for a membership, an asking for a piece."""
AUTHORITY = "/authority"
"""Asked with GET: who signs the certificates of the office (shared.wire.authority)."""

PARCEL_TYPE = "application/vnd.tally87.parcel"
RECEIPT_TYPE = "application/vnd.tally87.receipt"
REQUEST_TYPE = "application/vnd.tally87.enrolment-request"
REPLY_TYPE = "application/vnd.tally87.enrolment-reply"
ASKING_TYPE = "application/vnd.tally87.asking"
PIECE_TYPE = "application/vnd.tally87.piece"
AUTHORITY_TYPE = "application/vnd.tally87.authority"
