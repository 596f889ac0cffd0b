"""The JSON shapes of the API, for its documentation and for the tests."""

from __future__ import annotations

from marshmallow import Schema, fields


class FindingSchema(Schema):
    """A broken rule about an answer."""

    code = fields.String(required=True)
    question = fields.String(allow_none=True)
    values = fields.Dict(keys=fields.String())


class RefusalSchema(Schema):
    """Why a whole request was refused; nothing was stored."""

    code = fields.String(required=True, metadata={"description": "A stable word."})
    message = fields.String(required=True, metadata={"description": "A sentence for people."})
    findings = fields.List(fields.Nested(FindingSchema), required=True)
    request_id = fields.String(required=True, metadata={"description": "To be quoted in reports."})


class HealthSchema(Schema):
    """Whether the office can take in parcels."""

    status = fields.String(required=True)
    jobs = fields.String(
        required=True, metadata={"description": "in_time, or late: a person should look."}
    )
