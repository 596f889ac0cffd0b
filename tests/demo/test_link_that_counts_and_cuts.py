"""The proxy under the demonstration, the journeys and the benchmarks, over real sockets."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from demo.link import Cut, Link
from tests.patience import PATIENCE_S


@pytest.fixture
def echo_server() -> Iterator[tuple[str, int]]:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                while chunk := connection.recv(4096):
                    connection.sendall(chunk)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(PATIENCE_S)


def exchange(link: Link, message: bytes) -> bytes:
    port = int(link.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as end:
        end.sendall(message)
        end.shutdown(socket.SHUT_WR)
        reply = b""
        while chunk := end.recv(4096):
            reply += chunk
    return reply


def test_link_carries_and_counts_both_ways(echo_server: tuple[str, int]) -> None:
    with Link(echo_server, record=True) as link:
        reply = exchange(link, b"x" * 10_000)

    assert reply == b"x" * 10_000
    assert (link.traffic.bytes_up, link.traffic.bytes_down) == (10_000, 10_000)
    assert link.traffic.recorded[1, "up"] == link.traffic.recorded[1, "down"] == reply


def test_link_breaks_after_the_byte_it_was_told_and_is_good_again(
    echo_server: tuple[str, int],
) -> None:
    with Link(echo_server, cut=Cut(after_bytes_up=5_000)) as link:
        with contextlib.suppress(ConnectionError):
            assert len(exchange(link, b"x" * 10_000)) < 10_000
        assert link.traffic.bytes_up == 5_000
        assert link.traffic.cuts == 1
        assert exchange(link, b"y" * 10) == b"y" * 10


def test_server_hears_everything_when_only_the_reply_is_cut(echo_server: tuple[str, int]) -> None:
    with Link(echo_server, cut=Cut(after_bytes_down=0)) as link:
        with contextlib.suppress(ConnectionError):
            assert exchange(link, b"x" * 100) == b""
        assert (link.traffic.bytes_up, link.traffic.bytes_down) == (100, 0)


def test_nobody_listens_behind_a_closed_link(echo_server: tuple[str, int]) -> None:
    with Link(echo_server) as link:
        pass

    with pytest.raises(ConnectionError):
        exchange(link, b"x")
