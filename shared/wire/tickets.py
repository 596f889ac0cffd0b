"""Enrolment: a ticket on paper or screen, a signed request, a sealed reply.

The ticket carries a secret and the fingerprint of the programme's keys. The request proves that
the tablet holds both its keys and the secret, without showing the secret; the reply is readable by
that tablet only and makes it a member. Both are the same bytes as HTTP body and as file.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from shared.errors import ParcelUnreadable, SignatureInvalid, TicketInvalid
from shared.identifiers import RandomBytes, TabletId
from shared.linkage.codes import KEY_BYTES, MOST_LINKAGE_KEYS
from shared.numerals import latin_digits
from shared.wire import cbor, envelope, hpke
from shared.wire.envelope import MessageKind
from shared.wire.keys import SIGNATURE_BYTES, ProgrammeKeys, PublicKeys, TabletKeys

TICKET_ID_BYTES = 5
SECRET_BYTES = 10
"""80 bits: nobody can try them, neither on line (single use, expiry) nor from a heard request."""
FINGERPRINT_BYTES = 10
"""80 bits of the programme's fingerprint: who would stand in for it must find keys that match."""
MAX_ENROLMENT_BYTES = 4096
"""Far above both messages (about 200 and 400 bytes)."""
REPLY_SUFFIX = ".enrolment-reply"
"""Of the file that is carried back to a tablet without network."""

# Crockford's base 32: no I, L, O, U; read without regard to case, O as 0, I and L as 1.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\u2011": ""})
_CODE_BYTES = TICKET_ID_BYTES + SECRET_BYTES + FINGERPRINT_BYTES
_CODE_CHARACTERS = _CODE_BYTES * 8 // 5
_CHECK_CHARACTERS = 4
_GROUP = 4
_CHECK_DOMAIN = b"tally87/1 ticket\x00"
_PROOF_DOMAIN = b"tally87/1 ticket proof\x00"
_PROOF_BYTES = 16


@dataclass(frozen=True)
class Ticket:
    """One admission to a programme.

    url: where the server is, or "" when enrolment goes by file. ticket_id: 10 hexadecimal digits.
    secret: 10 bytes, not shown in ``repr``. programme_fingerprint: 20 hexadecimal digits.
    """

    url: str
    ticket_id: str
    secret: bytes = field(repr=False)
    programme_fingerprint: str

    @classmethod
    def issue(cls, url: str, programme: PublicKeys, random: RandomBytes) -> Self:
        """A fresh ticket to this programme."""
        return cls(
            url,
            random(TICKET_ID_BYTES).hex(),
            random(SECRET_BYTES),
            programme.fingerprint()[:FINGERPRINT_BYTES].hex(),
        )

    def code(self) -> str:
        """The ticket without the address, in groups fit to be read out and typed."""
        raw = (
            bytes.fromhex(self.ticket_id) + self.secret + bytes.fromhex(self.programme_fingerprint)
        )
        number = int.from_bytes(raw, "big")
        letters = "".join(
            _ALPHABET[number >> shift & 31] for shift in range(_CODE_BYTES * 8 - 5, -1, -5)
        )
        letters += _check(self.url, letters)
        return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))

    def text(self) -> str:
        """The whole ticket as short text: the address, ``#``, the code. Also the QR payload.

        After ``#``, so that a browser that is shown the text never sends the secret anywhere.
        """
        return f"{self.url}#{self.code()}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The ticket somebody scanned or typed.

        Case, spaces, hyphens, look-alike letters and the script of digits do not matter. Raises
        TicketInvalid when a character is wrong or missing, in the code or in the address.
        """
        url, _, code = text.strip().rpartition("#")
        url = url.strip()
        letters = "".join(latin_digits(code).upper().split()).translate(_LOOKS_LIKE)
        if len(letters) != _CODE_CHARACTERS + _CHECK_CHARACTERS:
            raise TicketInvalid(
                f"A ticket has {_CODE_CHARACTERS + _CHECK_CHARACTERS} letters and digits; "
                f"this one has {len(letters)}. Please compare it with the original."
            )
        body, check = letters[:_CODE_CHARACTERS], letters[_CODE_CHARACTERS:]
        if set(letters) - set(_ALPHABET) or not hmac.compare_digest(_check(url, body), check):
            raise TicketInvalid(
                "This is not the ticket as the office issued it: a letter of the code or of the "
                "address before # is different. Compare both with the original."
            )
        number = 0
        for letter in body:
            number = number << 5 | _ALPHABET.index(letter)
        raw = number.to_bytes(_CODE_BYTES, "big")
        secret_end = TICKET_ID_BYTES + SECRET_BYTES
        return cls(
            url,
            raw[:TICKET_ID_BYTES].hex(),
            raw[TICKET_ID_BYTES:secret_end],
            raw[secret_end:].hex(),
        )


def _check(url: str, letters: str) -> str:
    """20 bits over address and code: of a million misspelt tickets one would pass."""
    digest = hashlib.sha256(_CHECK_DOMAIN + url.encode() + b"\x00" + letters.encode()).digest()
    number = int.from_bytes(digest[:4], "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_CHECK_CHARACTERS))


LinkageKeySet = tuple[tuple[int, bytes], ...]
"""Linkage keys with their numbers, ascending: one, or two while codes are made with both."""


def linkage_key_set(item: cbor.Item) -> LinkageKeySet:
    """The keys in an item of a message. Raises ParcelUnreadable."""
    found = []
    for one in item if isinstance(item, tuple) and 1 <= len(item) <= 2 else ():
        match one:
            case (int(number), bytes(key)) if (
                1 <= number <= MOST_LINKAGE_KEYS and len(key) == KEY_BYTES
            ):
                found.append((number, key))
    numbers = [number for number, _ in found]
    if not found or len(found) != len(item) or numbers != sorted(set(numbers)):  # type: ignore[arg-type]
        raise ParcelUnreadable("The linkage keys are not laid out as this version says.")
    return tuple(found)


def newest_of(some: LinkageKeySet, others: LinkageKeySet) -> LinkageKeySet:
    """Of what was told at two moments, what was said last: a key is added, then the one before is
    left out. Notes and replies may come late and in any order."""
    return max(some, others, key=lambda keys: (keys[-1][0], -len(keys)) if keys else (0, 0))


@dataclass(frozen=True)
class EnrolmentRequest:
    """What the server reads: which ticket is used, and the tablet's public keys."""

    ticket_id: str
    tablet_public: PublicKeys


