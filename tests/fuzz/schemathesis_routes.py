"""Every route of the described API, asked what its description allows and what it does not, by
schemathesis: ``pip install schemathesis``, then ``python -m tests.fuzz.schemathesis_routes``.

Not collected with the tests: schemathesis is no part of the environment. No answer may be a fault
of the server, or of a status or form that the description does not name.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from server.web import create_app
from shared.wire.http import ASKING_TYPE, PARCEL_TYPE, REQUEST_TYPE
from tests.server.field import Clock, make_office, seeded

EXAMPLES = int(os.environ.get("TALLY87_EXAMPLES", "200"))
"""For each route and method."""


@schemathesis.serializer(REQUEST_TYPE, PARCEL_TYPE, ASKING_TYPE)
def _as_bytes(_: object, value: object) -> bytes:
    """What a description of plain bytes gives: any, mostly nothing a tablet would send."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def not_described(app: Flask, described: set[str]) -> list[str]:
    """Routes of the API that the description leaves out."""
    routes = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("tablets.", "health."))
    }
    return sorted(routes - described)


def main() -> int:
    """Asks every route; 0 when none answered otherwise than described."""
    with tempfile.TemporaryDirectory() as folder:
        office = make_office(Path(folder), parcels_per_minute=1_000_000)
        app = create_app(office.config, Clock(), seeded(7))
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
        paths, failures = set(), 0
        for found in schema.get_all_operations():
            operation = found.ok()
            paths.add(operation.path)
            asked = 0

            @given(case=operation.as_strategy())
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            def ask(case: schemathesis.Case) -> None:
                nonlocal asked
                asked += 1
                # Sealed and signed messages cannot be drawn: bytes of the right kind are refused.
                case.call_and_validate(excluded_checks=[positive_data_acceptance])

            try:
                ask()
            except (Exception, BaseExceptionGroup) as fault:  # noqa: BLE001 - told
                failures += 1
                print(f"{operation.label}: {fault}")
            else:
                print(f"{operation.label}: {asked} requests, each answered as described")
        left_out = not_described(app, paths)
        print(f"Not described: {', '.join(left_out) or 'none'}.")
        app.extensions["tally87"].close()
        office.close()
    return 1 if failures or left_out else 0


if __name__ == "__main__":
    sys.exit(main())
