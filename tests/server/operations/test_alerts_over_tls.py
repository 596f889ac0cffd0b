"""The mail server is reached over TLS, with an authority of the ministry's own, on every Python."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from demo.link import free_port
from server.office import Office
from server.operations import alerts
from server.operations.alerts import AlertFailed, AlertStep
from tests.certificates import written

DUTY = "duty@office.test"


class Mailbox:
    """A real mail server that counts what it is given."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def strict_as_newer_pythons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.13 asks for every extension of RFC 5280 by default (What's New in 3.13, ssl)."""
    made = ssl.create_default_context

    def strict(*words: Any, **named: Any) -> ssl.SSLContext:
        context = made(*words, **named)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", strict)


@pytest.fixture
def mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mailbox, str]]:
    chain, authority = written(tmp_path, datetime.now(UTC))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port, ssl_context=context)
    server.start()
    yield box, f"smtps://127.0.0.1:{port}"
    server.stop()


@pytest.mark.usefixtures("strict_as_newer_pythons")
def test_danger_is_told_through_a_mail_server_with_an_old_authority(
    lite: Office, mailbox: tuple[Mailbox, str]
) -> None:
    lite.config = replace(lite.config, alert_mail=(DUTY,), smtp=mailbox[1])

    alerts.give_away(lite.config, AlertStep.ON_DUTY)

    assert mailbox[0].taken == [DUTY]


@pytest.mark.usefixtures("strict_as_newer_pythons")
def test_mail_server_nobody_vouches_for_is_not_given_anything(
    lite: Office, mailbox: tuple[Mailbox, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(written(other, datetime.now(UTC))[1]))
    lite.config = replace(lite.config, alert_mail=(DUTY,), smtp=mailbox[1])

    with pytest.raises(AlertFailed):
        alerts.give_away(lite.config, AlertStep.ON_DUTY)

    assert mailbox[0].taken == []
