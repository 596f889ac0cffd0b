"""`tally87 serve` says where it listens when it does, and why it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from demo.link import free_port
from server.cli import main
from server.office import Office
from tests.patience import PATIENCE_S

TALLY87 = Path(sys.executable).with_name("tally87")


def around(folder: Path) -> dict[str, str]:
    without = {name: value for name, value in os.environ.items() if name != "PORT"}
    return {
        **without,
        "TALLY87_FOLDER": str(folder),
        "TALLY87_PRODUCTION": "no",
        "PYTHONUNBUFFERED": "1",
    }


def test_port_of_another_program_is_named_and_nothing_is_started(lite: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = CliRunner().invoke(
            main, ["serve", "--port", str(port)], env=around(lite.config.folder)
        )

    assert refused.exit_code == 1
    assert f"Another program listens on port {port}" in refused.output
    assert "listens on http" not in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (["--host", "no-such-host.invalid"], "no address no-such-host.invalid"),
        (["--host", "192.0.2.1"], "this machine has no such address"),
        (["--port", "123456"], "123456"),
        (["--port", "-1"], "-1"),
    ],
)
def test_address_that_cannot_be_had_is_told_in_a_sentence(
    lite: Office, where: list[str], said: str
) -> None:
    """192.0.2.0/24 is for documentation (RFC 5737): no machine has it."""
    refused = CliRunner().invoke(main, ["serve", *where], env=around(lite.config.folder))

    assert refused.exit_code in (1, 2)
    assert said in refused.output
    assert not isinstance(refused.exception, OSError)


@pytest.mark.slow
def test_server_answers_from_the_moment_it_says_so(lite: Office) -> None:
    port = free_port()
    with subprocess.Popen(
        [str(TALLY87), "serve", "--port", str(port), "--no-worker"],
        env=around(lite.config.folder),
        stdout=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout is not None
        try:
            said = next(line for line in served.stdout if "listens on" in line)
            assert f"http://127.0.0.1:{port}/" in said
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_S
            ) as reply:
                assert reply.status == 200
        finally:
            served.send_signal(signal.SIGTERM)
            served.wait(timeout=PATIENCE_S)
