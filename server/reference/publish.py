"""Editions of the reference data, published from the country folders.

Owns what may be published. What was published once stays: parts and questionnaires are never
deleted, codes are never taken out of a list, and numbers only grow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, func, insert, select

from server.db.engine import reading, transaction
from server.db.upsert import insert_new
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.keys import keys_of
from server.programme.model import Programme
from server.programme.programme import programme_of
from server.reference.chosen import with_choices
from server.reference.in_force import (
    NothingPublished,
    edition_numbered,
    in_force,
    parts_by_name,
)
from server.reference.kept_lists import lists_that_change, must_keep_codes, must_keep_tree
from server.reference.model import (
    PublishedQuestionnaire,
    ReferenceEdition,
    ReferencePart,
    StoredMessage,
)
from server.staff import audit
from shared import parts as told
from shared.apart import is_apart
from shared.parts import MESSAGES, READ_WITH, earlier_questionnaires, parts_of, unpacked
from shared.reference import Reference
from shared.wire.bundles import digest_of, squeezed
from shared.wire.editions import Edition, Part, content_of, edition_file, sign_edition

Bundles = Mapping[str, bytes]
UNCHANGED: Mapping[str, bytes | None] = MappingProxyType({})
Change = Mapping[str, bytes | None] | Callable[[Bundles], Mapping[str, bytes | None]]
"""Parts to put in, None to leave out; or what gives them for the parts of one edition."""


@dataclass(frozen=True)
class Published:
    """What publishing did. changed: names of parts that differ from the edition before, those that
    went away included. bytes_to_fetch: what a tablet that has the edition before needs."""

    number: int
    changed: tuple[str, ...]
    bytes_to_fetch: int


def publish(office: Office, actor: str, at_least: int = 1) -> Published:
    """Publishes what the country folders hold now as the next edition, with the messages that
    stand. at_least: a lowest number, after the office was restored from an old backup.

    Everything is loaded from the parts first, as a tablet will. Raises QuestionnaireError for what
    cannot be used, NotPossible when nothing changed or a code was taken out of a list.
    """
    bundles = of_folders(office)
    with one_at_a_time(office) as connection:
        newest = in_force(connection)
        if newest is not None and newest.tried:
            raise NotPossible(
                "An edition is with some tablets first: give it to all, take it back, or correct "
                "it there. Nothing was published.",
                "rollout_goes_on",
            )
        bundles |= beside_folders(connection, office, bundles)
        published = publish_parts(connection, office, actor, bundles, at_least=at_least)
    if published is None:
        raise same_already()
    return published


def same_already() -> NotPossible:
    """What is said when there is nothing to publish."""
    return NotPossible(
        "The newest edition holds the same already; nothing was published.", "edition_same"
    )


def of_folders(office: Office) -> dict[str, bytes]:
    """The parts the country folders hold now. Raises QuestionnaireError for what cannot be read."""
    return parts_of(programme_of(office).country, office.config.country_folders)


def beside_folders(connection: Connection, office: Office, bundles: Bundles) -> dict[str, bytes]:
    """What the next edition has that the country folders do not tell: recordings and pictures, and
    the profile with what the office chose. Only within one_at_a_time."""
    standing = parts_fetched_apart(connection, office)
    if in_force(connection) is not None:
        before = of_newest(connection, office, told.PROFILE)
        standing[told.PROFILE] = with_choices(before, bundles[told.PROFILE])
    return standing


def publish_first(office: Office, actor: str) -> Published | None:
    """Publishes the first edition; None when there is one already."""
    with reading(office.engine) as connection:
        if in_force(connection) is not None:
            return None
    bundles = of_folders(office)
    with one_at_a_time(office) as connection:
        if in_force(connection) is not None:
            return None  # another process was first
        return publish_parts(connection, office, actor, bundles)


def not_yet_published(office: Office) -> tuple[str, ...]:
    """The parts in which the country folders differ from the newest edition."""
    bundles = of_folders(office)
    with reading(office.engine) as connection:
        newest = in_force(connection)
        if newest is None:
            return tuple(sorted(bundles))
        before = digests_of(connection, office, newest.tried or newest.number)
        profile = of_newest(connection, office, told.PROFILE)
    bundles[told.PROFILE] = with_choices(profile, bundles[told.PROFILE])
    before = {n: digest for n, digest in before.items() if n != MESSAGES and not is_apart(n)}
    return _changed(before, {name: digest_of(data) for name, data in bundles.items()})


def editions(office: Office) -> list[Edition]:
    """Every edition, newest first."""
    public = keys_of(office).programme.public
    with reading(office.engine) as connection:
        numbers = connection.scalars(
            select(ReferenceEdition.number).order_by(ReferenceEdition.number.desc())
        ).all()
        return [edition_numbered(connection, number, public)[1] for number in numbers]


def whole_edition(office: Office, *, tried: bool = False) -> tuple[int, bytes]:
    """Number and bytes of the newest edition for all as one file; tried: of the one that some
    tablets have first. Raises NothingPublished."""
    with reading(office.engine) as connection:
        newest = in_force(connection)
        number = 0 if newest is None else newest.tried if tried else newest.number
        if not number and tried:
            raise NothingPublished("No edition is with some tablets first.")
        if not number:
            raise NothingPublished("No edition is published yet: `tally87 reference publish`.")
        manifest, edition = edition_numbered(connection, number, keys_of(office).programme.public)
        digests = [part.digest for part in edition.parts]
        found = dict(
            connection.execute(
                select(ReferencePart.digest, ReferencePart.squeezed).where(
                    ReferencePart.digest.in_(digests)
                )
            ).all()
        )
    return number, edition_file(manifest, [bytes(found[digest]) for digest in digests])


@contextmanager
def one_at_a_time(office: Office) -> Iterator[Connection]:
    """A transaction in which nobody else publishes, from another machine on PostgreSQL neither:
    what it reads of the newest edition stays the newest until it ends."""
    with transaction(office.engine) as connection:
        connection.execute(select(Programme.number).with_for_update())
        yield connection


def publish_again(
    connection: Connection,
    office: Office,
    actor: str,
    change: Change = UNCHANGED,
) -> Published | None:
    """The newest edition with the messages as they stand now: what is half written in a country
    folder at this moment is not published by a message. change: parts to put in, None to leave
    out. None when nothing changed, or before the first edition, with which messages go out.

    Where some tablets have another edition first, theirs comes anew with the same: what is told to
    all is told to them.
    """
    newest = in_force(connection)
    if newest is None:
        return None
    done = _changed_again(connection, office, actor, newest.number, change, None)
    if newest.tried:
        rollout = rollout_of(connection, newest.tried)
        _changed_again(connection, office, actor, newest.tried, change, rollout)
    return done


def rollout_of(connection: Connection, number: int) -> int | None:
    """The roll-out in which that edition was offered first."""
    return connection.scalar(
        select(ReferenceEdition.rollout).where(ReferenceEdition.number == number)
    )


def _changed_again(
    connection: Connection,
    office: Office,
    actor: str,
    number: int,
    change: Change,
    rollout: int | None,
) -> Published | None:
    bundles = parts_by_name(connection, digests_of(connection, office, number))
    bundles.pop(MESSAGES, None)
    changed = change(bundles) if callable(change) else change
    for name, data in changed.items():
        bundles.pop(name, None)
        if data is not None:
            bundles[name] = data
    return publish_parts(connection, office, actor, bundles, follows=number, rollout=rollout)


def parts_fetched_apart(connection: Connection, office: Office) -> dict[str, bytes]:
    """The parts of the newest edition that list recordings and pictures: they are in no country
    folder, and stay until they are taken out. Only within one_at_a_time."""
    newest = in_force(connection)
    if newest is None:
        return {}
    digests = digests_of(connection, office, newest.number)
    return parts_by_name(connection, {name: d for name, d in digests.items() if is_apart(name)})


def of_newest(connection: Connection, office: Office, name: str) -> bytes:
    """The part of this name in the newest edition. Raises NothingPublished, KeyError."""
    newest = in_force(connection)
    if newest is None:
        raise NothingPublished("No edition is published yet: `tally87 reference publish`.")
    digest = digests_of(connection, office, newest.number)[name]
    return parts_by_name(connection, {name: digest})[name]


def publish_parts(
    connection: Connection,
    office: Office,
    actor: str,
    bundles: Bundles,
    *,
    at_least: int = 1,
    follows: int = 0,
    rollout: int | None = None,
    same_too: bool = False,
) -> Published | None:
    """The next edition; None when the one before holds the same. Only within one_at_a_time.

    follows: number of the edition before, the newest for all where nothing is said. rollout: whose
    tablets alone get it; None for all. same_too: publishes it though it holds the same.
    """
    country = programme_of(office).country
    newest = in_force(connection)
    follows = follows or (newest.number if newest else 0)
    bundles = dict(bundles) | told.messages_part(standing_messages(connection))
    after = unpacked(country, bundles).reference
    digests = {name: digest_of(data) for name, data in bundles.items()}
    before: dict[str, str] = {}
    if follows:
        before = digests_of(connection, office, follows)
        if content_of(before) == content_of(digests) and not same_too:
            return None
        lists = told.codelists_in(parts_by_name(connection, lists_that_change(before, digests)))
        must_keep_codes(lists, after)
        must_keep_tree(lists, after)
    highest = connection.scalar(select(func.max(ReferenceEdition.number))) or 0
    number = max(highest + 1, at_least)
    sizes = keep_parts(connection, bundles)
    edition = Edition(
        number,
        office.now_s(),
        country,
        tuple(
            Part(name, digests[name], len(bundles[name]), sizes[digests[name]])
            for name in sorted(bundles)
        ),
    )
    connection.execute(
        insert(ReferenceEdition).values(
            number=number,
            made_at_s=edition.made_s,
            content=content_of(digests),
            manifest=sign_edition(edition, keys_of(office).programme),
            for_all_at_s=None if rollout else edition.made_s,
            rollout=rollout,
        )
    )
    _keep_questionnaires(connection, office, after, bundles)
    changed = _changed(before, digests)
    audit.enter(
        connection,
        office.now_s(),
        actor,
        "edition_published",
        {"edition": number, "parts": list(changed)},
    )
    new = {digests[name] for name in changed if name in digests} - set(before.values())
    return Published(number, changed, sum(sizes[digest] for digest in new))


def keep_parts(connection: Connection, bundles: Bundles) -> dict[str, int]:
    """Keeps the parts that are new; squeezed sizes of all by digest, as they are kept."""
    by_digest = {digest_of(data): data for data in bundles.values()}
    sizes = select(ReferencePart.digest, func.length(ReferencePart.squeezed)).where(
        ReferencePart.digest.in_(sorted(by_digest))
    )
    there: dict[str, int] = dict(connection.execute(sizes).all())
    rows = [
        {"digest": digest, "size": len(data), "squeezed": squeezed(data)}
        for digest, data in by_digest.items()
        if digest not in there
    ]
    insert_new(connection, ReferencePart, rows)
    return dict(connection.execute(sizes).all())


def _keep_questionnaires(
    connection: Connection, office: Office, reference: Reference, bundles: Bundles
) -> None:
    """Keeps how to read the questionnaire of this edition, and earlier ones in the folders."""
    own = {name: data for name, data in bundles.items() if name.startswith(READ_WITH)}
    read_from = {reference.questionnaire.digest: (reference.questionnaire.version, own)}
    for old, parts in earlier_questionnaires(
        programme_of(office).country, office.config.country_folders
    ):
        read_from.setdefault(old.digest, (old.version, parts))
    for _, parts in read_from.values():
        keep_parts(connection, parts)
    insert_new(
        connection,
        PublishedQuestionnaire,
        [
            {
                "digest": digest,
                "version": version[:40],
                "parts": {name: digest_of(data) for name, data in parts.items()},
                "published_at_s": office.now_s(),
            }
            for digest, (version, parts) in read_from.items()
        ],
    )


def digests_of(connection: Connection, office: Office, number: int) -> dict[str, str]:
    """The parts of that edition: digest by name."""
    _, edition = edition_numbered(connection, number, keys_of(office).programme.public)
    return {part.name: part.digest for part in edition.parts}


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    names = before.keys() | after.keys()
    return tuple(sorted(name for name in names if before.get(name) != after.get(name)))


def standing_messages(connection: Connection) -> list[told.OfficeMessage]:
    """The messages that go out with the next edition, oldest first."""
    rows = connection.execute(
        select(StoredMessage.number, StoredMessage.made_at_s, StoredMessage.texts)
        .where(StoredMessage.withdrawn_at_s.is_(None))
        .order_by(StoredMessage.number)
    )
    return [told.OfficeMessage(row.number, row.made_at_s, dict(row.texts)) for row in rows]
