"""An edition over the SDMX service: the signature decides, and the service must tell the same."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from server.cli import main
from server.cli import rollup as commands
from server.exports.signed_edition import NotGenuine
from server.office import Office
from server.programme.keys import keys_of
from server.rollup.fetching import NotFetched, fetched, over_the_network
from server.web import create_app
from tests.patience import PATIENCE_S
from tests.server.exports.invented import PUBLISHED_AT_S, publish_invented
from tests.server.field import Clock, make_office, seeded

ADDRESS = "https://office.example"
Change = Callable[[str, bytes], bytes]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that has published two editions and signed both."""
    office = make_office(tmp_path_factory.mktemp("fetched") / "office")
    keys = keys_of(office).programme
    publish_invented(office, 1, "1.0.0", PUBLISHED_AT_S, keys)
    publish_invented(office, 2, "1.1.0", PUBLISHED_AT_S + 86_400, keys)
    yield office
    office.close()


@pytest.fixture(scope="module")
def client(office: Office) -> FlaskClient:
    return create_app(office.config, Clock(), seeded(7)).test_client()


@pytest.fixture
def key(office: Office) -> str:
    return keys_of(office).programme.public.signing.hex()


def asked_of(client: FlaskClient, change: Change = lambda _, content: content) -> Any:
    """Asks the real service without a network. change: what somebody on the way does to it."""

    def get(address: str, accept: str) -> bytes:
        assert address.startswith(f"{ADDRESS}/")
        reply = client.get(address.removeprefix(ADDRESS), headers={"Accept": accept})
        if reply.status_code != 200:
            raise NotFetched(f"{reply.status_code} at {address}")
        return change(address, reply.data)

    return get


@pytest.mark.parametrize("path", ["", "/", "/api/sdmx/3.0", "/api/sdmx/2.1/"])
def test_newest_edition_is_fetched_whole_and_signed(
    client: FlaskClient, key: str, path: str
) -> None:
    files = fetched(f"{ADDRESS}{path}", key, asked_of(client))

    assert b'"version": "1.1.0"' in files["edition.json"]
    assert len(files["edition.json.sig"].strip()) == 128
    assert "CL-CLASS_2026-11.csv" in files


def test_service_that_tells_one_other_digit_is_named(client: FlaskClient, key: str) -> None:
    def one_more(address: str, content: bytes) -> bytes:
        return content.replace(b",31,A,F", b",32,A,F", 1) if "/data/" in address else content

    with pytest.raises(NotGenuine, match=r"other numbers .* 32 A F, signed 31 A F"):
        fetched(ADDRESS, key, asked_of(client, one_more))


@pytest.mark.parametrize("place", ["Q,C", "A,F"])
def test_service_that_leaves_rows_out_is_named(client: FlaskClient, key: str, place: str) -> None:
    def fewer(address: str, content: bytes) -> bytes:
        if "/data/" not in address:
            return content
        lines = content.decode().splitlines()
        lost = next(number for number, line in enumerate(lines) if f",{place}," in line)
        return "\n".join(lines[:lost] + lines[lost + 1 :]).encode()

    with pytest.raises(NotGenuine, match="nothing, signed"):
        fetched(ADDRESS, key, asked_of(client, fewer))


def test_file_changed_on_the_way_is_not_taken(client: FlaskClient, key: str) -> None:
    def changed(address: str, content: bytes) -> bytes:
        return (
            content.replace(b"31", b"41") if address.endswith("CL-CLASS_2026-11.csv") else content
        )

    with pytest.raises(NotGenuine, match="not the file that was signed"):
        fetched(ADDRESS, key, asked_of(client, changed))


def test_nothing_but_the_list_is_asked_of_an_office_with_another_key(client: FlaskClient) -> None:
    seen = []

    def watched(address: str, content: bytes) -> bytes:
        seen.append(address)
        return content

    with pytest.raises(NotGenuine, match="not signed with this key"):
        fetched(ADDRESS, "ab" * 32, asked_of(client, watched))
    assert not [one for one in seen if one.endswith(".csv")]


def test_files_of_another_edition_than_the_service_tells_are_not_taken(
    client: FlaskClient, key: str
) -> None:
    def older(address: str, accept: str) -> bytes:
        content = asked_of(client)(address.replace("/editions/2/", "/editions/1/"), accept)
        return bytes(content)

    with pytest.raises(NotFetched, match=r"tells version 1.1.0, .* signed as version 1.0.0"):
        fetched(ADDRESS, key, older)


@pytest.mark.parametrize(
    "address",
    ["http://office.example", "ftp://office.example", "office.example", "https://a:b@c.d"],
)
def test_only_a_plain_https_address_is_asked(key: str, address: str) -> None:
    def never(*_: str) -> bytes:
        raise AssertionError("something was asked")

    with pytest.raises(NotFetched, match="Nothing was asked"):
        fetched(address, key, never)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", b'{"data": {"dataflows": []}}', b"[1]"])
def test_what_is_no_service_is_said_in_a_sentence(key: str, answer: bytes) -> None:
    with pytest.raises(NotFetched, match="Nothing was kept"):
        fetched(ADDRESS, key, lambda *_: answer)


