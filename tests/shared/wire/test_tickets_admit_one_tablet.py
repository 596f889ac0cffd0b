"""A ticket survives paper and typing; request and reply admit exactly one tablet."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable, SignatureInvalid, TicketInvalid, WireError
from shared.identifiers import TabletId
from shared.wire.keys import ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.tickets import (
    MAX_ENROLMENT_BYTES,
    Membership,
    Ticket,
    open_enrolment_reply,
    open_enrolment_request,
    request_enrolment,
    seal_enrolment_reply,
)

GOLDEN_TICKET = "https://count.example.org#0410-6105-000G-40R4-0M30-E209-M2GT-58X4-MPKA-FA59-CKZ4"
GOLDEN_REQUEST = (
    "543837450170e180b370920f6a8329802feb80b9f6a8688917cc090ad68fc00370df0789748a9adf"
    "0ca2bef19f6f365dc7a06fe04c6bf17956f42db5adf9c08f34a6d1ed0f0102030405917cc3f70075"
    "4b6985c05862e1fa3ce3554b8e50887963d960fa754e745369bd80163a9ce527a801b7aa329d29e4"
    "2839c9921be1faaa478cf427243f60a5e402aecc79fca09b24211656cd7a521f604f"
)
URL = "https://count.example.org"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture
def ticket(programme_keys: ProgrammeKeys) -> Ticket:
    return Ticket.issue(URL, programme_keys.public, random.Random(3).randbytes)


@pytest.fixture
def membership(programme_keys: ProgrammeKeys) -> Membership:
    return Membership(
        programme_id="pak-2026",
        country="PAK",
        organisation_code="labour-inspectorate",
        organisation_list="labour_inspectorate",
        officer_code="LI-014",
        tablet_id=TabletId("00112233445566aa"),
        programme_public=programme_keys.public,
        linkage_key=bytes(range(32)),
        practice=False,
    )


@given(st.integers(), st.sampled_from([URL, "", "http://192.168.0.7:8087", "https://x.example/a"]))
def test_a_ticket_comes_back_from_its_text(seed: int, url: str) -> None:
    dice = random.Random(seed)
    issued = Ticket.issue(url, ProgrammeKeys.generate(dice.randbytes).public, dice.randbytes)

    assert Ticket.from_text(issued.text()) == issued


def test_a_ticket_is_eleven_groups_of_four(ticket: Ticket) -> None:
    groups = ticket.code().split("-")

    assert [len(group) for group in groups] == [4] * 11
    assert ticket.text() == f"{URL}#{ticket.code()}"


def test_case_spaces_hyphens_and_look_alikes_do_not_matter(ticket: Ticket) -> None:
    code = ticket.code()
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert Ticket.from_text(f" {URL}# {typed}\n") == ticket
    assert Ticket.from_text(f"{URL}#{code.replace('-', '').replace('1', 'I')}") == ticket


def test_every_single_misspelt_character_is_noticed(ticket: Ticket) -> None:
    letters = ticket.code().replace("-", "")

    for place, letter in enumerate(letters):
        for other in set(ALPHABET) - {letter}:
            with pytest.raises(TicketInvalid):
                Ticket.from_text(f"{URL}#{letters[:place]}{other}{letters[place + 1 :]}")


def test_two_swapped_characters_are_noticed(ticket: Ticket) -> None:
    letters = ticket.code().replace("-", "")

    for place in range(len(letters) - 1):
        one, other = letters[place : place + 2]
        if one != other:
            with pytest.raises(TicketInvalid):
                Ticket.from_text(f"{URL}#{letters[:place]}{other}{one}{letters[place + 2 :]}")


def test_a_misspelt_address_is_noticed(ticket: Ticket) -> None:
    with pytest.raises(TicketInvalid, match="a letter of the code or of the address"):
        Ticket.from_text(f"https://count.example.com#{ticket.code()}")


@given(st.text(max_size=80))
def test_any_text_raises_nothing_but_ticket_invalid(text: str) -> None:
    with pytest.raises(TicketInvalid):
        Ticket.from_text(text)


def test_a_ticket_does_not_show_its_secret(ticket: Ticket) -> None:
    assert repr(ticket.secret) not in repr(ticket)
    assert ticket.secret not in request_enrolment(ticket, TabletKeys.generate(bytes))


def test_a_tablet_becomes_a_member(
    ticket: Ticket, membership: Membership, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    request = request_enrolment(ticket, tablet_keys)
    read = open_enrolment_request(
        request,
        programme_public=programme_keys.public,
        secret_of={ticket.ticket_id: ticket.secret}.get,
    )

    assert (read.ticket_id, read.tablet_public) == (ticket.ticket_id, tablet_keys.public)

    reply = seal_enrolment_reply(
        membership,
        request,
        programme_keys=programme_keys,
        tablet_public=read.tablet_public,
        random=random.Random(4).randbytes,
    )

    assert (
        open_enrolment_reply(reply, ticket=ticket, request=request, tablet_keys=tablet_keys)
        == membership
    )
    assert len(request) + len(reply) < MAX_ENROLMENT_BYTES


def test_a_request_repeated_is_the_same_bytes(ticket: Ticket, tablet_keys: TabletKeys) -> None:
    """So that a lost reply is asked for again without using up the ticket twice."""
    assert request_enrolment(ticket, tablet_keys) == request_enrolment(ticket, tablet_keys)


def test_damage_anywhere_in_a_request_is_refused(
    ticket: Ticket, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    request = request_enrolment(ticket, tablet_keys)

    for place in range(len(request)):
        damaged = request[:place] + bytes((request[place] ^ 2,)) + request[place + 1 :]
        for bad in (damaged, request[:place], request + b"\x00"):
            with pytest.raises((ParcelUnreadable, TicketInvalid, SignatureInvalid)):
                open_enrolment_request(
                    bad,
                    programme_public=programme_keys.public,
                    secret_of={ticket.ticket_id: ticket.secret}.get,
                )


def test_without_the_secret_nobody_is_admitted(
    ticket: Ticket, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    guessed = Ticket(ticket.url, ticket.ticket_id, bytes(10), ticket.programme_fingerprint)

    with pytest.raises(TicketInvalid):
        open_enrolment_request(
            request_enrolment(guessed, tablet_keys),
            programme_public=programme_keys.public,
            secret_of={ticket.ticket_id: ticket.secret}.get,
        )


def test_a_request_heard_on_the_way_cannot_be_turned_to_other_keys(
    ticket: Ticket, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys, dice: random.Random
) -> None:
    request = request_enrolment(ticket, tablet_keys)
    eve = TabletKeys.generate(dice.randbytes).public.to_bytes()
    turned = request.replace(tablet_keys.public.to_bytes(), eve)
    assert turned != request

    with pytest.raises((TicketInvalid, SignatureInvalid)):
        open_enrolment_request(
            turned,
            programme_public=programme_keys.public,
            secret_of={ticket.ticket_id: ticket.secret}.get,
        )


def test_a_request_for_one_programme_is_refused_by_another(
    ticket: Ticket, tablet_keys: TabletKeys, dice: random.Random
) -> None:
    other = ProgrammeKeys.generate(dice.randbytes)

    with pytest.raises(SignatureInvalid):
        open_enrolment_request(
            request_enrolment(ticket, tablet_keys),
            programme_public=other.public,
            secret_of={ticket.ticket_id: ticket.secret}.get,
        )


def test_a_reply_of_another_programme_is_refused(
    ticket: Ticket, membership: Membership, tablet_keys: TabletKeys, dice: random.Random
) -> None:
    """Somebody in the middle can answer, but not with keys of the ticket's fingerprint."""
    request = request_enrolment(ticket, tablet_keys)
    reply = seal_enrolment_reply(
        membership,
        request,
        programme_keys=ProgrammeKeys.generate(dice.randbytes),
        tablet_public=tablet_keys.public,
        random=dice.randbytes,
    )

    with pytest.raises(SignatureInvalid, match="another programme"):
        open_enrolment_reply(reply, ticket=ticket, request=request, tablet_keys=tablet_keys)


