"""The authority of an office that signs its own certificates: asked for, checked, kept, trusted.

Asked for over a connection nobody vouches for, and trusted for the programme's signature alone
(shared.wire.authority). From then on nobody else's certificates are taken. A newer one of the same
programme takes the place of the one before; an older one never does.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.wire.authority import MAX_AUTHORITY_BYTES, open_authority, valid_from_s
from shared.wire.http import AUTHORITY, AUTHORITY_TYPE, PREFIX


@dataclass(frozen=True, slots=True)
class TrustedAuthority:
    """What a link knows of the office's own authority.

    programme_fingerprint: of the programme, or as much of it as a ticket has. known: the
    certificate (DER) that is trusted, None when the system's authorities are. keep: called with one
    that is to be trusted from now on.
    """

    programme_fingerprint: str
    known: Callable[[], bytes | None]
    keep: Callable[[bytes], None]

    def read(self, message: bytes) -> bytes | None:
        """The certificate in this message, when it is this programme's and not older than what
        is known; else None. Who played an old message back could only keep the tablet from sending:
        it is kept when the office has answered under it."""
        try:
            certificate = open_authority(message, self.programme_fingerprint)
        except (ParcelUnreadable, SignatureInvalid):
            return None
        known = self.known()
        is_known = certificate == known
        if is_known or (known is not None and valid_from_s(certificate) < valid_from_s(known)):
            return None
        return certificate


def ask_for_authority(url: str, timeout: tuple[float, float]) -> bytes:
    """What the office at this address says who signs its certificates; b"" when it says nothing.

    Whoever answers is not known yet. Nothing of this tablet is sent.
    """
    import requests  # loaded with the first request: see mobile.transport.link
    from urllib3.exceptions import InsecureRequestWarning

    with requests.Session() as session, warnings.catch_warnings():
        # That nobody vouches for who answers is why this is asked.
        warnings.simplefilter("ignore", InsecureRequestWarning)
        session.trust_env = False
        session.verify = False
        with session.get(
            url + PREFIX + AUTHORITY, timeout=timeout, allow_redirects=False, stream=True
        ) as reply:
            kind = reply.headers.get("Content-Type", "").split(";")[0].strip()
            if reply.status_code != 200 or kind != AUTHORITY_TYPE:
                return b""
            data = b""
            for piece in reply.iter_content(4096):
                data += piece
                if len(data) > MAX_AUTHORITY_BYTES:
                    return b""
            return data
