"""A profile that was accepted once and would be refused today, loaded all the same.

Reading grows stricter. Whoever publishes is told of every word that cannot be used, and nothing
goes out before it is put right; but an office, or a tablet, that starts with what it was given long
ago must never stand still for it: what cannot be used is left out, a value is untold as if nobody
had looked it up, so that no rule decides by it, and the profile says what that was (``faults``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from shared.calendars import CALENDARS
from shared.errors import QuestionnaireError
from shared.places import Place
from shared.profiles.country import CountryProfile
from shared.profiles.files import (
    duty_of,
    helpline_of,
    mandate_of,
    none_known_of,
    parameters_of,
    profile_of,
    toml_of,
)
from shared.profiles.kinds import KINDS
from shared.profiles.word_kinds import of_another_kind

_HEAD = ("iso2", "m49", "languages", "calendar", "notes")
_LAW = ("parameters", "areas", "industries")
_ENTRIES: Mapping[str, Callable[[Mapping[str, Any], Place, str], object]] = {
    "helplines": helpline_of,
    "mandatory_reporting": duty_of,
}
_TABLES: Mapping[str, Callable[[Mapping[str, Any], Place, str], object]] = {
    "mandate": mandate_of,
    "no_helpline": none_known_of,
}


def mended_profile(iso3: str, defaults: Place, files: Sequence[Place]) -> CountryProfile:
    """The profile these files make, without what cannot be used. Raises QuestionnaireError only
    where there is no file, or the defaults cannot be read."""
    faults: list[str] = []

    def read(file: Place) -> Mapping[str, Any]:
        if file is defaults:
            # What a head may lack once a layer is left out.
            empty = {"iso2": "", "m49": "", "languages": ["en"], "name": {"en": iso3}}
            return empty | toml_of(file) | {"iso3": iso3}
        return _Layer(iso3, file, faults).mended()

    found = profile_of(iso3, defaults, files, read)
    return replace(found, faults=tuple(faults))


class _Layer:
    """One file, and what of it cannot be used."""

    def __init__(self, iso3: str, file: Place, faults: list[str]) -> None:
        self._iso3, self._file, self._faults = iso3, file, faults

    def mended(self) -> dict[str, Any]:
        try:
            said = toml_of(self._file)
        except QuestionnaireError as error:
            self._faults.append(str(error))
            return {}
        found: dict[str, Any] = dict(self._head(said))
        found |= self._law(said, "")
        for key, made in _ENTRIES.items():
            entries = said.get(key, [])
            if not isinstance(entries, list):
                self._say(key, "It is no list.")
                continue
            found[key] = [
                one
                for number, one in enumerate(entries, 1)
                if self._is_good(f"{key} {number}", one, made)
            ]
        for key, made in _TABLES.items():
            if key in said and self._is_good(key, said[key], made):
                found[key] = said[key]
        return found

    def _head(self, said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for key in _HEAD:
            if key not in said:
                continue
            wrong = [kind for _, kind in of_another_kind({key: said[key]})]
            if wrong or (key == "calendar" and said[key] not in CALENDARS):
                self._say(key, "It cannot be used.")
            else:
                yield key, said[key]
        if said.get("iso3", self._iso3) != self._iso3:
            self._say("iso3", f"It is not {self._iso3}.")
        names = said.get("name")
        if isinstance(names, dict):
            yield "name", {one: name for one, name in names.items() if isinstance(name, str)}
        elif names is not None:
            self._say("name", "It is no table.")

    def _law(self, said: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Values of law, those of areas and industries within them too."""
        found: dict[str, Any] = {}
        for key in _LAW:
            table = said.get(key, {})
            if not isinstance(table, dict):
                self._say(f"{where}{key}", "It is no table.")
                continue
            if key == "parameters":
                found[key] = dict(self._parameters(table, where))
                continue
            found[key] = {}
            for name, own in table.items():
                if isinstance(own, dict):
                    found[key][name] = self._law(own, f"{where}{key}.{name}.")
                else:
                    self._say(f"{where}{key}.{name}", "It is no table.")
        return found

    def _parameters(self, table: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
        for name, given in table.items():
            if self._is_good(
                f"{where}parameters.{name}",
                {name: given},
                parameters_of,
            ):
                yield name, given
            elif name in KINDS:
                source = "What the profile says of it cannot be used"
                yield name, {"unknown": True, "source": source}

    def _is_good(
        self, where: str, given: Any, made: Callable[[Mapping[str, Any], Place, str], object]
    ) -> bool:
        if not isinstance(given, dict):
            self._say(where, "It is no table.")
            return False
        try:
            for inside, kind in of_another_kind(given):
                raise QuestionnaireError(f"{inside} is no {kind}.")
            made(given, self._file, self._iso3)
        except QuestionnaireError as error:
            self._say(where, str(error))
            return False
        return True

    def _say(self, where: str, sentence: str) -> None:
        self._faults.append(f"{self._file.name}, {where}: {sentence}")
