"""Hypothesis plays the country: any order of work, roads, faults, power cuts and restores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mobile.casework.withdrawal import WITHDRAWAL_REASONS
from server.db.engine import transaction
from server.queue import try_again
from server.stewardship.doctor import check
from shared.lifecycle import ALLOWED_MOVES, CONSENT_WITHDRAWN, CaseState
from tests.reliability import assertions, deciding, putting_aside, signing_out, taking_back
from tests.reliability.country import Country
from tests.reliability.holding import (
    HAPPENED,
    SENDING,
    WORKING,
    Holder,
    cases_that_may,
    taken_back,
    visits_that_may,
)
from tests.reliability.office_days import MOST_TABLETS, TABLET, WHICH, OfficeDays
from tests.reliability.roads import FAULTS

PERSON = st.integers(0, 30)
DECISIONS = st.lists(st.sampled_from(deciding.DECISIONS), min_size=1, max_size=5)
WHY = st.sampled_from(WITHDRAWAL_REASONS)
FAULTY = st.lists(st.sampled_from(tuple(FAULTS)), min_size=1, max_size=3)
LEAST_BETWEEN_SYNCS = 4
"""Steps: a clean sync costs as much as ten others, and one after another they find nothing."""
LOOK_AT_ALL_EVERY = 10
"""Steps after which all tablets are looked at; else only those whose turn it was."""


class AnyDay(OfficeDays):
    """One run: a fresh copy of the country, any number of steps, and a clean sync at its end."""

    make: Callable[[int], Country]
    """Set by the test: gives a country for a seed."""

    @initialize(seed=st.integers(0, 1 << 16))
    def begins(self, seed: int) -> None:
        self.country = type(self).make(seed)
        self.backups: list[tuple[Path, Holder]] = []
        self.steps, self.synced = 0, 0
        self.touched: list[Holder] = []
        for number, holder in enumerate(self.country.holders):
            self.country.record(holder, 3 * number, 2)

    def teardown(self) -> None:
        country = getattr(self, "country", None)
        if country is None:
            return
        try:
            country.clean_sync()
            model = country.model
            HAPPENED["revisions"] += sum(map(len, model.held.values()))
            HAPPENED["conflicts"] += len(model.aside)
            HAPPENED["superseded"] += len(model.superseded)
            HAPPENED["persons"] += len(model.groups())
            with transaction(country.office.engine) as connection:
                # A job whose worker was killed five times is put aside, as it must be.
                try_again(connection, country.office.now_s())
            assert check(country.office) == []
            if model.undecided:
                signing_out.take_in_all(country)
                assertions.check_office(country)
                assert check(country.office) == []
            if model.put_aside:
                for tablet_id in sorted(model.put_aside):
                    putting_aside.bring_back(country, tablet_id)
                assertions.check_office(country)
                assert check(country.office) == []
        finally:
            country.close()

    def step(self, number: int | None = None) -> Holder:
        """Counts it, and gives the tablet of that number, as far as there are so many."""
        self.steps += 1
        HAPPENED["step"] += 1
        holder = self.country.holders[(number or 0) % len(self.country.holders)]
        if number is not None:
            self.touched.append(holder)
        return holder

    # -- work

    @rule(tablet=TABLET, person=PERSON, cases=st.integers(1, 2))
    def officer_records(self, tablet: int, person: int, cases: int) -> None:
        self.country.record(self.step(tablet), person, cases)

    @rule(tablet=TABLET, person=PERSON)
    def broken_program_finalises_what_it_should_not(self, tablet: int, person: int) -> None:
        self.country.record(self.step(tablet), person, bad=True)

    @rule(tablet=TABLET, which=WHICH, hours=st.integers(2, 120))
    def officer_corrects(self, tablet: int, which: int, hours: int) -> None:
        holder = self.step(tablet)
        cases = cases_that_may(holder, CaseState.DRAFT)
        if cases:
            self.country.correct(holder, cases[which % len(cases)], hours / 2)

    @rule(tablet=TABLET, which=WHICH, why=WHY)
    def officer_withdraws(self, tablet: int, which: int, why: str) -> None:
        holder = self.step(tablet)
        cases = cases_that_may(holder, CaseState.WITHDRAWN)
        if cases:
            self.country.change(holder, cases[which % len(cases)], "withdraw", why)
            HAPPENED[f"withdrawn {why}"] += 1

    @rule(tablet=TABLET, which=WHICH, why=WHY)
    def officer_withdraws_a_visit_with_its_cases(self, tablet: int, which: int, why: str) -> None:
        holder = self.step(tablet)
        visits = visits_that_may(holder, CaseState.WITHDRAWN)
        if visits:
            self.country.change(holder, visits[which % len(visits)], "withdraw", why)
            HAPPENED[f"visit withdrawn {why}"] += 1

    @rule(tablet=TABLET, which=WHICH)
    def consent_is_withdrawn_of_what_was_withdrawn(self, tablet: int, which: int) -> None:
        holder = self.step(tablet)
        cards = taking_back.what_may_lose_consent(holder)
        if cards:
            self.country.change(holder, cards[which % len(cards)], "withdraw", CONSENT_WITHDRAWN)
            HAPPENED["withdrawn, then without consent"] += 1

    @rule(tablet=TABLET, which=WHICH, why=WHY)
    def officer_takes_up_again_what_was_withdrawn_and_sent(
        self, tablet: int, which: int, why: str
    ) -> None:
        holder = self.step(tablet)
        taking_back.withdraw_sent_and_take_up_again(self.country, holder, which, why)

    @rule(tablet=TABLET, which=WHICH)
    def broken_program_takes_up_what_lost_its_consent(self, tablet: int, which: int) -> None:
        holder = self.step(tablet)
        taking_back.broken_program_takes_up_without_consent(self.country, holder, which)

    @rule(tablet=TABLET)
    def names_are_erased(self, tablet: int) -> None:
        holder = self.step(tablet)
        holder.doing(holder.session.casework.erase_all_identities)

    @rule(tablet=TABLET, which=WHICH)
    def officer_takes_up_again_what_was_withdrawn(self, tablet: int, which: int) -> None:
        holder = self.step(tablet)
        cards = taken_back(holder)
        if cards:
            self.country.change(holder, cards[which % len(cards)], "undo_withdrawal")
            HAPPENED["withdrawal undone"] += 1

    @rule(tablet=TABLET, which=WHICH)
    def somebody_is_in_danger(self, tablet: int, which: int) -> None:
        holder = self.step(tablet)
        cases = cases_that_may(holder, CaseState.DRAFT)
        if cases:
            self.country.change(holder, cases[which % len(cases)], "danger")

    # -- roads

    @rule(tablet=TABLET)
    def tablet_sends(self, tablet: int) -> None:
        self.country.send(self.step(tablet))

    @rule(tablet=TABLET, faults=FAULTY)
    def tablet_sends_over_a_bad_link(self, tablet: int, faults: list[str]) -> None:
        self.country.send(self.step(tablet), faults)

    @rule(tablet=TABLET, person=PERSON, faults=FAULTY)
    def tablet_records_and_sends_over_a_bad_link(
        self, tablet: int, person: int, faults: list[str]
    ) -> None:
        holder = self.step(tablet)
        self.country.record(holder, person, short=True)
        self.country.send(holder, faults)

    @rule(
        tablet=TABLET,
        moment=st.sampled_from(SENDING),
        times=st.integers(1, 2),
        faults=st.lists(st.sampled_from(tuple(FAULTS)), max_size=2),
    )
    def power_goes_while_sending(
        self, tablet: int, moment: str, times: int, faults: list[str]
    ) -> None:
        holder = self.step(tablet)
        holder.dies_at, holder.dies_after = moment, times
        self.country.send(holder, faults)

    @rule(tablet=TABLET, moment=st.sampled_from(WORKING), person=PERSON)
    def power_goes_while_working(self, tablet: int, moment: str, person: int) -> None:
        holder, doing = self.step(tablet), moment.partition("_")[2]
        dying = self.country.supervisor if doing == "carrying" else holder
        may_become = CaseState.WITHDRAWN if doing == "withdraw" else CaseState.DRAFT
        those_that_may = visits_that_may if doing == "withdraw" and person % 3 else cases_that_may
        cases = [
            card
            for card in those_that_may(holder, may_become)
            if doing != "reopen" or card.state is not CaseState.DRAFT
        ]
        if doing == "undo_withdrawal":
            cases = taken_back(holder)
        dying.dies_at, dying.dies_after = moment, 1 + person % 2
        if doing == "carrying":
            dying.dies_after = 1
            self.country.hand_to_supervisor(holder)
        elif doing in ("start", "finalise"):
            self.country.record(holder, person, 2, short=True)
        elif cases:
            holder.dies_after = 1
            why = WITHDRAWAL_REASONS[person % len(WITHDRAWAL_REASONS)]
            self.country.change(holder, cases[person % len(cases)], doing, why)
        dying.dies_at = ""

    @rule(tablet=TABLET)
    def power_goes(self, tablet: int) -> None:
        self.step(tablet).cut_power()

    @rule(tablet=TABLET)
    def parcels_go_onto_the_stick(self, tablet: int) -> None:
        self.country.save_to_stick(self.step(tablet))

    @rule()
    def office_reads_the_stick(self) -> None:
        self.step()
        self.country.office_reads_stick()

    @rule(tablet=TABLET)
    def receipts_are_read_from_the_stick(self, tablet: int) -> None:
        self.country.read_receipts(self.step(tablet))

    @rule(tablet=TABLET)
    def parcels_go_to_the_supervisor(self, tablet: int) -> None:
        self.country.hand_to_supervisor(self.step(tablet))

    @rule(faults=st.lists(st.sampled_from(tuple(FAULTS)), max_size=3))
    def supervisor_delivers(self, faults: list[str]) -> None:
        self.step()
        self.country.supervisor_delivers(faults)

    @rule(tablet=TABLET)
    def supervisor_hands_receipts_back(self, tablet: int) -> None:
        self.country.supervisor_hands_back(self.step(tablet))

    @rule()
    def supervisor_loses_power(self) -> None:
        self.step()
        self.country.supervisor.cut_power()

    @rule()
    def what_hung_somewhere_arrives(self) -> None:
        self.step()
        self.country.deliver_late()

    # -- clocks, backups

    @rule(tablet=TABLET, days=st.integers(-1100, 400))
    def clock_is_set(self, tablet: int, days: int) -> None:
        holder = self.step(tablet)
        holder.clock.now += timedelta(days=days)

    @rule(tablet=TABLET)
    def tablet_is_backed_up(self, tablet: int) -> None:
        holder = self.step(tablet)
        self.backups.append((self.country.back_up(holder), holder))

    @precondition(lambda self: self.backups)
    @rule(which=st.integers(0, 10), lost=st.booleans())
    def old_backup_is_restored(self, which: int, lost: bool) -> None:
        self.step()
        path, holder = self.backups[which % len(self.backups)]
        if holder not in self.country.holders:
            return
        if lost or len(self.country.holders) < MOST_TABLETS:
            self.country.restore(path, holder, of_lost=lost)

    @precondition(lambda self: len(self.country.holders) < MOST_TABLETS)
    @rule(tablet=TABLET, hours=st.integers(2, 40), decisions=DECISIONS)
    def two_tablets_of_one_backup_change_the_same_case(
        self, tablet: int, hours: int, decisions: list[str]
    ) -> None:
        holder = self.step(tablet)
        clone = self.country.restore(self.country.back_up(holder), holder, of_lost=False)
        for number, one in enumerate((holder, clone)):
            cases = cases_that_may(one, CaseState.DRAFT)
            if cases:
                self.country.correct(one, cases[0], hours + number)
        for decision in decisions:
            deciding.decide(self.country, hours, decision)

    @precondition(lambda self: len(self.country.holders) < MOST_TABLETS)
    @rule(tablet=TABLET, which=WHICH, decisions=DECISIONS)
    def steward_decides_between_two_tablets_of_one_backup(
        self, tablet: int, which: int, decisions: list[str]
    ) -> None:
        """Each changes the same case; then a steward decides, and thinks better of it."""
        holder = self.step(tablet)
        path = self.country.back_up(holder)
        others = [self.country.restore(path, holder, of_lost=False)]
        if len(self.country.holders) < MOST_TABLETS:
            others.append(self.country.restore(path, holder, of_lost=False))
        cases = cases_that_may(holder, CaseState.DRAFT)
        if not cases:
            return
        record_id = cases[which % len(cases)].record_id
        for number, one in enumerate((holder, *others)):
            card = one.book.card(record_id)
            if (which + number) % 6 == 0 and CaseState.WITHDRAWN in ALLOWED_MOVES[card.state]:
                why = WITHDRAWAL_REASONS[which % len(WITHDRAWAL_REASONS)]
                self.country.change(one, card, "withdraw", why)
            else:
                self.country.correct(one, card, which / 2 + number)
            self.country.send(one)
        for place, decision in enumerate(decisions):
            deciding.decide(self.country, which + place % 2, decision, record_id)

    @precondition(lambda self: self.steps >= self.synced + LEAST_BETWEEN_SYNCS)
    @rule()
    def everything_arrives(self) -> None:
        self.step()
        self.country.clean_sync()
        self.synced = self.steps

    # -- what must be so at every moment

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "country"):
            return
        all_of_them = self.steps % LOOK_AT_ALL_EVERY == 0
        holders = self.country.holders
        looked_at = [one for one in holders if all_of_them or one in self.touched]
        self.touched.clear()
        for holder in looked_at:
            self.country.note(holder)
        assertions.check_nothing_is_lost(self.country, looked_at)
