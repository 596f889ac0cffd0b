"""Decisions about who is whom: keeping two cases apart, and taking that back.

What joined two persons is undone by keeping the pair apart that joined them. The evidence stays;
every decision and every undoing is kept, and stands in the audit log without a name of anybody.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from server.db.engine import transaction
from server.intake import codes
from server.office import Office
from server.register.cluster import Merge
from server.register.editions import in_force
from server.register.link import link_records
from server.register.load import load_cases
from server.register.model import KeptApart
from server.register.persons import apart_among, cases_of_person, same_among
from server.staff import audit
from shared.errors import TallyError


class NoSuchPair(TallyError):
    """A pair that cannot be decided about, in a sentence.

    code: a word of ``problem.*`` in server.po, for pages, which say it in the reader's language.
    """

    def __init__(self, sentence: str, code: str = "pair_gone") -> None:
        super().__init__(sentence)
        self.code = code


def keep_apart(office: Office, one: str, other: str, actor: str) -> None:
    """Two cases are different persons, whatever agrees. Raises NoSuchPair."""
    first, second = sorted((one, other))
    with transaction(office.engine) as connection:
        known = set(load_cases(connection, [first, second]).ids)
        if first == second or known != {first, second}:
            raise NoSuchPair("There are no two such cases. Nothing was changed.")
        connection.execute(
            insert(KeptApart).values(
                first_id=first, second_id=second, decided_by=actor, decided_at_s=office.now_s()
            )
        )
        _again(connection, office, (first, second), actor, "persons_kept_apart")


def take_back(office: Office, one: str, other: str, actor: str) -> None:
    """The two cases may be one person again. Raises NoSuchPair when nobody kept them apart."""
    first, second = sorted((one, other))
    with transaction(office.engine) as connection:
        found = connection.execute(
            update(KeptApart)
            .where(
                KeptApart.first_id == first,
                KeptApart.second_id == second,
                KeptApart.taken_back_at_s.is_(None),
            )
            .values(taken_back_at_s=office.now_s())
            .returning(KeptApart.number)
        ).all()
        if not found:
            raise NoSuchPair("Nobody keeps these two cases apart. Nothing was changed.")
        _again(connection, office, (first, second), actor, "persons_let_together")


def merges_of(connection: Connection, person_id: str) -> list[tuple[str, str, Merge]]:
    """How the cases of a person came together, in order: two cases, and the evidence."""
    cases = load_cases(connection, cases_of_person(connection, person_id))
    edition = in_force(connection)
    apart = apart_among(connection, cases)
    linked = link_records(
        cases.records,
        edition.weights,
        edition.records,
        different=apart,
        same=same_among(connection, cases),
    )
    return [(cases.ids[one.pair[0]], cases.ids[one.pair[1]], one) for one in linked.merges]


def decisions(connection: Connection) -> list[tuple[str, str, str, int]]:
    """Pairs kept apart now: both cases, who decided, when (seconds since 1970)."""
    rows = connection.execute(
        select(
            KeptApart.first_id, KeptApart.second_id, KeptApart.decided_by, KeptApart.decided_at_s
        )
        .where(KeptApart.taken_back_at_s.is_(None))
        .order_by(KeptApart.number)
    )
    return [(first, second, by, at_s) for first, second, by, at_s in rows]


def _again(
    connection: Connection, office: Office, pair: tuple[str, str], actor: str, what: str
) -> None:
    codes.queue_cases(connection, pair, office.now_s())
    details = {"first": pair[0], "second": pair[1]}
    audit.enter(connection, office.now_s(), actor, what, details)
