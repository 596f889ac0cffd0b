"""Everything arrives by every road, and then everything must be so."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.reliability import asking, assertions, signing_out
from tests.reliability.holding import HAPPENED, Holder

if TYPE_CHECKING:
    from tests.reliability.country import Country


def clean_sync(country: Country) -> None:
    """Nothing is lost, nothing is counted twice, both sides agree, and every officer reads the
    right sentence."""
    country.faults.clear()
    country.deliver_late()
    country.office_reads_stick()
    country.supervisor_delivers()
    for holder in country.holders:
        country.read_receipts(holder)
        country.supervisor_hands_back(holder)
        if holder.tablet_id in country.model.signed_out:
            signing_out.everything_of(country, holder)
        else:
            _everything_of(country, holder)
        country.note(holder)
    assertions.check_nothing_is_lost(country)
    assertions.check_outcomes(country)
    assertions.check_office(country)
    signing_out.check_what_waits(country)
    asking.check(country)
    HAPPENED["clean sync"] += 1
    if country.random.random() < 0.7:
        # what was read by everybody is thrown away, else later steps do little but read again
        shutil.rmtree(country.stick)
        country.stick.mkdir()
        country.supervisor.session.relay.forget_handed_back()


def _everything_of(country: Country, holder: Holder) -> None:
    report = country.send(holder)
    while report is not None and report.still_waiting and not report.problem:
        report = country.send(holder)
    assert report is not None
    assert (report.problem, report.still_waiting) == ("", 0)
    if holder.tablet_id not in country.cloned:
        assert report.totals_agree, report.sentence
        assertions.check_notes(country, holder)
