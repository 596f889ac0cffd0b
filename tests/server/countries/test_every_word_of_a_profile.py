"""Every word of a profile is removed, renamed, and given what it cannot be: each is named.

The profile has every parameter and table there is; the changes are generated from it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from server.countries.profile_words import profile_faults
from shared.codelists import load_codelist
from shared.errors import QuestionnaireError
from shared.profiles import check_profile, load_profile
from shared.profiles.kinds import KINDS

TODAY = date(2026, 11, 29)
SIGNED = {
    "source": "Act 2020, section 1",
    "as_of": date(2020, 1, 1),
    "confirmed": True,
    "confirmation": {"by": "A", "office": "B", "document": "C", "on": date(2021, 1, 1)},
}
VALUES = {
    "light_age_from": 13,
    "hazardous_age": 18,
    "identity_days": 30,
    "identity_days_most": 180,
    "light_hours_day": {"14": 4, "16": 6},
    "young_hours_day": {"15": 6},
    "hazardous_industries": ["B", "F"],
    "hazardous_occupations": ["711", "931"],
    "hazardous_abuse": ["beaten", "insulted"],
}
OF_FORM = {
    **{"years": 15, "hours": 20, "hours_by_age": {"14": 20, "16": 30}, "yes_no": True},
    **{"number": 3, "text": "words", "window": ["20:00", "06:00"]},
}


def value_of(name: str) -> Any:
    kind = KINDS[name]
    return VALUES.get(name) or OF_FORM.get(kind.form) or list(kind.choices[:2])


def parameter(name: str) -> dict[str, Any]:
    value = KINDS[name].choices[0] if KINDS[name].form == "choice" else value_of(name)
    return {"value": value, "note": "A note", **SIGNED}


HEAD: dict[str, Any] = {
    "iso3": "ZWE",
    "iso2": "ZW",
    "m49": "716",
    "languages": ["en", "sn"],
    "calendar": "gregorian",
    "notes": ["A note"],
    "name": {"en": "Zimbabwe", "sn": "Zimbabwe"},
}
WHOLE = {
    **HEAD,
    "parameters": {"minimum_age": parameter("minimum_age")},
    "areas": {
        "ZW-HA": {
            "parameters": {"minimum_age": parameter("minimum_age")},
            "industries": {"A": {"parameters": {"hazardous_age": parameter("hazardous_age")}}},
        }
    },
    "industries": {"B": {"parameters": {"minimum_age": parameter("minimum_age")}}},
    "helplines": [
        {"name": "Line", "number": "116", "kind": "child_helpline", "area": "ZW-HA", **SIGNED},
    ],
    "mandatory_reporting": [
        {"who": "A", "what": "B", "to_whom": "C", "within_hours": 24, **SIGNED},
    ],
    "no_helpline": {name: SIGNED[name] for name in ("source", "as_of", "confirmed")},
    "mandate": {"source": "Act", "words": {"en": "We count.", "sn": "Tinoverenga."}},
}
AREAS = "code,parent,level,label::English (en)\nZW-HA,,admin1,Harare\nZW-HA-01,ZW-HA,admin2,A\n"
CODES = {
    "areas": {"ZW-HA", "ZW-HA-01"},
    "isic": set(load_codelist("isic").entries),
    "isco": set(load_codelist("isco").entries),
    "abuse": {"shouted_at", "insulted", "beaten", "sexual"},
}
GONE = object()
WRONG = (
    *(GONE, "zzzz", "", " ", 12345, -3, 1.5, True, False, float("nan"), float("inf")),
    *(date(2999, 1, 1), datetime(2020, 1, 1), [], ["zz"], {}, {"x": 1}),
)
FREE = frozenset(
    {
        "value",
        "note",
        "source",
        "by",
        "office",
        "document",
        "who",
        "what",
        "to_whom",
        "notes",
        "name",
    }
)
"""Words in which any text may stand."""
MAY_BE_LEFT_OUT = frozenset(
    {"calendar", "note", "notes", "within_hours", "kind", "area", "no_helpline", "sn"}
)


def toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    return repr(value)


def said(folder: Path, profile: dict[str, Any]) -> list[str]:
    """What the check says of it, and of what it gives. Anything else than a sentence fails."""
    file = folder / "profile.toml"
    file.write_text("\n".join(f"{key} = {toml(value)}" for key, value in profile.items()), "utf-8")
    faults = profile_faults("ZWE", file, CODES, {"ZW-HA-01": "ZW-HA"}, TODAY)
    found = [str(fault) for fault in faults]
    if found:
        return found
    try:
        remarks = check_profile(load_profile("ZWE", [folder]))
    except QuestionnaireError as problem:
        return [str(problem)]
    return [f"{one.kind} {one.subject} {one.sentence}" for one in remarks]


def words(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all words."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from words(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from words(inner, (*path, index))


def changed(whole: dict[str, Any], path: tuple[Any, ...], new: Any, name: str = "") -> Any:
    profile = copy.deepcopy(whole)
    at: Any = profile
    for key in path[:-1]:
        at = at[key]
    if name:
        at[name] = at.pop(path[-1])
    elif new is GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = new
    return profile


def unnamed(folder: Path, whole: dict[str, Any], paths: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The changes about which the check says nothing else than about the whole."""
    right, silent = said(folder, whole), []
    for path in paths:
        old: Any = whole
        for key in path:
            old = old[key]
        for new in WRONG:
            if not is_right(path, new, old) and said(folder, changed(whole, path, new)) == right:
                silent.append((".".join(map(str, path)), "gone" if new is GONE else new))
    return silent


def is_right(path: tuple[Any, ...], new: Any, old: Any) -> bool:
    """Whether what is written is another right answer, or nothing that must be there is absent."""
    name = next(key for key in reversed(path) if isinstance(key, str))
    if new is GONE:
        is_needed = path[-1] in {"source", "value", *SIGNED["confirmation"]} or len(path) == 1
        return not is_needed or path[-1] in MAY_BE_LEFT_OUT
    if path[-1] == "area" and new == "":
        return True  # of the whole country
    if "note" in name and isinstance(new, str | list):
        return True  # nothing reads it
    if isinstance(new, str) and isinstance(old, str) and name in FREE | {"en", "sn"}:
        return bool(new.strip())
    if (isinstance(old, dict) and new == {}) or (isinstance(old, list) and new == []):
        return "value" in path or path[0] != "languages"
    if isinstance(new, bool) and isinstance(old, bool):
        return True
    return (type(new) is type(old) and new == old) or (new == 1.5 and "hours" in str(path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "areas.csv").write_text(AREAS, "utf-8")
    return tmp_path


def test_every_word_that_is_not_as_it_must_be_is_named(folder: Path) -> None:
    assert unnamed(folder, WHOLE, words(WHOLE)) == []


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_value_a_parameter_cannot_have_is_named(folder: Path, name: str) -> None:
    whole = {**HEAD, "parameters": {name: parameter(name)}}
    own = [path for path in words(whole) if path[:3] == ("parameters", name, "value")]

    assert unnamed(folder, whole, own) == []


def test_every_word_that_is_misspelt_is_named(folder: Path) -> None:
    right = said(folder, WHOLE)
    written = [path for path in words(WHOLE) if isinstance(path[-1], str) and path[-1] != "sn"]

    assert [p for p in written if said(folder, changed(WHOLE, p, None, f"{p[-1]}q")) == right] == []
