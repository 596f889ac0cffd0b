"""One country's profile, laid over the international defaults.

File form: TOML, ``profile.toml`` in the folder of the country; ``default.toml`` beside the
country folders holds the international defaults. A parameter is a table with ``value``,
``source``, ``as_of`` (ISO date) and ``confirmed`` (by the country; false when from memory or
from a secondary source). ``[areas."PK-PB".parameters.x]`` overrides a parameter in one area.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shared.errors import QuestionnaireError
from shared.places import Place
from shared.profiles.kinds import KINDS, ParameterValue

COUNTRIES = Path(__file__).parent.parent / "data" / "countries"
DEFAULTS = COUNTRIES / "default.toml"
"""What holds where a country says nothing: international standards."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value a rule reads, with where it comes from.

    as_of: the day for which the source was looked up; None when not recorded.
    confirmed: whether the country signed it off.
    """

    name: str
    value: ParameterValue
    source: str
    as_of: date | None
    confirmed: bool
    note: str = ""


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


@dataclass(frozen=True)
class CountryProfile:
    """The profile of one country.

    languages: of the programme's officers, ISO 639-1 where there is one, first one first.
    calendar: the one people use for birth dates: gregorian, ethiopian or bikram_sambat. Dates
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

    def name(self, language: str = "en") -> str:
        """The country's name in that language, else in English."""
        return self.names.get(language) or self.names["en"]

    def value(self, parameter: str) -> Any:
        """The value of a parameter; None when the country does not set it."""
        found = self.parameters.get(parameter)
        return None if found is None else found.value

    @cached_property
    def _of_area(self) -> dict[str, CountryProfile]:
        return {}

    def in_area(self, area: str | None) -> CountryProfile:
        """The profile as it holds in an area: overrides of the area and of those above it.

        Areas are matched by the beginning of their code: PK-PB holds in PK-PB-05 too.
        """
        if not area or not self.areas:
            return self
        known = self._of_area.get(area)
        if known is None:
            parameters = dict(self.parameters)
            for code in sorted(self.areas, key=len):
                if area == code or area.startswith(f"{code}-"):
                    parameters.update(self.areas[code])
            known = replace(
                self, parameters=MappingProxyType(parameters), areas=MappingProxyType({})
            )
            self._of_area[area] = known
        return known

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
    def light_hours_week(self) -> float | None:
        """Hours a week up to which light work is allowed; None when the law sets none.

        A law that limits the day only allows seven such days.
        """
        week, day = self.value("light_hours_week"), self.value("light_hours_day")
        if week is None and day is not None:
            week = 7.0 * day
        return week  # type: ignore[no-any-return]

    def young_hours_week(self, age: int) -> float | None:
        """Hours a week up to which a child of that age may work; None when the law sets none.

        age: completed years, at or above the minimum age.
        """
        limits = [hours for since, hours in self.value("young_hours_week") or () if since <= age]
        return limits[-1] if limits else None

    @property
    def hazardous_age(self) -> int | None:
        """Completed years from which hazardous work is allowed."""
        return self.value("hazardous_age")  # type: ignore[no-any-return]

    @property
    def compulsory_school_age(self) -> int | None:
        """Completed years at which compulsory schooling ends; None when not known."""
        return self.value("compulsory_school_age")  # type: ignore[no-any-return]

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
        return tuple(self.value("hazardous_industries") or ())

    @property
    def hazardous_occupations(self) -> tuple[str, ...]:
        """ISCO-08 codes designated hazardous for children; a short code means all below it."""
        return tuple(self.value("hazardous_occupations") or ())

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


def profiles_at_hand(folder: Path = COUNTRIES) -> tuple[str, ...]:
    """The ISO 3166-1 alpha-3 codes of the profiles that come with Tally87."""
    return tuple(sorted(file.parent.name for file in folder.glob("???/profile.toml")))


def load_profile(iso3: str, folders: Sequence[Place] = ()) -> CountryProfile:
    """The profile of a country: international defaults, then ours, then the folders' own.

    folders: country folders that may hold a ``profile.toml``; later ones win, value by value.
    Raises QuestionnaireError when nothing is known of the country or a file cannot be used.
    """
    return profile_of(iso3, DEFAULTS, profile_files(iso3, folders))


def profile_files(iso3: str, folders: Sequence[Place] = ()) -> list[Place]:
    """The files a profile is made of above the defaults, in the order they lie over one another."""
    ours: Place = COUNTRIES / iso3 / "profile.toml"
    return [
        file for file in (ours, *(folder / "profile.toml" for folder in folders)) if file.is_file()
    ]


