"""Enrolment: programme, organisations, officers, tickets, tablets, revocation.

Owns who may record. A ticket is used once; the same request again gets an answer again, so that a
lost reply locks nobody out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Container, Mapping
from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from server.db.engine import transaction
from server.office import Office
from server.programme.keys import ServerKeys, keys_again, keys_of
from server.programme.linkage_keys import keys_for_member
from server.programme.model import EnrolledTablet, IssuedTicket, Officer, Organisation, Programme
from server.programme.programme import programme_of
from server.staff import audit
from shared.errors import ServiceError, TicketInvalid
from shared.identifiers import TabletId
from shared.wire.keys import PublicKeys
from shared.wire.tickets import (
    SECRET_BYTES,
    Membership,
    open_enrolment_request,
    seal_enrolment_reply,
)
from shared.wire.tickets import Ticket as PaperTicket

COMMAND_LINE = "command line"
"""Who does what no page was used for."""
LONGEST_NAME = 200
TICKET_HOURS = 72
"""How long a ticket is good for unless told otherwise: a weekend and the way to the field."""
_TABLET_DOMAIN = b"tally87/1 tablet id\x00"
DATA_ORIGINS = ("field", "replayed", "synthetic")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


class NotPossible(ServiceError):
    """What was asked contradicts what is there; the message says how.

    code: a word of ``problem.*`` in server.po, for pages, which say it in the reader's language.
    """

    def __init__(self, sentence: str, code: str = "not_possible") -> None:
        super().__init__(sentence)
        self.code = code


def create_programme(
    office: Office,
    keys: ServerKeys,
    name: str,
    country: str,
    data_origin: str,
    practice: bool,
    actor: str = COMMAND_LINE,
) -> str:
    """Makes the one programme of this database; its id (16 hexadecimal digits)."""
    if data_origin not in DATA_ORIGINS:
        raise NotPossible(f"The origin of the data is one of {', '.join(DATA_ORIGINS)}.")
    programme_id = keys.programme.public.fingerprint().hex()[:16]
    with transaction(office.engine) as connection:
        if connection.scalar(select(Programme.name)) is not None:
            raise NotPossible("This database has its programme already; use another database.")
        connection.execute(
            insert(Programme).values(
                number=1,
                programme_id=programme_id,
                name=name,
                country=country,
                practice=practice,
                data_origin=data_origin,
                created_at_s=office.now_s(),
            )
        )
        audit.enter(connection, office.now_s(), actor, "programme_created", {"country": country})
    return programme_id


def add_organisation(
    office: Office,
    code: str,
    name: str,
    source_list: str,
    source_lists: Container[str],
    actor: str = COMMAND_LINE,
) -> None:
    """Adds an organisation. source_list: one of source_lists, the codes of the list of that name.

    Raises NotPossible for a code that is used or misspelt, and for an unknown source list.
    """
    _must_be_code(code)
    if source_list not in source_lists:
        raise NotPossible(f"{source_list!r} is not in the code list source_lists.", "source_list")
    if not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise NotPossible(f"A name has 1 to {LONGEST_NAME} printable characters.", "name")
    with transaction(office.engine) as connection:
        if _organisation_number(connection, code) is not None:
            raise NotPossible(f"There is an organisation {code} already.", "code_taken")
        connection.execute(
            insert(Organisation).values(code=code, name=name, source_list=source_list)
        )
        audit.enter(connection, office.now_s(), actor, "organisation_added", {"code": code})


def add_officer(office: Office, organisation: str, code: str, actor: str = COMMAND_LINE) -> None:
    """Adds an officer to an organisation, by a code; no name is kept here."""
    _must_be_code(code)
    with transaction(office.engine) as connection:
        number = _organisation_number(connection, organisation)
        if number is None:
            raise NotPossible(f"There is no organisation {organisation}.", "not_there")
        if connection.scalar(select(Officer.number).where(Officer.code == code)) is not None:
            raise NotPossible(f"There is an officer {code} already.", "code_taken")
        connection.execute(insert(Officer).values(organisation_number=number, code=code))
        audit.enter(connection, office.now_s(), actor, "officer_added", {"code": code})


def issue_ticket(
    office: Office, officer: str, actor: str, hours: int = TICKET_HOURS
) -> PaperTicket:
    """A fresh ticket for one tablet of this officer, good for so many hours (1 to 720)."""
    if not 1 <= hours <= 720:
        raise NotPossible("A ticket is good for 1 to 720 hours.", "hours")
    ticket = PaperTicket.issue(
        office.config.public_url, keys_of(office).programme.public, office.random_bytes
    )
    ticket = replace(ticket, secret=_secrets_of(keys_of(office), ticket.ticket_id)[-1])
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        number = connection.scalar(select(Officer.number).where(Officer.code == officer))
        if number is None:
            raise NotPossible(f"There is no officer {officer}.", "not_there")
        connection.execute(
            insert(IssuedTicket).values(
                ticket_id=ticket.ticket_id,
                officer_number=number,
                secret=hashlib.sha256(ticket.secret).digest(),
                issued_at_s=now_s,
                expires_at_s=now_s + hours * 3600,
            )
        )
        audit.enter(connection, now_s, actor, "ticket_issued", {"officer": officer})
    return ticket


def enrol(office: Office, request: bytes) -> bytes:
    """The sealed reply that makes a tablet a member.

    Raises ParcelUnreadable, SignatureInvalid, or TicketInvalid for a ticket that is unknown, used
    by another tablet, or out of date.
    """
    digest = hashlib.sha256(request).hexdigest()
    with transaction(office.engine) as connection:
        tablet_id = _answered(connection, digest)
        if tablet_id is None:
            try:
                tablet_id = _use_ticket(connection, office, request, digest)
            except TicketInvalid:
                # The same request, sent twice, may have used the ticket while this one waited.
                tablet_id = _answered(connection, digest)
                if tablet_id is None:
                    raise
        row = connection.execute(
            select(
                Organisation.code.label("organisation"),
                Organisation.source_list,
                Officer.code.label("officer"),
                EnrolledTablet.public_keys,
                EnrolledTablet.revoked_at_s,
            )
            .join(Officer, Officer.organisation_number == Organisation.number)
            .join(EnrolledTablet, EnrolledTablet.officer_number == Officer.number)
            .where(EnrolledTablet.tablet_id == tablet_id)
        ).one()
        linkage_key, linkage_keys = keys_for_member(office, connection)
    if row.revoked_at_s is not None:
        raise TicketInvalid("This tablet has been signed out. Please ask for a new ticket.")
    programme = programme_of(office)
    membership = Membership(
        programme_id=programme.programme_id,
        country=programme.country,
        organisation_code=row.organisation,
        organisation_list=row.source_list,
        officer_code=row.officer,
        tablet_id=tablet_id,
        programme_public=keys_of(office).programme.public,
        linkage_key=linkage_key,
        practice=programme.practice,
        linkage_keys=linkage_keys,
    )
    return seal_enrolment_reply(
        membership,
        request,
        programme_keys=keys_of(office).programme,
        tablet_public=PublicKeys.from_bytes(row.public_keys),
        random=office.random_bytes,
    )


def revoke(office: Office, tablet_id: str, actor: str) -> None:
    """Signs a tablet out: from now on its parcels are quarantined and it is told to erase names."""
    with transaction(office.engine) as connection:
        changed = connection.execute(
            update(EnrolledTablet)
            .where(EnrolledTablet.tablet_id == tablet_id, EnrolledTablet.revoked_at_s.is_(None))
            .values(revoked_at_s=office.now_s())
        ).rowcount
        if not changed:
            raise NotPossible("There is no such tablet, or it is signed out already.", "tablet")
        audit.enter(connection, office.now_s(), actor, "tablet_revoked", {"tablet": tablet_id})


def signed_out(connection: Connection) -> dict[str, int]:
    """The tablets that were signed out, and when (seconds since 1970)."""
    found = select(EnrolledTablet.tablet_id, EnrolledTablet.revoked_at_s)
    rows = connection.execute(found.where(EnrolledTablet.revoked_at_s.is_not(None)))
    return {tablet_id: at_s or 0 for tablet_id, at_s in rows}


def stay_signed_out(connection: Connection, tablets: Mapping[str, int]) -> int:
    """A database of the past learns who was signed out since; how many it did not know of."""
    return sum(
        connection.execute(
            update(EnrolledTablet)
            .where(EnrolledTablet.tablet_id == tablet_id, EnrolledTablet.revoked_at_s.is_(None))
            .values(revoked_at_s=at_s)
        ).rowcount
        for tablet_id, at_s in tablets.items()
    )


def void_tickets(connection: Connection, now_s: int) -> int:
    """Makes every ticket nobody has used yet void; how many there were."""
    return connection.execute(
        update(IssuedTicket)
        .where(IssuedTicket.used_at_s.is_(None), IssuedTicket.expires_at_s > now_s)
        .values(expires_at_s=now_s)
    ).rowcount


def _answered(connection: Connection, digest: str) -> TabletId | None:
    """The tablet this very request made a member, if it did."""
    found = connection.scalar(
        select(IssuedTicket.tablet_id).where(IssuedTicket.request_digest == digest)
    )
    return TabletId(found) if found else None


def _use_ticket(connection: Connection, office: Office, request: bytes, digest: str) -> TabletId:
    now_s = office.now_s()
    tickets: dict[str, IssuedTicket] = {}

    def secret_of(ticket_id: str) -> bytes | None:
        row = connection.execute(
            select(IssuedTicket.__table__)
            .where(IssuedTicket.ticket_id == ticket_id)
            .with_for_update()
        ).first()
        if row is None or row.used_at_s is not None:
            return None
        tickets[ticket_id] = row  # type: ignore[assignment]
        for keys in (keys_of, keys_again):  # another process may have changed the pepper since
            for secret in _secrets_of(keys(office), ticket_id):
                if hmac.compare_digest(hashlib.sha256(secret).digest(), bytes(row.secret)):
                    return secret
        # Another pepper (keys restored from elsewhere) never issued this ticket.
        return None

    opened = open_enrolment_request(
        request, programme_public=keys_of(office).programme.public, secret_of=secret_of
    )
    ticket = tickets[opened.ticket_id]
    if ticket.expires_at_s <= now_s:
        raise TicketInvalid("This ticket is out of date. Please ask for a new one.")
    public_keys = opened.tablet_public.to_bytes()
    known = connection.execute(
        select(EnrolledTablet.tablet_id, EnrolledTablet.officer_number, EnrolledTablet.revoked_at_s)
        .where(EnrolledTablet.public_keys == public_keys)
        .order_by(EnrolledTablet.enrolled_at_s.desc())
        .limit(1)
    ).first()
    if known is None:
        tablet_id = tablet_id_of(opened.tablet_public)
        connection.execute(
            insert(EnrolledTablet).values(
                tablet_id=tablet_id,
                officer_number=ticket.officer_number,
                public_keys=public_keys,
                enrolled_at_s=now_s,
                total_count=0,
                total_digest="0" * 16,
            )
        )
    elif known.revoked_at_s is not None or known.officer_number != ticket.officer_number:
        raise TicketInvalid(
            "This tablet was signed out, or belongs to another officer. Please ask the office."
        )
    else:
        tablet_id = TabletId(known.tablet_id)
    connection.execute(
        update(IssuedTicket)
        .where(IssuedTicket.ticket_id == opened.ticket_id)
        .values(used_at_s=now_s, tablet_id=tablet_id, secret=b"", request_digest=digest)
    )
    audit.enter(connection, now_s, f"tablet {tablet_id}", "tablet_enrolled", {})
    return tablet_id


def tablet_id_of(public: PublicKeys) -> TabletId:
    """The id of a tablet with these keys (16 hexadecimal digits): the same when an office that was
    put back to before its enrolment meets it again."""
    return TabletId(hashlib.sha256(_TABLET_DOMAIN + public.to_bytes()).hexdigest()[:16])


def _secrets_of(keys: ServerKeys, ticket_id: str) -> list[bytes]:
    """What the secret on the paper is, by the pepper of each time; the last one's is printed today.

    Worked out again from what no database holds: who reads the database finds a hash, and can
    neither print a ticket nor use one.
    """
    name = b"tally87/1 ticket secret\x00" + bytes.fromhex(ticket_id)
    return [hmac.digest(pepper, name, hashlib.sha256)[:SECRET_BYTES] for pepper in keys.peppers]


def _organisation_number(connection: Connection, code: str) -> int | None:
    return connection.scalar(select(Organisation.number).where(Organisation.code == code))


def _must_be_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise NotPossible(
            "A code has 1 to 40 letters, digits, dots, hyphens or underscores.", "code"
        )
