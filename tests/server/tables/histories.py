"""Random histories of a register: records arrive, are corrected, withdrawn, moved and put aside."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from server.intake import tablet_quarantine
from server.office import Office
from shared.wire.records import Record
from tests.server.field import FieldTablet, somebody


class History:
    """An office to which things happen at random; every step may undo an earlier one."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.chance = office, random.Random(seed)
        self.tablets = [FieldTablet.enrol(office, n, n + 1) for n in range(3)]
        self.cases: list[tuple[FieldTablet, Record]] = []
        self.visits: dict[str, tuple[FieldTablet, Record]] = {}
        self.aside: list[FieldTablet] = []

    def step(self) -> None:
        does: list[Callable[[], None]] = [self.arrive] * 5
        if self.cases:
            does += [self.correct, self.split, self.withdraw, self.move, self.another_month]
            does += [self.quarantine, self.merge]
        if self.aside:
            does += [self.bring_back]
        self.chance.choice(does)()
        self.office.clock.now += timedelta(minutes=1)

    def answers(self) -> dict[str, object]:
        chance = self.chance
        return {
            "sex": chance.choice(("female", "male")),
            "birth_date": chance.choice((6, 13, 16, 17, 30)),
            "work_hours": chance.choice((0.5, 10.0, 20.0, 50.0)),
            "hazards": chance.choice((None, ("none",), ("heights", "chemicals"), ("unknown",))),
            "wfcl_slavery": chance.choice((None, "yes", "no")),
            "industry": chance.choice((None, "01", "10", "97")),
            "attends_school": chance.choice((None, "yes", "no", "unknown")),
        }

    def arrive(self) -> None:
        tablet = self.chance.choice(self.tablets)
        visit = tablet.visit(
            area=self.chance.choice(("PK-PB-01", "PK-PB-02", "PK-PB", "PK-SD")),
            visit_date=f"2026-{self.chance.randint(1, 11):02}-10",
        )
        answers = self.answers()
        who = somebody(self.chance.randrange(12), sex=answers["sex"])
        case = tablet.case(visit, who, **answers)
        tablet.send(visit, case)
        self.visits[visit.record_id] = tablet, visit
        self.cases.append((tablet, case))

    def _revise(self, change: Callable[[Record], Record]) -> None:
        at = self.chance.randrange(len(self.cases))
        tablet, case = self.cases[at]
        if case.withdrawn:
            return
        following = replace(
            change(case), revision=case.revision + 1, ancestors=(*case.ancestors, tablet.mark(case))
        )
        tablet.send(following)
        self.cases[at] = tablet, following

    def _classified(self, case: Record, content: dict[str, object]) -> Record:
        tablet, visit = self.visits[str(case.visit_id)]
        made = tablet.classified(replace(case, content=content), visit, None)
        return replace(made, linkage=case.linkage)

    def correct(self) -> None:
        new = {name: value for name, value in self.answers().items() if value is not None}
        self._revise(lambda case: self._classified(case, {**case.content, **new}))

    def split(self) -> None:
        self._revise(lambda case: replace(case, linkage=()))

    def merge(self) -> None:
        """The case becomes one of a person that is there already."""
        _, other = self.chance.choice(self.cases)
        self._revise(lambda case: replace(case, linkage=other.linkage))

    def withdraw(self) -> None:
        self._revise(
            lambda case: replace(case, withdrawn="mistake", content={}, classes={}, linkage=())
        )

    def _revise_visit(self, **changes: object) -> None:
        visit_id = self.chance.choice(sorted(self.visits))
        tablet, visit = self.visits[visit_id]
        following = replace(
            visit,
            revision=visit.revision + 1,
            ancestors=(*visit.ancestors, tablet.mark(visit)),
            content={**visit.content, **changes},
        )
        tablet.send(following)
        self.visits[visit_id] = tablet, following

    def move(self) -> None:
        self._revise_visit(area=self.chance.choice(("PK-PB-03", "PK-KP", "PK-SD")))

    def another_month(self) -> None:
        self._revise_visit(visit_date=f"2026-{self.chance.randint(1, 11):02}")

    def quarantine(self) -> None:
        tablet = self.chance.choice(self.tablets)
        since_s = self.office.now_s() - 600
        if tablet not in self.aside:
            tablet_quarantine.put_aside(self.office, tablet.membership.tablet_id, since_s, "test")
            self.aside.append(tablet)

    def bring_back(self) -> None:
        tablet = self.aside.pop(self.chance.randrange(len(self.aside)))
        tablet_quarantine.bring_back(self.office, tablet.membership.tablet_id, "test")
