"""An office that signs its own certificates: trusted for the programme's signature alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobile.enrolment.enrolment import kept_twice
from mobile.sending.alarms_while_locked import AlarmsWhileLocked
from mobile.tablet import Session, Tablet
from mobile.transport.http import HttpLink, NotTheOffices
from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.wire.authority import open_authority, sign_authority
from shared.wire.keys import ProgrammeKeys
from tests.mobile.conftest import PIN, Clock, office_moves_to
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice
from tests.mobile.sending.test_alarms_while_locked import in_danger
from tests.mobile.sending.test_autosend import WIFI, HandedTime
from tests.mobile.transport.test_https_with_a_wrong_clock import over_tls, written


def certificates(folder: Path) -> tuple[Path, bytes]:
    """A server's chain, and the certificate of who signed it."""
    folder.mkdir()
    chain, trusted = written(folder, datetime.now(UTC))
    return chain, trusted.read_bytes()


@pytest.fixture
def fresh(make_tablet: Callable[..., Tablet]) -> Session:
    """A tablet that joined nobody yet, with real HTTPS."""
    session = make_tablet("fresh").set_up(PIN)
    session._link = HttpLink
    session.enrolment._link = HttpLink
    return session


def test_tablet_joins_and_sends_under_the_authority_of_its_programme_and_keeps_it(
    fresh: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    chain, authority = certificates(tmp_path / "own")
    with over_tls(office, chain) as http:
        http.authority = sign_authority(authority, office.keys)
        fresh.enrolment.enrol(office.ticket().text())
        kept = kept_twice(fresh._store, "authority")
        assert kept == open_authority(http.authority, office.ticket().programme_fingerprint)
        http.authority = b""
        finalised_case(fresh.casework)
        report = fresh.sending.send()
    assert (report.accepted, report.still_waiting, report.problem) == (2, 0, "")
    fresh.lock()


def test_authority_another_programme_has_signed_is_refused_in_words(
    fresh: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    chain, authority = certificates(tmp_path / "own")
    strangers = ProgrammeKeys.generate(lambda size: bytes([7]) * size)
    with over_tls(office, chain) as http:
        for message in (sign_authority(authority, strangers), b"T87T\x01 and nothing", b""):
            http.authority = message
            with pytest.raises(NotTheOffices) as refused:
                fresh.enrolment.enrol(office.ticket().text())
            assert "nobody this tablet trusts" in refused.value.sentence("en")
        assert http.requests == []
    assert kept_twice(fresh._store, "authority") is None
    fresh.lock()


def test_who_stands_in_for_the_office_later_gets_nothing_and_a_renewed_authority_is_taken(
    fresh: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    chain, first = certificates(tmp_path / "first")
    with over_tls(office, chain) as http:
        http.authority = sign_authority(first, office.keys)
        fresh.enrolment.enrol(office.ticket().text())
    other_chain, second = certificates(tmp_path / "second")
    finalised_case(fresh.casework)
    with over_tls(office, other_chain) as http:
        office_moves_to(fresh, http.url)
        # What the programme signed once, played back by somebody with a certificate of their own.
        http.authority = sign_authority(first, office.keys)
        report = fresh.sending.send()
        assert report.problem == "tablet.certificate_refused"
        assert http.requests == []
        http.authority = sign_authority(second, office.keys)
        assert fresh.sending.send().accepted == 2
    fresh.lock()


@pytest.mark.parametrize("renewed", [False, True])
def test_immediate_danger_goes_under_that_authority_after_the_lock_too(
    fresh: Session, office: MemoryOffice, tmp_path: Path, clock: Clock, renewed: bool
) -> None:
    chain, authority = certificates(tmp_path / "own")
    with over_tls(office, chain) as http:
        http.authority = sign_authority(authority, office.keys)
        fresh.enrolment.enrol(office.ticket().text())
    if renewed:
        chain, authority = certificates(tmp_path / "renewed")
    case_id = in_danger(fresh)
    with over_tls(office, chain) as http:
        http.authority = sign_authority(authority, office.keys) if renewed else b""
        office_moves_to(fresh, http.url)
        link, sealed = fresh.link_while_locked(), fresh.sealed_alarms()
        fresh.lock()
        time_ = HandedTime(clock)
        alarms = AlarmsWhileLocked(clock, lambda: 0.5, later=time_.later, run=time_.run)
        alarms.take_over(link, sealed, WIFI)
        time_.pass_by()
    assert case_id in office.accepted()


def test_certificate_of_a_server_is_no_authority(tmp_path: Path) -> None:
    chain, authority = certificates(tmp_path / "own")
    keys = ProgrammeKeys.generate(lambda size: bytes([7]) * size)
    own = chain.read_bytes()
    with pytest.raises(ValueError, match="no certificate of an authority"):
        sign_authority(own[own.index(b"-----BEGIN CERT") :], keys)
    message = sign_authority(authority, keys)
    with pytest.raises(SignatureInvalid):
        open_authority(message, "00" * 10)
    with pytest.raises((SignatureInvalid, ParcelUnreadable)):
        open_authority(message[:-1] + bytes([message[-1] ^ 1]), keys.public.fingerprint().hex())
