"""An office of a version that takes no tablet for a country the app came without is understood."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from mobile.sentences import sentence_of
from mobile.transport.http import HttpLink
from shared.errors import CountryNotCarried


class OldOffice(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"code": "country_not_carried"}'
        self.send_response(409)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_it_is_told_that_the_ticket_is_not_spent(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), OldOffice)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    link = HttpLink(f"http://127.0.0.1:{server.server_port}")
    try:
        with pytest.raises(CountryNotCarried) as told:
            link.enrol(b"a request")
    finally:
        link.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert "The ticket is not spent" in sentence_of(told.value, "en")
