"""A second client of the wire, written from docs/wire-protocol.md alone.

Uses ``cryptography`` and the standard library and imports nothing of ours: what it cannot do with
the page in hand, the page does not say. As short as it can be; not for use in the field.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

NULL, UNDEFINED = "(null)", "(undefined)"
RAW = -15


# --- "Keys", "The envelope" -----------------------------------------------------------------------


@dataclass(frozen=True)
class Keys:
    """Private: the Ed25519 seed and the X25519 scalar."""

    signing: bytes
    sealing: bytes

    @property
    def public(self) -> bytes:
        ed25519 = Ed25519PrivateKey.from_private_bytes(self.signing).public_key()
        x25519 = X25519PrivateKey.from_private_bytes(self.sealing).public_key()
        return ed25519.public_bytes_raw() + x25519.public_bytes_raw()


def fingerprint_of_keys(public: bytes) -> bytes:
    return hashlib.sha256(b"tally87/1 public keys\0" + public).digest()[:16]


def _hpke(secret: bytes, enc: bytes, public: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180, base mode: key and nonce from the Diffie-Hellman value."""

    def extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(suite: bytes, prk: bytes, label: bytes, rest: bytes, length: int) -> bytes:
        start = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + rest
        return hmac.digest(prk, start + b"\x01", "sha256")[:length]

    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"
    shared = expand(kem, extract(kem, b"", b"eae_prk", secret), b"shared_secret", enc + public, 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"")
    context += extract(suite, b"", b"info_hash", info)
    prk = extract(suite, shared, b"secret", b"")
    return expand(suite, prk, b"key", context, 32), expand(suite, prk, b"base_nonce", context, 12)


def write_message(
    domain: str, header: bytes, body: bytes, signer: Keys, recipient: bytes, ephemeral: bytes
) -> bytes:
    info = domain.encode() + b"\0" + fingerprint_of_keys(recipient)
    signature = Ed25519PrivateKey.from_private_bytes(signer.signing).sign(info + header + body)
    one_time = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = one_time.public_key().public_bytes_raw()
    secret = one_time.exchange(X25519PublicKey.from_public_bytes(recipient[32:]))
    key, nonce = _hpke(secret, enc, recipient[32:], info)
    return header + enc + ChaCha20Poly1305(key).encrypt(nonce, signature + body, header)


def read_message(domain: str, header_bytes: int, data: bytes, own: Keys, signer: bytes) -> bytes:
    header, enc, rest = (
        data[:header_bytes],
        data[header_bytes : header_bytes + 32],
        data[header_bytes + 32 :],
    )
    info = domain.encode() + b"\0" + fingerprint_of_keys(own.public)
    private = X25519PrivateKey.from_private_bytes(own.sealing)
    secret = private.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = _hpke(secret, enc, own.public[32:], info)
    plain = ChaCha20Poly1305(key).decrypt(nonce, rest, header)
    signature, body = plain[:64], plain[64:]
    Ed25519PublicKey.from_public_bytes(signer[:32]).verify(signature, info + header + body)
    return body


# --- "Canonical CBOR" -----------------------------------------------------------------------------


def cbor(item: Any) -> bytes:
    if item is True or item is False:
        return b"\xf5" if item else b"\xf4"
    if item in (NULL, UNDEFINED):
        return b"\xf6" if item == NULL else b"\xf7"
    if isinstance(item, int):
        return _head(0, item) if item >= 0 else _head(1, -1 - item)
    if isinstance(item, bytes):
        return _head(2, len(item)) + item
    if isinstance(item, str):
        return _head(3, len(item.encode())) + item.encode()
    if isinstance(item, list):
        return _head(4, len(item)) + b"".join(map(cbor, item))
    if isinstance(item, Decimal):
        sign, digits, exponent = item.as_tuple()
        mantissa = int("".join(map(str, digits))) * (-1 if sign else 1)
        return b"\xc4" + cbor([exponent, mantissa])
    raise TypeError(item)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for short, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 256**size:
            return bytes([major << 5 | short]) + number.to_bytes(size, "big")
    raise ValueError(number)


