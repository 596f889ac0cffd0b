"""What looks odd is noticed without anybody asking, and only the office can tell that it was."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from server.db.engine import reading
from server.intake import tablet_quarantine
from server.intake.receive import take_in
from server.jobs.worker import work_off
from server.office import Office
from server.office.config import Config
from server.operations import odd_notices
from server.operations.alerts import AlertFailed, AlertStep
from server.operations.odd_notices import OddStanding
from server.programme.enrolment import NotPossible
from server.tables import recount
from shared.wire.records import Record
from tests.server.field import AREAS, Clock, FieldTablet, make_office, somebody
from tests.server.intake.test_consent_withdrawn import later, withdrawn


def copies(tablet: FieldTablet, first: int = 0, many: int = 24) -> None:
    """One interview for many children: odd."""
    visit = tablet.visit()
    cases = [tablet.case(visit, somebody(number)) for number in range(first, first + many)]
    tablet.send(visit, *cases)


def standing(office: Office) -> list[OddStanding]:
    with reading(office.engine) as connection:
        return odd_notices.standing(connection, 100)


def test_worker_notices_what_looks_odd_without_being_asked(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    work_off(office)
    assert standing(office) == []

    copies(tablet)
    assert isinstance(office.clock, Clock)
    office.clock.now += timedelta(hours=7)
    work_off(office)

    (notice,) = standing(office)
    assert (notice.tablet_id, notice.why) == (tablet.membership.tablet_id, ("copied",))
    assert (notice.officer, notice.organisation) == ("OFFICER-0", "INSPECTORATE")


def test_notice_stands_until_somebody_has_looked_and_comes_again_for_a_new_reason(
    lite: Office,
) -> None:
    tablet = FieldTablet.enrol(lite)
    copies(tablet)
    assert odd_notices.look_around(lite) == 1
    assert odd_notices.look_around(lite) == 0
    (notice,) = standing(lite)

    odd_notices.looked(lite, notice.number, "Amina", "test")
    assert standing(lite) == []
    assert odd_notices.look_around(lite) == 0
    with pytest.raises(NotPossible):
        odd_notices.looked(lite, notice.number, "Amina", "test")

    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(1)) for _ in range(4)))
    recount.link_what_waits(lite)
    assert odd_notices.look_around(lite) == 1
    assert [one.why for one in standing(lite)] == [("one_hand",)]


def test_who_is_on_duty_is_told_once_that_something_waits(tmp_path: Path) -> None:
    office = make_office(tmp_path, alert_mail=("duty@example.org",))
    told: list[AlertStep] = []

    def fails(_: Config, __: AlertStep) -> None:
        raise AlertFailed("away")

    copies(FieldTablet.enrol(office))
    with pytest.raises(AlertFailed):
        odd_notices.look_around(office, fails)
    assert len(standing(office)) == 1, "kept, though nobody could be told"

    for _ in range(2):
        odd_notices.look_around(office, lambda _, step: told.append(step))
    assert told == [AlertStep.ON_DUTY]
    office.close()


# What a tablet could see or time: a marked tablet and an unmarked one, in offices that are equal
# but for the mark.


def _unmarked(_: Office, __: FieldTablet) -> None:
    pass


def _odd(office: Office, _: FieldTablet) -> None:
    assert odd_notices.look_around(office) > 0


def _put_aside(office: Office, tablet: FieldTablet) -> None:
    tablet_quarantine.put_aside(office, tablet.membership.tablet_id, 0, "steward")
    recount.link_what_waits(office)


_LISTED = re.compile(r"\(\?(, \?)*\)|\(SELECT 1 FROM \(SELECT 1\) WHERE 1!=1\)|\(NULL\)[^)]*")
"""A list of any length in a statement."""
MARKS = {"odd": _odd, "put aside": _put_aside}


@dataclass
class _Answered:
    receipts: list[Any]
    statements: list[list[str]]
    processor_s: list[float]


def _sent(tablet: FieldTablet, parcels: int) -> Iterator[list[Record]]:
    """What a tablet sends to find out: new and known persons, a visit after its case, corrected
    ones, consent that is taken back."""
    for number in range(0, parcels, 5):
        visit, late = tablet.visit(), tablet.visit()
        new, known, early = (
            tablet.case(where, somebody(who))
            for where, who in ((visit, 100 + number), (visit, 1), (late, 500 + number))
        )
        yield [visit, new, known]
        yield [early]
        yield [late]
        yield [later(tablet, visit, content={**visit.content, "area": AREAS[1]})]
        yield [withdrawn(tablet, known)]


def _answered(
    folder: Path, mark: Callable[[Office, FieldTablet], None], parcels: int
) -> Callable[[], _Answered | None]:
    """An office that marks a tablet, which then sends parcels one by one; each call sends one."""
    office = make_office(folder)
    tablet = FieldTablet.enrol(office)
    copies(tablet)
    recount.link_what_waits(office)
    mark(office, tablet)
    seen = _Answered([], [], [])
    said: list[str] = []
    event.listen(
        office.engine,
        "before_cursor_execute",
        lambda _, __, statement, *___: said.append(_LISTED.sub("(...)", statement)),
    )
    sealed = [tablet.seal(records).data for records in _sent(tablet, parcels)]

    def one() -> _Answered | None:
        if not sealed:
            office.close()
            return seen
        parcel = sealed.pop(0)
        said.clear()
        began = time.thread_time()
        receipt = take_in(office, parcel).receipt
        seen.processor_s.append(time.thread_time() - began)
        seen.statements.append(list(said))
        seen.receipts.append(tablet.open(receipt))
        return None

    return one


@pytest.mark.parametrize("name", sorted(MARKS))
def test_marked_tablet_gets_the_same_answers_by_the_same_statements_in_the_same_time(
    tmp_path: Path, name: str
) -> None:
    """Byte for byte the receipts; statement for statement what the database is asked; and of the
    processor's time the medians, taken in turn so that a busy machine slows both alike. One more
    look-up is a twentieth of the statements of a parcel and would be seen by them alone; the time
    is for what a statement does not show, such as more rows read: a fifth is far below what a
    network hides, and far above what two equal offices differ by.
    """
    parcels = 40
    pair = [
        _answered(tmp_path / word, mark, parcels)
        for word, mark in (("unmarked", _unmarked), ("marked", MARKS[name]))
    ]
    results: list[_Answered | None] = [None, None]
    for turn in range(parcels + 1):
        order = (0, 1) if turn % 2 else (1, 0)
        for which in order:
            results[which] = pair[which]()
    plain, marked = results
    assert plain is not None
    assert marked is not None

    assert marked.receipts == plain.receipts
    assert marked.statements == plain.statements
    differences = [
        one / other for one, other in zip(marked.processor_s, plain.processor_s, strict=True)
    ]
    assert 0.8 < statistics.median(differences) < 1.25
