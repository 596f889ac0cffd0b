"""Reading of profile.toml files, laid one over the other.

File form: TOML, ``profile.toml`` in the folder of the country; ``default.toml`` beside the
country folders holds the international defaults. A parameter is a table with ``value``,
``source``, ``as_of`` (ISO date) and ``confirmed`` (by the country; false when from memory or
from a secondary source), and then ``confirmation = {by, office, document, on}``. ``none = true``
in place of a value says that the law sets none, and ``unknown = true`` that nobody has looked it
up. ``[areas."PK-PB".parameters.x]`` overrides a parameter in one area,
``[industries."03".parameters.x]`` in one section or division of ISIC, and
``[areas."PK-PB".industries."03".parameters.x]`` in both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shared.calendars import CALENDARS
from shared.errors import QuestionnaireError
from shared.places import Place
from shared.profiles.country import CountryProfile
from shared.profiles.entries import (
    Confirmation,
    Duty,
    Helpline,
    Mandate,
    NoneKnown,
    Parameter,
    standing,
)
from shared.profiles.kinds import KINDS
from shared.profiles.word_kinds import of_another_kind

COUNTRIES = Path(__file__).parent.parent / "data" / "countries"
DEFAULTS = COUNTRIES / "default.toml"
"""What holds where a country says nothing: international standards."""


def profiles_at_hand(folder: Path = COUNTRIES) -> tuple[str, ...]:
    """The ISO 3166-1 alpha-3 codes of the profiles that come with Tally87."""
    return tuple(sorted(file.parent.name for file in folder.glob("???/profile.toml")))


def load_profile(iso3: str, folders: Sequence[Place] = ()) -> CountryProfile:
    """The profile of a country: international defaults, then ours, then the folders' own.

    folders: country folders that may hold a ``profile.toml``; later ones win, value by value.
    Raises QuestionnaireError when nothing is known of the country or a file cannot be used.
    """
    return profile_of(iso3, DEFAULTS, profile_files(iso3, folders))


def is_carried(iso3: str) -> bool:
    """Whether the app comes with a profile of that country, with no folder of an office's own."""
    return bool(profile_files(iso3))


def profile_not_here_yet(iso3: str, names: Mapping[str, str]) -> CountryProfile:
    """What is known of a country whose data come with its office's first edition: international
    defaults, no area and no telephone number. Its ``is_here`` is False.

    names: of the country, by language; its code where there is none.
    """
    return CountryProfile(
        iso3=iso3,
        iso2="",
        m49="",
        names=MappingProxyType({"en": iso3, **names}),
        languages=("en",),
        calendar="gregorian",
        parameters=MappingProxyType(
            parameters_of(_toml(DEFAULTS).get("parameters", {}), DEFAULTS, iso3)
        ),
        areas=MappingProxyType({}),
        helplines=(),
        duties=(),
        notes=(),
        folders=(),
    )


def country_of(folder: Place) -> str | None:
    """The ISO 3166-1 alpha-3 code a country folder is of; None where its profile.toml names none.

    A folder that only lays something over a country's own need not name it.
    """
    file = folder / "profile.toml"
    if not file.is_file():
        return None
    named = _toml(file).get("iso3")
    return named if isinstance(named, str) else None


def profile_files(iso3: str, folders: Sequence[Place] = ()) -> list[Place]:
    """The files a profile is made of above the defaults, in the order they lie over one another."""
    ours: Place = COUNTRIES / iso3 / "profile.toml"
    return [
        file for file in (ours, *(folder / "profile.toml" for folder in folders)) if file.is_file()
    ]


