"""The way to the server, over real sockets: headers, failures, the contract of ServerLink."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from mobile.tablet import Session
from mobile.transport.http import (
    HttpLink,
    LinkDown,
    LinkRefused,
    NoConnection,
    NotOurServer,
    OfficeTooOld,
    ServerFault,
    ServerLink,
    SignedOut,
    SlowDown,
    TabletTooOld,
    TooLarge,
)
from shared.errors import TicketInvalid
from shared.wire.keys import TabletKeys
from shared.wire.parcels import seal_parcel
from shared.wire.receipts import open_receipt
from tests.mobile.conftest import office_moves_to
from tests.mobile.http_office import HttpOffice, serving
from tests.mobile.interviews import MARKERS, finalised_case
from tests.mobile.office import MemoryOffice
from tests.patience import PATIENCE_S


@pytest.fixture
def http(office: MemoryOffice) -> Iterator[HttpOffice]:
    with serving(office) as http:
        yield http


@pytest.fixture(params=["memory", "http"])
def link(request: pytest.FixtureRequest, office: MemoryOffice) -> Iterator[ServerLink]:
    if request.param == "memory":
        yield office
        return
    with serving(office) as http, closing(HttpLink(http.url)) as real:
        yield real


def test_parcel_is_answered_with_its_receipt(link: ServerLink, office: MemoryOffice) -> None:
    keys = TabletKeys.generate(office.random_bytes)
    member = office.member(keys.public)
    parcel = seal_parcel(
        [],
        tablet_id=member.tablet_id,
        tablet_keys=keys,
        programme_public=office.keys.public,
        clock_s=1,
        random=office.random_bytes,
    )

    receipt = open_receipt(
        link.send_parcel(parcel.data), tablet_keys=keys, programme_public=office.keys.public
    )

    assert receipt.parcel_id == parcel.parcel_id
    assert link.bytes_up == len(parcel.data)
    assert link.bytes_down > 0


FAULTS = [
    (401, SignedOut),
    (403, SignedOut),
    (413, TooLarge),
    (426, TabletTooOld),
    ("office_too_old", OfficeTooOld),
    (422, LinkRefused),
    (429, SlowDown),
    (500, ServerFault),
    (502, ServerFault),
    (503, SlowDown),
    ("portal", NotOurServer),
    ("redirect", NotOurServer),
    ("cut_before", NoConnection),
    ("cut_reply", NoConnection),
]


@pytest.mark.parametrize(("fault", "raised"), FAULTS)
def test_failures_are_sorted_into_two_families(
    http: HttpOffice, fault: str | int, raised: type[Exception]
) -> None:
    http.faults.append(fault)

    with closing(HttpLink(http.url)) as link, pytest.raises(raised) as caught:
        link.send_parcel(b"parcel")

    assert isinstance(caught.value, LinkDown | LinkRefused)
    if isinstance(caught.value, SlowDown):
        assert caught.value.retry_after_s == 77


def test_no_server_at_all_is_no_connection() -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with closing(HttpLink(url)) as link, pytest.raises(NoConnection):
            link.send_parcel(b"parcel")


@pytest.mark.parametrize("url", ["", "ftp://office", "office"])
def test_an_address_that_is_none_is_no_connection(url: str) -> None:
    with pytest.raises(NoConnection):
        HttpLink(url)


@pytest.mark.parametrize("fault", ["portal", "redirect", "cut_before", "cut_reply", "garbage", 500])
def test_every_bad_answer_leaves_the_records_safe(
    session: Session, office: MemoryOffice, http: HttpOffice, fault: str | int
) -> None:
    session._link = HttpLink
    office_moves_to(session, http.url)
    finalised_case(session.casework)
    http.faults += [fault] * 10

    failed = session.sending.send()
    http.faults.clear()
    again = session.sending.send()

    assert failed.problem
    assert failed.still_waiting == 2
    assert (again.accepted, again.totals_agree, len(office.accepted())) == (2, True, 2)


def test_requests_carry_no_header_the_server_does_not_need(
    session: Session, http: HttpOffice
) -> None:
    session._link = HttpLink
    office_moves_to(session, http.url)

    session.sending.send()

    headers, body = http.requests[0]
    names = {line.partition(":")[0] for line in headers.strip().splitlines()}
    assert names == {"Host", "Content-Type", "Content-Length"}
    assert len(headers) + len(body) < 300


def test_nothing_that_points_to_a_person_is_in_any_request(
    session: Session, http: HttpOffice
) -> None:
    session._link = HttpLink
    office_moves_to(session, http.url)
    finalised_case(session.casework)

    session.sending.send()

    assert sum(len(body) for _, body in http.requests) > 300  # the parcel was among them
    for headers, body in http.requests:
        for marker in MARKERS:
            assert marker not in headers
            assert marker.encode() not in body


def test_opened_records_hold_no_identity_either(session: Session, office: MemoryOffice) -> None:
    """Past the seal too: the office finds no name, no birth date, no place name, no note."""
    case_id = finalised_case(session.casework)

    session.sending.send()

    for record_id in (case_id, session.casework.row(case_id).visit_id):
        said = repr(office.newest(record_id))
        for marker in MARKERS:
            assert marker not in said


def test_enrolment_can_be_repeated_when_the_reply_was_lost(
    make_tablet, office: MemoryOffice, http: HttpOffice
) -> None:
    session = make_tablet().set_up("482913")
    session._link = session.enrolment._link = HttpLink
    ticket = office.ticket().text()
    http.faults.append("cut_reply")
    with pytest.raises(LinkDown):
        session.enrolment.enrol(ticket)
    assert not session.is_enrolled

    membership = session.enrolment.enrol(ticket)

    assert membership.tablet_id in office.tablets
    assert len(office.tablets) == 1
    session.lock()


def test_a_used_ticket_is_refused_in_plain_words(
    session: Session, make_tablet, office: MemoryOffice, http: HttpOffice
) -> None:
    ticket = office.ticket()
    office.tickets.clear()
    other = make_tablet("other").set_up("482913")
    other.enrolment._link = HttpLink

    with pytest.raises(TicketInvalid, match="ask for a new one"):
        other.enrolment.enrol(ticket.text())
    other.lock()


def test_enrolment_by_file_needs_no_network(make_tablet, office: MemoryOffice, tmp_path) -> None:
    session = make_tablet().set_up("482913")
    request = session.enrolment.save_request(office.ticket().text(), tmp_path)
    (tmp_path / "reply").write_bytes(office.enrol(request.read_bytes()))

    membership = session.enrolment.read_reply(tmp_path / "reply")

    assert session.membership == membership
    assert session.is_enrolled
    session.lock()


@pytest.mark.parametrize(
    ("reply", "raised"),
    [
        (b"HTTP/1.1 200 OK\r\n", NoConnection),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.tal", NoConnection),
        (b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Welcome</html>", NotOurServer),
    ],
)
def test_headers_that_break_off_are_a_lost_connection_and_a_page_is_not(
    reply: bytes, raised: type[LinkDown]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            tablet, _ = listening.accept()
            with tablet:
                heard = b""
                while not heard.endswith(b"parcel"):  # what is left unread resets the connection
                    heard += tablet.recv(65536)
                tablet.sendall(reply)

        answering = threading.Thread(target=answer)
        answering.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with closing(HttpLink(url)) as link, pytest.raises(raised):
            link.send_parcel(b"parcel")
        answering.join()


@pytest.mark.parametrize("begins", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_answer_that_drips_byte_by_byte_is_given_up(begins: bytes) -> None:
    """Each byte begins the time-out of a socket anew."""
    over = threading.Event()

    def drip(listener: socket.socket) -> None:
        taken, _ = listener.accept()
        with taken, contextlib.suppress(OSError):
            taken.recv(65536)
            taken.sendall(begins)
            while not over.wait(0.1):
                taken.sendall(b"H")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip, args=(listener,))
        dripping.start()
        link = HttpLink(
            f"http://127.0.0.1:{listener.getsockname()[1]}", answer_timeout_s=0.5, longest_s=0.5
        )
        began = time.monotonic()
        with closing(link), pytest.raises(LinkDown):
            link.send_parcel(b"parcel")
        assert time.monotonic() - began < PATIENCE_S
        over.set()
        dripping.join(PATIENCE_S)


def test_a_tablet_that_asks_for_its_pin_has_not_loaded_what_makes_requests() -> None:
    """It takes as much memory as everything else of the tablet together."""
    look = "import sys, mobile.tablet; print({'requests', 'urllib3'} & set(sys.modules))"

    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "set()"
