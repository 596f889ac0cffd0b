"""profile.toml read to the end: every word known, of its kind, about something that is there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Set
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale

from server.countries.faults import Fault, near, told
from shared.calendars import CALENDARS
from shared.codelists import CodeList, load_codelist
from shared.profiles.kinds import KINDS

FILE = "profile.toml"
_HEAD = ("iso3", "iso2", "m49", "languages", "calendar", "name")
_TABLES = (
    *("parameters", "areas", "industries", "helplines", "no_helpline", "mandatory_reporting"),
    "mandate",
)
_TOP = (*_HEAD, *_TABLES, "notes", "admin1")
_ALWAYS: Mapping[str, type] = {"source": str, "as_of": date, "confirmed": bool}
_SIGNED: Mapping[str, type] = {**_ALWAYS, "confirmation": dict}
_PARAMETER: Mapping[str, type] = {
    **_SIGNED,
    "value": object,
    "none": bool,
    "unknown": bool,
    "note": str,
}
_HELPLINE: Mapping[str, type] = {**_SIGNED, "name": str, "number": str, "kind": str, "area": str}
_DUTY: Mapping[str, type] = {
    **_SIGNED,
    "who": str,
    "what": str,
    "to_whom": str,
    "within_hours": int,
}
_CONFIRMATION: Mapping[str, type] = {"by": str, "office": str, "document": str, "on": date}
HELPLINE_KINDS = ("child_helpline", "emergency", "police", "trafficking", "violence")
WITHIN_HOURS = range(1, 24 * 90 + 1)
"""Hours within which somebody must report: a quarter of a year at most."""
_NUMBER = re.compile(r"[+*#]?\d[\d\s().*#/-]{0,24}")
_VALUES = "value, none = true, unknown = true"


@lru_cache(maxsize=1)
def _countries() -> CodeList:
    """The countries of ISO 3166-1."""
    return load_codelist("countries")


def is_language(code: str) -> bool:
    """Whether it is written as a code of ISO 639; of two letters, whether there is one."""
    plain = code.split("-")[0].lower()
    return bool(re.fullmatch(r"[a-z]{3}", plain)) or plain in Locale("en").languages


def _is_a(kind: type, value: object) -> bool:
    """Whether a word is of that kind: true is no number, and a point in time is no day."""
    if kind in (int, date) and isinstance(value, bool | datetime):
        return False
    return isinstance(value, kind)


def profile_faults(
    iso3: str,
    file: Path,
    codes: Mapping[str, Set[str]],
    parents: Mapping[str, str],
    today: date,
) -> list[Fault]:
    """What is wrong in a profile.toml, or speaks of nothing that is there.

    codes: of the lists ``areas`` (none: the folder has no list of its own), ``isic``, ``isco`` and
    ``abuse``: the answers to the question on abuse at work, the country's own among them.
    parents: the area above each area. today: what is dated later cannot have happened.
    """
    if not file.is_file():
        return []
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return [told(FILE, "not_utf8")]
    except tomllib.TOMLDecodeError as error:
        return [told(FILE, "not_toml", error=str(error))]
    reading = _Profile(iso3, said, codes, parents, today)
    return [*reading.head(), *reading.tables()]


def helpline_faults(
    line: Mapping[str, Any], areas: Set[str] | None, where: str = ""
) -> Iterator[Fault]:
    """What is wrong with a helpline: its number, its kind, its area. areas: codes of the country's;
    none, or None, where they are not known. where: it stands in the profile."""
    number, kind, area = line.get("number"), line.get("kind"), line.get("area")
    if isinstance(number, str) and not _NUMBER.fullmatch(number):
        yield told(FILE, "no_dial", 0, where)
    if isinstance(kind, str) and kind and kind not in HELPLINE_KINDS:
        meant, known = near(kind, HELPLINE_KINDS), ", ".join(HELPLINE_KINDS)
        yield told(FILE, "no_kind", 0, where, meant=meant, word=kind, words=known)
    if isinstance(area, str) and area and areas and area not in areas:
        yield told(FILE, "no_area", 0, where, meant=near(area, areas), word=area)


def _not_in(of: str, code: object, column: str) -> Fault:
    return told(FILE, "not_in_list", 0, column, list=of, word=str(code))


class _Profile:
    def __init__(
        self,
        iso3: str,
        said: Mapping[str, Any],
        codes: Mapping[str, Set[str]],
        parents: Mapping[str, str],
        today: date,
    ) -> None:
        self._iso3, self._said, self._codes, self._parents = iso3, said, codes, parents
        self._today = today

    def head(self) -> Iterator[Fault]:
        for key in self._said:
            if key not in _TOP:
                yield self._unread(key, key, _TOP)
        country = _countries().entries.get(self._iso3)
        wanted = {"iso3": self._iso3}
        if country is not None:
            wanted |= {"iso2": country.columns["alpha2"], "m49": country.columns["m49"]}
        for key, right in wanted.items():
            given = self._said.get(key, right)
            if given != right:
                yield told(
                    FILE,
                    "says_other",
                    0,
                    key,
                    given=repr(given),
                    country=self._iso3,
                    right=f'"{right}"',
                )
        if self._said.get("calendar", CALENDARS[0]) not in CALENDARS:
            yield told(FILE, "one_of", 0, "calendar", words=", ".join(CALENDARS))
        yield from self._languages()
        names = self._said.get("name", {})
        if not isinstance(names, dict) or not all(isinstance(one, str) for one in names.values()):
            yield told(FILE, "names_table", 0, "name", word='[name] en = "..."')
        else:
            for language, name in names.items():
                if not is_language(language):
                    where = f"name {language}"
                    yield told(FILE, "no_language", 0, where, word=language)
                if not name.strip():
                    yield told(FILE, "empty", 0, f"name {language}")
        notes = self._said.get("notes", [])
        if not isinstance(notes, list) or not all(isinstance(one, str) for one in notes):
            yield told(FILE, "notes_list", 0, "notes")

    def _languages(self) -> Iterator[Fault]:
        given = self._said.get("languages", [])
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            yield told(FILE, "languages_list", 0, "languages", word='["en", "sn"]')
            return
        if not given and "languages" in self._said:
            yield told(FILE, "languages_empty", 0, "languages")
        for code in given:
            if not is_language(code):
                yield told(FILE, "no_language", 0, "languages", word=code)

    def tables(self) -> Iterator[Fault]:
        yield from self._laws("", self._said)
        for place, own in self._named("areas"):
            yield from self._laws(f"areas.{place}.", own)
            for industry, more in self._named("industries", own):
                yield from self._laws(f"areas.{place}.industries.{industry}.", more)
        for industry, own in self._named("industries"):
            yield from self._laws(f"industries.{industry}.", own)
        yield from self._entries("helplines", _HELPLINE, ("name", "number", "source"))
        yield from self._entries("mandatory_reporting", _DUTY, ("who", "what", "to_whom", "source"))
        if "no_helpline" in self._said:
            yield from self._cells("no_helpline", self._said["no_helpline"], _ALWAYS, ("source",))
        if "mandate" in self._said:
            yield from self._mandate(self._said["mandate"])
        for line in self._list("helplines"):
            yield from self._helpline(line)
        yield from self._unknown_places()

    def _mandate(self, given: object) -> Iterator[Fault]:
        kinds: Mapping[str, type] = {"source": str, "words": dict}
        yield from self._cells("mandate", given, kinds, ("source", "words"))
        words = given.get("words") if isinstance(given, dict) else None
        if not isinstance(words, dict):
            return
        for language, said in words.items():
            if not is_language(language):
                where = f"mandate.words {language}"
                yield told(FILE, "no_language", 0, where, word=language)
            if not isinstance(said, str) or not said.strip():
                yield told(FILE, "is_str", 0, f"mandate.words {language}")
        if "en" not in words:
            yield told(FILE, "needs_english", 0, "mandate.words", word="en")

    def _named(
        self, table: str, within: Mapping[str, Any] | None = None
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        found = (self._said if within is None else within).get(table, {})
        for place, own in found.items() if isinstance(found, dict) else ():
            if isinstance(own, dict):
                yield place, own

    def _unknown_places(self) -> Iterator[Fault]:
        """Law of an area or an industry that no list has: it would hold nowhere."""
        areas, industries = self._codes.get("areas", set()), self._codes.get("isic", set())
        for place, own in self._named("areas"):
            if areas and place not in areas:
                meant = near(place, areas)
                yield told(FILE, "no_area", 0, f"areas.{place}", meant=meant, word=place)
            below = [one for one, above in self._parents.items() if above == place]
            unfound = [one for one in below if not one.startswith(f"{place}-")]
            if unfound:
                some = ", ".join(unfound[:3])
                yield told(FILE, "law_not_below", 0, f"areas.{place}", words=some, word=place)
            for industry, _ in self._named("industries", own):
                if industry not in industries:
                    column = f"areas.{place}.industries.{industry}"
                    yield _not_in("ISIC", industry, column)
        for industry, _ in self._named("industries"):
            if industry not in industries:
                yield _not_in("ISIC", industry, f"industries.{industry}")

    def _laws(self, where: str, own: Mapping[str, Any]) -> Iterator[Fault]:
        if where:
            for key in own:
                if key not in {"parameters", "industries"}:
                    yield self._unread(f"{where}{key}", key, ("parameters", "industries"))
        parameters = own.get("parameters", {})
        if not isinstance(parameters, dict):
            yield told(FILE, "parameters_tables", 0, f"{where}parameters")
            return
        for name, given in parameters.items():
            column = f"{where}parameters.{name}"
            kind = KINDS.get(name)
            if kind is None:
                yield told(FILE, "no_parameter", 0, column, meant=near(name, KINDS))
                continue
            if name == "own_law" and (not where.startswith("areas.") or ".industries." in where):
                yield told(FILE, "of_areas_only", 0, column)
            yield from self._cells(column, given, _PARAMETER, ("source",))
            if not isinstance(given, dict):
                continue
            if not {"value", "none", "unknown"} & given.keys():
                yield told(FILE, "needs_value", 0, column, word=_VALUES)
            problem = kind.problem(given["value"]) if "value" in given else None
            if problem:
                yield Fault(FILE, problem, 0, column)
            else:
                yield from self._known_codes(name, column, given.get("value"))

    def _known_codes(self, name: str, column: str, value: object) -> Iterator[Fault]:
        """Codes of ISIC or ISCO: our lists end with divisions and minor groups, codes may not. And
        kinds of abuse, which are answers to a question."""
        wanted = {"hazardous_industries": "isic", "hazardous_occupations": "isco"}.get(name)
        if name == "hazardous_abuse" and isinstance(value, list):
            kinds = self._codes.get("abuse", set())
            for code in value:
                if kinds and code not in kinds:
                    meant = near(code, kinds)
                    yield told(FILE, "no_abuse", 0, column, meant=meant, word=str(code))
        if wanted is None or not isinstance(value, list):
            return
        known = self._codes.get(wanted, set())
        length = {"isic": 2, "isco": 3}[wanted]
        for code in value:
            if code not in known and code[:length] not in known:
                yield _not_in(wanted.upper(), code, column)

    def _list(self, key: str) -> list[Mapping[str, Any]]:
        found = self._said.get(key, [])
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def _entries(
        self, key: str, kinds: Mapping[str, type], needed: tuple[str, ...]
    ) -> Iterator[Fault]:
        found = self._said.get(key, [])
        if not isinstance(found, list):
            yield told(FILE, "entry_begins", 0, key, word=f"[[{key}]]")
            return
        for number, entry in enumerate(found, 1):
            yield from self._cells(f"{key} {number}", entry, kinds, needed)

    def _cells(
        self, where: str, given: object, kinds: Mapping[str, type], needed: tuple[str, ...]
    ) -> Iterator[Fault]:
        """The words of one table, each known and of its kind."""
        if not isinstance(given, dict):
            yield told(FILE, "is_table", 0, where)
            return
        for key in needed:
            if not given.get(key):
                yield told(FILE, "needs", 0, where, word=key)
        for key, value in given.items():
            kind = kinds.get(key)
            if kind is None:
                yield self._unread(f"{where} {key}", key, kinds)
            elif not _is_a(kind, value):
                yield told(FILE, f"is_{kind.__name__}", 0, f"{where} {key}")
            elif isinstance(value, str) and key != "area" and not value.strip():
                yield told(FILE, "empty", 0, f"{where} {key}")
            elif key in {"as_of", "on"} and isinstance(value, date) and value > self._today:
                is_wrong = key == "on"  # nobody can have confirmed it
                column = f"{where} {key}"
                yield told(FILE, "not_here_yet", 0, column, is_error=is_wrong, word=str(value))
            elif key == "within_hours" and value not in WITHIN_HOURS:
                most = WITHIN_HOURS.stop - 1
                yield told(FILE, "hours", 0, f"{where} {key}", most=str(most))
        if isinstance(given.get("confirmation"), dict):
            yield from self._cells(
                f"{where} confirmation", given["confirmation"], _CONFIRMATION, tuple(_CONFIRMATION)
            )

    def _helpline(self, line: Mapping[str, Any]) -> Iterator[Fault]:
        where = f"helpline {line.get('number')}"
        yield from helpline_faults(line, self._codes.get("areas"), where)

    def _unread(self, where: str, word: str, known: Any) -> Fault:
        meant = near(word, known)
        return told(FILE, "word_unread", 0, where, is_error=bool(meant), meant=meant)
