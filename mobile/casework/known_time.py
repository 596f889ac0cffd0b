"""The earliest moment it can be now: what a tablet has reason to believe, whatever its clock says.

Names are erased for good, so a term is over only when the tablet knows that the days have passed:

* the office said a time and signed it (every receipt carries one);
* since then the machine has been running so long (mobile.platform.uptime);
* over a restart the wall clock is believed if it went forward by no more than a night and a day;
* the officer was asked and said that the tablet's date is right.

A clock that jumps ahead brings nothing forward, one that is set back holds nothing up. Owns the
row ``time`` of the store's settings.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from mobile.platform.uptime import Uptime
from mobile.store import Store, StoreFull

BELIEVED_STEP_S = 36 * 3600
"""How far a wall clock may move over a restart, or stand apart, and still be believed: a tablet
that was switched off in the evening and on again the day after the next morning."""
_ROW = "time"


@dataclass(frozen=True, slots=True)
class _Anchor:
    """known_s: it was at least this moment (seconds since 1970) when the wall clock said wall_s
    and the machine had been running up_s in that boot. by_office: because the office said so."""

    known_s: float
    wall_s: float
    boot: str
    up_s: float
    by_office: bool


class KnownTime:
    """One tablet's. Reads and writes only its own row."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        uptime: Callable[[], Uptime],
        told_before_s: int = 0,
    ) -> None:
        """told_before_s: the latest moment other rows of the store tell of (a receipt, a change),
        for stores that never kept this row; 0 for none."""
        self._store, self._clock, self._uptime = store, clock, uptime
        wall_s, up = clock().timestamp(), uptime()
        before = self._read()
        if before is None:
            apart = told_before_s and not 0 <= wall_s - told_before_s <= BELIEVED_STEP_S
            self._anchor = _Anchor(
                told_before_s if apart else wall_s, wall_s, up.boot, up.seconds, False
            )
        elif before.boot == up.boot and before.up_s <= up.seconds:
            self._anchor = before
            return  # nothing to be written: this boot goes on from there
        else:
            step_s = wall_s - before.wall_s
            passed_s = max(up.seconds, step_s if 0 <= step_s <= BELIEVED_STEP_S else 0)
            self._anchor = _Anchor(
                before.known_s + passed_s, wall_s, up.boot, up.seconds, before.by_office
            )
        self._keep()

    def now_s(self) -> int:
        """Seconds since 1970: it is this moment or later."""
        kept = self._anchor
        return int(kept.known_s + self._uptime().since(kept.boot, kept.up_s))

    def heard(self, office_s: int) -> None:
        """The office signed this time: it is now this moment or later.

        What rested on this tablet's clock alone gives way to it, also backwards.
        """
        known_s = max(self.now_s(), office_s) if self._anchor.by_office else office_s
        self._stand_at(known_s, by_office=True)

    def confirm(self) -> None:
        """The officer says that the date this tablet shows is right."""
        self._stand_at(max(self._clock().timestamp(), self.now_s()), by_office=False)

    @property
    def wall_is_behind(self) -> bool:
        """Whether the wall clock shows a time that is certainly over, by more than it may err."""
        return self.now_s() - self._clock().timestamp() > BELIEVED_STEP_S

    def _stand_at(self, known_s: float, *, by_office: bool) -> None:
        up = self._uptime()
        self._anchor = _Anchor(known_s, self._clock().timestamp(), up.boot, up.seconds, by_office)
        self._keep()

    def _read(self) -> _Anchor | None:
        kept = self._store.settings.get(_ROW)
        try:
            return None if kept is None else _Anchor(**json.loads(kept))
        except (ValueError, TypeError):
            return None  # known anew from what else the store tells

    def _keep(self) -> None:
        try:
            with self._store.transaction():
                self._store.settings.put(_ROW, json.dumps(asdict(self._anchor)).encode())
        except StoreFull:
            return  # a full disk must not keep anybody out; the next reading starts from before