@dataclass(frozen=True)
class Membership:
    """What a tablet gets at enrolment.

    organisation_list: code of the source list its organisation is. linkage_key: 32 bytes shared by
    the programme's tablets, not shown in ``repr``. practice: records of this tablet are never
    counted. linkage_keys: once the key was changed, those that codes are made with, each with its
    number; linkage_key is the first of them then.
    """

    programme_id: str
    country: str
    organisation_code: str
    organisation_list: str
    officer_code: str
    tablet_id: TabletId
    programme_public: PublicKeys
    linkage_key: bytes = field(repr=False)
    practice: bool = False
    linkage_keys: LinkageKeySet = field(default=(), repr=False)

    @property
    def keys_of_codes(self) -> LinkageKeySet:
        """The keys that linkage codes are made with, each with its number."""
        return self.linkage_keys or ((1, self.linkage_key),)


def request_enrolment(ticket: Ticket, tablet_keys: TabletKeys) -> bytes:
    """The request as bytes: public keys, proof of the secret, signature. The same every time."""
    body = bytes.fromhex(ticket.ticket_id) + tablet_keys.public.to_bytes()
    body += _proof(ticket.secret, body)
    header = envelope.header_of(MessageKind.ENROLMENT_REQUEST)
    to = bytes.fromhex(ticket.programme_fingerprint)
    signature = envelope.sign(MessageKind.ENROLMENT_REQUEST, tablet_keys, to, header, body)
    return header + signature + body


