"""Writing down in a profile that somebody of the country says a value is right.

Owns the change of profile.toml: the comments and the order of the file stay as they are.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import tomlkit

from server.countries.law_values import value_in
from server.durable import replace_file
from shared.errors import QuestionnaireError
from shared.profiles import Confirmation, CountryProfile, Parameter, load_profile
from shared.profiles.kinds import KINDS

FILE_NAME = "profile.toml"


def confirm_parameter(
    iso3: str,
    folder: Path,
    name: str,
    confirmation: Confirmation,
    *,
    area: str = "",
    industry: str = "",
    value: str = "",
) -> Parameter:
    """Writes the value as it stands, or the one given, into the folder's profile as confirmed.

    folder: the country folder of the programme; its profile.toml is made when there is none.
    value: as in a cell of the law (server.countries.law_values), such as ``15``, ``15: 6; 16: 8``,
        or ``none`` where the law sets none; empty: the value the profile has.
    Raises QuestionnaireError when there is no such value, or the one given cannot be right.
    """
    if name not in KINDS:
        raise _not_there(f"There is no parameter named {name!r}. See tally87 profile check {iso3}.")
    standing = _standing(load_profile(iso3, [folder]), name, area, industry)
    table = tomlkit.table()
    if value == "none":
        table["none"] = True
    elif value:
        table["value"] = value_in(value, KINDS[name])[0]
    elif standing is None or standing.unknown:
        raise _not_there(
            f"The profile has no value of {name} there to confirm: give it with --value."
        )
    elif standing.value is None:
        table["none"] = True
    else:
        table["value"] = _as_toml(standing)
    table["source"] = confirmation.document if value or standing is None else standing.source
    table["as_of"] = confirmation.on
    table["confirmed"] = True
    table["confirmation"] = _as_table(confirmation)
    document = _read(folder)
    path = [*(["areas", area] if area else []), *(["industries", industry] if industry else [])]
    _inside(document, [*path, "parameters"])[name] = table
    _write(iso3, folder, document)
    found = _standing(load_profile(iso3, [folder]), name, area, industry)
    assert found is not None
    return found


def confirm_helpline(
    iso3: str, folder: Path, number: str, confirmation: Confirmation, area: str = ""
) -> str:
    """Writes a helpline of the profile into the folder's as confirmed; gives its name.

    area: which of several offices with the same number. Raises QuestionnaireError when the profile
    has no such number, or several and no area says which.
    """
    lines = [line for line in load_profile(iso3, [folder]).helplines if line.number == number]
    if len(lines) > 1 or area:
        lines = [line for line in lines if line.area == area]
    if not lines:
        raise _not_there(
            f"The profile has no helpline with the number {number!r} there, or several: say which "
            "with --area."
        )
    line = lines[0]
    entry = tomlkit.table()
    entry.update({"name": line.name, "number": line.number, "kind": line.kind})
    if line.area:
        entry["area"] = line.area
    entry.update({"source": line.source, "as_of": confirmation.on, "confirmed": True})
    entry["confirmation"] = _as_table(confirmation)
    document = _read(folder)
    kept = [
        one
        for one in document.get("helplines", ())
        if (str(one["number"]), one.get("area", "")) != (number, line.area)
    ]
    tables = tomlkit.aot()
    for one in [*kept, entry]:
        tables.append(one)
    document["helplines"] = tables
    _write(iso3, folder, document)
    return line.name


def confirm_duty(iso3: str, folder: Path, number: int, confirmation: Confirmation) -> str:
    """Writes a duty to report into the folder's profile as confirmed; gives who has it.

    number: as the duties stand in the profile, from 1 on. Raises QuestionnaireError when there is
    no such duty.
    """
    duties = load_profile(iso3, [folder]).duties
    if not 1 <= number <= len(duties):
        raise _not_there(f"The profile has {len(duties)} duties to report, no number {number}.")
    duty = duties[number - 1]
    entry = tomlkit.table()
    entry.update({"who": duty.who, "what": duty.what, "to_whom": duty.to_whom})
    if duty.within_hours is not None:
        entry["within_hours"] = duty.within_hours
    entry.update({"source": duty.source, "as_of": confirmation.on, "confirmed": True})
    entry["confirmation"] = _as_table(confirmation)
    document = _read(folder)
    tables = tomlkit.aot()
    for one in document.get("mandatory_reporting", ()):
        if (one["who"], one["what"]) != (duty.who, duty.what):
            tables.append(one)
    tables.append(entry)
    document["mandatory_reporting"] = tables
    _write(iso3, folder, document)
    return f"duty of {duty.who}"


def _standing(profile: CountryProfile, name: str, area: str, industry: str) -> Parameter | None:
    """The value as it holds there, be it that of the whole country."""
    return profile.possible_laws(area, [industry] if industry else [])[0].parameters.get(name)


def _as_toml(parameter: Parameter) -> Any:
    if KINDS[parameter.name].form != "hours_by_age":
        value = parameter.value
        return list(value) if isinstance(value, tuple) else value
    pairs = [pair for pair in parameter.value or () if isinstance(pair, tuple)]  # type: ignore[union-attr]
    if len(pairs) == 1 and pairs[0][0] == 0:
        return _number(pairs[0][1])
    table = tomlkit.inline_table()
    table.update({str(age): _number(hours) for age, hours in pairs})
    return table


def _number(hours: float) -> int | float:
    return int(hours) if hours == int(hours) else hours


def _as_table(confirmation: Confirmation) -> Any:
    table = tomlkit.inline_table()
    table.update(
        {
            "by": confirmation.by,
            "office": confirmation.office,
            "document": confirmation.document,
            "on": confirmation.on,
        }
    )
    return table


def _read(folder: Path) -> Any:
    file = folder / FILE_NAME
    try:
        return tomlkit.parse(file.read_text("utf-8")) if file.is_file() else tomlkit.document()
    except (UnicodeDecodeError, tomlkit.exceptions.TOMLKitError) as error:
        raise _not_there(f"{file} is not a readable TOML file: {error}") from error


def _inside(document: Any, path: list[str]) -> MutableMapping[str, Any]:
    for key in path:
        if key not in document:
            document[key] = tomlkit.table(is_super_table=True)
        document = document[key]
    found: MutableMapping[str, Any] = document
    return found


def _write(iso3: str, folder: Path, document: Any) -> None:
    """In one step, and only when the profile can be read with it: else all stays as it was."""
    file = folder / FILE_NAME
    before = file.read_bytes() if file.is_file() else None
    replace_file(file, tomlkit.dumps(document).encode())
    try:
        load_profile(iso3, [folder])
    except QuestionnaireError:
        if before is None:
            file.unlink()
        else:
            replace_file(file, before)
        raise


def _not_there(sentence: str) -> QuestionnaireError:
    return QuestionnaireError(sentence, sheet=FILE_NAME)
