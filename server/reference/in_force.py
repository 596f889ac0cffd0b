"""The edition in force, read from the database: what an office validates records with.

Owns how published parts become a Reference again. Publishing is the business of
server.reference.publish.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine, and_, bindparam, func, select

from server.db.engine import reading
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.keys import keys_of
from server.programme.programme import programme_of
from server.reference.model import (
    PublishedQuestionnaire,
    ReferenceEdition,
    ReferencePart,
    ReferenceRollout,
    RolloutTablet,
)
from shared.errors import ServiceError
from shared.parts import questionnaire_in, unpacked
from shared.questionnaire.model import Questionnaire
from shared.reference import Reference, Shelf, load_reference, reference_that_came
from shared.wire.answers import EditionAnswer
from shared.wire.bundles import unsqueezed
from shared.wire.editions import Edition, open_edition, version_of
from shared.wire.keys import PublicKeys

log = logging.getLogger("tally87.reference")


class PartLost(ServiceError):
    """A published part is not in the database any more."""


class NothingPublished(NotPossible):
    """There is no edition yet, or no such part."""


@dataclass(frozen=True)
class InForce:
    """The newest edition for all tablets, by number and content.

    tried: number of the edition some tablets have before the others, 0 when there is none: records
    made with it are read and kept, too.
    """

    number: int
    content: str
    tried: int = 0

    @property
    def version(self) -> str:
        """As receipts name it."""
        return version_of(self.number, self.content)


@dataclass(frozen=True)
class _InUse:
    """What this process works with. number: of its edition, 0 before the first. tried: of the
    edition whose questionnaire and code lists it knows beside that, 0 for none."""

    number: int
    reference: Reference
    tried: int = 0

    def is_behind(self, newest: InForce) -> bool:
        """Whether there is more by now. Who read before another process published is not ahead of
        those who read after: nothing that is known is unlearnt by an old answer."""
        return newest.number > self.number or newest.tried > max(self.tried, self.number)


def reference_of(office: Office) -> Reference:
    """Questionnaire, code lists and profile in force: those of the newest edition, or of the
    country folders before the first one. ``look_for_edition`` puts a newer one in its place.
    """
    return office.once(_read).reference


def look_for_edition(office: Office) -> str:
    """The version of the edition in force as receipts name it, "" before the first.

    A newer one than before (another process may have published it) is taken into use first.
    """
    with reading(office.engine) as connection:
        newest = in_force(connection)
    return take_into_use(office, newest)


def take_into_use(office: Office, newest: InForce | None) -> str:
    """The same, for whoever has read which edition is the newest."""
    if newest is None:
        return ""
    with office.lock:
        if office.once(_read).is_behind(newest):
            office.replace(_read, _of_edition(office, newest))
    return newest.version


def _read(office: Office) -> _InUse:
    with reading(office.engine) as connection:
        newest = in_force(connection)
    if newest is None:
        country = programme_of(office).country
        folders = office.config.country_folders
        return _InUse(0, _told(load_reference(country, folders, mend=True)))
    return _of_edition(office, newest)


def _of_edition(office: Office, newest: InForce) -> _InUse:
    """The law is that of the edition for all: one case is classified by one law, whichever tablet
    it came from. Code lists are those of the edition that is tried, which has every code of the
    other: what either kind of tablet records is taken in and counted."""
    country, public = programme_of(office).country, keys_of(office).programme.public
    reference = published_reference(office.engine, country, public, newest.number)
    if newest.tried:
        tried = published_reference(office.engine, country, public, newest.tried)
        reference = replace(reference, codelists=tried.codelists)
    return _InUse(newest.number, reference, newest.tried)


def in_force(connection: Connection) -> InForce | None:
    """The newest edition for all; None before the first."""
    row = connection.execute(NEWEST).first()
    return None if row is None else InForce(row.number, row.content, row.tried or 0)


TRIED = (
    select(func.max(ReferenceEdition.number))
    .join(ReferenceRollout, ReferenceRollout.number == ReferenceEdition.rollout)
    .where(ReferenceRollout.ended_at_s.is_(None), ReferenceEdition.for_all_at_s.is_(None))
    .scalar_subquery()
)
"""Number of the newest edition of the roll-out that goes on."""
NEWEST = (
    select(ReferenceEdition.number, ReferenceEdition.content, TRIED.label("tried"))
    .where(ReferenceEdition.for_all_at_s.is_not(None))
    .order_by(ReferenceEdition.number.desc())
    .limit(1)
)
"""Number and content of the newest edition for all, and the number of the one that is tried."""


@dataclass(frozen=True)
class OfferedFirst:
    """The edition a tablet is offered before it is for all. fetched: the number of the newest whose
    list of parts it asked for; has_said: whether it said that it took this one."""

    number: int
    content: str
    fetched: int
    has_said: bool

    @property
    def version(self) -> str:
        """As receipts name it."""
        return version_of(self.number, self.content)


OFFERED = (
    select(
        ReferenceEdition.number,
        ReferenceEdition.content,
        func.coalesce(RolloutTablet.fetched_edition, 0).label("fetched"),
        and_(
            func.coalesce(RolloutTablet.told_edition, 0) == ReferenceEdition.number,
            RolloutTablet.told_code == str(EditionAnswer.TAKEN),
        ).label("has_said"),
    )
    .join(RolloutTablet, RolloutTablet.rollout == ReferenceEdition.rollout)
    .where(ReferenceEdition.number == TRIED, RolloutTablet.tablet_id == bindparam("tablet"))
)
"""The edition that the tablet of this parameter is offered before the others; no row for most."""


def offered_to(connection: Connection, tablet_id: str) -> OfferedFirst | None:
    """The edition that this tablet has before the others; None for most."""
    row = connection.execute(OFFERED, {"tablet": tablet_id}).first()
    return None if row is None else OfferedFirst(row.number, row.content, row.fetched, row.has_said)


def edition_numbered(
    connection: Connection, number: int, public: PublicKeys
) -> tuple[bytes, Edition]:
    """The signed manifest of that edition, and what it lists."""
    manifest = bytes(
        connection.execute(
            select(ReferenceEdition.manifest).where(ReferenceEdition.number == number)
        ).scalar_one()
    )
    return manifest, open_edition(manifest, public)


def parts_by_name(connection: Connection, digests: Mapping[str, str]) -> dict[str, bytes]:
    """The bundles of these parts, each checked. digests: by name.

    Raises PartLost, ParcelUnreadable.
    """
    rows = connection.execute(
        select(ReferencePart.digest, ReferencePart.size, ReferencePart.squeezed).where(
            ReferencePart.digest.in_(sorted(digests.values()))
        )
    )
    found = {row.digest: unsqueezed(bytes(row.squeezed), row.digest, row.size) for row in rows}
    lost = sorted(set(digests.values()) - found.keys())
    if lost:
        raise PartLost(
            f"The published part {lost[0]} is not in the database: take it from your backup."
        )
    return {name: found[digest] for name, digest in digests.items()}


def published_reference(engine: Engine, country: str, public: PublicKeys, number: int) -> Reference:
    """The reference of that edition; its earlier questionnaires are all that were ever published,
    read when somebody asks for one, and those that came with this program.
    """
    with reading(engine) as connection:
        _, edition = edition_numbered(connection, number, public)
        parts = parts_by_name(connection, {part.name: part.digest for part in edition.parts})
        kept = dict(
            connection.execute(
                select(PublishedQuestionnaire.digest, PublishedQuestionnaire.parts)
            ).all()
        )

    def fetch(digest: str) -> Questionnaire:
        with reading(engine) as connection:
            return questionnaire_in(parts_by_name(connection, kept[digest]))

    reference = _told(unpacked(country, parts, mend=True).reference)
    return replace(reference, earlier=Shelf(kept, fetch, lambda: _that_came_with_us(country)))


def _told(reference: Reference) -> Reference:
    """The same; what of its profile cannot be used is said in the log, and by the doctor."""
    for fault in reference.profile.faults:
        log.warning("profile_value_not_used", extra={"fault": fault})
    return reference


def _that_came_with_us(country: str) -> dict[str, Questionnaire]:
    ours = reference_that_came(country)
    return {ours.questionnaire.digest: ours.questionnaire, **ours.earlier}