def open_enrolment_request(
    data: bytes,
    *,
    programme_public: PublicKeys,
    secret_of: Callable[[str], bytes | None],
) -> EnrolmentRequest:
    """The request in these bytes, when it proves the ticket's secret and the tablet's own key.

    secret_of: the secret of an issued ticket by its id, None for an unknown one; whether it was
    used or has expired is the caller's question.
    Raises ParcelUnreadable (not a request, or keys no answer can be sealed to), TicketInvalid
    (unknown ticket, wrong secret) or SignatureInvalid (not signed with the keys it shows, or meant
    for another programme).
    """
    if len(data) > MAX_ENROLMENT_BYTES:
        raise ParcelUnreadable("This is too large to be an enrolment request.")
    header, rest = envelope.split_header(MessageKind.ENROLMENT_REQUEST, data)
    reader = cbor.Reader(rest)
    signature, body = reader.take(SIGNATURE_BYTES), rest[SIGNATURE_BYTES:]
    ticket_id = reader.take(TICKET_ID_BYTES).hex()
    public = PublicKeys.from_bytes(reader.take(64))
    proof = reader.take(_PROOF_BYTES)
    reader.end()
    secret = secret_of(ticket_id)
    if secret is None or not hmac.compare_digest(proof, _proof(secret, body[:-_PROOF_BYTES])):
        raise TicketInvalid("This ticket is not known here. Please ask for a new one.")
    to = programme_public.fingerprint()[:FINGERPRINT_BYTES]
    envelope.verify(MessageKind.ENROLMENT_REQUEST, public, to, header, signature, body)
    if not hpke.can_be_sealed_to(public.sealing):
        raise ParcelUnreadable("This tablet's keys cannot be used. Please set it up anew.")
    return EnrolmentRequest(ticket_id, public)


def seal_enrolment_reply(
    membership: Membership,
    request: bytes,
    *,
    programme_keys: ProgrammeKeys,
    tablet_public: PublicKeys,
    random: RandomBytes,
) -> bytes:
    """The membership as bytes: signed by the programme, bound to this request, for this tablet."""
    public = programme_keys.public
    items: tuple[cbor.Item, ...] = (
        _request_hash(request),
        membership.programme_id,
        membership.country,
        membership.organisation_code,
        membership.organisation_list,
        membership.officer_code,
        bytes.fromhex(membership.tablet_id),
        public.to_bytes(),
        membership.linkage_key,
        membership.practice,
    )
    if membership.linkage_keys:
        items += (membership.linkage_keys,)
    return envelope.seal(
        MessageKind.ENROLMENT_REPLY,
        envelope.header_of(MessageKind.ENROLMENT_REPLY),
        cbor.encode(items),
        signer=programme_keys,
        recipient=tablet_public,
        random_bytes=random,
    )


def open_enrolment_reply(
    data: bytes, *, ticket: Ticket, request: bytes, tablet_keys: TabletKeys
) -> Membership:
    """The membership in these bytes.

    Raises ParcelUnreadable (damaged, for another tablet or another request) or SignatureInvalid
    (not made by the programme whose fingerprint the ticket shows).
    """
    if len(data) > MAX_ENROLMENT_BYTES:
        raise ParcelUnreadable("This is too large to be an enrolment reply.")
    kind = MessageKind.ENROLMENT_REPLY
    header, sealed = envelope.split_header(kind, data)
    signature, body = envelope.unseal(kind, header, sealed, recipient=tablet_keys)
    match cbor.decode(body):
        case (
            bytes(answered),
            str(programme_id),
            str(country),
            str(organisation_code),
            str(organisation_list),
            str(officer_code),
            bytes(tablet_id),
            bytes(programme),
            bytes(linkage_key),
            bool(practice),
            *more,
        ) if (
            len(more) < 2
            and len(tablet_id) == 8
            and len(linkage_key) == 32
            and len(programme) == 64
        ):
            public = PublicKeys.from_bytes(programme)
            if public.fingerprint()[:FINGERPRINT_BYTES].hex() != ticket.programme_fingerprint:
                raise SignatureInvalid("It comes from another programme than the ticket names.")
            to = tablet_keys.public.fingerprint()
            envelope.verify(kind, public, to, header, signature, body)
            if answered != _request_hash(request):
                raise ParcelUnreadable("It answers another request than this tablet's.")
            return Membership(
                programme_id,
                country,
                organisation_code,
                organisation_list,
                officer_code,
                TabletId(tablet_id.hex()),
                public,
                linkage_key,
                practice,
                linkage_key_set(more[0]) if more else (),
            )
    raise ParcelUnreadable("The reply is not laid out as this version of the protocol says.")


def _proof(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, _PROOF_DOMAIN + body, hashlib.sha256)[:_PROOF_BYTES]


def _request_hash(request: bytes) -> bytes:
    return hashlib.sha256(b"tally87/1 request\x00" + request).digest()[:16]
