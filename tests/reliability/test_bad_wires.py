"""Everything that stands between a tablet and its office and means no good, over real sockets.

Each time the same four assertions: nothing finalised is lost; nothing is counted twice; both sides
agree after the next clean sync; the officer reads what happened, that it is safe, and what to do.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mobile.transport.http import ANSWER_TIMEOUT_S, HttpLink
from shared.texts import text
from tests.mobile.interviews import record_case, record_visit
from tests.reliability.bad_wire import (
    BadWire,
    Behaviour,
    answers,
    answers_late_requests_first,
    changes_reply,
    cuts_request,
    holds_reply,
    keeps_request,
    repeats_request,
    swaps_replies,
    with_head,
)
from tests.reliability.journey import PIN
from tests.reliability.outpost import (
    CASES,
    RECORDS,
    Outpost,
    agrees_after_a_clean_sync,
    nothing_is_lost,
)
from tests.reliability.power import Surroundings
from tests.reliability.starting import NOW, who
from tests.server.field import Clock

SHORT_PATIENCE_S = 0.2
"""Of a tablet that waits in vain; in front of all other wires it waits as long as in earnest, so
that a machine under load is not taken for a slow wire."""
REFUSAL = json.dumps(
    {"code": "refused", "message": "No.", "findings": [], "request_id": "1"}
).encode()
JSON = "application/json"
RECEIPT = "application/vnd.tally87.receipt"

SAID = {
    "tablet.no_connection": ("No connection", "safe on this tablet", "Try again when there is"),
    "tablet.timed_out": ("the answer did not come", "nothing is counted twice", "Try again"),
    "tablet.not_our_server": ("Something other than the office", "safe on", "Sign in to the"),
    "tablet.certificate_refused": ("nobody this tablet trusts", "safe on", "Try another network"),
    "tablet.server_fault": ("is broken", "safe on this tablet", "Try again later"),
    "tablet.signed_out": ("signed out", "safe on this tablet", "Call your programme officer"),
    "tablet.too_large": ("too much", "safe on this tablet", "Press Send again"),
    "tablet.slow_down": ("is busy", "safe on this tablet", "Try again after that"),
    "tablet.not_accepted": ("could not read", "safe on this tablet", "Call your supervisor"),
}
"""What happened, what is safe, what to do: words of the sentence the officer reads."""


@dataclass(frozen=True)
class Wire:
    """does: what happens to every request while it lasts. problem: text id of what the officer is
    told, "" when the sync succeeds all the same. arrives: whether the office has the records."""

    name: str
    does: Behaviour
    problem: str
    arrives: bool


def half(head: bytes, body: bytes) -> bytes:
    return head + b"\r\n\r\n" + body[: len(body) // 2]


def twice(head: bytes, body: bytes) -> bytes:
    return (head + b"\r\n\r\n" + body) * 2


def garbled(head: bytes, body: bytes) -> bytes:
    return with_head(head, body[:-40] + bytes([body[-40] ^ 1]) + body[-39:])


def zipped(head: bytes, body: bytes) -> bytes:
    return with_head(head, gzip.compress(body), Content_Encoding="gzip")


def badly_zipped(head: bytes, body: bytes) -> bytes:
    return with_head(head, body, Content_Encoding="gzip")


def in_chunks(head: bytes, body: bytes) -> bytes:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:99], body[99:]))
    return with_head(head, chunks + b"0\r\n\r\n", Transfer_Encoding="chunked")


def as_text(head: bytes, body: bytes) -> bytes:
    return with_head(head, body, Content_Type="text/plain")


def with_a_page_in_front(head: bytes, body: bytes) -> bytes:
    return with_head(head, b"<!-- scanned -->" + body)


def continued(head: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 100 Continue\r\n\r\n" + head + b"\r\n\r\n" + body


WIRES = [
    Wire("cuts_requests", cuts_request, "no_connection", False),
    Wire("takes_requests_and_hangs_up", keeps_request, "no_connection", False),
    Wire("cuts_replies", changes_reply(half), "no_connection", True),
    Wire("loses_replies", changes_reply(lambda *_: None), "no_connection", True),
    Wire("repeats_requests", repeats_request, "", True),
    Wire("repeats_replies", changes_reply(twice), "", True),
    Wire("is_slower_than_patience", holds_reply(4), "timed_out", True),
    Wire("garbles_replies", changes_reply(garbled), "not_our_server", True),
    Wire("zips_replies", changes_reply(zipped), "", True),
    Wire("zips_replies_badly", changes_reply(badly_zipped), "no_connection", True),
    Wire("sends_replies_in_chunks", changes_reply(in_chunks), "", True),
    Wire("asks_to_go_on_first", changes_reply(continued), "", True),
    Wire("calls_replies_text", changes_reply(as_text), "not_our_server", True),
    Wire("adds_to_replies", changes_reply(with_a_page_in_front), "not_our_server", True),
    Wire("is_a_portal", answers("200 OK"), "not_our_server", False),
    Wire(
        "is_a_portal_that_redirects",
        answers("302 Found", b"", Location="http://login.invalid/"),
        "not_our_server",
        False,
    ),
    Wire(
        "is_a_portal_that_says_so",
        answers("511 Network Authentication Required"),
        "not_our_server",
        False,
    ),
    Wire("answers_nothing", answers("200 OK", b"", RECEIPT), "not_our_server", False),
    Wire("answers_204", answers("204 No Content", b""), "not_our_server", False),
    Wire("answers_no_end", answers("200 OK", bytes(9_000_000), RECEIPT), "not_our_server", False),
    Wire("wants_a_name", answers("401 Unauthorized", REFUSAL, JSON), "signed_out", False),
    Wire("forbids", answers("403 Forbidden", REFUSAL, JSON), "signed_out", False),
    Wire("is_a_proxy_that_wants_a_name", answers("401 Unauthorized"), "not_our_server", False),
    Wire("is_a_proxy_that_forbids", answers("403 Forbidden"), "not_our_server", False),
    Wire("is_a_proxy_with_sign_in", answers("407 Sign In"), "not_our_server", False),
    Wire("finds_it_too_large", answers("413 Too Large", REFUSAL, JSON), "too_large", False),
    Wire("is_a_proxy_with_a_limit", answers("413 Too Large"), "too_large", False),
    Wire("cannot_read_it", answers("422 Unprocessable", REFUSAL, JSON), "not_accepted", False),
    Wire(
        "asks_for_patience",
        answers("429 Too Many Requests", REFUSAL, JSON, Retry_After="77"),
        "slow_down",
        False,
    ),
    Wire("breaks", answers("500 Internal Server Error"), "server_fault", False),
    Wire("reaches_no_office", answers("502 Bad Gateway"), "server_fault", False),
    Wire("waits_in_vain", answers("504 Gateway Timeout"), "server_fault", False),
    Wire(
        "is_being_mended",
        answers("503 Service Unavailable", Retry_After="77"),
        "slow_down",
        False,
    ),
    Wire("speaks_no_http", lambda *_: b"\x15\x03\x01\x00\x02\x02\x28", "no_connection", False),
]


@pytest.fixture(scope="module")
def outpost() -> Iterator[Outpost]:
    with Surroundings() as around:
        yield Outpost(around)


def bad_link(outpost: Outpost, wire: BadWire, patience_s: float = ANSWER_TIMEOUT_S) -> None:
    outpost.link = lambda: HttpLink(wire.url, answer_timeout_s=patience_s)


@pytest.mark.parametrize("bad", WIRES, ids=lambda bad: bad.name)
def test_nothing_is_lost_or_doubled_and_the_officer_is_told_when_the_wire(
    outpost: Outpost, bad: Wire
) -> None:
    session = outpost.begin_again()
    try:
        with BadWire(("127.0.0.1", outpost.served.port), bad.does) as wire:
            in_vain = bad.problem == "timed_out"
            bad_link(outpost, wire, SHORT_PATIENCE_S if in_vain else ANSWER_TIMEOUT_S)
            report = session.sending.send()

            assert report.problem == (f"tablet.{bad.problem}" if bad.problem else "")
            if bad.problem:
                for words in SAID[report.problem]:
                    assert words in report.sentence
                assert text("tablet.slow_down", "en", seconds=77) in report.sentence or (
                    report.problem != "tablet.slow_down"
                )
                assert report.still_waiting == RECORDS
            else:
                assert (report.still_waiting, report.totals_agree) == (0, True)
                assert "accepted 4 forms" in report.sentence
            nothing_is_lost(outpost, session)
            assert len(outpost.served.revisions()) == (RECORDS if bad.arrives else 0)
            agrees_after_a_clean_sync(outpost, session)
            # What still hung somewhere arrives long after, and nobody hears the answer.
            for request in wire.kept:
                wire.forward(request)
        agrees_after_a_clean_sync(outpost, session)
    finally:
        session.lock()


@pytest.mark.parametrize("does", [answers_late_requests_first, swaps_replies])
def test_requests_and_replies_out_of_order_change_nothing(
    outpost: Outpost, does: Behaviour
) -> None:
    session = outpost.begin_again()
    try:
        with BadWire(("127.0.0.1", outpost.served.port), does) as wire:
            bad_link(outpost, wire)
            first, second = session.sending.send(), session.sending.send()

        assert first.problem == "tablet.no_connection"
        swapped = does is swaps_replies
        assert second.problem == ("tablet.not_our_server" if swapped else "")
        assert second.still_waiting == (RECORDS if swapped else 0)
        nothing_is_lost(outpost, session)
        agrees_after_a_clean_sync(outpost, session)
    finally:
        session.lock()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of somebody who is not the office."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.invalid")])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    day = timedelta(days=1)
    signed = (
        built.not_valid_before(datetime.now(UTC) - day)
        .not_valid_after(datetime.now(UTC) + day)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("somebody") / "somebody.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + signed.public_bytes(Encoding.PEM)
    )
    return path


@pytest.mark.parametrize("with_tls", [True, False])
def test_somebody_elses_certificate_or_garbage_instead_of_tls_is_told_as_such(
    outpost: Outpost, certificate: Path, with_tls: bool
) -> None:
    session = outpost.begin_again()
    try:
        somebody = None
        if with_tls:
            somebody = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            somebody.load_cert_chain(certificate)
        with BadWire(("127.0.0.1", outpost.served.port), answers("200 OK"), somebody) as wire:
            outpost.link = lambda: HttpLink(wire.url.replace("http:", "https:"))
            report = session.sending.send()

        told = "tablet.certificate_refused" if with_tls else "tablet.not_our_server"
        assert report.problem == told
        for words in SAID[report.problem]:
            assert words in report.sentence
        nothing_is_lost(outpost, session)
        agrees_after_a_clean_sync(outpost, session)
    finally:
        session.lock()


def test_tls_that_ends_in_the_middle_is_told_as_a_lost_connection(outpost: Outpost) -> None:
    session = outpost.begin_again()
    try:
        with BadWire(("127.0.0.1", outpost.served.port), lambda *_: None) as wire:
            outpost.link = lambda: HttpLink(wire.url.replace("http:", "https:"))
            report = session.sending.send()

        assert report.problem == "tablet.no_connection"
        nothing_is_lost(outpost, session)
    finally:
        session.lock()


def test_two_tablets_of_one_backup_lose_nothing_and_end_in_a_conflict_that_is_told(
    outpost: Outpost,
) -> None:
    backup = outpost.around.root / "stick" / "backup"
    passphrase = "correct horse battery staple"
    session = outpost.begin_again()
    session.save_backup(backup, passphrase)
    clones = [outpost.tablet(name).restore(backup, passphrase, "918273") for name in ("a", "b")]
    session.lock()
    try:
        case_id = min(
            card.record_id for card in clones[0].casework._repository.cards() if card.name
        )
        for clone, hours in zip(clones, (11.0, 22.0), strict=True):
            clone.casework.reopen(case_id)
            clone.casework.answer(case_id, "work_hours", hours)
            assert clone.casework.finalise(case_id).done
        first, second = (clone.sending.send() for clone in clones)

        assert (first.accepted, first.conflicts) == (RECORDS, 0)
        assert (second.accepted, second.conflicts) == (RECORDS - 1, 1)
        assert "1 form came back: open it to see the reason." in second.sentence
        assert "Nothing is lost on this tablet. Tell your supervisor." in second.sentence
        (why,) = clones[1].casework.returned_findings(case_id)
        assert why.code == "record.conflict"
        assert clones[1].casework.row(case_id).state.value == "conflict"
        held = outpost.served.revisions()
        assert sorted(word for *_, word in held) == ["accepted"] * RECORDS + ["conflict"]
        assert len({(record_id, revision) for record_id, revision, *_ in held}) == RECORDS
        assert outpost.persons() == CASES
    finally:
        for clone in clones:
            clone.lock()


@pytest.mark.parametrize(
    ("days", "flag"), [(-3 * 365, "record.visit_long_ago"), (3 * 365, "record.visit_in_future")]
)
def test_clock_three_years_off_costs_nothing_and_the_visit_day_is_flagged(
    outpost: Outpost, days: int, flag: str
) -> None:
    outpost.begin_again().lock()
    clock = Clock(NOW + timedelta(days=days))
    session = outpost.tablet("outpost", clock).unlock(PIN)
    try:
        visit_id = record_visit(session.casework, visit_date=clock().date().isoformat())
        case_id = record_case(session.casework, visit_id, **who(CASES))
        assert session.casework.finalise(case_id).done
        report = session.sending.send()

        assert (report.problem, report.rejected, report.accepted) == ("", 0, RECORDS + 2)
        with closing(sqlite3.connect(outpost.served.database)) as database:
            ((found,),) = database.execute(
                "select findings from record_revision where record_id = ?", (visit_id,)
            )
        assert flag in found
        clock.now = NOW  # somebody sets it right
        nothing_is_lost(outpost, session)
        agrees_after_a_clean_sync(outpost, session, RECORDS + 2, CASES + 1)
    finally:
        session.lock()