class Items:
    """Reads one item after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        self.at += count
        assert self.at <= len(self.data)
        return self.data[self.at - count : self.at]

    def next(self) -> Any:
        first = self.take(1)[0]
        major, number = first >> 5, first & 31
        if 24 <= number < 28:
            number = int.from_bytes(self.take(1 << (number - 24)), "big")
        if major in (0, 1):
            return number if major == 0 else -1 - number
        if major in (2, 3):
            raw = self.take(number)
            return raw if major == 2 else raw.decode()
        if major == 4:
            return [self.next() for _ in range(number)]
        if major == 6 and number == 4:
            exponent, mantissa = self.next()
            return Decimal(mantissa).scaleb(exponent)
        return {20: False, 21: True, 22: NULL, 23: UNDEFINED}[number]

    @property
    def rest(self) -> bytes:
        return self.take(len(self.data) - self.at)


# --- "Records", "Parcels" -------------------------------------------------------------------------


def fingerprint_of_record(record: bytes) -> str:
    return hashlib.sha256(b"tally87/1 record\0" + record).hexdigest()[:32]


def parcel_id(message: bytes) -> bytes:
    return hashlib.sha256(b"tally87/1 parcel id\0" + message).digest()[:16]


def write_parcel(
    tablet_id: bytes,
    clock_s: int,
    records: list[bytes],
    tablet: Keys,
    programme: bytes,
    ephemeral: bytes,
    order: int = 1,
) -> bytes:
    """With dictionary 0: what every office understands."""
    body = tablet_id + cbor(clock_s) + (_packed(records, order) if records else b"")
    return write_message("tally87/1 parcel", b"T87P\x01", body, tablet, programme, ephemeral)


def read_parcel(
    message: bytes, programme: Keys, tablet: bytes, dictionaries: dict[int, bytes]
) -> tuple[bytes, int, list[bytes]]:
    body = Items(read_message("tally87/1 parcel", 5, message, programme, tablet))
    tablet_id, clock_s = body.take(8), body.next()
    return tablet_id, clock_s, _unpacked(body.rest, dictionaries)


def _packed(records: list[bytes], order: int) -> bytes:
    rows = [Items(record).next() for record in records]
    heads: list[Any] = []
    shapes: list[Any] = []
    head_numbers, shape_numbers, cells = [], [], []
    for number, row in enumerate(rows):
        (layout, kind, _, visit, revision, ancestors, questionnaire, rules, withdrawn) = row[:9]
        danger, classes, types, codes, answers = row[9:]
        size = len(codes) // len(types) if types else 0
        head = [layout, kind, revision, questionnaire, rules, withdrawn, danger, types, size]
        head += [bool(visit), len(ancestors) // 16, classes[::2]]
        steps, after = [], 0
        for name in answers[::2]:
            steps.append(name - after if isinstance(name, int) else name)
            after = name + 1 if isinstance(name, int) else after
        for table, entry, numbers in (
            (heads, head, head_numbers),
            (shapes, steps, shape_numbers),
        ):
            if entry not in table:
                table.append(entry)
            numbers.append(table.index(entry))
        for is_answer, pairs in ((False, classes), (True, answers)):
            for name, value in zip(pairs[::2], pairs[1::2], strict=True):
                cells.append(((kind, not is_answer, isinstance(name, str), name, number), value))
    if order == 0:
        cells.sort(key=lambda cell: cell[0])
    visits = [row[2] for row in rows if not row[3]]
    others = list(dict.fromkeys(row[3] for row in rows if row[3] and row[3] not in visits))
    moves, before = [], 0
    for row in rows:
        if row[3]:
            place = (visits + others).index(row[3])
            moves.append(place - before)
            before = place
    run = b"".join(row[2] + row[5] + row[12] for row in rows) + b"".join(others)
    stream = [heads, shapes, *head_numbers, *shape_numbers, *moves, *(value for _, value in cells)]
    squeezer = zlib.compressobj(9, zlib.DEFLATED, RAW)
    dense = squeezer.compress(b"".join(map(cbor, stream))) + squeezer.flush()
    return b"".join(map(cbor, (len(rows), 0, order, len(run)))) + run + dense


def _unpacked(packed: bytes, dictionaries: dict[int, bytes]) -> list[bytes]:
    if not packed:
        return []
    start = Items(packed)
    count, dictionary, order, length = (start.next() for _ in range(4))
    run = Items(start.take(length))
    dense = Items(zlib.decompressobj(RAW, zdict=dictionaries[dictionary]).decompress(start.rest))
    heads, shapes = dense.next(), dense.next()
    numbers = [dense.next() for _ in range(count)]
    known = [heads[number] for number in numbers if number != NULL]
    names = []
    for _ in known:
        own, after = [], 0
        for step in shapes[dense.next()]:
            own.append(after + step if isinstance(step, int) else step)
            after = own[-1] + 1 if isinstance(step, int) else after
        names.append(own)
    moves = [dense.next() for head in known if head[9]]
    lengths = [dense.next() for number in numbers if number == NULL]
    # every value: (row, is it an answer, name)
    cells = [
        (row, is_answer, name)
        for row, head in enumerate(known)
        for is_answer, of_row in ((False, head[11]), (True, names[row]))
        for name in of_row
    ]
    if order == 0:
        cells.sort(
            key=lambda cell: (
                known[cell[0]][1],
                not cell[1],
                isinstance(cell[2], str),
                cell[2],
                cell[0],
            )
        )
    values = {cell: dense.next() for cell in cells}
    randoms = [
        (run.take(16), run.take(16 * head[10]), run.take(head[8] * len(head[7]))) for head in known
    ]
    visits = [ids[0] for head, ids in zip(known, randoms, strict=True) if not head[9]]
    places, before = [], 0
    for move in moves:
        before += move
        places.append(before)
    visits += [run.take(16) for _ in range(max([p + 1 for p in places], default=0) - len(visits))]
    others = [run.take(length) for length in lengths]
    records = []
    for row, head in enumerate(known):
        layout, kind, revision, questionnaire, rules, withdrawn, danger, types = head[:8]
        record_id, ancestors, codes = randoms[row]
        visit = visits[places.pop(0)] if head[9] else b""
        classes = [one for name in head[11] for one in (name, values[row, False, name])]
        answers = [one for name in names[row] for one in (name, values[row, True, name])]
        fields = [layout, kind, record_id, visit, revision, ancestors, questionnaire, rules]
        fields += [withdrawn, danger, classes, types, codes, answers]
        records.append(cbor(fields))
    return [others.pop(0) if number == NULL else records.pop(0) for number in numbers]


# --- "Receipts" -----------------------------------------------------------------------------------

WORDS = ("accepted", "already_accepted", "rejected", "conflict", "superseded")


def read_receipt(data: bytes, tablet: Keys, programme: bytes) -> dict[str, Any]:
    body = read_message("tally87/1 receipt", 21, data, tablet, programme)
    plain = zlib.decompress(body[1:], RAW) if body[0] == 1 else body[1:]
    items = Items(plain)
    clock_s, held, digest, versions, orders, runs, findings = (items.next() for _ in range(7))
    words = [WORDS[w] for w, n in zip(runs[::2], runs[1::2], strict=True) for _ in range(n)]
    return {
        "parcel": data[5:21],
        "clock_s": clock_s,
        "held": held,
        "digest": digest.hex(),
        "versions": {
            name: value.hex() if isinstance(value, bytes) else value
            for name, value in zip(versions[::2], versions[1::2], strict=True)
        },
        "orders": orders,
        "words": words,
        "findings": dict(zip(findings[::2], findings[1::2], strict=True)),
    }


def write_receipt(
    parcel: bytes, words: list[str], clock_s: int, programme: Keys, tablet: bytes, ephemeral: bytes
) -> bytes:
    runs = [one for word in words for one in (WORDS.index(word), 1)]
    items = [clock_s, len(words), bytes(8), ["questionnaire", bytes(8)], [], runs, []]
    body = b"\0" + b"".join(map(cbor, items))
    return write_message(
        "tally87/1 receipt", b"T87R\x01" + parcel, body, programme, tablet, ephemeral
    )


def totals(held: list[tuple[str, int, str]]) -> str:
    shares = (
        hashlib.sha256(b"tally87/1 totals\0" + f"{record} {revision} {mark}".encode()).digest()[:8]
        for record, revision, mark in held
    )
    return f"{sum(int.from_bytes(share, 'big') for share in shares) % 2**64:016x}"


# --- "Enrolment" ----------------------------------------------------------------------------------


def read_ticket(text: str) -> tuple[str, bytes, bytes, bytes]:
    """Address, ticket id, secret, and the first ten bytes of the programme's fingerprint."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    address, _, code = text.rpartition("#")
    letters = code.upper().replace("-", "").replace(" ", "").replace("O", "0")
    letters = letters.replace("I", "1").replace("L", "1")
    number = 0
    for letter in letters[:40]:
        number = number * 32 + alphabet.index(letter)
    start = f"tally87/1 ticket\0{address}\0{letters[:40]}".encode()
    check = int.from_bytes(hashlib.sha256(start).digest()[:4], "big")
    assert letters[40:] == "".join(alphabet[check >> 5 * place & 31] for place in range(4))
    raw = number.to_bytes(25, "big")
    return address, raw[:5], raw[5:15], raw[15:]


def write_enrolment_request(ticket: str, keys: Keys) -> bytes:
    _, ticket_id, secret, programme = read_ticket(ticket)
    body = ticket_id + keys.public
    body += hmac.digest(secret, b"tally87/1 ticket proof\0" + body, "sha256")[:16]
    header = b"T87E\x01"
    signed = b"tally87/1 enrolment request\0" + programme + header + body
    return header + Ed25519PrivateKey.from_private_bytes(keys.signing).sign(signed) + body
