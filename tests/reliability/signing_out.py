"""A tablet is signed out: what it brings waits for a person, is read by nobody, and is not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobile.sending.send import SendReport
from server.intake import quarantine
from server.programme import enrolment
from shared.texts import text
from tests.reliability.holding import HAPPENED, Holder

if TYPE_CHECKING:
    from tests.reliability.country import Country

MOST_TRIES = 40
"""Sendings of a tablet that nobody answers: each brings one parcel, those tried least first."""


def sign_out(country: Country, holder: Holder) -> None:
    """For good: its officer would get another one."""
    with country.quiet():
        enrolment.revoke(country.office, holder.tablet_id, "test")
    country.model.signed_out.add(holder.tablet_id)
    HAPPENED["signed out"] += 1


def decide(country: Country, which: int, *, take_in: bool) -> None:
    """A person decides about one parcel that waits."""
    waiting = sorted(country.model.undecided)
    if not waiting:
        return
    parcel_id = waiting[which % len(waiting)]
    with country.quiet():
        if take_in:
            quarantine.accept(country.office, parcel_id, "test")
        else:
            quarantine.discard(country.office, parcel_id, "test")
    if take_in:
        country.model.is_taken_in(parcel_id)
    else:
        del country.model.undecided[parcel_id]
    HAPPENED["set aside: taken in" if take_in else "set aside: discarded"] += 1


def take_in_all(country: Country) -> None:
    """A person takes in whatever waits."""
    while country.model.undecided:
        decide(country, 0, take_in=True)


def everything_of(country: Country, holder: Holder) -> None:
    """All that this tablet has reaches the office and is not decided about; it keeps everything
    but the names, and the officer reads why."""
    for _ in range(MOST_TRIES):
        report = country.send(holder)
        assert report is not None
        check_sentence(report)
        if all(
            country.model.has_answered(key) or _waits(country, holder, key)
            for key in _entries(holder)
        ):
            break
    else:
        raise AssertionError("a record of a tablet that was signed out does not arrive")
    for card in holder.cards():
        assert (card.name, card.place, card.linkage) == ("", "", b""), "a name was not erased"


def check_sentence(report: SendReport) -> None:
    """Without a fault on the way it says that the tablet was signed out."""
    if not report.problem:
        assert report.orders == ("erase_identities",)
        assert text("tablet.signed_out", "en") in report.sentence, report.sentence


def check_what_waits(country: Country) -> None:
    """The office lists what nobody has decided about, and nothing else."""
    listed = {one.parcel_id for one in quarantine.waiting(country.office)}
    assert listed == country.model.undecided.keys(), "what waits for a person is not what came"


def _waits(country: Country, holder: Holder, key: tuple[str, int, str]) -> bool:
    return country.model.is_kept_from(holder.tablet_id, key)


def _entries(holder: Holder) -> list[tuple[str, int, str]]:
    return [(one.record_id, one.revision, one.fingerprint) for one in holder.book.entries()]
