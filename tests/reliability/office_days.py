"""What the office does on any day: its worker, its words to tablets, what its people decide."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from server.queue import JobKind
from tests.reliability import asking, deciding, putting_aside, signing_out
from tests.reliability.holding import Holder

if TYPE_CHECKING:
    from tests.reliability.country import Country

MOST_TABLETS = 5
TABLET = st.integers(0, MOST_TABLETS - 1)
WHICH = st.integers(0, 50)
WORK = (JobKind.LINK, JobKind.LINK, JobKind.LINK, JobKind.FIGURES, JobKind.AUDIT, JobKind.PROTECT)
"""What the worker does, linking most often."""


class OfficeDays(RuleBasedStateMachine):
    """The office's part of tests.reliability.machine."""

    country: Country

    def step(self, number: int | None = None) -> Holder:
        """Counts it, and gives the tablet of that number, as far as there are so many."""
        raise NotImplementedError

    @rule(kind=st.sampled_from(WORK), times=st.integers(1, 3))
    def worker_works(self, kind: JobKind, times: int) -> None:
        self.step()
        for _ in range(times):
            self.country.work(kind)

    @rule(kind=st.sampled_from(WORK), after=st.integers(1, 40))
    def worker_is_killed(self, kind: JobKind, after: int) -> None:
        self.step()
        self.country.work(kind, after)

    @rule(batch=st.integers(1, 2), times=st.integers(1, 3))
    def office_links_a_few(self, batch: int, times: int) -> None:
        """Corrections and withdrawals come between one batch and the next."""
        self.step()
        for _ in range(times):
            self.country.link_batch(batch)

    @rule(tablet=TABLET)
    def office_says_something_to_one_tablet(self, tablet: int) -> None:
        putting_aside.say(self.country, self.step(tablet))

    @rule(tablet=TABLET, moment=st.sampled_from(("during_notes", "after_notes")))
    def power_goes_while_a_note_is_kept(self, tablet: int, moment: str) -> None:
        holder = self.step(tablet)
        putting_aside.say(self.country, holder)
        holder.dies_at, holder.dies_after = moment, 1
        self.country.send(holder)

    @rule()
    def office_says_it_was_restored(self) -> None:
        self.step()
        putting_aside.say_it_was_restored(self.country)

    @rule(tablet=TABLET, days=st.sampled_from((0, 0, 30, 400)))
    def office_puts_a_tablet_aside(self, tablet: int, days: int) -> None:
        putting_aside.put_aside(self.country, self.step(tablet), days)

    @precondition(lambda self: self.country.model.put_aside)
    @rule(which=st.integers(0, 10))
    def office_brings_a_tablet_back(self, which: int) -> None:
        self.step()
        tablets = sorted(self.country.model.put_aside)
        putting_aside.bring_back(self.country, tablets[which % len(tablets)])

    @rule(tablet=TABLET)
    def tablet_joins_again(self, tablet: int) -> None:
        putting_aside.join_again(self.country, self.step(tablet))

    @rule()
    def office_restarts(self) -> None:
        self.step()
        self.country.restart_office()

    @rule(days=st.integers(0, 60))
    def time_passes(self, days: int) -> None:
        self.step()
        self.country.office_clock.now += timedelta(days=days)

    @precondition(lambda self: self.country.model.aside)
    @rule(which=WHICH, decisions=st.lists(st.sampled_from(deciding.DECISIONS), min_size=1))
    def steward_decides_about_conflicts(self, which: int, decisions: list[str]) -> None:
        self.step()
        for place, decision in enumerate(decisions):
            deciding.decide(self.country, which + place // 2, decision)

    @rule(which=WHICH)
    def steward_asks_about_an_answer(self, which: int) -> None:
        self.step()
        asking.ask(self.country, which)

    @rule(tablet=TABLET, which=WHICH, sends=st.booleans())
    def steward_asks_and_the_officer_answers(self, tablet: int, which: int, sends: bool) -> None:
        holder = self.step(tablet)
        asking.ask(self.country, which)
        self.country.send(holder)
        asking.answer(self.country, holder, which)
        if sends:
            self.country.send(holder)

    @precondition(lambda self: self.country.asked)
    @rule(tablet=TABLET, which=WHICH)
    def officer_answers_a_question(self, tablet: int, which: int) -> None:
        asking.answer(self.country, self.step(tablet), which)

    @precondition(lambda self: self.country.asked)
    @rule(which=WHICH)
    def steward_settles_a_question(self, which: int) -> None:
        self.step()
        asking.settle(self.country, which)

    @precondition(lambda self: not self.country.model.signed_out)
    @rule(tablet=TABLET)
    def tablet_is_signed_out(self, tablet: int) -> None:
        """One in a run: what it records reaches nobody, and the others have to go on."""
        signing_out.sign_out(self.country, self.step(tablet))

    @precondition(lambda self: self.country.model.undecided)
    @rule(which=WHICH, take_in=st.booleans())
    def steward_decides_about_a_parcel_set_aside(self, which: int, take_in: bool) -> None:
        self.step()
        signing_out.decide(self.country, which, take_in=take_in)