def test_office_that_cannot_be_reached_is_said_in_a_sentence() -> None:
    with pytest.raises(NotFetched, match="cannot be reached"):
        over_the_network("http://127.0.0.1:1/", "*/*")


def test_rollup_fetches_by_command_and_says_which_newer_edition_it_knows(
    office: Office, client: FlaskClient, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY87_FOLDER", str(tmp_path / "region"))
    monkeypatch.delenv("TALLY87_DATABASE_URL", raising=False)
    monkeypatch.setattr(commands, "over_the_network", asked_of(client))

    def tally87(*words: str, fails: bool = False) -> str:
        told = CliRunner().invoke(main, words)
        assert (told.exit_code != 0) is fails, told.output
        return told.output

    tally87("migrate")
    tally87("rollup", "begin", "A region", "--data", "synthetic")
    (tmp_path / "key").write_text(key)
    printed = tally87("rollup", "fingerprint", str(tmp_path / "key")).strip()
    assert "does not take part" in tally87("rollup", "fetch", "PAK", ADDRESS, fails=True)
    tally87(
        "rollup", "country", "PAK", "P", "--key", str(tmp_path / "key"), "--fingerprint", printed
    )

    told = tally87("rollup", "fetch", "PAK", ADDRESS)
    assert "Edition 2 of PAK is genuine and kept" in told

    def before(address: str, accept: str) -> bytes:
        content = asked_of(client)(address.replace("latest", "1.0.0"), accept)
        return bytes(content)

    monkeypatch.setattr(commands, "over_the_network", before)
    told = tally87("rollup", "fetch", "PAK", ADDRESS)
    assert "edition 2 of it is known here" in told


@pytest.mark.parametrize(
    "address", ["https://[office", "https://office.example:port", "https://:word@office.example"]
)
def test_what_is_no_address_is_said_in_a_sentence(key: str, address: str) -> None:
    with pytest.raises(NotFetched, match="Nothing was asked"):
        fetched(address, key, lambda *_: b"")


@pytest.mark.parametrize(
    "number",
    [b"Infinity", b"-Infinity", b"NaN", b"[]", b"{}", b'"two"', b"[" * 100_000],
)
def test_number_of_an_edition_that_is_none_is_said_in_a_sentence(
    client: FlaskClient, key: str, number: bytes
) -> None:
    def other(address: str, content: bytes) -> bytes:
        listed = b'{"editions": [{"version": "1.1.0", "is_withdrawn": false, "number": '
        return listed + number + b"}]}" if "/api/editions" in address else content

    with pytest.raises(NotFetched, match="Nothing was kept"):
        fetched(ADDRESS, key, asked_of(client, other))


def test_list_without_end_is_not_read(key: str) -> None:
    with pytest.raises(NotFetched, match="without end"):
        fetched(ADDRESS, key, lambda *_: b"[" + b"[]," * 2_000_000 + b"[]]")


@pytest.mark.parametrize("row", [b"dataflow,short\n", b"a,b,c" + b",d" * 40 + b"\n"])
def test_rows_that_are_too_short_or_too_long_are_said_in_a_sentence(
    client: FlaskClient, key: str, row: bytes
) -> None:
    def longer(address: str, content: bytes) -> bytes:
        return content + row if "/data/" in address else content

    with pytest.raises(NotFetched, match="no SDMX-CSV"):
        fetched(ADDRESS, key, asked_of(client, longer))


def test_rows_without_end_are_named_and_not_read(client: FlaskClient, key: str) -> None:
    def endless(address: str, content: bytes) -> bytes:
        return content + b"x\n" * len(content) if "/data/" in address else content

    with pytest.raises(NotGenuine, match="more numbers than were signed"):
        fetched(ADDRESS, key, asked_of(client, endless))


def test_what_a_service_tells_steers_no_screen(client: FlaskClient, key: str) -> None:
    def steering(address: str, content: bytes) -> bytes:
        is_data = "/data/" in address
        return content.replace(b",31,A,F", b",\x1b[2J31,A,F", 1) if is_data else content

    with pytest.raises(NotGenuine) as told:
        fetched(ADDRESS, key, asked_of(client, steering))
    assert "?[2J31" in str(told.value)
    assert "\x1b" not in str(told.value)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A host of this machine that answers one request as it likes; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                came, _ = listening.accept()
                with came:
                    came.recv(65_536)
                    answer(came)

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    serving.join(PATIENCE_S)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"this is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\ncut",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
    ],
)
def test_host_that_speaks_no_http_or_sends_elsewhere_is_said_in_a_sentence(said: bytes) -> None:
    with (
        answering(lambda came: came.sendall(said)) as address,
        pytest.raises(NotFetched, match="Nothing was kept"),
    ):
        over_the_network(address, "*/*")


def test_answer_that_comes_in_drops_is_not_waited_for() -> None:
    is_over = threading.Event()

    def drop(came: socket.socket) -> None:
        came.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not is_over.wait(0.01):
            came.sendall(b".")

    with answering(drop) as address:
        with pytest.raises(NotFetched, match="takes too long"):
            over_the_network(address, "*/*", most_wait_s=0.3)
        is_over.set()
