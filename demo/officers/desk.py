"""What can be ordered of a simulated tablet: set up, enrol, record a shift, send, recount.

Wires the real tablet to a simulated officer. Time and randomness are handed in.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from demo.officers.faulty import send_bad_records
from demo.officers.interviews import SurveyInterview
from demo.officers.mics_replay import replay_mics
from demo.officers.next_quarter import draw_next_quarter
from demo.officers.officer import Progress, SimulatedOfficer
from demo.officers.plan import PlannedVisit, Shift, plan_shifts
from demo.officers.published_shares import draw_interviews
from mobile.casework import CaseRow
from mobile.security.derivation import KeyDerivation, calibrate
from mobile.tablet import Session, Tablet
from shared.identifiers import RandomBytes
from shared.reference import Reference, load_reference

COUNTRY = "PAK"
"""Whose profile and areas the replayed survey belongs to."""

Tell = Callable[..., None]


class SimulatedTablet:
    """One tablet that does what it is told, one order after another.

    tell: called with what happens meanwhile (recorded, sent), for progress bars.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        random_bytes: RandomBytes,
        tell: Tell,
        derivation: Callable[[], KeyDerivation] = calibrate,
    ) -> None:
        self._clock, self._random_bytes = clock, random_bytes
        self._reference = load_reference(COUNTRY)
        self._tablet = Tablet(
            folder,
            self._reference,
            clock,
            random_bytes,
            milestone=self._passed,
            derivation=derivation,
        )
        self._tell = tell
        self._session: Session | None = None
        self._to_die: Counter[str] = Counter()

    def obey(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Carries out one order (``do`` names it) and gives what came of it.

        Raises whatever of shared.errors the tablet raises, and KeyError for an unknown order.
        """
        orders: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "open": self._open,
            "enrol": self._enrol,
            "record": self._record,
            "send": self._send,
            "recount": self._recount,
            "misbehave": self._misbehave,
            "die_at": self._die_at,
        }
        return orders[order["do"]](order)

    def lock(self) -> None:
        """Closes the store, if it is open."""
        if self._session is not None:
            self._session.lock()
            self._session = None

    def _open(self, order: Mapping[str, Any]) -> dict[str, Any]:
        pin = order["pin"]
        again = self._tablet.is_set_up
        self._session = self._tablet.unlock(pin) if again else self._tablet.set_up(pin)
        return {"again": again, "enrolled": self._session.is_enrolled}

    def _enrol(self, order: Mapping[str, Any]) -> dict[str, Any]:
        membership = self._unlocked.enrolment.enrol(order["ticket"])
        return {"tablet_id": membership.tablet_id, "organisation": membership.organisation_code}

    def _record(self, order: Mapping[str, Any]) -> dict[str, Any]:
        shift = shift_of(order)
        officer = SimulatedOfficer(self._unlocked.casework, area_codes(self._reference))

        def recorded(progress: Progress) -> None:
            self._tell(recorded={"visits": progress.visits, "cases": progress.cases})

        totals = {"visits": len(shift.visits), "cases": shift.case_count}
        self._tell(planned=totals)
        return {**totals, "people": officer.work(shift, recorded)}

    def _send(self, _: Mapping[str, Any]) -> dict[str, Any]:
        report = self._unlocked.sending.send(
            progress=lambda now: self._tell(sent={"done": now.done, "total": now.total})
        )
        return {
            "sent": report.sent,
            "accepted": report.accepted,
            "rejected": report.rejected,
            "conflicts": report.conflicts,
            "superseded": report.superseded,
            "still_waiting": report.still_waiting,
            "parcels": report.parcels,
            "bytes_up": report.bytes_up,
            "bytes_down": report.bytes_down,
            "retry_after_s": report.retry_after_s,
            "problem": report.problem,
            "sentence": report.sentence,
            "totals_agree": report.totals_agree,
        }

    def _recount(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """What this tablet's own store holds, for comparing with the server."""
        casework = self._unlocked.casework
        return {
            "visits": [_line(row) for row in casework.list_visits()],
            "cases": [_line(row) for row in casework.list_cases()],
        }

    def _misbehave(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Instead of the tablet core: broken software, with a ticket of its own."""
        visits = shift_of(order).visits
        somebody_found = next(visit for visit in visits if visit.cases)
        records = send_bad_records(
            order["ticket"],
            self._reference,
            area_codes(self._reference),
            somebody_found,
            int(self._clock().timestamp()),
            self._random_bytes,
        )
        return {"records": records}

    def _die_at(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """From now on: power loss at that milestone, when it is passed for the n-th time."""
        self._to_die[order["milestone"]] = order["times"]
        return {}

    def _passed(self, milestone: str) -> None:
        if self._to_die[milestone]:
            self._to_die[milestone] -= 1
            if not self._to_die[milestone]:
                os.kill(os.getpid(), signal.SIGKILL)

    @property
    def _unlocked(self) -> Session:
        if self._session is None:
            raise KeyError("the first order must be to open the tablet")
        return self._session


def _line(row: CaseRow) -> dict[str, Any]:
    """What may be shown of one record: no name, no place."""
    return {
        "record_id": row.record_id,
        "visit_id": row.visit_id,
        "revision": row.revision,
        "state": row.state.value,
        "classes": dict(row.classes),
    }


def shift_of(order: Mapping[str, Any]) -> Shift:
    """The part of the plan that an order to record is about.

    tablet: number of the tablet; tablets: how many each organisation has; seed; and either
    replay (path of the survey file) or drawn (how many interviews). at_most: so many visits, for
    tests; cases: only visits with somebody found, until there are so many cases, for measurements.
    """
    random = Random(order["seed"])  # noqa: S311 - made-up people must be the same every time
    interviews = _interviews(order, random)
    tablets: Sequence[int] = order["tablets"]
    shift = plan_shifts(interviews, tablets, random)[order["tablet"]]
    visits: tuple[PlannedVisit, ...] = shift.visits[: order.get("at_most")]
    if "cases" in order:
        visits = tuple(_visits_with(order["cases"], visits))
    return Shift(shift.tablet, shift.organisation, visits)


def _visits_with(cases: int, visits: Sequence[PlannedVisit]) -> Iterator[PlannedVisit]:
    for visit in visits:
        found = visit.cases[:cases]
        if found:
            yield replace(visit, cases=found)
        cases -= len(found)


def _interviews(order: Mapping[str, Any], random: Random) -> list[SurveyInterview]:
    if order.get("replay"):
        replayed = replay_mics(Path(order["replay"]))
        # of its own seed, so that the survey's part of the plan does not depend on it
        lots = Random(order["seed"])  # noqa: S311 - made-up people must be the same every time
        return [*replayed, *draw_next_quarter(replayed, lots)]
    return draw_interviews(order["drawn"], random)


def area_codes(reference: Reference) -> dict[str, str]:
    """Name of each area of the country -> its code."""
    areas = reference.codelists["areas"]
    return {area.label("en"): area.code for area in areas}
