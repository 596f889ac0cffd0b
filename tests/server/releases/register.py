"""A register with a few hundred invented children, recorded by two organisations' tablets."""

from __future__ import annotations

import random
from dataclasses import dataclass

from server.jobs.worker import Worker
from server.office import Office
from server.queue import JobKind
from server.releases import approval, build
from server.releases.checklist import ReleaseWarning
from server.releases.declaration import ReleaseDeclaration
from server.staff import accounts
from server.tables.recount import link_what_waits
from shared.wire.records import Record
from tests.server.field import AREAS, FieldTablet, somebody

PASSWORD = "a password for tests"
WARNINGS = tuple(one.value for one in ReleaseWarning)
DECLARER, APPROVER = "Amina", "Bashir"
TABLES = ("CL-CLASS:area,child_labour", "CL-CLASS:sex,age_band,child_labour")


@dataclass
class Field:
    """Tablets of an inspectorate and an organisation; every child they meet is another one."""

    office: Office
    tablets: list[FieldTablet]
    chance: random.Random
    met: int = 0

    @classmethod
    def begin(cls, office: Office, seed: int = 100) -> Field:
        tablets = [FieldTablet.enrol(office, officer, seed + officer) for officer in (0, 1)]
        return cls(office, tablets, random.Random(seed), met=3 * seed - 300)

    def meet(self, persons: int, month: str = "2026-11") -> list[Record]:
        """So many more children, most of them recorded once, some by both."""
        sent: list[Record] = []
        for tablet in self.tablets:
            visits = [
                tablet.visit(visit_date=f"{month}-{day:02}", area=area)
                for day, area in enumerate(AREAS, 3)
            ]
            records = list(visits)
            mine = persons * 3 // 5 if tablet is self.tablets[0] else persons - persons * 3 // 5
            for _ in range(mine):
                self.met += 1
                records.append(self._child(tablet, self.chance.choice(visits)))
            tablet.send(*records)
            sent += records
        return sent

    def _child(self, tablet: FieldTablet, visit: Record) -> Record:
        sex = self.chance.choice(("female", "male"))
        age = self.chance.choice((7, 10, 13, 16))
        hours = self.chance.choice((0, 0, 5, 20, 50))
        return tablet.case(
            visit,
            somebody(self.met, sex=sex, birth_year=2026 - age, birth_date=None),
            sex=sex,
            birth_date=age,
            worked_family_business="yes" if hours else "no",
            work_hours=float(hours) if hours else None,
        )


def work(office: Office) -> None:
    """Links what waits and does the jobs of releases that are due, no others."""
    link_what_waits(office)
    worker = Worker(office)
    kinds = (JobKind.RECOUNT, JobKind.RELEASE, JobKind.PUBLISH, JobKind.TRIAL)
    while sum(worker.step(kind, office.now_s()) for kind in kinds):
        pass


def with_two_people(office: Office) -> None:
    """Accounts of who declares and who approves."""
    for name in (DECLARER, APPROVER):
        accounts.add_account(office, name, "statistician", PASSWORD)


def declaration(**changes: object) -> ReleaseDeclaration:
    said: dict[str, object] = {
        "tables": TABLES,
        "periods": ("2026",),
        "threshold": 10,
        "steps": 2_000,
        "next_due": "2027-12-31",
        **changes,
    }
    return ReleaseDeclaration(**said)  # type: ignore[arg-type]


def released(office: Office, **changes: object) -> int:
    """Declares, protects, audits, approves and publishes; the number of the edition."""
    number = build.declare(office, DECLARER, declaration(**changes))
    work(office)
    approval.approve(office, APPROVER, number, read=WARNINGS)
    return approval.publish(office, number)
