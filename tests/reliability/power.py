"""The power goes at one write of a journey: the tablet is opened, looked at, and sends.

What must be so, wherever it was: the tablet opens, or says that its store is damaged when something
had damaged it; every record stands as it did after the last step that was acknowledged, or after
the one that was under way; and after the next clean sync tablet and office hold the same, each
revision once.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mobile.security.keys import WrongPin
from mobile.store import StoreDamaged
from mobile.tablet import Session
from server.programme import enrolment
from tests.reliability.disk import Disk, Files, lay_out
from tests.reliability.file_operations import Operation, killing, operations, recording
from tests.reliability.journey import BACKUP, FIRST, PASSPHRASE, PIN, kept, tablet_of
from tests.reliability.serving import ServedOffice
from tests.reliability.starting import NOW, quick_folder
from tests.server.field import Clock, make_office

View = dict[str, Any]
"""A line of what the journey said: what its tablet keeps."""
SAID = "said"


class Surroundings:
    """An office to send to, and a folder in memory to lay tablets out in. A context manager."""

    def __enter__(self) -> Surroundings:
        self.root = Path(tempfile.mkdtemp(prefix="tally87-power-", dir=quick_folder()))
        make_office(self.root / "office").close()
        self.served = ServedOffice(self.root / "office", Clock(NOW))
        self.served.__enter__()
        self.ticket = enrolment.issue_ticket(self.served.office, "OFFICER-0", "test").text()
        self.began = self.served.state()
        return self

    def __exit__(self, *_: object) -> None:
        self.served.__exit__()
        shutil.rmtree(self.root, ignore_errors=True)

    def fresh_folder(self, name: str) -> Path:
        """That folder, empty."""
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def command(self, folder: Path) -> list[str]:
        """What runs the journey in that folder."""
        return [
            *(sys.executable, "-m", "tests.reliability.journey"),
            *(str(folder), self.served.url, self.ticket, str(folder / SAID)),
        ]


@dataclass(frozen=True)
class Point:
    """A moment in the journey. number, operation: what was just done.

    before: the last view that was acknowledged. after: the next one. replies: of the office.
    """

    number: int
    operation: Operation
    before: View | None
    after: View | None
    replies: int


@dataclass
class Recording:
    """A whole journey: what was written, and the office's database after each number of replies."""

    operations: list[Operation]
    office: list[bytes]
    views: list[View] = field(default_factory=list)

    @classmethod
    def make(cls, around: Surroundings) -> Recording:
        """Runs the journey under the recorder."""
        folder, log = around.fresh_folder("recorded"), around.root / "log"
        around.served.set_back(around.began)
        around.served.states, around.served.keeps_states = [], True
        subprocess.run(recording(log, around.command(folder)), check=True, timeout=120)
        around.served.keeps_states = False
        office = [*around.served.states, around.served.state()]
        made = cls(operations(log, folder), office)
        log.unlink()
        made.views = [line for line in made._lines.values() if line["step"] != "replied"]
        assert sum(line["step"] == "replied" for line in made._lines.values()) == len(office) - 1
        return made

    @cached_property
    def _lines(self) -> dict[int, View]:
        """What was said, by the number of the operation that said it."""
        return {
            number: json.loads(one.data)
            for number, one in enumerate(self.operations)
            if one.path == SAID and one.kind == "write"
        }

    def points(self) -> Iterator[tuple[Point, Disk]]:
        """Every moment, with the disk as it is then. The disk changes with the next one."""
        disk, said, replies = Disk(), 0, 0
        for number, one in enumerate(self.operations):
            if one.path == SAID:
                line = self._lines.get(number)
                if line is None:
                    continue
                if line["step"] == "replied":
                    replies += 1
                else:
                    said += 1
            elif one.kind != "folder":
                disk.apply(one)
            yield (
                Point(
                    number,
                    one,
                    self.views[said - 1] if said else None,
                    self.views[said] if said < len(self.views) else None,
                    replies,
                ),
                disk,
            )


