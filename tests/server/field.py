"""A tablet reduced to its wire: enough of one to send an office anything, good or bad.

The tablet's own code is not used here (server and mobile never import each other); the journeys
use the real one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from server.intake.receive import take_in
from server.office import Office
from server.office.config import config_for
from server.programme import enrolment
from server.programme.keys import make_keys
from server.reference.in_force import reference_of
from server.staff import accounts
from server.staff.scope import CONTRIBUTOR, WHOLE, AccountScope
from shared.anonymise import anonymise
from shared.answers import Value
from shared.classification import RULES_VERSION, classify
from shared.identifiers import Fingerprint, RecordId
from shared.linkage import Identity, linkage_codes
from shared.linkage.code_types import CURRENT
from shared.questionnaire import Level
from shared.reference import Reference, load_reference
from shared.wire.answers import Answer
from shared.wire.keys import TabletKeys
from shared.wire.parcels import SealedParcel, seal_parcel
from shared.wire.receipts import Receipt, open_receipt
from shared.wire.records import Record, encode_record, fingerprint
from shared.wire.tickets import Membership, open_enrolment_reply, request_enrolment
from tests.server.shapes import bring_to_shape

REFERENCE = load_reference("PAK")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Passwords here cost little to check; tests/server/staff has those that cost."""
AREAS = ("PK-PB-01", "PK-PB-02", "PK-PB-03")

