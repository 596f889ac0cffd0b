"""One country's profile: the values of its law, by area and industry, and whom to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any

from shared.answers import NOT_SAID
from shared.codelists.hazardous import ILO_INDUSTRIES, ILO_OCCUPATIONS
from shared.codelists.isic import is_isic, lies_in
from shared.places import Place
from shared.profiles.entries import Duty, Helpline, Mandate, NoneKnown, Parameter
from shared.profiles.kinds import KINDS
from shared.profiles.own_law import untold_in
from shared.profiles.stricter import binding

_NOTHING: Mapping[str, Mapping[str, Parameter]] = MappingProxyType({})


@dataclass(frozen=True)
class CountryProfile:
    """The profile of one country.

    languages: of the programme's officers, ISO 639-1 where there is one, first one first.
    calendar: the one people use for birth dates: one of shared.calendars. Dates
        are stored in the Gregorian calendar whatever it is.
    """

    iso3: str
    iso2: str
    m49: str
    names: Mapping[str, str]
    languages: tuple[str, ...]
    calendar: str
    parameters: Mapping[str, Parameter]
    areas: Mapping[str, Mapping[str, Parameter]]
    helplines: tuple[Helpline, ...]
    duties: tuple[Duty, ...]
    notes: tuple[str, ...]
    folders: tuple[Place, ...]
    industries: Mapping[str, Mapping[str, Parameter]] = field(default_factory=lambda: _NOTHING)
    """Overrides by ISIC section or division; keys of an area too: ``PK-PB 03``."""
    no_helpline: NoneKnown | None = None
    mandate: Mandate | None = None
    faults: tuple[str, ...] = ()
    """What of it could not be used and is untold: of a profile that was accepted before reading it
    grew stricter (shared.profiles.mending)."""

    @property
    def is_here(self) -> bool:
        """Whether anybody told anything of the country; else its first edition is awaited."""
        return bool(self.folders)

    def name(self, language: str = "en") -> str:
        """The country's name in that language, else in English."""
        return self.names.get(language) or self.names["en"]

    def value(self, parameter: str) -> Any:
        """The value of a parameter; None when the country does not set it."""
        found = self.parameters.get(parameter)
        return None if found is None else found.value

    def helplines_for(self, area: str | None) -> tuple[Helpline, ...]:
        """The numbers in the order to try them: confirmed ones first, then those that hold in the
        area; numbers of other areas come last. area: None where it is not known: then what holds
        everywhere comes first, for of three provinces' numbers two are wrong."""

        def rank(line: Helpline) -> tuple[bool, bool]:
            elsewhere = bool(line.area) and not (area and _is_within(area, line.area))
            return elsewhere, not line.confirmed

        return tuple(sorted(self.helplines, key=rank))

    def is_confirmed(self, *parameters: str) -> bool:
        """Whether the country has signed off every one of these, be it that the law sets none.

        One the profile does not have is not confirmed.
        """
        found = [self.parameters.get(name) for name in parameters]
        return all(parameter is not None and parameter.confirmed for parameter in found)

    def sets(self, parameter: str) -> bool:
        """Whether the profile has the parameter, be it that the law sets none."""
        found = self.parameters.get(parameter)
        return found is not None and not found.unknown

    @cached_property
    def _in(self) -> dict[tuple[str, str], CountryProfile]:
        return {}

    def in_area(self, area: str | None) -> CountryProfile:
        """The profile as it holds in an area: overrides of the area and of those above it.

        Areas are matched by the beginning of their code: PK-PB holds in PK-PB-05 too.
        """
        return self.law_of(area or "", "") if self.areas else self

    def makes_its_own_law(self, area: str) -> bool:
        """Whether what is not told of the area is not known, whatever the country's law says.

        So it is where some value of law is the area's own, be it for one industry, and where the
        profile says so of it (``own_law``); one that says it does not lays the area's values over
        those of the country, or of the area it lies in.
        """
        own = self.areas.get(area, {})
        of_industries = (
            more for code, more in self.industries.items() if code.startswith(f"{area} ")
        )
        said = own.get("own_law")
        if said is not None and not said.unknown:
            return bool(said.value)
        return any(KINDS[name].law for name in (*own, *chain.from_iterable(of_industries)))

    def law_of(self, area: str, industry: str) -> CountryProfile:
        """The law of one area in one industry (an ISIC code); "" for either: the law without its
        special rules. For an area or industry that may not be known: possible_laws."""
        known = self._in.get((area, industry))
        if known is None:
            parameters = dict(self.parameters)
            said_by: dict[str, str] = {}
            of_industry: dict[str, str] = {}
            lawmaker = ""
            for code in sorted(self.areas, key=len):
                if not _is_within(area, code):
                    continue
                if self.makes_its_own_law(code):
                    lawmaker = code
                    parameters = {one.name: untold_in(code, one) for one in parameters.values()}
                parameters.update(self.areas[code])
                said_by |= dict.fromkeys(self.areas[code], code)
            industries: dict[str, Mapping[str, Parameter]] = {}
            for code, own in sorted(self.industries.items(), key=_narrow_last):
                where, _, kind = code.rpartition(" ")
                if where and not _is_within(area, where):
                    continue
                if lawmaker and not _is_within(where, lawmaker):
                    continue
                own = {
                    name: binding(told, parameters[name])
                    if len(said_by.get(name, "")) > len(where)
                    else binding(parameters[name], told)
                    if len(of_industry.get(name, where)) < len(where)
                    else told
                    for name, told in own.items()
                }
                if lies_in(industry, kind):
                    parameters.update(own)
                    of_industry |= dict.fromkeys(own, where)
                industries[kind] = {**industries.get(kind, {}), **own}
            known = replace(
                self,
                parameters=MappingProxyType(parameters),
                areas=_NOTHING,
                industries=_NOTHING if industry else MappingProxyType(industries),
            )
            if not (area or industry):
                known = self
            self._in[area, industry] = known
        return known

    def possible_laws(
        self, area: str | None, industries: Sequence[str] = ()
    ) -> tuple[CountryProfile, ...]:
        """Every law that may hold for work in that area and in one of these ISIC codes.

        An area or an industry that is not known leaves open which of the special rules holds:
        the law without them stands beside each of them.
        """
        at = area if area and area not in NOT_SAID else ""
        below = [code for code in self.areas if not at or code.startswith(f"{at}-")]
        places = [at, *below] if below else [at]
        said = [code for code in industries if is_isic(code)]
        special = {code.rpartition(" ")[2] for code in self.industries}
        kinds = [*said, *(kind for kind in sorted(special) for code in said if lies_in(kind, code))]
        kinds = kinds or ["", *sorted(special)]
        laws = [self.law_of(place, kind) for place in places for kind in kinds]
        return tuple({id(law): law for law in laws}.values())

    # The parameters every country has, by name, typed.

    @property
    def minimum_age(self) -> int | None:
        """Completed years from which a child may be employed; None when not known."""
        return self.value("minimum_age")  # type: ignore[no-any-return]

    @property
    def light_age_from(self) -> int | None:
        """Completed years from which light work is allowed; None when the law has none."""
        return self.value("light_age_from")  # type: ignore[no-any-return]

    @property
    def declared_minimum_age(self) -> int | None:
        """The minimum age declared under C138 art. 2(1); None when not known."""
        return self.value("declared_minimum_age")  # type: ignore[no-any-return]

    @property
    def light_conditions(self) -> tuple[str, ...]:
        """Conditions of light work: words of CONDITIONS; none too where nobody has looked them
        up, which ``sets`` tells."""
        return tuple(self.value("light_conditions") or ())

    @property
    def young_conditions(self) -> tuple[str, ...]:
        """Conditions of work above the minimum age: words of CONDITIONS."""
        return tuple(self.value("young_conditions") or ())

    def light_hours_day(self, age: int) -> float | None:
        """Hours a day up to which light work is allowed at that age; None for no limit."""
        return self._hours("light_hours_day", age)

    def young_hours_day(self, age: int) -> float | None:
        """Hours a day up to which a child of that age may work; None when the law sets none."""
        return self._hours("young_hours_day", age)

    def light_hours_week(self, age: int) -> float | None:
        """Hours a week up to which light work is allowed at that age; None when the law sets none.

        A law that limits the day allows as many such days as the week has without those of rest.
        """
        return self._week("light", age)

    def young_hours_week(self, age: int) -> float | None:
        """Hours a week up to which a child of that age may work; None when the law sets none.

        age: completed years, at or above the minimum age. The day's limit counts as for light
        work.
        """
        return self._week("young", age)

    def _week(self, work: str, age: int) -> float | None:
        week, day = self._hours(f"{work}_hours_week", age), self._hours(f"{work}_hours_day", age)
        limits = [] if week is None else [week]
        if day is not None:
            limits.append(day * (7 - int(self.value("rest_days_week") or 0)))
        return min(limits, default=None)

    def _hours(self, parameter: str, age: int) -> float | None:
        limits = [hours for since, hours in self.value(parameter) or () if since <= age]
        return limits[-1] if limits else None

    @property
    def hazardous_age(self) -> int | None:
        """Completed years from which hazardous work is allowed."""
        return self.value("hazardous_age")  # type: ignore[no-any-return]

    @property
    def hazardous_training_age(self) -> int | None:
        """Completed years from which hazardous work is allowed in training or under strict
        conditions (C138 art. 3(3)); None when the law has no such exception."""
        return self.value("hazardous_training_age")  # type: ignore[no-any-return]

    @property
    def compulsory_school_age(self) -> int | None:
        """Completed years at which compulsory schooling ends; None when not known."""
        return self.value("compulsory_school_age")  # type: ignore[no-any-return]

    @property
    def linkage_codes(self) -> str:
        """Which linkage codes tablets make: a key of shared.linkage.SENT."""
        return str(self.value("linkage_codes"))

    @property
    def tablet_unlocking(self) -> str:
        """What tablets are unlocked with: 'pin' (or more), 'passphrase', or
        'hardware_or_passphrase': a PIN where a key in hardware is needed beside it."""
        return str(self.value("tablet_unlocking") or "pin")

    @property
    def chore_strict(self) -> bool:
        """Whether household services count above 21 hours, not from 21 hours on."""
        return bool(self.value("chore_strict"))

    @property
    def water_firewood(self) -> str:
        """Where fetching water and firewood is counted: 'chores' or 'economic'."""
        return str(self.value("water_firewood"))

    @property
    def night_window(self) -> tuple[str, str]:
        """From and to, 'HH:MM' local time: work in it is night work."""
        start, end = self.value("night_window")
        return start, end

    @property
    def hazardous_industries(self) -> tuple[str, ...]:
        """ISIC divisions or sections designated hazardous for children."""
        own = tuple(self.value("hazardous_industries") or ())
        return (*own, *ILO_INDUSTRIES) if self.value("hazardous_lists") == "ilo" else own

    @property
    def hazardous_occupations(self) -> tuple[str, ...]:
        """ISCO-08 codes designated hazardous for children; a short code means all below it."""
        own = tuple(self.value("hazardous_occupations") or ())
        return (*own, *ILO_OCCUPATIONS) if self.value("hazardous_lists") == "ilo" else own

    @property
    def hazardous_abuse(self) -> tuple[str, ...]:
        """Codes of abuse at work that make it hazardous (R190 para 3(a))."""
        return tuple(self.value("hazardous_abuse") or ())

    @property
    def hazardous_night(self) -> str:
        """How often work at night makes it hazardous: 'any', 'monthly' or 'weekly'."""
        return str(self.value("hazardous_night"))

    @property
    def hazardous_fire_from_15(self) -> bool:
        """Whether open fire or smoke alone makes chores hazardous at 15 to 17 too."""
        return bool(self.value("hazardous_fire_from_15"))

    @property
    def unreviewed_read_aloud(self) -> bool:
        """Whether the programme signs for reading unreviewed sentences about worst forms, sexual
        abuse and trafficking aloud; only with the name of who did."""
        found = self.parameters.get("unreviewed_read_aloud")
        return bool(found and found.value and found.confirmation)

    @property
    def disclosure_threshold(self) -> int:
        """Persons below which a published cell is protected."""
        return int(self.value("disclosure_threshold"))

    @property
    def identity_days(self) -> int:
        """Days an identity stays on the tablet after the office's receipt."""
        return int(self.value("identity_days"))

    @property
    def identity_days_most(self) -> int:
        """Days after the receipt an identity stays at most while a follow-up is open."""
        return int(self.value("identity_days_most"))

    @property
    def follow_up_days(self) -> int:
        """Days after which help that was arranged is looked after; a proposal to the officer."""
        return int(self.value("follow_up_days"))

    @property
    def follow_up_days_danger(self) -> int:
        """The same for a person in immediate danger."""
        return int(self.value("follow_up_days_danger"))


def _is_within(area: str, code: str) -> bool:
    return area == code or area.startswith(f"{code}-")


def _narrow_last(item: tuple[str, object]) -> tuple[bool, int]:
    """Law of the whole country first, then of areas; sections before their divisions."""
    where, _, kind = item[0].rpartition(" ")
    return bool(where), len(where) * 10 + len(kind)
