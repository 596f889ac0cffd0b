"""HTTPS when the tablet's clock is years off: the certificate's dates then say nothing.

Which machine it is stays checked: chain and host name. A parcel is sealed and signed whatever the
certificate, so that dates which cannot be judged must not keep it from the office.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobile.tablet import Session
from mobile.transport.http import HttpLink, NotOurServer
from tests.certificates import YEAR, written
from tests.mobile.conftest import office_moves_to
from tests.mobile.http_office import HttpOffice, serving
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


@contextmanager
def over_tls(office: MemoryOffice, chain: Path) -> Iterator[HttpOffice]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    with serving(office, context) as http:
        yield http


@pytest.mark.parametrize("years", [-3, 3])
def test_tablet_three_years_off_still_syncs_over_https(
    session: Session, office: MemoryOffice, tmp_path: Path, years: int
) -> None:
    """Simulated by a certificate that is three years off; a test cannot set the machine's clock."""
    chain, trusted = written(tmp_path, datetime.now(UTC) + years * YEAR)
    with over_tls(office, chain) as http:
        session._link = lambda url: HttpLink(url, verify=str(trusted))
        office_moves_to(session, http.url)
        finalised_case(session.casework)

        report = session.sending.send()

    assert (report.accepted, report.still_waiting, report.problem) == (2, 0, "")


def test_certificate_of_another_machine_is_refused(office: MemoryOffice, tmp_path: Path) -> None:
    chain, trusted = written(tmp_path, datetime.now(UTC), address="127.0.0.2")
    with (
        over_tls(office, chain) as http,
        closing(HttpLink(http.url, verify=str(trusted))) as link,
        pytest.raises(NotOurServer),
    ):
        link.send_parcel(b"parcel")


def test_certificate_nobody_trusted_has_signed_is_refused(
    office: MemoryOffice, tmp_path: Path
) -> None:
    chain, _ = written(tmp_path, datetime.now(UTC))
    other = tmp_path / "other"
    other.mkdir()
    _, stranger = written(other, datetime.now(UTC))
    for verify in (str(stranger), True):
        with (
            over_tls(office, chain) as http,
            closing(HttpLink(http.url, verify=verify)) as link,
            pytest.raises(NotOurServer),
        ):
            link.send_parcel(b"parcel")