def profile_of(
    iso3: str,
    defaults: Place,
    files: Sequence[Place],
    read: Callable[[Place], Mapping[str, Any]] | None = None,
) -> CountryProfile:
    """The profile these files make over the defaults. Raises QuestionnaireError.

    read: another reading of a file than the strict one, see shared.profiles.mending.
    """
    if not files:
        raise QuestionnaireError(
            f"There is no profile for {iso3!r}. Add a folder with a profile.toml, "
            "see docs/how-to-add-a-country.md.",
            sheet="profile.toml",
        )
    layers = [*map(read or _toml, (defaults, *files))]
    head: dict[str, Any] = {}
    names: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    areas: dict[str, dict[str, Parameter]] = {}
    industries: dict[str, dict[str, Parameter]] = {}
    none_known: NoneKnown | None = None
    mandate: Mandate | None = None
    helplines: list[Helpline] = []
    duties: list[Duty] = []
    notes: list[str] = []
    stand = parameters_of(_table(layers[0], "parameters", defaults, iso3), defaults, iso3)
    for file, layer in zip([defaults, *files], layers, strict=True):
        head.update({key: layer[key] for key in _HEAD if key in layer})
        names.update(_table(layer, "name", file, iso3))
        found = parameters_of(_table(layer, "parameters", file, iso3), file, iso3, stand)
        parameters.update(found)
        for code, area in _tables(layer, "areas", file, iso3):
            areas.setdefault(code, {}).update(
                parameters_of(_table(area, "parameters", file, iso3), file, iso3, stand)
            )
            for kind, own in _tables(area, "industries", file, iso3):
                found = parameters_of(_table(own, "parameters", file, iso3), file, iso3, stand)
                industries.setdefault(f"{code} {kind}", {}).update(found)
        for kind, own in _tables(layer, "industries", file, iso3):
            found = parameters_of(_table(own, "parameters", file, iso3), file, iso3, stand)
            industries.setdefault(kind, {}).update(found)
        if "mandate" in layer:
            mandate = mandate_of(_table(layer, "mandate", file, iso3), file, iso3)
        if "no_helpline" in layer:
            none_known = none_known_of(layer["no_helpline"], file, iso3)
        lines = [helpline_of(item, file, iso3) for item in _entries(layer, "helplines", file, iso3)]
        said = {(line.number, line.area) for line in lines}
        helplines = [line for line in helplines if (line.number, line.area) not in said] + lines
        own_duties = [
            duty_of(item, file, iso3) for item in _entries(layer, "mandatory_reporting", file, iso3)
        ]
        told = {(duty.who, duty.what) for duty in own_duties}
        duties = [duty for duty in duties if (duty.who, duty.what) not in told] + own_duties
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
        industries=MappingProxyType(
            {code: MappingProxyType(own) for code, own in industries.items()}
        ),
        no_helpline=none_known,
        mandate=mandate,
    )


_HEAD = ("iso3", "iso2", "m49", "languages", "calendar")


