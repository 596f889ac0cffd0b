"""An edition as it is handed over: a folder, or one file that holds it. Pure but for reading.

And the printed fingerprint by which the keys of countries are exchanged: on paper or by telephone,
never beside the files.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from server.exports.signed_edition import NotGenuine

MOST_BYTES, MOST_FILES = 200_000_000, 2_000
KEY_BYTES = 32
_DOMAIN = b"tally87/1 printed key\x00"


def printed_fingerprint(signing_key: str) -> str:
    """Eight groups of four digits that stand for a signing key (64 hexadecimal digits): SHA-256
    with its own domain, cut to 128 bits. Raises NotGenuine."""
    try:
        key = bytes.fromhex(signing_key.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise NotGenuine("A signing key is 64 hexadecimal digits, as in programme.pub.")
    digits = hashlib.sha256(_DOMAIN + key).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def is_fingerprint_of(printed: str, signing_key: str) -> bool:
    """Whether what somebody read aloud is this key's; spaces and capitals do not matter."""
    return "".join(printed.lower().split()) == printed_fingerprint(signing_key).replace(" ", "")


def files_at(path: Path) -> dict[str, bytes]:
    """The files of an edition in a folder or in one file. Raises NotGenuine."""
    if path.is_dir():
        return {one.name: one.read_bytes() for one in path.iterdir() if one.is_file()}
    return files_in(path.read_bytes())


def files_in(content: bytes) -> dict[str, bytes]:
    """The files in one file. Raises NotGenuine."""
    return _read(content, None)


def file_in(content: bytes, name: str) -> bytes:
    """One of the files in one file; the others are not unpacked. Raises NotGenuine, KeyError."""
    return _read(content, name)[name]


def _read(content: bytes, only: str | None) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            names = opened.namelist()
            size = sum(one.file_size for one in opened.infolist())
            if len({*names}) < len(names) or len(names) > MOST_FILES or size > MOST_BYTES:
                raise NotGenuine("This is no edition: it is too large, or has a file twice.")
            return {name: opened.read(name) for name in names if only in (None, name)}
    except (
        *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError),
        *(RuntimeError, NotImplementedError, OSError, ValueError),
    ) as error:
        raise NotGenuine(
            "This is no edition in one file: `tally87 release save EDITION FILE.zip` writes one."
        ) from error


def in_one_file(files: Mapping[str, bytes]) -> bytes:
    """The files of an edition as one file; the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, files[name])
    return out.getvalue()