class Found:
    """What somebody finds who switches a tablet on after the power went."""

    def __init__(self, around: Surroundings, before: View | None, after: View | None) -> None:
        self.around, self.served = around, around.served
        self.views = [view for view in (before, after) if view is not None]
        self.before, self.after = before, after
        self.rescued = False

    def check(self, folder: Path) -> None:
        """Everything that must be so; the office is in the state that belongs to the moment."""
        session = self._opened(folder)
        try:
            if not session.is_enrolled:
                session.enrolment.enrol(self.around.ticket)
            self._agrees_after_sending(session)
        finally:
            session.lock()

    def _opened(self, folder: Path) -> Session:
        names = {view["folder"] for view in self.views}
        if self.before is None and not tablet_of(folder / FIRST, "").is_set_up:
            return tablet_of(folder / FIRST, self.served.url).set_up(PIN)
        if len(names) == 2:
            return self._replaced(folder)
        session = self._unlocked(folder, self.views)
        self._stands_as_said(session, self.views)
        return session

    def _replaced(self, folder: Path) -> Session:
        """A backup is being restored: the old tablet is whole, and the new one is, or is begun
        once more."""
        assert self.before is not None
        assert self.after is not None
        old = self._unlocked(folder, [self.before])
        self._stands_as_said(old, [self.before])
        old.lock()
        new = tablet_of(folder / self.after["folder"], self.served.url)
        if new.is_set_up:
            session = self._unlocked(folder, [self.after])
        else:
            session = new.restore(folder / BACKUP, PASSPHRASE, PIN)
        self._stands_as_said(session, [self.after])
        return session

    def _unlocked(self, folder: Path, views: Sequence[View]) -> Session:
        tablet = tablet_of(folder / views[0]["folder"], self.served.url)
        pins = list(dict.fromkeys(view["pin"] for view in views))
        for pin in pins:
            try:
                return tablet.unlock(pin)
            except WrongPin:
                assert pin != pins[-1], "no PIN opens the tablet"
            except StoreDamaged:
                assert any(view["damaged"] for view in views), "nothing had damaged the store"
                tablet.rescue(pin)
                self.rescued = True
                return tablet.unlock(pin)
        raise AssertionError

    def _stands_as_said(self, session: Session, views: Sequence[View]) -> None:
        """Every record as after the last step acknowledged, or the one under way."""
        assert session.is_enrolled in {view["enrolled"] for view in views}
        said = {view["language"] for view in views if not view["damaged"]}
        assert not said or session.setting("language", "en") in said
        found = json.loads(json.dumps(kept(session)))
        for record_id in set(found).union(*(view["kept"] for view in views)):
            allowed = [view["kept"].get(record_id) for view in views]
            assert found.get(record_id) in allowed, (record_id, found.get(record_id), allowed)

    def _agrees_after_sending(self, session: Session) -> None:
        report = session.sending.send()
        assert (report.problem, report.still_waiting, report.totals_agree) == ("", 0, True), report
        held = self.served.revisions()
        assert all(word == "accepted" for *_, word in held), held
        assert len({(record_id, revision) for record_id, revision, *_ in held}) == len(held)
        newest = {record_id: (revision, mark) for record_id, revision, mark, _ in held}
        cards = session.casework._repository.cards()
        assert newest == {
            card.record_id: (card.accepted_revision, card.accepted_fingerprint)
            for card in cards
            if card.accepted_revision
        }
        assert newest.keys() == {card.record_id for card in cards if card.fingerprint}


def is_whole_after_power_loss(
    around: Surroundings, recorded: Recording, point: Point, files: Files
) -> None:
    """The power went at that moment of the recorded journey and left these files."""
    folder = around.fresh_folder("found")
    lay_out(files, folder)
    around.served.set_back(recorded.office[point.replies])
    Found(around, point.before, point.after).check(folder)


def is_whole_after_kill(around: Surroundings, recorded: Recording, call: str, count: int) -> bool:
    """The journey is killed at its count-th call of that name, live; False when it had ended."""
    folder = around.fresh_folder("killed")
    around.served.set_back(around.began)
    died = subprocess.run(killing(call, count, around.command(folder)), check=False, timeout=120)
    lines = [json.loads(line) for line in (folder / SAID).read_text().splitlines()]
    views = [line for line in lines if line["step"] != "replied"]
    if died.returncode == 0:
        return False
    assert [view["kept"] for view in views] == [view["kept"] for view in recorded.views][
        : len(views)
    ]
    before = views[-1] if views else None
    Found(around, before, recorded.views[len(views)]).check(folder)
    return True


def every_way(
    recorded: Recording, chosen: Callable[[int, Operation, str], bool] = lambda *_: True
) -> Iterator[tuple[Point, str, Files]]:
    """Each moment with each way its disk may be found; those that look the same only once.

    chosen: whether to look at the n-th of them, by what was just done and the way's name.
    """
    seen: set[int] = set()
    count = 0
    for point, disk in recorded.points():
        for name, files in disk.after_power_loss():
            count += 1
            if not chosen(count, point.operation, name):
                continue
            same = hash((frozenset(files.items()), id(point.before), point.replies))
            if same not in seen:
                seen.add(same)
                yield point, name, files
