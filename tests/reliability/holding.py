"""Tablets in somebody's hands, whose power may go at any moment."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.officers.cheap_keys import cheap_derivation
from mobile.casework.written import Card
from mobile.platform.uptime import Uptime
from mobile.tablet import Session, Tablet
from shared.lifecycle import ALLOWED_MOVES, CaseState
from tests.reliability.starting import PIN
from tests.server.field import REFERENCE, Clock

if TYPE_CHECKING:
    from tests.reliability.country import Country

MOMENTS = (
    *("during_start", "during_finalise", "after_finalise"),
    *("during_attempt", "after_attempt", "before_request"),
    *("after_reply", "during_receipt", "after_receipt"),
    *("during_notes", "after_notes"),
    *("during_relay", "after_relay", "during_withdraw"),
    *("after_withdraw", "during_reopen", "during_danger"),
    *("during_undo_withdrawal", "after_undo_withdrawal"),
)
SENDING = MOMENTS[3:11]
"""Those of a sending."""
WORKING = tuple(moment for moment in MOMENTS if moment not in SENDING)
"""The others."""
HAPPENED: Counter[str] = Counter()
"""What really happened in this process: ``step``, ``step <name>``, ``fault <name>``, ``power cut
<where>``, and what came of it. Long runs print it."""


class PowerCut(BaseException):
    """The tablet is off; nothing of its program runs any more."""


@dataclass
class Holder:
    """One tablet in somebody's hands. dies_at: the milestone at which its power goes next, and
    dies_after: at the how manieth time it comes there."""

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
            uptime=lambda: Uptime("one boot", self.clock.now.timestamp()),
            derivation=cheap_derivation,
        )

    def unlock(self) -> None:
        self.generation += 1
        self.session = self.tablet().unlock(PIN)

    @property
    def tablet_id(self) -> str:
        return self.session.membership.tablet_id

    @property
    def book(self) -> Any:
        return self.session.casework._repository

    def cards(self) -> list[Card]:
        return sorted(self.book.cards(), key=lambda card: card.number)

    def cut_power(self) -> None:
        """Off and on again: what lies on the disk now is all there is."""
        HAPPENED["power cut at rest"] += 1
        self._go_on_in(self._files_as_they_lie())

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
                HAPPENED[f"power cut {name}"] += 1
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


def finalised_revision(card: Card) -> int:
    """The number of the latest finalised revision of a card; 0 before."""
    if not card.fingerprint:
        return 0
    reopened = card.state is CaseState.DRAFT
    return card.revision - 1 if reopened else card.revision


def cases_that_may(holder: Holder, wanted: CaseState) -> list[Card]:
    """Cases that may become so, or are: a draft is changed without being reopened. None whose
    identity was erased: there is nothing left to change."""
    return [card for card in _that_may(holder, wanted) if card.record_id != card.visit_id]


def visits_that_may(holder: Holder, wanted: CaseState) -> list[Card]:
    """The same of visits."""
    return [card for card in _that_may(holder, wanted) if card.record_id == card.visit_id]


def taken_back(holder: Holder) -> list[Card]:
    """Cases and visits that were withdrawn and can be taken up again."""
    undoable = holder.session.casework.withdrawals.can_be_undone
    return [card for card in holder.cards() if undoable(card.record_id)]


def _that_may(holder: Holder, wanted: CaseState) -> list[Card]:
    return [
        card
        for card in holder.cards()
        if not card.erased
        and card.state is not CaseState.WITHDRAWN  # see ``taken_back``
        and (wanted in ALLOWED_MOVES[card.state] or card.state is wanted is CaseState.DRAFT)
    ]