AGREED: dict[str, Value] = {
    "consent_given_by": "caregiver_and_assent",
    "consent_purposes": ("interview", "statistics"),
    "consent_linkage": "yes",
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def seeded(seed: int) -> Callable[[int], bytes]:
    """Random bytes that are the same for the same seed."""
    return random.Random(seed).randbytes


def make_office(folder: Path, seed: int = 1, **settings: Any) -> Office:
    """An office with programme, one labour inspectorate and two NGOs with an officer each."""
    settings.setdefault("public_url", "http://127.0.0.1:8087")
    office = Office.open(config_for(folder, **settings), Clock(), seeded(seed))
    office.hasher = CHEAP_HASHER
    bring_to_shape(office.engine)
    keys = make_keys(office.config.key_folder, office.random_bytes)
    enrolment.create_programme(office, keys, "Test programme", "PAK", "synthetic", practice=False)
    for number, (code, source_list) in enumerate(
        (("INSPECTORATE", "labour_inspectorate"), ("NGO-A", "ngo"), ("NGO-B", "ngo"))
    ):
        known = reference_of(office).codelists["source_lists"]
        enrolment.add_organisation(office, code, code.title(), source_list, known)
        enrolment.add_officer(office, code, f"OFFICER-{number}")
    return office


def add_account_of_every_role(office: Office, password: str) -> None:
    """An account named as its role, for each role; the contributor is the first NGO's."""
    for role in accounts.ROLES:
        scope = AccountScope(organisation="NGO-A") if role == CONTRIBUTOR else WHOLE
        accounts.add_account(office, role, role, password, scope=scope)


@dataclass
class FieldTablet:
    """One enrolled tablet."""

    office: Office
    keys: TabletKeys
    membership: Membership
    random_bytes: Callable[[int], bytes]
    reference: Reference = field(default=REFERENCE, repr=False)
    code_types: tuple[int, ...] = CURRENT

    @classmethod
    def enrol(cls, office: Office, officer: int = 0, seed: int = 100) -> FieldTablet:
        """A tablet of that officer, through a real ticket."""
        random_bytes = seeded(seed)
        ticket = enrolment.issue_ticket(office, f"OFFICER-{officer}", "test")
        keys = TabletKeys.generate(random_bytes)
        request = request_enrolment(ticket, keys)
        reply = enrolment.enrol(office, request)
        membership = open_enrolment_reply(reply, ticket=ticket, request=request, tablet_keys=keys)
        return cls(office, keys, membership, random_bytes)

    def new_id(self) -> RecordId:
        return RecordId(self.random_bytes(16).hex())

    def visit(self, **changes: Value) -> Record:
        """A sound visit in November 2026."""
        answers: dict[str, Value] = {
            "visit_date": "2026-11-10",
            "area": AREAS[0],
            "nobody_found": "no",
            **changes,
        }
        return Record(
            kind=Level.VISIT,
            record_id=self.new_id(),
            revision=1,
            questionnaire=self.reference.questionnaire.digest,
            rules_version=RULES_VERSION,
            content=anonymise(self.reference.questionnaire, Level.VISIT, answers),
        )

    def case(self, visit: Record, identity: Identity | None = None, **changes: Value) -> Record:
        """A sound case of that visit: a girl of ten who weaves 20 hours a week, unless changed."""
        content: dict[str, Value] = {
            "sex": "female",
            "birth_date": 10,
            "worked_own_farm": "no",
            "worked_family_business": "yes",
            "worked_produced_goods": "no",
            "worked_other_paid": "no",
            "worked_without_pay": "no",
            "work_hours": 20.0,
            **self._agreed,
            **changes,
        }
        record = Record(
            kind=Level.CASE,
            record_id=self.new_id(),
            revision=1,
            visit_id=visit.record_id,
            questionnaire=self.reference.questionnaire.digest,
            rules_version=RULES_VERSION,
            content={name: value for name, value in content.items() if value is not None},
        )
        return self.classified(record, visit, identity)

    @property
    def _agreed(self) -> dict[str, Value]:
        """The person agreed to everything, as far as this questionnaire asks: codes are kept."""
        asked = self.reference.questionnaire.questions
        return {name: value for name, value in AGREED.items() if name in asked}

    def classified(self, record: Record, visit: Record, identity: Identity | None = None) -> Record:
        """The record with the classes its content gives, and with this identity's codes."""
        classes = classify(
            record.content, visit.content, self.reference.questionnaire, self.reference.profile
        ).codes()
        key = self.membership.linkage_key
        codes = () if identity is None else linkage_codes(identity, key, self.code_types)
        return replace(record, classes=classes, linkage=codes)

    def encode(self, record: Record) -> bytes:
        return encode_record(record, self.reference.questionnaire)

    def mark(self, record: Record) -> Fingerprint:
        return fingerprint(self.encode(record))

    def seal(
        self, records: Sequence[Record | bytes], answers: Sequence[Answer] = ()
    ) -> SealedParcel:
        """A parcel of these records, which answers what was asked so."""
        return seal_parcel(
            [one if isinstance(one, bytes) else self.encode(one) for one in records],
            tablet_id=self.membership.tablet_id,
            tablet_keys=self.keys,
            programme_public=self.membership.programme_public,
            clock_s=int(NOW.timestamp()),
            random=self.random_bytes,
            answers=answers,
        )

    def answer(self, *answers: Answer) -> Receipt:
        """Has the office take in a parcel with nothing but these answers."""
        return self.open(take_in(self.office, self.seal([], answers).data).receipt)

    def open(self, receipt: bytes) -> Receipt:
        return open_receipt(
            receipt,
            tablet_keys=self.keys,
            programme_public=self.membership.programme_public,
        )

    def send(self, *records: Record | bytes, office: Office | None = None) -> Receipt:
        """Has the office take in a parcel of these records; its receipt."""
        return self.open(take_in(office or self.office, self.seal(records).data).receipt)


def somebody(number: int, **changes: Any) -> Identity:
    """An identity of its own for every number."""
    # Consonants that no skeleton drops or folds together; doubled ones would be.
    letters = "bdfglmnprt"
    digits = f"{number:03}"
    name = "".join(
        letters[(int(digit) + place) % len(letters)] + "aie"[place]
        for place, digit in enumerate(digits)
    )
    fields: dict[str, Any] = {
        "given_name": f"Given{name}",
        "family_name": f"Family{name}",
        "parent_given_name": f"Parent{name}",
        "sex": "female",
        "birth_year": 2016,
        "birth_date": f"2016-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "area": AREAS[0],
    }
    return Identity(**(fields | changes))


def words(receipt: Receipt) -> list[str]:
    """The outcome of every record, in order."""
    return [outcome.word.value for outcome in receipt.outcomes]


def codes_of(receipt: Receipt) -> list[list[str]]:
    """The finding codes of every record, in order."""
    return [[code for code, _, _ in outcome.findings] for outcome in receipt.outcomes]