def toml_of(file: Place) -> dict[str, Any]:
    """What a file says, whatever it is. Raises QuestionnaireError when it is no TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise QuestionnaireError(f"Not a readable TOML file: {error}", sheet=str(file)) from error


def _toml(file: Place) -> dict[str, Any]:
    said = toml_of(file)
    for where, kind in of_another_kind(said):
        raise QuestionnaireError(f"It is no {kind}.", sheet=file.name, column=where)
    return said


def _calendar(name: str) -> str:
    if name not in CALENDARS:
        raise QuestionnaireError(
            f"The calendar {name!r} is none of {', '.join(CALENDARS)}.",
            sheet="profile.toml",
            column="calendar",
        )
    return name


def parameters_of(
    table: Mapping[str, Any],
    file: Place,
    iso3: str,
    defaults: Mapping[str, Parameter] = MappingProxyType({}),
) -> dict[str, Parameter]:
    """The parameters of a table. defaults: what stands where a value that nobody can do without is
    not told. Raises QuestionnaireError."""
    found: dict[str, Parameter] = {}
    for name, given in table.items():
        kind = KINDS.get(name)
        if kind is None:
            problem: str | None = "There is no parameter of this name."
        elif not isinstance(given, dict):
            problem = "A parameter is a table, with its value and source."
        elif not given.get("source") or not (
            "value" in given or given.get("none") is True or given.get("unknown") is True
        ):
            problem = "A parameter needs a value and a source."
        else:
            problem = kind.problem(given["value"]) if "value" in given else None
        if kind is None or problem is not None:
            raise QuestionnaireError(
                problem or "", sheet=f"{iso3}/{file.name}", column=f"parameters.{name}"
            )
        one = Parameter(
            name,
            kind.value(given["value"]) if "value" in given else None,
            given["source"],
            _day(given.get("as_of")),
            bool(given.get("confirmed", False)) and given.get("unknown") is not True,
            given.get("note", ""),
            _confirmation(given, file, iso3, f"parameters.{name}"),
            given.get("unknown") is True,
        )
        found[name] = standing(one, defaults)
    return found


def _confirmation(
    given: Mapping[str, Any], file: Place, iso3: str, where: str
) -> Confirmation | None:
    said = given.get("confirmation")
    if said is None:
        return None
    lacks = [key for key in ("by", "office", "document", "on") if not said.get(key)]
    if lacks:
        raise QuestionnaireError(
            f"The confirmation lacks: {', '.join(lacks)}.",
            sheet=f"{iso3}/{file.name}",
            column=where,
        )
    day = _day(said["on"])
    assert day is not None
    return Confirmation(str(said["by"]), str(said["office"]), str(said["document"]), day)


def none_known_of(given: Mapping[str, Any], file: Place, iso3: str) -> NoneKnown:
    """That no number is known. Raises QuestionnaireError."""
    _need(given, ("source",), "no_helpline", file, iso3)
    return NoneKnown(given["source"], _day(given.get("as_of")))


def mandate_of(given: Mapping[str, Any], file: Place, iso3: str) -> Mandate:
    """The law by which the office makes statistics. Raises QuestionnaireError."""
    _need(given, ("source", "words"), "mandate", file, iso3)
    words = _table(given, "words", file, iso3)
    _need(words, ("en",), "mandate.words", file, iso3)
    return Mandate(
        MappingProxyType({one: str(said) for one, said in words.items()}), given["source"]
    )


def _day(given: date | str | None) -> date | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise QuestionnaireError(
            f"{given!r} is no day such as 2026-01-31.", sheet="profile.toml"
        ) from None


def _table(within: Mapping[str, Any], key: str, file: Place, iso3: str) -> Mapping[str, Any]:
    """A table of a profile, empty where it is not given. Raises QuestionnaireError."""
    found = within.get(key, {})
    if not isinstance(found, dict):
        raise QuestionnaireError("It is no table.", sheet=f"{iso3}/{file.name}", column=key)
    return found


def _tables(
    within: Mapping[str, Any], key: str, file: Place, iso3: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables in a table, by their names. Raises QuestionnaireError."""
    found = _table(within, key, file, iso3)
    for name in found:
        yield name, _table(found, name, file, iso3)


def _entries(
    within: Mapping[str, Any], key: str, file: Place, iso3: str
) -> Sequence[Mapping[str, Any]]:
    """The entries of a list of tables. Raises QuestionnaireError."""
    found = within.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise QuestionnaireError(
            f"Each entry begins with [[{key}]].", sheet=f"{iso3}/{file.name}", column=key
        )
    return found


def helpline_of(given: Mapping[str, Any], file: Place, iso3: str) -> Helpline:
    """A number to call. Raises QuestionnaireError."""
    _need(given, ("name", "number", "source"), "helplines", file, iso3)
    return Helpline(
        given["name"],
        str(given["number"]),
        given.get("kind", "child_helpline"),
        given.get("area", ""),
        given["source"],
        _day(given.get("as_of")),
        bool(given.get("confirmed", False)),
        _confirmation(given, file, iso3, "helplines"),
    )


def duty_of(given: Mapping[str, Any], file: Place, iso3: str) -> Duty:
    """A duty to report. Raises QuestionnaireError."""
    _need(given, ("who", "what", "to_whom", "source"), "mandatory_reporting", file, iso3)
    return Duty(
        given["who"],
        given["what"],
        given["to_whom"],
        given.get("within_hours"),
        given["source"],
        _day(given.get("as_of")),
        bool(given.get("confirmed", False)),
        _confirmation(given, file, iso3, "mandatory_reporting"),
    )


def _need(
    given: Mapping[str, Any], keys: Sequence[str], table: str, file: Place, iso3: str
) -> None:
    missing = [key for key in keys if not given.get(key)]
    if missing:
        raise QuestionnaireError(
            f"An entry lacks: {', '.join(missing)}.", sheet=f"{iso3}/{file.name}", column=table
        )
