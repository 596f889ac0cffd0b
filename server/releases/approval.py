"""What people decide about a release: approval by a second person, publication, withdrawal.

A published edition is a manifest over the digests of its files, signed. It is never changed: what
becomes of it (corrected, withdrawn) is kept beside it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from server import queue
from server.db.engine import prepared, reading, transaction
from server.db.locks import Lock, hold
from server.intake.model import RecordRevision
from server.office import Office
from server.programme.keys import keys_of
from server.programme.programme import programme_of
from server.queue import JobKind
from server.reference.in_force import reference_of
from server.releases import store
from server.releases.areas import areas_on
from server.releases.build import ITSELF, about, ask_again
from server.releases.checklist import Checklist, check_release, marks_of
from server.releases.counted import ReleaseCounts, from_bytes
from server.releases.declaration import REASONS, DeclarationRefused
from server.releases.definitions import same_definitions, same_layout
from server.releases.files import digest_of, digest_of_all
from server.releases.law import law_is_mixed
from server.releases.provenance import METHOD, software
from server.releases.sealing import signature, unsealed
from server.releases.states import NotNow, ReleaseAct, ReleaseState, must_be_somebody_else
from server.releases.store import KeptEdition, KeptRelease
from server.releases.structure import STRUCTURE, structure_from
from server.releases.versions import version_after
from server.staff import audit

_SERIES = ("tables", "threshold", "areas")


class NotBeside(NotNow):
    """Another edition came out since a release was protected; nothing was changed.

    editions: those it was not protected beside.
    """

    def __init__(self, number: int, editions: Sequence[int]) -> None:
        super().__init__(
            f"Release {number} was not protected beside edition {', '.join(map(str, editions))}, "
            "which came out since. Nothing is out: have it made again (`tally87 release again "
            f"{number}`), then approved."
        )
        self.editions = editions


def checklist_of(office: Office, number: int) -> Checklist:
    """The checklist of a release as it stands now. Raises store.NoSuchRelease."""
    with reading(office.engine) as connection:
        return _checklist(office, connection, store.release_of(connection, number))


def approve(
    office: Office,
    actor: str,
    number: int,
    *,
    read: Collection[str] = (),
    embargo_until_s: int | None = None,
    pre_release: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Lets a release out, at once or when its embargo ends; by somebody who did not declare it.

    read: names of warnings the approver has read. pre_release: who may see it before, each with
    ``name``, ``of`` and ``from_s``; public. Raises NotApproved, SecondPersonNeeded, NotNow.
    """
    now_s = office.now_s()

    def looked_at(connection: Connection) -> tuple[KeptRelease, Checklist]:
        release = store.release_of(connection, number)
        must_be_somebody_else(release.declared_by, actor)
        if release.state is not ReleaseState.AUDITED:
            raise NotNow(
                f"Release {number} is {release.state.value}: it is approved when it was audited. "
                "Nothing was changed."
            )
        return release, _checklist(office, connection, release)

    with prepared(office.engine, looked_at) as (connection, made):
        # On SQLite all files are read before others are kept from writing.
        hold(connection, Lock.EDITIONS)
        release, checklist = made or looked_at(connection)
        checklist.must_be_passed(read)
        due_s = max(now_s, embargo_until_s or now_s)
        store.take_step(
            connection,
            number,
            ReleaseAct.APPROVE,
            actor,
            now_s,
            {"files": release.files_digest, "warnings_read": sorted(read)},
            approved_by=actor,
            embargo_until_s=due_s,
            pre_release=[dict(one) for one in pre_release],
        )
        queue.ask(connection, JobKind.PUBLISH, [str(number)], now_s, due_s - now_s)


def publish_when_due(office: Office, subject: str) -> None:
    """The job: publishes an approved release whose embargo is over; else does nothing.

    When another edition came out since, the release is made again beside it and has to be approved
    anew: late is mended, a number that two editions tell together never is.
    """
    number = int(subject)
    with reading(office.engine) as connection:
        release = store.release_of(connection, number)
    if release.state is ReleaseState.APPROVED and (release.embargo_until_s or 0) <= office.now_s():
        try:
            publish(office, number)
        except NotBeside as late:
            ask_again(office, ITSELF, number, late.editions)


