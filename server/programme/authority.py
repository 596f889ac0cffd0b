"""Who signs the certificates of this office, where it is an authority of its own."""

from __future__ import annotations

from server.office import Office
from server.office.config import SettingRefused
from server.programme.keys import keys_of
from shared.wire.authority import sign_authority


def authority_message(office: Office) -> bytes | None:
    """What tablets are told of the authority in TALLY87_AUTHORITY, signed by the programme; None
    when none is named. Read each time: a renewed certificate needs no restart.

    Raises SettingRefused when the file holds no certificate of one authority.
    """
    file = office.config.authority_file
    if file is None:
        return None
    try:
        return sign_authority(file.read_bytes(), keys_of(office).programme)
    except (OSError, ValueError):
        raise SettingRefused(
            f"TALLY87_AUTHORITY names {file.name}, which holds no certificate of one authority "
            "(PEM, with CA:TRUE). Name the file of who signed the server's certificate."
        ) from None
