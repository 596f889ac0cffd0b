"""An edition of the reference data: a signed list of its parts, and the file that holds them all.

The list (the manifest) is signed by the programme and sealed to nobody: the same bytes for every
tablet, on every road. It names each part by digest and size, so a tablet fetches only the parts it
has not, from whoever has them, and trusts none of those who carry them.

    manifest = "T87M" || version || signature || body
    file     = "T87F" || version || length (4) || manifest, then, in order, length (4) || part
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from shared.errors import ParcelUnreadable
from shared.wire import cbor, envelope
from shared.wire.bundles import DIGEST_BYTES
from shared.wire.envelope import PROTOCOL_VERSION, MessageKind
from shared.wire.keys import SIGNATURE_BYTES, ProgrammeKeys, PublicKeys
from shared.wire.limits import (
    MAX_EDITION_BYTES,
    MAX_EDITION_PARTS,
    MAX_MANIFEST_BYTES,
    MAX_PART_BYTES,
)

EDITION_SUFFIX = ".edition"
"""How a file that holds a whole edition is named."""
_LAYOUT = 1
_CONTENT_DOMAIN = b"tally87/1 edition\x00"
_FILE_HEAD = b"T87F" + bytes((PROTOCOL_VERSION,))
_NAME = re.compile(r"[a-z]+(?:/[A-Za-z0-9_-]{1,40})?")
_CONTENT_BYTES = 8
_NUMBER_BYTES = 4
_VERSION = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Part:
    """One part: ``questionnaire``, ``profile``, ``codelists/isic``, ``languages/fr`` ...

    digest: 32 hexadecimal digits over its bundle. size, squeezed_size: bytes of the bundle, and
    of what travels.
    """

    name: str
    digest: str
    size: int
    squeezed_size: int


@dataclass(frozen=True)
class Edition:
    """What one edition consists of.

    number: grows with every edition of a programme, from 1. made_s: seconds since 1970 by the
    office's clock. country: ISO 3166-1 alpha-3. parts: in ascending order of name.
    """

    number: int
    made_s: int
    country: str
    parts: tuple[Part, ...]

    @property
    def version(self) -> str:
        """What receipts name it by: see version_of."""
        return version_of(self.number, content_of({part.name: part.digest for part in self.parts}))


@dataclass(frozen=True)
class Version:
    """What a receipt says of the edition in force. content: 16 hexadecimal digits."""

    number: int
    content: str


def content_of(digests: Mapping[str, str]) -> str:
    """16 hexadecimal digits over the names and digests of parts: two editions with the same
    content have the same, whatever their number, and so has a program that came with it."""
    lines = "".join(f"{name} {digests[name]}\n" for name in sorted(digests))
    return hashlib.sha256(_CONTENT_DOMAIN + lines.encode()).digest()[:_CONTENT_BYTES].hex()


def version_of(number: int, content: str) -> str:
    """24 hexadecimal digits: number (4 bytes), content (8). Twelve bytes in every receipt."""
    return number.to_bytes(_NUMBER_BYTES, "big").hex() + content


def read_version(said: str) -> Version | None:
    """The inverse; None for what is no version (a later office may say it in another way)."""
    if not _VERSION.fullmatch(said):
        return None
    head = 2 * _NUMBER_BYTES
    return Version(int(said[:head], 16), said[head:])


def sign_edition(edition: Edition, programme_keys: ProgrammeKeys) -> bytes:
    """The manifest as bytes; the same every time. Raises ValueError beyond the limits."""
    body = cbor.encode(
        (
            _LAYOUT,
            edition.number,
            edition.made_s,
            edition.country,
            tuple(
                item
                for part in edition.parts
                for item in (
                    part.name,
                    bytes.fromhex(part.digest),
                    part.size,
                    part.squeezed_size,
                )
            ),
        )
    )
    try:
        _edition(body)
    except ParcelUnreadable as wrong:
        raise ValueError(str(wrong)) from wrong
    header = envelope.header_of(MessageKind.EDITION)
    to = programme_keys.public.fingerprint()
    signature = envelope.sign(MessageKind.EDITION, programme_keys, to, header, body)
    if len(header + signature + body) > MAX_MANIFEST_BYTES:
        raise ValueError(f"A manifest has at most {MAX_MANIFEST_BYTES} bytes.")
    return header + signature + body


def open_edition(data: bytes, programme_public: PublicKeys) -> Edition:
    """The edition a manifest lists, nothing of it read before its signature has been checked.

    Raises ParcelUnreadable (no manifest, beyond the limits) or SignatureInvalid (of another
    programme, or changed).
    """
    if len(data) > MAX_MANIFEST_BYTES:
        raise ParcelUnreadable(f"A manifest of more than {MAX_MANIFEST_BYTES} bytes is refused.")
    header, rest = envelope.split_header(MessageKind.EDITION, data)
    signature, body = rest[:SIGNATURE_BYTES], rest[SIGNATURE_BYTES:]
    to = programme_public.fingerprint()
    envelope.verify(MessageKind.EDITION, programme_public, to, header, signature, body)
    return _edition(body)


def edition_file(manifest: bytes, parts: Iterable[bytes]) -> bytes:
    """The whole edition as one file. parts: squeezed, in the manifest's order, by whomever."""
    pieces = (piece for one in (manifest, *parts) for piece in (len(one).to_bytes(4, "big"), one))
    return b"".join((_FILE_HEAD, *pieces))


