"""Hypothesis plays the country: any order of work, roads, faults, power cuts and restores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mobile.casebook import Card
from server.services.checking import check
from shared.lifecycle import ALLOWED_MOVES, CaseState
from tests.reliability.country import Country
from tests.reliability.holding import FAULTS, MOMENTS, Holder

MOST_TABLETS = 5
TABLET = st.integers(0, MOST_TABLETS - 1)
STEPS: Counter[str] = Counter()
"""Steps taken in this process, and what they came to."""


class AnyDay(RuleBasedStateMachine):
    """One run: a fresh copy of the country, any number of steps, and a clean sync at its end."""

    make: Callable[[int], Country]
    """Set by the test: gives a country for a seed."""

    @initialize(seed=st.integers(0, 1 << 16))
    def begins(self, seed: int) -> None:
        self.country = type(self).make(seed)
        self.backups: list[tuple[Path, Holder]] = []
        for number, holder in enumerate(self.country.holders):
            self.country.record(holder, 3 * number, 2)

    def teardown(self) -> None:
        country = getattr(self, "country", None)
        if country is None:
            return
        try:
            country.clean_sync()
            STEPS["revisions"] += sum(map(len, country.model.held.values()))
            STEPS["conflicts"] += len(country.model.aside)
            STEPS["superseded"] += len(country.model.superseded)
            STEPS["persons"] += country.model.national_count()
            assert check(country.office) == []
        finally:
            country.close()

    def holder(self, number: int) -> Holder:
        STEPS["steps"] += 1
        return self.country.holders[number % len(self.country.holders)]

    # -- work

    @rule(tablet=TABLET, person=st.integers(0, 30), cases=st.integers(1, 2))
    def officer_records(self, tablet: int, person: int, cases: int) -> None:
        self.country.record(self.holder(tablet), person, cases)

    @rule(tablet=TABLET, person=st.integers(0, 30))
    def broken_program_finalises_what_it_should_not(self, tablet: int, person: int) -> None:
        self.country.record(self.holder(tablet), person, bad=True)

    @rule(tablet=TABLET, which=st.integers(0, 50), hours=st.integers(2, 120))
    def officer_corrects(self, tablet: int, which: int, hours: int) -> None:
        holder = self.holder(tablet)
        cases = cases_that_may(holder, CaseState.DRAFT)
        if cases:
            self.country.correct(holder, cases[which % len(cases)], hours / 2)

    @rule(tablet=TABLET, which=st.integers(0, 50))
    def officer_withdraws(self, tablet: int, which: int) -> None:
        holder = self.holder(tablet)
        cases = cases_that_may(holder, CaseState.WITHDRAWN)
        if cases:
            one = cases[which % len(cases)].record_id
            holder.doing(lambda: holder.session.casework.withdraw(one, "recorded_twice"))

    # -- roads

    @rule(tablet=TABLET, faults=st.lists(st.sampled_from(FAULTS), max_size=3))
    def tablet_sends(self, tablet: int, faults: list[str]) -> None:
        holder = self.holder(tablet)
        self.country.faults = list(faults)
        report = holder.doing(lambda: holder.session.sending.send())
        self.country.faults = []
        if report is not None:
            assert report.sentence
            assert report.problem or not report.still_waiting

    @rule(tablet=TABLET, moment=st.sampled_from(MOMENTS), times=st.integers(1, 3))
    def power_goes_at(self, tablet: int, moment: str, times: int) -> None:
        holder = self.holder(tablet)
        holder.dies_at, holder.dies_after = moment, times

    @rule(tablet=TABLET)
    def power_goes(self, tablet: int) -> None:
        self.holder(tablet).cut_power()

    @rule(tablet=TABLET)
    def parcels_go_onto_the_stick(self, tablet: int) -> None:
        self.country.save_to_stick(self.holder(tablet))

    @rule()
    def office_reads_the_stick(self) -> None:
        STEPS["steps"] += 1
        self.country.office_reads_stick()

    @rule(tablet=TABLET)
    def receipts_are_read_from_the_stick(self, tablet: int) -> None:
        self.country.read_receipts(self.holder(tablet))

    @rule(tablet=TABLET)
    def parcels_go_to_the_supervisor(self, tablet: int) -> None:
        self.country.hand_to_supervisor(self.holder(tablet))

    @rule(faults=st.lists(st.sampled_from(FAULTS), max_size=2))
    def supervisor_delivers(self, faults: list[str]) -> None:
        STEPS["steps"] += 1
        self.country.faults = list(faults)
        self.country.supervisor_delivers()
        self.country.faults = []

    @rule(tablet=TABLET)
    def supervisor_hands_receipts_back(self, tablet: int) -> None:
        self.country.supervisor_hands_back(self.holder(tablet))

    @rule()
    def supervisor_loses_power(self) -> None:
        STEPS["steps"] += 1
        self.country.supervisor.cut_power()

    @rule()
    def what_hung_somewhere_arrives(self) -> None:
        STEPS["steps"] += 1
        self.country.deliver_late()

    # -- the office, clocks, backups

    @rule()
    def office_restarts(self) -> None:
        STEPS["steps"] += 1
        self.country.restart_office()

    @rule(tablet=TABLET, days=st.integers(-1100, 400))
    def clock_is_set(self, tablet: int, days: int) -> None:
        holder = self.holder(tablet)
        holder.clock.now += timedelta(days=days)

    @rule(days=st.integers(0, 60))
    def time_passes(self, days: int) -> None:
        STEPS["steps"] += 1
        self.country.office_clock.now += timedelta(days=days)

    @rule(tablet=TABLET)
    def tablet_is_backed_up(self, tablet: int) -> None:
        holder = self.holder(tablet)
        self.backups.append((self.country.back_up(holder), holder))

    @precondition(lambda self: self.backups)
    @rule(which=st.integers(0, 10), lost=st.booleans())
    def old_backup_is_restored(self, which: int, lost: bool) -> None:
        STEPS["steps"] += 1
        path, holder = self.backups[which % len(self.backups)]
        if holder not in self.country.holders:
            return
        if lost or len(self.country.holders) < MOST_TABLETS:
            self.country.restore(path, holder, of_lost=lost)

    @precondition(lambda self: len(self.country.holders) < MOST_TABLETS)
    @rule(tablet=TABLET, hours=st.integers(2, 40))
    def two_tablets_of_one_backup_change_the_same_case(self, tablet: int, hours: int) -> None:
        holder = self.holder(tablet)
        clone = self.country.restore(self.country.back_up(holder), holder, of_lost=False)
        for number, one in enumerate((holder, clone)):
            cases = cases_that_may(one, CaseState.DRAFT)
            if cases:
                self.country.correct(one, cases[0], hours + number)

    @rule()
    def everything_arrives(self) -> None:
        STEPS["steps"] += 1
        self.country.clean_sync()

    # -- what must be so at every moment

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "country"):
            for holder in self.country.holders:
                self.country.note(holder)
            self.country.check_tablets()


def cases_that_may(holder: Holder, wanted: CaseState) -> list[Card]:
    """Cases that may become so, or are: a draft is changed without being reopened."""
    return [
        card
        for card in holder.cards()
        if card.record_id != card.visit_id
        and (wanted in ALLOWED_MOVES[card.state] or card.state is wanted is CaseState.DRAFT)
    ]
