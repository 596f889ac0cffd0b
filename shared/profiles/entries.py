"""What stands in a profile: a value of law, a number to call, a duty, who signed it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.profiles.kinds import ParameterValue


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who says that a value is right, in what office, by which document and since what day."""

    by: str
    office: str
    document: str
    on: date


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value a rule reads, with where it comes from.

    value: None where the law sets none, and where nobody has looked it up (unknown).
    as_of: the day for which the source was looked up; None when not recorded.
    confirmed: whether the country signed it off.
    confirmation: who did; None when nobody did, or it was not written down.
    """

    name: str
    value: ParameterValue
    source: str
    as_of: date | None
    confirmed: bool
    note: str = ""
    confirmation: Confirmation | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Helpline:
    """Where somebody in danger can be helped by telephone."""

    name: str
    number: str
    kind: str
    area: str
    source: str
    as_of: date | None
    confirmed: bool
    confirmation: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class NoneKnown:
    """A plain word that nobody knows a children's helpline in the country yet."""

    source: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Mandate:
    """The law by which the office makes statistics, for readers of what it publishes.

    words: by language, with English; for the head INST_MANDATE of SIMS 2.0. source: the law, with
    its section.
    """

    words: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of law to report: who must report what to whom, within how many hours."""

    who: str
    what: str
    to_whom: str
    within_hours: int | None
    source: str
    as_of: date | None
    confirmed: bool
    confirmation: Confirmation | None = None


def standing(told: Parameter, defaults: Mapping[str, Parameter]) -> Parameter:
    """The parameter, or the international default where nobody can do without a value and none is
    told: signed off by nobody. A law may list no hazardous work; it cannot do without a night."""
    default = defaults.get(told.name)
    lists_none = told.name in _MAY_BE_NONE and not told.unknown
    if told.value is not None or default is None or lists_none:
        return told
    source = f"{told.source}; what stands is the default: {default.source}"
    return replace(default, source=source, confirmed=False, confirmation=None)


_MAY_BE_NONE = frozenset({"hazardous_industries", "hazardous_occupations", "rest_days_week"})