def publish(office: Office, number: int) -> int:
    """Freezes an approved release as the next edition; its number. Of one that is published
    already, as by the worker a moment before, the number it has.

    Raises NotNow while it is not approved or its embargo holds, NotBeside.
    """
    try:
        return _freeze(office, number)
    except NotNow:
        with reading(office.engine) as connection:
            for edition in store.editions(connection):
                if edition.release == number:
                    return edition.number
        raise


def _freeze(office: Office, number: int) -> int:
    now_s, keys = office.now_s(), keys_of(office).programme

    def written_down(connection: Connection) -> tuple[KeptRelease, int, bytes]:
        release = store.release_of(connection, number)
        if release.state is not ReleaseState.APPROVED or (release.embargo_until_s or 0) > now_s:
            raise NotNow(f"Release {number} is not approved, or its embargo holds. Nothing is out.")
        files = store.files_of(connection, number)
        if digest_of_all(files) != (release.audit or {}).get("digest"):
            raise NotNow(f"The files of release {number} are not those that were audited.")
        edition, before = store.next_edition(connection), store.editions(connection)
        beside = set((release.audit or {}).get("beside_editions", ()))
        if unseen := sorted({one.number for one in before} - beside):
            raise NotBeside(number, unseen)
        manifest = _manifest(office, connection, release, files, edition, before, now_s)
        return release, edition, manifest

    with prepared(office.engine, written_down) as (connection, made):
        # On SQLite all files are read before others are kept from writing.
        hold(connection, Lock.EDITIONS)
        release, edition, manifest = made or written_down(connection)
        version = str(json.loads(manifest)["version"])
        store.add_edition(
            connection, edition, number, version, now_s, manifest, signature(keys, manifest)
        )
        if release.declared.corrects is not None:
            store.change_edition(connection, release.declared.corrects, corrected_by=edition)
        store.take_step(connection, number, ReleaseAct.PUBLISH, ITSELF, now_s, {"edition": edition})
    return edition


def ask_withdrawal(
    office: Office, actor: str, edition: int, reason: str, words: Mapping[str, str]
) -> None:
    """Asks for an edition to be withdrawn; nothing changes for readers until somebody approves.

    Raises DeclarationRefused, NotNow, store.NoSuchRelease.
    """
    if reason not in REASONS or not words.get("en"):
        raise DeclarationRefused(
            f"A withdrawal needs a reason ({', '.join(REASONS)}) and a public note in English."
        )
    with transaction(office.engine) as connection:
        kept = store.edition_of(connection, edition)
        if kept.withdrawn_at_s is not None:
            raise NotNow(f"Edition {edition} is withdrawn already.")
        asked = {"reason": reason, "note": dict(words), "asked_by": actor}
        store.change_edition(connection, edition, withdrawal=asked)
        store.note(
            connection,
            kept.release,
            ReleaseAct.ASK_WITHDRAWAL,
            actor,
            office.now_s(),
            {"edition": edition, "reason": reason},
        )


def withdraw(office: Office, actor: str, edition: int) -> None:
    """Approves a withdrawal that somebody else asked for: its numbers are shown no more.

    Raises SecondPersonNeeded, NotNow.
    """
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        kept = store.edition_of(connection, edition)
        if kept.withdrawal is None or kept.withdrawn_at_s is not None:
            raise NotNow(f"Nobody has asked for edition {edition} to be withdrawn.")
        must_be_somebody_else(str(kept.withdrawal["asked_by"]), actor)
        store.change_edition(connection, edition, withdrawn_at_s=now_s)
        store.note(
            connection, kept.release, ReleaseAct.WITHDRAW, actor, now_s, {"edition": edition}
        )


