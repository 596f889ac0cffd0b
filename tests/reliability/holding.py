"""Tablets in somebody's hands, whose power may go at any moment, and the bad road to the office."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobile.casebook import Card
from mobile.server_link import (
    LinkDown,
    NoConnection,
    NotAccepted,
    NotOurServer,
    ServerFault,
    SlowDown,
    TimedOut,
    TooLarge,
)
from mobile.tablet import Session, Tablet
from server.services import enrolment
from shared.lifecycle import CaseState
from tests.reliability.starting import PIN
from tests.server.field import REFERENCE, Clock

if TYPE_CHECKING:
    from tests.reliability.country import Country

FAULTS = (
    *("no_connection", "portal", "busy", "too_large", "server_fault", "truncated"),
    *("dies_before_commit", "lost_reply", "cut_reply", "garbled_reply", "repeated", "late"),
    *("other_reply", "other_reply_and_lost"),
)
MOMENTS = (
    *("during_start", "during_finalise", "after_finalise", "during_attempt", "after_attempt"),
    *("before_request", "after_reply", "during_receipt", "after_receipt", "during_carrying"),
    *("after_carrying", "during_withdraw", "after_withdraw", "during_reopen"),
)


class PowerCut(BaseException):
    """The tablet is off; nothing of its program runs any more."""


@dataclass
class Holder:
    """One tablet in somebody's hands. at_milestone: where its power goes next, and after how many
    times."""

    country: Country
    name: str
    folder: Path
    clock: Clock
    session: Session = field(init=False, repr=False)
    dies_at: str = ""
    dies_after: int = 0
    generation: int = 0

    def tablet(self) -> Tablet:
        return Tablet(
            self.folder,
            REFERENCE,
            self.clock,
            random.Random(f"{self.country.seed} {self.name} {self.generation}").randbytes,
            milestone=self._milestone,
            link=lambda _: self.country.link(),  # type: ignore[arg-type,return-value]
            insecure_fast_key_derivation=True,
        )

    def unlock(self) -> None:
        self.generation += 1
        self.session = self.tablet().unlock(PIN)

    @property
    def book(self) -> Any:
        return self.session.casework._casebook

    def cards(self) -> list[Card]:
        return sorted(self.book.cards(), key=lambda card: card.number)

    def cut_power(self) -> None:
        """Off and on again: what lies on the disk now is all there is."""
        folder = self._files_as_they_lie()
        self._go_on_in(folder)

    def doing(self, work: Callable[[], Any]) -> Any:
        """What the work gives; None when the power went meanwhile, and the tablet is on again."""
        try:
            return work()
        except PowerCut:
            self._go_on_in(self._fallen)
            return None
        finally:
            self.dies_at = ""

    def _milestone(self, name: str) -> None:
        if name == self.dies_at:
            self.dies_after -= 1
            if self.dies_after <= 0:
                self.dies_at = ""
                self._fallen = self._files_as_they_lie()
                raise PowerCut

    def _files_as_they_lie(self) -> Path:
        copy = self.country.new_folder(self.name)
        shutil.copytree(self.folder, copy)
        return copy

    def _go_on_in(self, folder: Path) -> None:
        self.session.lock()
        shutil.rmtree(self.folder)
        self.folder = folder
        self.unlock()


class Road:
    """A ServerLink that leads straight into intake, with faults handed in."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self.bytes_up = self.bytes_down = 0

    def close(self) -> None: ...

    def enrol(self, request: bytes) -> bytes:
        return enrolment.enrol(self.country.office, request)

    def send_parcel(self, parcel: bytes) -> bytes:
        country = self.country
        fault = country.faults.pop(0) if country.faults else ""
        self.bytes_up += len(parcel)
        refused: dict[str, LinkDown | Any] = {
            "no_connection": NoConnection(),
            "portal": NotOurServer(),
            "busy": SlowDown(5),
            "too_large": TooLarge(),
            "server_fault": ServerFault(),
        }
        if fault in refused:
            raise refused[fault]
        if fault == "late":
            country.on_the_way.append(parcel)
            raise TimedOut
        if fault == "truncated":
            country.must_refuse(parcel[: country.random.randrange(len(parcel))])
            raise NotAccepted
        if fault == "dies_before_commit":
            country.die_before_commit(parcel)
            raise NoConnection
        reply = country.take_in(parcel)
        earlier, country.last_reply = country.last_reply, reply
        if fault == "lost_reply":
            raise TimedOut
        if fault == "cut_reply":
            raise NoConnection
        if fault == "garbled_reply":
            place = country.random.randrange(len(reply))
            return reply[:place] + bytes([reply[place] ^ 1]) + reply[place + 1 :]
        if fault == "repeated":
            return country.take_in(parcel)
        if fault.startswith("other_reply") and earlier:
            return earlier
        return reply


def finalised_revision(card: Card) -> int:
    """The number of the latest finalised revision of a card; 0 before."""
    if not card.fingerprint:
        return 0
    reopened = card.state is CaseState.DRAFT
    return card.revision - 1 if reopened else card.revision
