"""How intake writes the tables: one page of rows a parcel. What is read first: `held.py`.

Owns the SQL of intake, written in batches: a parcel of a thousand records takes a dozen
statements. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, update

from server import queue
from server.db.together import Together
from server.db.upsert import insert_new
from server.intake import code_book, codes, consent, reclassify
from server.intake.attributes import period_of, visit_attributes
from server.intake.current import case_row, visit_row
from server.intake.decide import ConflictReason, Decision, Effect, History
from server.intake.held import Arrived, LockedTablet
from server.intake.model import (
    CaseRecord,
    Conflict,
    RecordRevision,
    UnreadableRecord,
    VisitRecord,
)
from server.intake.peppers import NESTINGS, must_be_current, peppers_of
from server.intake.quota import Quota, Used, cases_of
from server.intake.reclassify import Before
from server.intake.validate import Validated
from server.office import Office
from server.programme.model import EnrolledTablet, QuestionnaireVersion
from server.queue import JobKind
from server.reference.in_force import reference_of
from shared.answers import Value
from shared.lifecycle import CONSENT_WITHDRAWN, Outcome
from shared.questionnaire import Level
from shared.wire.parcels import OpenedParcel
from shared.wire.receipts import Totals
from shared.wire.records import Record

_KEY = ("record_id",)


_NAMES = ("record_id", "revision", "fingerprint")


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"the_{name}": row[name] for name in _NAMES}


_NOW_OF_THE_OWNER = (
    update(Conflict)
    .where(
        Conflict.record_id == bindparam("the_record_id"),
        Conflict.revision == bindparam("the_revision"),
        Conflict.fingerprint == bindparam("the_fingerprint"),
        Conflict.reason == ConflictReason.OTHER_OWNER.value,
    )
    .values(
        reason=bindparam("reason"),
        tablet_id=bindparam("tablet_id"),
        parcel_id=bindparam("parcel_id"),
        canonical=bindparam("canonical"),
        codes=bindparam("codes"),
        received_at_s=bindparam("received_at_s"),
        decided_at_s=None,
        decision=None,
        decided_by=None,
    )
)


def note_contact(
    writes: Together,
    office: Office,
    tablet: LockedTablet,
    totals: Totals,
    used: Used,
    clock_s: int,
    now_s: int,
) -> None:
    """Writes when the tablet was last heard, how wrong its clock is, its totals and its quota; with
    it what was gathered.

    Raises PeppersChanged: it is the last that is written of a parcel, and asks by the way.
    """
    contact = {
        "the_tablet": tablet.tablet_id,
        "last_parcel_at_s": now_s,
        # A clock may say anything; what a column holds is bounded (68 years either way).
        "clock_ahead_s": max(-(2**31), min(2**31, clock_s - now_s)),
        "total_count": totals.count,
        "total_digest": totals.digest,
        "quota_used": used.records,
        "quota_used_outside": used.outside,
        "quota_used_at_s": used.at_s,
    }
    must_be_current(office, writes.send_with(_CONTACT, contact).scalar_one())


_CONTACT_COLUMNS = (
    *("last_parcel_at_s", "clock_ahead_s", "total_count", "total_digest"),
    *("quota_used", "quota_used_outside", "quota_used_at_s"),
)
_CONTACT = (
    update(EnrolledTablet)
    .where(EnrolledTablet.tablet_id == bindparam("the_tablet"))
    .values({name: bindparam(name) for name in _CONTACT_COLUMNS})
    .returning(NESTINGS)
)


class ParcelRows:
    """The rows one parcel adds, gathered while its records are decided, then written at once."""

    def __init__(
        self,
        office: Office,
        parcel: OpenedParcel,
        tablet: LockedTablet,
        arrived: Arrived,
        now_s: int,
    ) -> None:
        self._office, self._parcel, self._tablet, self._now_s = office, parcel, tablet, now_s
        self._new, self._in_quarantine = arrived.new, arrived.in_quarantine
        self._totals = Totals(tablet.total_count, tablet.total_digest)
        self._revisions: list[dict[str, Any]] = []
        self._conflicts: list[dict[str, Any]] = []
        self._unreadable: list[dict[str, Any]] = []
        self._cases: dict[str, dict[str, Any]] = {}
        self._classified_with: dict[str, Mapping[str, Value] | None] = {}
        self._visits: dict[str, dict[str, Any]] = {}
        self._said_of_visits: dict[str, Mapping[str, Value]] = {}
        self._codes: dict[str, list[int]] = {}
        self._replaced: set[str] = set()
        self._questionnaires: set[str] = set()

    @property
    def conflict_count(self) -> int:
        """How many records of this parcel were filed as conflicts."""
        return len(self._conflicts)

    def unreadable(self, verdict: Validated) -> None:
        """Notes a record that could not be read: its hash only."""
        self._unreadable.append(
            {
                "fingerprint": verdict.fingerprint,
                "parcel_id": self._parcel.parcel_id,
                "received_at_s": self._now_s,
            }
        )

    def write(self, decision: Decision, verdict: Validated, history: History) -> None:
        """Notes what a decision brings about. history: as it was before this record."""
        record = verdict.record
        assert record is not None
        if decision.effect is Effect.FILE_CONFLICT:
            assert decision.reason is not None
            self._conflicts.append(
                {
                    **self._arrival_row(verdict, record),
                    "reason": decision.reason.value,
                    "danger": record.danger,
                    "canonical": verdict.canonical,
                    "codes": self._kept(record) if verdict.canonical is not None else None,
                }
            )
        elif decision.effect in (Effect.STORE_ACCEPTED, Effect.STORE_REJECTED):
            accepted = decision.effect is Effect.STORE_ACCEPTED
            self._revisions.append(
                {
                    **self._arrival_row(verdict, record),
                    "ancestors": b"".join(map(bytes.fromhex, record.ancestors)),
                    "questionnaire": record.questionnaire,
                    "rules_version": record.rules_version,
                    "outcome": decision.outcome.value,
                    "findings": [list(finding) for finding in verdict.findings],
                    "withdrawn": record.withdrawn,
                    "danger": record.danger,
                    "canonical": verdict.canonical if accepted else None,
                }
            )
            self._questionnaires.add(record.questionnaire)
            if accepted:
                self._accept(verdict, record, history)

    def brings(self, connection: Connection, quota: Quota) -> tuple[int, int, bool]:
        """How many records are new to the office, how many of them of visits outside the quota's
        years, and whether there is immediate danger among them."""
        new = len(self._revisions) + len(self._conflicts) + len(self._unreadable)
        danger = any(row["danger"] for row in self._revisions)
        if not quota.has_years:
            return new, 0, danger
        visits = [one for one, row in self._visits.items() if quota.is_outside(row["month"])]
        questionnaire = reference_of(self._office).questionnaire
        cases = sum(
            quota.is_outside(visit_attributes(questionnaire, visit).month)
            for visit in self._classified_with.values()
            if visit is not None
        )
        return new, len(visits) + cases + cases_of(connection, visits), danger

    def flush(self, connection: Connection) -> tuple[Totals, Together]:
        """Writes everything; the tablet's totals with it, and what is still to be sent."""
        insert_new(connection, UnreadableRecord, self._unreadable)
        insert_new(connection, Conflict, self._conflicts)
        own = [one for one in self._conflicts if one["reason"] != ConflictReason.OTHER_OWNER]
        if own:
            # Another officer's tablet had sent the same bytes: from now on it is the owner's.
            connection.execute(_NOW_OF_THE_OWNER, [{**one, **_named(one)} for one in own])
        self._write_questionnaires(connection)
        writes = Together(connection)
        writes.insert_all(RecordRevision, self._revisions)
        unwanted = self._perhaps_no_longer_wanted()
        if unwanted:
            writes.send()
            consent.empty_withdrawn(connection, unwanted)
        elsewhere = {row["visit_id"] for row in self._cases.values() if row["visit_id"]}
        elsewhere -= self._visits.keys()
        before = reclassify.visits_that_change(
            connection,
            reference_of(self._office),
            self._visits,
            self._said_of_visits,
            self._new,
        )
        changed = sorted(before)
        others = codes.cases_of_visits(connection, changed) if changed else set[str]()
        others -= self._cases.keys()
        writes.upsert(VisitRecord, _KEY, list(self._visits.values()))
        gone = {visit for visit, row in self._visits.items() if row["withdrawn"]}
        # A case goes with its visit, whichever of the two came first.
        without = gone | reclassify.withdrawn_among(connection, elsewhere)
        for row in self._cases.values():
            row["withdrawn"] = row["withdrawn"] or row["visit_id"] in without
        writes.upsert(CaseRecord, _KEY, list(self._cases.values()))
        doubtful = {case for case in self._cases if not self._has_the_classes_of_its_visit(case)}
        if others or doubtful:
            writes.send()
        if others:
            # Asked for whether or not anything goes: nobody can time that a tablet is put aside.
            reclassify.withdraw_or_bring_back(connection, gone & before.keys(), True)
            reclassify.withdraw_or_bring_back(connection, before.keys() - gone, False)
        if others or doubtful:
            reclassify.reclassify_cases(
                connection,
                reference_of(self._office),
                changed,
                sorted(doubtful),
                self._classified_with,
            )
        again = self._write_codes(writes) | self._cases.keys() | others
        asked = [queue.AskedJobs(JobKind.LINK, again), *self._tables_asked_for(before)]
        writes.insert_all(queue.Job, queue.rows_of(asked, self._now_s))
        return self._totals, writes

    def _perhaps_no_longer_wanted(self) -> set[str]:
        """Records whose consent was withdrawn now, or long before a copy in conflict came."""
        withdrawn = (one for one in self._revisions if one["withdrawn"] == CONSENT_WITHDRAWN)
        return {one["record_id"] for one in (*withdrawn, *self._conflicts)}

    def _has_the_classes_of_its_visit(self, case: str) -> bool:
        """Whether the visit it was classified with is the one that is written beside it."""
        visit = self._visits.get(self._cases[case]["visit_id"])
        return (
            visit is not None
            and self._classified_with[case] == self._said_of_visits[visit["record_id"]]
        )

    def _tables_asked_for(self, before: Mapping[str, Before]) -> Iterator[queue.AskedJobs]:
        """Tables of these months show other visits now, and stewards look at other records."""
        if before:
            months = {row["month"] for row in self._visits.values()}
            months |= {one.month for one in before.values()}
            length = self._office.config.period
            periods = {period_of(month, length) for month in months if month}
            yield queue.AskedJobs(JobKind.PROTECT, periods, queue.PROTECT_WITHIN_S)
        if self._parcel.records:
            yield queue.AskedJobs(JobKind.FIGURES, [""], queue.FIGURES_WITHIN_S)

    def _arrival_row(self, verdict: Validated, record: Record) -> dict[str, Any]:
        return {
            "record_id": record.record_id,
            "revision": record.revision,
            "fingerprint": verdict.fingerprint,
            "tablet_id": self._tablet.tablet_id,
            "parcel_id": self._parcel.parcel_id,
            "received_at_s": self._now_s,
        }

    def _accept(self, verdict: Validated, record: Record, history: History) -> None:
        accepted = {
            number: held
            for number, held in history.revisions.items()
            if held.outcome is Outcome.ACCEPTED
        }
        if accepted:
            self._replaced.add(record.record_id)
        # A replaced tablet's revision may stand between two of this one's.
        own = [n for n, held in accepted.items() if held.tablet_id == self._tablet.tablet_id]
        if own:
            earlier = max(own)
            mark = accepted[earlier].fingerprint
            self._totals = self._totals.minus(record.record_id, earlier, mark)
        self._totals = self._totals.plus(record.record_id, record.revision, verdict.fingerprint)
        questionnaire = reference_of(self._office).questionnaire_by_digest(record.questionnaire)
        assert questionnaire is not None
        organisation = self._tablet.organisation_number
        withdrawn = record.withdrawn is not None or self._in_quarantine
        if record.kind is Level.VISIT:
            self._visits[record.record_id] = visit_row(
                questionnaire, record, organisation, withdrawn
            )
            self._said_of_visits[record.record_id] = record.content
            return
        row = case_row(
            *(questionnaire, record, organisation, withdrawn),
            dict(verdict.classes or {}),
            verdict.classes_differ,
        )
        self._cases[record.record_id] = row
        self._classified_with[record.record_id] = verdict.visit
        self._codes[record.record_id] = self._kept(record)

    def _kept(self, record: Record) -> list[int]:
        peppers = peppers_of(self._office)
        by_key: dict[int, list[int]] = {}
        for code in record.linkage:
            by_key.setdefault(code.made_with, []).append(code_book.kept_code(code, peppers))
        return code_book.laid_out(by_key)

    def _write_codes(self, writes: Together) -> set[str]:
        """Writes the codes; other cases that have to be linked again because codes went."""
        replaced, sharers = sorted(self._replaced & self._codes.keys()), set[str]()
        if replaced:
            sharers = codes.sharers_of_crowded_codes(writes.connection, replaced)
        code_book.put(writes, self._codes, set(replaced))
        return sharers

    def _write_questionnaires(self, connection: Connection) -> None:
        rows = []
        noted = self._office.once(_questionnaires_noted)
        for digest in sorted(self._questionnaires - noted):
            questionnaire = reference_of(self._office).questionnaire_by_digest(digest)
            assert questionnaire is not None
            rows.append(
                {
                    "digest": digest,
                    "version": questionnaire.version[:40],
                    "first_seen_at_s": self._now_s,
                    "languages": list(questionnaire.languages),
                }
            )
        if insert_new(connection, QuestionnaireVersion, rows) == 0:
            # They were there already, committed: whatever becomes of this transaction.
            noted |= self._questionnaires


def _questionnaires_noted(_: Office) -> set[str]:
    """Digests that this process found noted in the database: nobody takes one out of it."""
    return set()
