"""An office that signs its own certificates says so to tablets, signed by the programme."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.office import Office
from server.office.config import SettingRefused, config_from_environment
from server.programme.authority import authority_message
from server.programme.keys import keys_of
from server.web import create_app
from shared.wire.authority import open_authority
from tests.mobile.transport.test_https_with_a_wrong_clock import written
from tests.server.field import Clock, seeded


def test_office_says_who_signs_its_certificates_and_nothing_when_nobody_of_its_own(
    lite: Office, tmp_path: Path
) -> None:
    chain, authority = written(tmp_path, datetime.now(UTC))
    told = config_from_environment({"TALLY87_AUTHORITY": str(authority)}).authority_file
    client = create_app(replace(lite.config, authority_file=told), Clock(), seeded(3)).test_client()

    reply = client.get("/api/v1/authority")

    fingerprint = keys_of(lite).programme.public.fingerprint().hex()
    assert open_authority(reply.data, fingerprint[:20])
    assert reply.mimetype == "application/vnd.tally87.authority"
    plain = create_app(lite.config, Clock(), seeded(3)).test_client()
    assert plain.get("/api/v1/authority").status_code == 404
    lite.config = replace(lite.config, authority_file=chain)
    with pytest.raises(SettingRefused, match="holds no certificate of one authority"):
        authority_message(lite)