def test_a_reply_to_another_request_is_refused(
    ticket: Ticket,
    membership: Membership,
    tablet_keys: TabletKeys,
    programme_keys: ProgrammeKeys,
    dice: random.Random,
) -> None:
    reply = seal_enrolment_reply(
        membership,
        b"an earlier request",
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=dice.randbytes,
    )

    with pytest.raises(ParcelUnreadable, match="another request"):
        open_enrolment_reply(
            reply,
            ticket=ticket,
            request=request_enrolment(ticket, tablet_keys),
            tablet_keys=tablet_keys,
        )


def test_another_tablet_cannot_read_the_reply(
    ticket: Ticket,
    membership: Membership,
    tablet_keys: TabletKeys,
    programme_keys: ProgrammeKeys,
    dice: random.Random,
) -> None:
    request = request_enrolment(ticket, tablet_keys)
    reply = seal_enrolment_reply(
        membership,
        request,
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=dice.randbytes,
    )

    with pytest.raises(ParcelUnreadable):
        open_enrolment_reply(
            reply, ticket=ticket, request=request, tablet_keys=TabletKeys.generate(dice.randbytes)
        )


@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"T87E\x01", b"T87A\x01"]))
def test_random_bytes_raise_nothing_but_wire_errors(
    data: bytes, start: bytes, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    ticket = Ticket.issue(URL, programme_keys.public, random.Random(3).randbytes)

    with pytest.raises(WireError):
        open_enrolment_request(
            start + data,
            programme_public=programme_keys.public,
            secret_of={ticket.ticket_id: ticket.secret}.get,
        )
    with pytest.raises(WireError):
        open_enrolment_reply(start + data, ticket=ticket, request=b"", tablet_keys=tablet_keys)


def test_too_large_messages_are_refused_unread(
    ticket: Ticket, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    large = bytes(MAX_ENROLMENT_BYTES + 1)

    with pytest.raises(ParcelUnreadable, match="too large"):
        open_enrolment_request(
            large, programme_public=programme_keys.public, secret_of=lambda _: None
        )
    with pytest.raises(ParcelUnreadable, match="too large"):
        open_enrolment_reply(large, ticket=ticket, request=b"", tablet_keys=tablet_keys)


def test_the_text_and_request_of_a_worked_ticket_never_change(tablet_keys: TabletKeys) -> None:
    ticket = Ticket(URL, "0102030405", bytes(range(10)), "a0a1a2a3a4a5a6a7a8a9")

    assert ticket.text() == GOLDEN_TICKET
    assert request_enrolment(ticket, tablet_keys).hex() == GOLDEN_REQUEST


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_keys_of_a_wrong_length_are_refused(length: int) -> None:
    with pytest.raises(WireError):
        PublicKeys.from_bytes(bytes(length))
    with pytest.raises(WireError):
        TabletKeys.from_bytes(bytes(length))


def test_keys_come_back_from_bytes_and_do_not_show_themselves(tablet_keys: TabletKeys) -> None:
    assert TabletKeys.from_bytes(tablet_keys.to_bytes()) == tablet_keys
    assert PublicKeys.from_bytes(tablet_keys.public.to_bytes()) == tablet_keys.public
    assert repr(tablet_keys) == "TabletKeys()"
