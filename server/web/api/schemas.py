"""The JSON shapes of the API, for its documentation and for the tests."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.db.paging import LARGEST


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


class EditionsQuery(Schema):
    """Which slice of the editions."""

    before = fields.Integer(
        validate=validate.Range(0, LARGEST),
        metadata={"description": "Only editions with a smaller number."},
    )
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class EditionInListSchema(Schema):
    """An edition in a list."""

    number = fields.Integer(required=True)
    version = fields.String(required=True)
    published_at = fields.String(required=True, metadata={"format": "date-time"})
    country = fields.String(required=True, metadata={"description": "ISO 3166-1 alpha-3."})
    origin = fields.String(
        required=True,
        metadata={"description": "field; replayed or synthetic: its persons are made up."},
    )
    is_practice = fields.Boolean(
        required=True, metadata={"description": "Its records were made to learn with."}
    )
    periods = fields.List(fields.String(), required=True)
    is_withdrawn = fields.Boolean(required=True)
    corrected_by = fields.Integer(required=True, allow_none=True)
    url = fields.String(required=True)


class EditionsSchema(Schema):
    """A slice of the editions, newest first. next: where the following one is; null at the end."""

    editions = fields.List(fields.Nested(EditionInListSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class EditionFileSchema(Schema):
    """A file of an edition."""

    url = fields.String(required=True)
    sha256 = fields.String(required=True)


class EditionFormatSchema(Schema):
    """An edition in another format."""

    format = fields.String(required=True)
    title = fields.String(required=True)
    urls = fields.List(fields.String(), required=True)


class EditionSchema(EditionInListSchema):
    """An edition: its signed manifest, its files, and other formats; neither when withdrawn."""

    manifest = fields.Dict(required=True)
    files = fields.List(fields.Nested(EditionFileSchema), required=True)
    formats = fields.List(fields.Nested(EditionFormatSchema), required=True)
