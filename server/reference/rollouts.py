"""An edition offered to some tablets first, then to all by one act, or taken back before.

A tablet that is not chosen goes on with the edition it has. What either kind records is read, kept
and counted: questionnaires are never forgotten, and the edition that is tried has every code of the
other. The law a case is classified by stays that of the edition for all until the edition that is
tried is for all, too (server.reference.in_force). At most one roll-out goes on at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from server.db.engine import reading
from server.db.paging import Key, Orders, Rows, read_slice
from server.db.upsert import insert_new
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.keys import keys_of
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.programme.programme import programme_of
from server.reference.in_force import (
    InForce,
    NothingPublished,
    in_force,
    parts_by_name,
    published_reference,
)
from server.reference.model import ReferenceEdition, ReferenceRollout, RolloutTablet
from server.reference.publish import (
    Published,
    beside_folders,
    digests_of,
    of_folders,
    one_at_a_time,
    publish_parts,
    rollout_of,
    same_already,
)
from server.reference.safety import withheld_safety
from server.staff import audit
from shared.parts import CODELIST, MESSAGES, unpacked

TO_ALL, TAKEN_BACK = "to_all", "taken_back"
MOST_TABLETS = 5000
"""Of one roll-out: more is no trial."""


@dataclass(frozen=True)
class FirstTablets:
    """Which tablets come first. organisation: the code of one all of whose tablets do, as they are
    enrolled today; "" for none."""

    tablets: Sequence[str] = ()
    organisation: str = ""


@dataclass(frozen=True)
class Rollout:
    """A roll-out that goes on. edition: the newest of it. for_all: the edition the other tablets
    have. tablets: how many were chosen. withheld: what the others lack that somebody's safety may
    depend on (server.reference.safety). began_s: seconds since 1970."""

    number: int
    edition: int
    for_all: int
    began_s: int
    tablets: int
    withheld: tuple[str, ...]


def going_on(office: Office) -> Rollout | None:
    """The roll-out that goes on; None when there is none."""
    with reading(office.engine) as connection:
        newest = in_force(connection)
        if newest is None or not newest.tried:
            return None
        row = connection.execute(
            select(ReferenceRollout)
            .join(ReferenceEdition, ReferenceEdition.rollout == ReferenceRollout.number)
            .where(ReferenceEdition.number == newest.tried)
            .with_only_columns(
                ReferenceRollout.number, ReferenceRollout.began_at_s, ReferenceRollout.withheld
            )
        ).one()
        chosen = select(func.count()).where(RolloutTablet.rollout == row.number)
        count = connection.scalar(chosen) or 0
    told = row.number, newest.tried, newest.number, row.began_at_s, count
    return Rollout(*told, tuple(row.withheld))


@dataclass(frozen=True)
class EditionLine:
    """An edition as a list names it. state: in_force, tried, taken_back or replaced. Moments in
    seconds since 1970; for_all_s: None of one that never was for all."""

    number: int
    made_s: int
    for_all_s: int | None
    state: str


class EditionLines(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[EditionLine, ...]
    following: str | None


EDITIONS = Orders({"number": Key((ReferenceEdition.number,))}, usual="-number")
"""What the list of editions can be sorted by."""


def editions(office: Office, after: str, most: int, order: str = "") -> EditionLines:
    """Editions in one of EDITIONS. Raises NoSuchPlace."""
    with reading(office.engine) as connection:
        newest = in_force(connection)
        query: Rows = select(
            ReferenceEdition.number,
            ReferenceEdition.made_at_s,
            ReferenceEdition.for_all_at_s,
            ReferenceRollout.outcome,
        ).outerjoin(ReferenceRollout, ReferenceRollout.number == ReferenceEdition.rollout)
        found = read_slice(connection, query, EDITIONS.key(order), after, most)
    lines = (
        EditionLine(number, made_s, for_all_s, _state_of(number, for_all_s, outcome, newest))
        for number, made_s, for_all_s, outcome, _ in found.rows
    )
    return EditionLines(tuple(lines), found.following)


def _state_of(
    number: int, for_all_s: int | None, outcome: str | None, newest: InForce | None
) -> str:
    if newest is not None and number in (newest.number, newest.tried):
        return "in_force" if number == newest.number else "tried"
    is_back = for_all_s is None and outcome == TAKEN_BACK
    return "taken_back" if is_back else "replaced"


def would_withhold(office: Office) -> tuple[str, ...]:
    """What of the country folders' content tablets that are not chosen would lack that somebody's
    safety may depend on. Raises QuestionnaireError for what cannot be read."""
    bundles = of_folders(office)
    with reading(office.engine) as connection:
        newest = in_force(connection)
        if newest is None:
            return ()
        bundles |= beside_folders(connection, office, bundles)
    country, public = programme_of(office).country, keys_of(office).programme.public
    before = published_reference(office.engine, country, public, newest.number).profile
    return withheld_safety(before, unpacked(country, bundles).reference.profile)


def begin(office: Office, actor: str, chosen: FirstTablets) -> Published:
    """Publishes what the country folders hold as an edition for the chosen tablets alone.

    Raises NotPossible when a roll-out goes on, nobody is chosen or nothing changed;
    QuestionnaireError as publish does, NothingPublished before the first edition.
    """
    bundles = of_folders(office)
    withheld = would_withhold(office)  # Reads two editions: before anybody has to wait.
    with one_at_a_time(office) as connection:
        newest = in_force(connection)
        if newest is None:
            raise NothingPublished("No edition is published yet: `tally87 reference publish`.")
        if newest.tried:
            raise NotPossible("A roll-out goes on already: end it first.", "rollout_goes_on")
        tablets = _tablets(connection, chosen)
        bundles |= beside_folders(connection, office, bundles)
        number: int = connection.execute(
            insert(ReferenceRollout)
            .values(began_at_s=office.now_s(), withheld=list(withheld))
            .returning(ReferenceRollout.number)
        ).scalar_one()
        _choose(connection, office, number, tablets)
        done = publish_parts(connection, office, actor, bundles, rollout=number)
        if done is None:
            raise same_already()
        _note(connection, office, actor, "rollout_begun", done.number, tablets=len(tablets))
    return done


def widen(office: Office, actor: str, chosen: FirstTablets) -> int:
    """Chooses further tablets for the roll-out that goes on; how many. Raises NotPossible."""
    with one_at_a_time(office) as connection:
        edition, rollout = _must_go_on(connection)
        before = set(
            connection.scalars(
                select(RolloutTablet.tablet_id).where(RolloutTablet.rollout == rollout)
            )
        )
        new = [one for one in _tablets(connection, chosen) if one not in before]
        if not new:
            raise NotPossible("They have it already. Nothing was changed.", "rollout_nobody")
        _choose(connection, office, rollout, new)
        _note(connection, office, actor, "rollout_widened", edition, tablets=len(new))
    return len(new)


def correct(office: Office, actor: str) -> Published:
    """Gives the tablets of the roll-out what the country folders hold now, as its next edition.
    Raises as begin does."""
    bundles = of_folders(office)
    withheld = would_withhold(office)
    with one_at_a_time(office) as connection:
        edition, rollout = _must_go_on(connection)
        bundles |= beside_folders(connection, office, bundles)
        done = publish_parts(connection, office, actor, bundles, follows=edition, rollout=rollout)
        if done is None:
            raise same_already()
        connection.execute(
            update(ReferenceRollout)
            .where(ReferenceRollout.number == rollout)
            .values(withheld=list(withheld))
        )
    return done


def give_to_all(office: Office, actor: str) -> int:
    """The edition that was tried is for every tablet from now on; its number. Raises
    NotPossible."""
    with one_at_a_time(office) as connection:
        edition, rollout = _must_go_on(connection)
        connection.execute(
            update(ReferenceEdition)
            .where(ReferenceEdition.number == edition)
            .values(for_all_at_s=office.now_s())
        )
        _end(connection, office, rollout, TO_ALL)
        _note(connection, office, actor, "rollout_to_all", edition)
    return edition


def take_back(office: Office, actor: str) -> Published:
    """Publishes what the other tablets have as the next edition for all, so that the chosen ones
    come back to it: no tablet takes a lower number. Code lists keep the codes that were tried:
    drafts and records name them. Raises NotPossible."""
    with one_at_a_time(office) as connection:
        edition, rollout = _must_go_on(connection)
        newest = in_force(connection)
        assert newest is not None, "a roll-out has an edition before it"
        before = digests_of(connection, office, newest.number)
        tried = digests_of(connection, office, edition)
        digests = before | {n: digest for n, digest in tried.items() if n.startswith(CODELIST)}
        digests.pop(MESSAGES, None)
        _end(connection, office, rollout, TAKEN_BACK)
        bundles = parts_by_name(connection, digests)
        done = publish_parts(connection, office, actor, bundles, follows=edition, same_too=True)
        assert done is not None, "it is published even where it holds the same"
        _note(connection, office, actor, "rollout_taken_back", edition)
    return done


def _must_go_on(connection: Connection) -> tuple[int, int]:
    """Edition and number of the roll-out that goes on."""
    newest = in_force(connection)
    rollout = rollout_of(connection, newest.tried) if newest is not None else None
    if newest is None or rollout is None:
        raise NotPossible("No roll-out goes on. Nothing was changed.", "rollout_none")
    return newest.tried, rollout


def _tablets(connection: Connection, chosen: FirstTablets) -> list[str]:
    """The tablets that are meant, none of them signed out. Raises NotPossible."""
    standing = select(EnrolledTablet.tablet_id).where(EnrolledTablet.revoked_at_s.is_(None))
    wanted = list(dict.fromkeys(chosen.tablets))
    if len(wanted) > MOST_TABLETS:
        raise NotPossible("These are too many tablets for a trial.", "rollout_too_many")
    found = set(connection.scalars(standing.where(EnrolledTablet.tablet_id.in_(wanted))))
    unknown = [one for one in wanted if one not in found]
    if unknown:
        raise NotPossible(
            f"There is no tablet {unknown[0][:40]}, or it is signed out. Nothing was changed.",
            "rollout_tablet_unknown",
        )
    if chosen.organisation:
        of_it = standing.join(Officer, Officer.number == EnrolledTablet.officer_number)
        of_it = of_it.join(Organisation, Organisation.number == Officer.organisation_number)
        of_it = of_it.where(Organisation.code == chosen.organisation)
        found |= set(connection.scalars(of_it.limit(MOST_TABLETS)))
    if not found:
        raise NotPossible("No tablet was chosen. Nothing was changed.", "rollout_nobody")
    return sorted(found)


def _choose(connection: Connection, office: Office, rollout: int, tablets: Iterable[str]) -> None:
    rows = [
        {"tablet_id": one, "rollout": rollout, "chosen_at_s": office.now_s()} for one in tablets
    ]
    insert_new(connection, RolloutTablet, rows)


def _end(connection: Connection, office: Office, rollout: int, outcome: str) -> None:
    connection.execute(
        update(ReferenceRollout)
        .where(ReferenceRollout.number == rollout)
        .values(ended_at_s=office.now_s(), outcome=outcome)
    )


def _note(
    connection: Connection, office: Office, actor: str, act: str, edition: int, **more: int
) -> None:
    audit.enter(connection, office.now_s(), actor, act, {"edition": edition, **more})
