"""Certificates of a test's own authority."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

YEAR = timedelta(days=365)


def written(folder: Path, valid_from: datetime, address: str = "127.0.0.1") -> tuple[Path, Path]:
    """A certificate for a year from that day, with its key; and the authority that signed it.

    The authority is one as ministries have: without the key identifiers that RFC 5280 (4.2.1.1)
    asks for and that Python checks for since 3.13.
    """
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    now = datetime.now(UTC)
    base = x509.CertificateBuilder().issuer_name(authority_name)
    authority = (
        base.subject_name(authority_name)
        .public_key(authority_key.public_key())
        .serial_number(1)
        .not_valid_before(now - 10 * YEAR)
        .not_valid_after(now + 10 * YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    own = (
        base.subject_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(2)
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + YEAR)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain, trusted = folder / "server.pem", folder / "authority.pem"
    chain.write_bytes(private + own.public_bytes(pem))
    trusted.write_bytes(authority.public_bytes(pem))
    return chain, trusted
