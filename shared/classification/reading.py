"""From the answers of a case to what the rules ask.

Owns what an answer means to a rule: which codes are a yes, and what silence means. Reads the
statistical content only, through measures; no rule knows a question by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import lru_cache, wraps
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from shared.answers import NOT_SAID, Trilean, Value, any_of
from shared.classification.ages import ANYBODY, OLDEST, PossibleAges, ages_in_band
from shared.classification.forced_labour import Actor
from shared.classification.known_codes import HARMLESS_YES, KNOWN_CODES, untold
from shared.remembered import forgotten_on_locking

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN

STATE_ACTORS = frozenset({"state_authority", "armed_forces"})
ARMED_GROUPS = frozenset({"armed_group"})
OWN_PARENTS = frozenset({"own_parents"})
"""Codes of who applies the pressure; the list who_applies says the same in its column actor."""


_AS_SAID: Mapping[str, Mapping[str, str]] = MappingProxyType({})


class NamedQuestion(Protocol):
    """What is read of a question."""

    @property
    def name(self) -> str: ...


class MeasuredQuestionnaire(Protocol):
    """What is read of a questionnaire."""

    @property
    def digest(self) -> str: ...
    def measured(self, measure: str) -> Sequence[NamedQuestion]: ...
    def meant_by(self, measure: str) -> Mapping[str, str]: ...


class Reading:
    """The answers of one case and of its visit, by measure. Rules ask the same again and again:
    each thing is worked out once."""

    __slots__ = (
        *("_codes", "_content", "_meant", "_questions", "_values", "_visit", "_yes_no", "found"),
    )

    def __init__(
        self,
        content: Mapping[str, Value],
        visit_content: Mapping[str, Value],
        questions: Mapping[str, tuple[str, ...]],
        meant: Mapping[str, Mapping[str, str]] = _AS_SAID,
    ) -> None:
        """questions: names by measure. meant: for codes of a country's own, by measure, the code
        each stands for."""
        self._content, self._visit, self._questions = content, visit_content, questions
        self._meant = meant
        self._values: dict[str, list[Value]] = {}
        self._codes: dict[str, frozenset[str]] = {}
        self._yes_no: dict[str, Trilean] = {}
        self.found: dict[Callable[..., Any], Any] = {}
        """What ``once`` worked out."""

    def values(self, measure: str) -> list[Value]:
        """Every answer given to a question of this measure; 'unknown' and 'refused' too. A code
        of a country's own is the one it stands for."""
        found = self._values.get(measure)
        if found is None:
            meant = self._meant.get(measure)
            found = self.as_said(measure)
            if meant:
                found = [_as_meant(value, meant) for value in found]
            self._values[measure] = found
        return found

    def as_said(self, measure: str) -> list[Value]:
        """The same with the codes that were chosen."""
        found = []
        for name in self._questions.get(measure, ()):
            value = self._content.get(name)
            if value is None:
                value = self._visit.get(name)
            if value is not None:
                found.append(value)
        return found

    def untold(self, measure: str) -> frozenset[str]:
        """Codes that were chosen of which no rule knows what they say."""
        return untold(measure, self.codes(measure))

    def has_untold(self) -> bool:
        """Whether any such code was chosen."""
        return any(map(self.untold, KNOWN_CODES))

    def has(self, measure: str) -> bool:
        """Whether the questionnaire asks it at all: an older one may not."""
        return bool(self._questions.get(measure))

    def asked(self, *measures: str) -> bool:
        """Whether any question of these measures has an answer, be it 'unknown'."""
        return any(map(self.values, measures))

    def yes_no(self, measure: str) -> Trilean:
        """Yes if one answer is a yes; no if every question of the measure is answered no.

        A question that is not answered is unknown: silence is never a no. So is a measure the
        questionnaire does not ask.
        """
        word = self._yes_no.get(measure)
        if word is None:
            names = self._questions.get(measure, ())
            words = (self._word(name, measure) for name in names)
            word = self._yes_no[measure] = any_of(words) if names else U
        return word

    def yes_no_if_asked(self, measure: str) -> Trilean:
        """As yes_no, but a questionnaire that never asks it says no: what an older one did not
        know cannot be held against its records."""
        return self.yes_no(measure) if self.has(measure) else N

    def answered_yes_no(self, measure: str) -> Trilean:
        """As yes_no over the answers given; no answer at all says no.

        For what is asked only where something else makes it worth asking, and decides nothing.
        """
        return any_of(map(meaning, self.values(measure)))

    def _word(self, name: str, measure: str) -> Trilean:
        value = self._content.get(name)
        if value is None:
            value = self._visit.get(name)
        if value is None:
            return U
        if meant := self._meant.get(measure):
            value = _as_meant(value, meant)
        if measure in HARMLESS_YES and untold(measure, _codes((value,))):
            return U
        return meaning(value)

    def codes(self, measure: str) -> frozenset[str]:
        """Every code chosen, 'none' and 'unknown' among them."""
        codes = self._codes.get(measure)
        if codes is None:
            values = self.values(measure)
            codes = self._codes[measure] = frozenset(_codes(values)) if values else _NO_CODES
        return codes

    def codes_in_order(self, measure: str) -> tuple[str, ...]:
        """The codes as they were chosen, in that order, each once."""
        return tuple(dict.fromkeys(_codes(self.as_said(measure))))

    def that_mean(self, measure: str, wanted: Set[str]) -> tuple[str, ...]:
        """Of these the ones that are among the wanted, or stand for one of them."""
        meant = self._meant.get(measure, {})
        return tuple(
            code for code in self.codes_in_order(measure) if meant.get(code, code) in wanted
        )

    def codes_of_question(self, name: str) -> tuple[str, ...]:
        """The codes chosen in a question that measures nothing, by its name."""
        value = self._content.get(name)
        return tuple(dict.fromkeys(_codes(() if value is None else (value,))))

    def chosen(self, measure: str, code: str) -> Trilean:
        """Whether this one of several choices was chosen: no if others were, or none, and nothing
        was left open. A code nobody told may be it."""
        codes = self.codes(measure)
        if code in codes:
            return Y
        return U if not codes or codes & NOT_SAID or self.untold(measure) else N

    def hours(self, measure: str) -> tuple[float, bool]:
        """Hours a week summed over the questions, and whether they are all known.

        Nothing answered: (0, False).
        """
        values = self.values(measure)
        known = [float(value) for value in values if isinstance(value, (int, float))]
        return sum(known), bool(values) and len(known) == len(values)

    def longest_day(self) -> float | None:
        """Hours of the longest day worked; None when not known or not asked."""
        hours, known = self.hours("work.hours_longest_day")
        return hours if known else None

    def industries(self) -> tuple[str, ...]:
        """ISIC codes of the work where they are said, else of the workplace visited."""
        found = self.values("work.industry") or self.values("visit.activity")
        return tuple(value for value in found if isinstance(value, str))

    def ages(self) -> PossibleAges:
        """The possible ages: from the birth date, else as stated, else the band, else anybody."""
        return _ages(self)

    def _possible_ages(self) -> PossibleAges:
        for measure in ("age.completed_years", "age.stated"):
            for value in self.values(measure):
                if isinstance(value, int) and 0 <= value <= OLDEST:
                    return range(value, value + 1)
        for value in self.values("age.band"):
            ages = ages_in_band(value)
            if ages is not None:
                return ages
        return ANYBODY

    def actor(self) -> Actor:
        """Who exacts the work, by who applies the pressure."""
        who = self.codes("forced.who_applies")
        if who & STATE_ACTORS:
            return Actor.STATE
        if who & ARMED_GROUPS:
            return Actor.ARMED_GROUP
        told = who - self.untold("forced.who_applies")
        return Actor.PRIVATE if told - NOT_SAID - _SAYS_NO else Actor.UNKNOWN

    def third_parties(self) -> frozenset[str]:
        """Who applies the pressure, the person's own parents and unknown ones left out."""
        who = self.codes("forced.who_applies") - self.untold("forced.who_applies")
        return who - OWN_PARENTS - NOT_SAID - _SAYS_NO

    def only_the_state_applies(self) -> Trilean:
        """Whether nobody but the State applies it: an exception of C29 excuses nobody else."""
        if self.third_parties() - STATE_ACTORS:
            return Trilean.NO
        return U if self.others_may_apply() else Trilean.of(bool(self.third_parties()))

    def others_may_apply(self) -> bool:
        """Whether somebody may apply the pressure who is not named: nobody was asked, or it is
        not known whether there are others."""
        who = self.codes("forced.who_applies")
        return not who or bool(who & NOT_SAID) or bool(self.untold("forced.who_applies"))


