"""The signature in each kind of file, so that one changed digit is found, without an office. Pure.

Every file carries the signed document and is signed as a whole, byte for byte: a JSON file in its
own words, a Word file by all its parts (kept uncompressed, so that there is one way to write it),
a PDF in comments behind its end, which no reader shows, a CSV file by a signature beside it. The
domain keeps a signature of a report from ever being taken for one of anything else.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from server.exports.signed_edition import NotGenuine, must_be_signed

SIGNED = b"tally87/1 progress report\x00"
Sign = Callable[[bytes], bytes]
"""Signs a message with the programme's key; 64 bytes."""
DOCX, PDF, JSON, CSV = ".docx", ".pdf", ".json", ".csv"
SIGNATURE_ENDING = ".sig"
DOCUMENT_PART, SIGNATURE_PART = "tally87/report.json", "tally87/signature.json"
MOST_BYTES = 50_000_000
_MARK, _LINE = b"%tally87 ", 100
_END = re.compile(rb"%tally87 signature ([0-9a-f]{128})\n\Z")
_NOT_SIGNED = (
    "This file is not as it was signed with this key: it was changed, saved again by another "
    "program, or made by another programme. Ask for it again and use none of its figures."
)


def signed_json(document: bytes, sign: Sign) -> bytes:
    """A file of JSON that carries its own signature. document: canonical."""
    signature = sign(_message(JSON, document)).hex()
    return (
        b'{\n"report": ' + document.rstrip() + b',\n"signature": "' + signature.encode() + b'"\n}\n'
    )


def signed_docx(file: bytes, document: bytes, sign: Sign) -> bytes:
    """A Word file with the document and the signature of all its parts in it.

    file: has both parts already, named in its types; what they hold is put in their place."""
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    parts[DOCUMENT_PART] = document
    parts[SIGNATURE_PART] = b""
    signature = sign(_message(DOCX, _digest_of_parts(parts))).hex()
    parts[SIGNATURE_PART] = json.dumps({"signature": signature}).encode()
    return _zipped(parts)


def signed_pdf(file: bytes, document: bytes, sign: Sign) -> bytes:
    """A PDF with document and signature behind its end; the last lines lead readers to its tables
    (ISO 32000-1, 7.5.5: they begin at the end of the file)."""
    start = file.rindex(b"startxref")
    packed = base64.b64encode(zlib.compress(document, 9))
    lines = [packed[at : at + _LINE] for at in range(0, len(packed), _LINE)]
    whole = b"".join(
        [file.rstrip(b"\n"), b"\n", *(_MARK + line + b"\n" for line in lines), file[start:]]
    )
    whole = whole.rstrip(b"\n") + b"\n"
    return whole + _MARK + b"signature " + sign(_message(PDF, whole)).hex().encode() + b"\n"


def signature_of_csv(file: bytes, sign: Sign) -> bytes:
    """What is kept beside a CSV file."""
    return sign(_message(CSV, file)).hex().encode() + b"\n"


def genuine_document(name: str, file: bytes, beside: bytes, key: str) -> Mapping[str, Any] | None:
    """The document a genuine file carries; None of a CSV file, which is its own data.

    name: says by its ending what it is. beside: the signature of a CSV file. Raises NotGenuine.
    """
    ending = "." + name.rpartition(".")[2].lower()
    readers = {JSON: _of_json, DOCX: _of_docx, PDF: _of_pdf}
    if len(file) > MOST_BYTES:
        raise NotGenuine(f"{name} is larger than any report.")
    if ending == CSV:
        must_be_signed(_message(CSV, file), beside, key, _NOT_SIGNED)
        return None
    if ending not in readers:
        raise NotGenuine(f"{name} is no report: reports end in .docx, .pdf, .json or .csv.")
    document = readers[ending](file, key)
    read: Mapping[str, Any] = json.loads(document)
    return read


def _of_json(file: bytes, key: str) -> bytes:
    found = re.fullmatch(
        rb'\{\n"report": (.*),\n"signature": "([0-9a-f]{128})"\n\}\n', file, re.DOTALL
    )
    if found is None:
        raise NotGenuine(_NOT_SIGNED)
    document = found[1] + b"\n"
    must_be_signed(_message(JSON, document), found[2], key, _NOT_SIGNED)
    return document


def _of_docx(file: bytes, key: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as opened:
            if sum(one.file_size for one in opened.infolist()) > MOST_BYTES:
                raise NotGenuine(_NOT_SIGNED)
            parts = {name: opened.read(name) for name in opened.namelist()}
        signature = json.loads(parts[SIGNATURE_PART])["signature"]
        document = parts[DOCUMENT_PART]
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        KeyError,
        ValueError,
        TypeError,
        OSError,
        RuntimeError,
    ) as error:
        raise NotGenuine(_NOT_SIGNED) from error
    # Written again from its parts it must be the same: nothing stands between or behind them.
    if _zipped(parts) != file or not isinstance(signature, str):
        raise NotGenuine(_NOT_SIGNED)
    digest = _digest_of_parts(parts)
    must_be_signed(_message(DOCX, digest), signature.encode(), key, _NOT_SIGNED)
    return document


def _of_pdf(file: bytes, key: str) -> bytes:
    found = _END.search(file)
    if found is None:
        raise NotGenuine(_NOT_SIGNED)
    whole = file[: found.start()]
    must_be_signed(_message(PDF, whole), found[1], key, _NOT_SIGNED)
    packed = b"".join(
        line.removeprefix(_MARK) for line in whole.split(b"\n") if line.startswith(_MARK)
    )
    return zlib.decompress(base64.b64decode(packed))


def _message(ending: str, content: bytes) -> bytes:
    return SIGNED + ending.encode() + b"\x00" + content


def _digest_of_parts(parts: Mapping[str, bytes]) -> bytes:
    said = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in parts.items()
        if name != SIGNATURE_PART
    }
    return json.dumps(said, sort_keys=True).encode()


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    """The one way these parts are written: in their order, uncompressed, at no time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as opened:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 0
            opened.writestr(entry, content)
    return out.getvalue()