def profile_of(iso3: str, defaults: Place, files: Sequence[Place]) -> CountryProfile:
    """The profile these files make over the defaults. Raises QuestionnaireError."""
    if not files:
        raise QuestionnaireError(
            f"There is no profile for {iso3!r}. Add a folder with a profile.toml, "
            "see docs/how-to-add-a-country.md.",
            sheet="profile.toml",
        )
    layers = [_toml(defaults), *map(_toml, files)]
    head: dict[str, Any] = {}
    names: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    areas: dict[str, dict[str, Parameter]] = {}
    helplines: list[Helpline] = []
    duties: list[Duty] = []
    notes: list[str] = []
    for file, layer in zip([defaults, *files], layers, strict=True):
        head.update({key: layer[key] for key in _HEAD if key in layer})
        names.update(layer.get("name", {}))
        parameters.update(_parameters(layer.get("parameters", {}), file, iso3))
        for code, area in layer.get("areas", {}).items():
            areas.setdefault(code, {}).update(_parameters(area.get("parameters", {}), file, iso3))
        helplines += [_helpline(item, file, iso3) for item in layer.get("helplines", ())]
        duties += [_duty(item, file, iso3) for item in layer.get("mandatory_reporting", ())]
        notes += list(layer.get("notes", ()))
    missing = [key for key in _HEAD if key not in head] + ([] if "en" in names else ["name.en"])
    if missing:
        raise QuestionnaireError(
            f"The profile of {iso3} says nothing of: {', '.join(missing)}.", sheet="profile.toml"
        )
    if head["iso3"] != iso3:
        raise QuestionnaireError(
            f"The profile is of {head['iso3']}, not of {iso3}.", sheet="profile.toml", column="iso3"
        )
    return CountryProfile(
        iso3=iso3,
        iso2=head["iso2"],
        m49=head["m49"],
        names=MappingProxyType(names),
        languages=tuple(head["languages"]),
        calendar=_calendar(head["calendar"]),
        parameters=MappingProxyType(parameters),
        areas=MappingProxyType({code: MappingProxyType(own) for code, own in areas.items()}),
        # Whoever is in a hurry dials the first number: one that somebody has confirmed.
        helplines=tuple(sorted(helplines, key=lambda line: not line.confirmed)),
        duties=tuple(duties),
        notes=tuple(notes),
        folders=tuple(file.parent for file in files),
    )


_HEAD = ("iso3", "iso2", "m49", "languages", "calendar")
CALENDARS = ("gregorian", "ethiopian", "bikram_sambat")


def _toml(file: Place) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise QuestionnaireError(f"Not a readable TOML file: {error}", sheet=str(file)) from error


def _calendar(name: str) -> str:
    if name not in CALENDARS:
        raise QuestionnaireError(
            f"The calendar {name!r} is none of {', '.join(CALENDARS)}.",
            sheet="profile.toml",
            column="calendar",
        )
    return name


def _parameters(table: Mapping[str, Any], file: Place, iso3: str) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for name, given in table.items():
        kind = KINDS.get(name)
        if kind is None:
            problem: str | None = "There is no parameter of this name."
        elif "value" not in given or not given.get("source"):
            problem = "A parameter needs a value and a source."
        else:
            problem = kind.problem(given["value"])
        if kind is None or problem is not None:
            raise QuestionnaireError(
                problem or "", sheet=f"{iso3}/{file.name}", column=f"parameters.{name}"
            )
        found[name] = Parameter(
            name,
            kind.value(given["value"]),
            given["source"],
            _day(given.get("as_of")),
            bool(given.get("confirmed", False)),
            given.get("note", ""),
        )
    return found


def _day(given: date | str | None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) else given


def _helpline(given: Mapping[str, Any], file: Place, iso3: str) -> Helpline:
    _need(given, ("name", "number", "source"), "helplines", file, iso3)
    return Helpline(
        given["name"],
        str(given["number"]),
        given.get("kind", "child_helpline"),
        given.get("area", ""),
        given["source"],
        _day(given.get("as_of")),
        bool(given.get("confirmed", False)),
    )


def _duty(given: Mapping[str, Any], file: Place, iso3: str) -> Duty:
    _need(given, ("who", "what", "to_whom", "source"), "mandatory_reporting", file, iso3)
    return Duty(
        given["who"],
        given["what"],
        given["to_whom"],
        given.get("within_hours"),
        given["source"],
        _day(given.get("as_of")),
        bool(given.get("confirmed", False)),
    )


def _need(
    given: Mapping[str, Any], keys: Sequence[str], table: str, file: Place, iso3: str
) -> None:
    missing = [key for key in keys if not given.get(key)]
    if missing:
        raise QuestionnaireError(
            f"An entry lacks: {', '.join(missing)}.", sheet=f"{iso3}/{file.name}", column=table
        )