def read_edition_file(
    data: bytes, programme_public: PublicKeys
) -> tuple[bytes, Edition, dict[str, bytes]]:
    """Manifest, edition and squeezed parts by digest. What the parts say is not yet checked.

    Raises ParcelUnreadable (no such file, cut, too large) or SignatureInvalid.
    """
    if data[: len(_FILE_HEAD)] != _FILE_HEAD:
        raise ParcelUnreadable("This is not a file with an edition of reference data.")
    reader = cbor.Reader(data)
    reader.take(len(_FILE_HEAD))

    def piece() -> bytes:
        return reader.take(int.from_bytes(reader.take(4), "big"))

    manifest = piece()
    edition = open_edition(manifest, programme_public)
    # Their own lengths: whoever hands an edition on may have squeezed a part in another way.
    parts = {part.digest: piece() for part in edition.parts}
    reader.end()
    return manifest, edition, parts


def _edition(body: bytes) -> Edition:
    match cbor.decode(body):
        case (int(layout), int(number), int(made_s), str(country), tuple(items)) if (
            all(type(one) is int for one in (layout, number, made_s))
            and layout == _LAYOUT
            and len(items) % 4 == 0
        ):
            parts = tuple(_part(items[at : at + 4]) for at in range(0, len(items), 4))
        case _:
            raise _malformed()
    names = [part.name for part in parts]
    whole = 0 < number < 1 << (8 * _NUMBER_BYTES) and made_s >= 0 and len(country) == 3
    if not whole or any(a >= b for a, b in pairwise(names)):
        raise _malformed()
    if len(parts) > MAX_EDITION_PARTS or sum(part.size for part in parts) > MAX_EDITION_BYTES:
        raise ParcelUnreadable("The edition has more parts, or larger ones, than is allowed.")
    if len({part.digest for part in parts}) != len(parts):
        raise _malformed()
    return Edition(number, made_s, country, parts)


def _part(items: tuple[cbor.Item, ...]) -> Part:
    name, digest, size, squeezed_size = items
    if (
        type(name) is not str
        or not _NAME.fullmatch(name)
        or type(digest) is not bytes
        or len(digest) != DIGEST_BYTES
        or type(size) is not int
        or type(squeezed_size) is not int
        or not 0 < size <= MAX_PART_BYTES
        # Deflate makes nothing more than a thousandth larger, and we never send what it does.
        or not 0 < squeezed_size <= size + size // 1000 + 64
    ):
        raise _malformed()
    return Part(name, digest.hex(), size, squeezed_size)


def _malformed() -> ParcelUnreadable:
    return ParcelUnreadable("The edition is not laid out as this version of the protocol says.")