_Found = TypeVar("_Found")


def once(work: Callable[[Reading], _Found]) -> Callable[[Reading], _Found]:
    """What ``work`` gives for a reading, worked out once for it."""

    @wraps(work)
    def known(reading: Reading) -> _Found:
        found: _Found | None = reading.found.get(work)
        if found is None:
            found = reading.found[work] = work(reading)
        return found

    return known


@forgotten_on_locking
@lru_cache(maxsize=4096)
def meaning(value: Value) -> Trilean:
    """What one answer says: yes and no, or several codes, 'none' or not known.

    One code beside 'unknown' is a yes; 'none' (or 'no', 'not_applicable') alone is a no.
    """
    codes = set(_codes((value,)))
    if not codes:
        return U
    said = codes - _SAYS_NO - NOT_SAID
    if said:
        return Y
    return U if codes & NOT_SAID else N


def _as_meant(value: Value, meant: Mapping[str, str]) -> Value:
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(meant.get(code, code) for code in value))
    return meant.get(value, value) if isinstance(value, str) else value


_SAYS_NO = frozenset({"no", "none", "not_applicable"})
_NO_CODES = frozenset[str]()


def _codes(values: Iterable[Value]) -> Iterable[str]:
    for value in values:
        if isinstance(value, tuple):
            yield from value
        elif isinstance(value, str):
            yield value


_ages = once(Reading._possible_ages)
