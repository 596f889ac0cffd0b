"""A bundle: some files as one string of bytes, the same for the same files, and its digest.

Reference data travel as parts, each a bundle named by its digest, so that what has not changed is
never sent twice. Owns the layout and what may be inside. Knows no questionnaire.

    bundle = CBOR array: path, content, path, content ... in ascending order of path
    part   = raw deflate of a bundle (the digest is over the bundle, not over the deflate)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from itertools import pairwise

from shared.errors import ParcelUnreadable
from shared.wire import cbor
from shared.wire.limits import MAX_PART_BYTES
from shared.wire.squeeze import deflate, inflate

DIGEST_BYTES = 16
_DOMAIN = b"tally87/1 part\x00"
# No dots at the beginning, no backslash, no drive: such a path could not leave a folder anyway,
# because bundles are read in memory only.
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*){0,7}")


def bundle(files: Mapping[str, bytes]) -> bytes:
    """The files as bytes. Raises ValueError for a path that is not one of ours."""
    for path in files:
        if not _PATH.fullmatch(path):
            raise ValueError(f"Not a path of a bundle: {path}")
    items = (item for path in sorted(files) for item in (path, files[path]))
    return cbor.encode(tuple(items))


def unbundle(data: bytes) -> dict[str, bytes]:
    """The files of a bundle. Raises ParcelUnreadable for anything ``bundle`` would not write."""
    items = cbor.decode(data)
    if not isinstance(items, tuple) or len(items) % 2:
        raise _malformed()
    files: dict[str, bytes] = {}
    for path, content in zip(items[::2], items[1::2], strict=True):
        if type(path) is not str or type(content) is not bytes or not _PATH.fullmatch(path):
            raise _malformed()
        files[path] = content
    if len(files) * 2 != len(items) or any(a >= b for a, b in pairwise(files)):
        raise _malformed()
    return files


def digest_of(bundled: bytes) -> str:
    """32 hexadecimal digits: SHA-256 with its own domain, cut to 128 bits."""
    return hashlib.sha256(_DOMAIN + bundled).digest()[:DIGEST_BYTES].hex()


def squeezed(bundled: bytes) -> bytes:
    """The bundle as it travels."""
    return deflate(bundled)


def unsqueezed(data: bytes, digest: str, size: int) -> bytes:
    """The bundle in these bytes, when it is the one of that digest and size.

    Raises ParcelUnreadable: damaged, another one, or larger than it says.
    """
    if not 0 <= size <= MAX_PART_BYTES:
        raise ParcelUnreadable(f"A part of more than {MAX_PART_BYTES} bytes is refused.")
    bundled = inflate(data, size)
    if len(bundled) != size or digest_of(bundled) != digest:
        raise ParcelUnreadable("The part is not the one that was announced.")
    return bundled


def _malformed() -> ParcelUnreadable:
    return ParcelUnreadable("The part is not laid out as this version of the protocol says.")
