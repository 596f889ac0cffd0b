"""Whether the cases of a release stand under one law.

A case keeps the class it got under the country's law as it was published then ("a statistic does
not change by itself"): after another edition with another limit, or with a value that somebody
confirmed, cases from before and after are counted side by side until ``tally87 reclassify``.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from server.intake.model import CaseRecord, RecordRevision
from server.intake.reclassify_all import ACT
from server.office import Office
from server.programme.keys import keys_of
from server.programme.programme import programme_of
from server.reference.in_force import edition_numbered, published_reference, reference_of
from server.reference.model import ReferenceEdition
from server.staff.model import AuditEntry
from shared.profiles import CountryProfile, Parameter

_PROFILE = "profile"
"""The part of an edition that holds the law (shared.parts)."""
Law = Mapping[str, Mapping[str, tuple[object, bool]]]


def law_is_mixed(office: Office, connection: Connection) -> bool:
    """Whether a standing case was classified before the law last changed, and none of it anew."""
    changed_s = _changed_at(office, connection)
    if changed_s is None:
        return False
    done_s = connection.scalar(
        select(AuditEntry.at_s).where(AuditEntry.action == ACT).order_by(AuditEntry.at_s.desc())
    )
    if done_s is not None and done_s >= changed_s:
        return False
    before = (
        select(RecordRevision.number)
        .join(CaseRecord, CaseRecord.record_id == RecordRevision.record_id)
        .where(
            CaseRecord.revision == RecordRevision.revision,
            CaseRecord.withdrawn.is_(False),
            RecordRevision.received_at_s < changed_s,
        )
    )
    return connection.scalar(before.limit(1)) is not None


def law_of(profile: CountryProfile) -> Law:
    """What decides a national class: each value and whether it is confirmed, of the country, of
    each province and of each industry."""
    layers = {"": profile.parameters, **profile.areas, **profile.industries}
    return {where: _values(layer) for where, layer in layers.items()}


def _values(layer: Mapping[str, Parameter]) -> Mapping[str, tuple[object, bool]]:
    return {name: (one.value, one.confirmed) for name, one in layer.items()}


def _changed_at(office: Office, connection: Connection) -> int | None:
    """When the edition was published whose law is in force and another than before; None where all
    editions have the same."""
    country, public = programme_of(office).country, keys_of(office).programme.public
    in_force = law_of(reference_of(office).profile)
    later_s, seen = None, ""
    rows = connection.execute(
        select(ReferenceEdition.number, ReferenceEdition.for_all_at_s)
        .where(ReferenceEdition.for_all_at_s.is_not(None))
        .order_by(ReferenceEdition.number.desc())
    ).all()
    for row in rows:
        _, edition = edition_numbered(connection, row.number, public)
        digest = next(part.digest for part in edition.parts if part.name == _PROFILE)
        if digest != seen:
            profile = published_reference(office.engine, country, public, row.number).profile
            if law_of(profile) != in_force:
                return later_s
        later_s, seen = int(row.for_all_at_s), digest
    return None