def _checklist(office: Office, connection: Connection, release: KeptRelease) -> Checklist:
    files = store.files_of(connection, release.number)
    came_since, other_rules = False, False
    if files:
        counts = _counts(office, connection, release.number)
        came_since = _came_since(connection, int(counts.provenance["as_of_s"]))
        by_rules = counts.provenance.get("classified_by", {})
        other_rules = bool(by_rules.keys() - {counts.provenance["rules"]})
    programme = programme_of(office)
    profile, out = reference_of(office).profile, store.editions(connection)
    return check_release(
        release.declared,
        files,
        release.audit,
        law_is_open=any(not one.confirmed for one in profile.parameters.values()),
        editions=[one.number for one in out],
        corrected=[one.number for one in out if one.corrected_by is not None],
        others_approved=bool(set(store.approved(connection)) - {release.number}),
        records_came_since=came_since,
        from_the_field=programme.data_origin == "field" and not programme.practice,
        rules_of_before=other_rules,
        law_of_before=bool(files) and law_is_mixed(office, connection),
    )


def _counts(office: Office, connection: Connection, release: int) -> ReleaseCounts:
    """What a release was made from, opened."""
    sealed = store.sealed_of(connection, release)
    return from_bytes(unsealed(keys_of(office).programme, about(release), sealed))


def _came_since(connection: Connection, as_of_s: int) -> bool:
    """Whether anything arrived after that second; the first is enough, found by its index."""
    arrived = select(RecordRevision.number).where(
        RecordRevision.outcome.in_(("accepted", "rejected")), RecordRevision.received_at_s > as_of_s
    )
    return connection.scalar(arrived.limit(1)) is not None


def _manifest(
    office: Office,
    connection: Connection,
    release: KeptRelease,
    files: Mapping[str, bytes],
    edition: int,
    before: Sequence[KeptEdition],
    now_s: int,
) -> bytes:
    """What is signed: which edition, of what, made how, and the digest of every file.

    No count stands in it, and nothing of the true ones: whoever guesses a withheld number could
    see whether the guess is right.
    """
    programme, declared = programme_of(office), release.declared
    provenance = _counts(office, connection, release.number).provenance
    defined = provenance.get("definitions", {})
    said: dict[str, Any] = {
        "programme": {"id": programme.programme_id, "name": programme.name},
        "country": programme.country,
        "origin": programme.data_origin,
        "practice": programme.practice,
        "edition": edition,
        "version": _version(connection, release, files, defined, before),
        "release": release.number,
        "published_at_s": now_s,
        "tables": list(declared.tables),
        "periods": list(declared.periods),
        "areas": {"of": declared.areas, "on": areas_on(declared.areas, provenance["as_of_s"])},
        "parameters": {
            "threshold": declared.threshold,
            "least_new_persons": declared.least_new,
            "solver_steps": declared.steps,
            "method": METHOD,
        },
        "software": software(),
        "definitions": defined,
        "marks": marks_of(files),
        "corrects": declared.corrects,
        "reason": declared.reason,
        "note": dict(declared.note),
        "next_due": declared.next_due,
        "mandate": _mandate(office),
        "pre_release": [dict(one) for one in release.pre_release],
        "audit_log": audit.head(connection),
        "beside_editions": [one.number for one in before],
        "signed_by": keys_of(office).programme.public.fingerprint().hex(),
        "files": {name: digest_of(content) for name, content in sorted(files.items())},
    }
    return (json.dumps(said, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()


def _mandate(office: Office) -> dict[str, Any] | None:
    """The law by which the office makes statistics, as its profile says it on this day."""
    mandate = reference_of(office).profile.mandate
    return {"words": dict(mandate.words), "source": mandate.source} if mandate else None


def _version(
    connection: Connection,
    release: KeptRelease,
    files: Mapping[str, bytes],
    defined: Mapping[str, str],
    before: Sequence[KeptEdition],
) -> str:
    if not before:
        return version_after(None, same_definitions=True, periods=(), known=())
    last = store.release_of(connection, before[-1].release).declared
    of_last = json.loads(before[-1].manifest).get("definitions", {})
    laid_out = store.files_of(connection, before[-1].release)[STRUCTURE]
    now = release.declared
    known = {
        period
        for one in before
        for period in store.release_of(connection, one.release).declared.periods
    }
    return version_after(
        before[-1].version,
        same_definitions=all(getattr(last, one) == getattr(now, one) for one in _SERIES)
        and same_definitions(of_last, defined)
        and same_layout(structure_from(laid_out), structure_from(files[STRUCTURE])),
        periods=now.periods,
        known=known,
    )
