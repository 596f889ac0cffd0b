"""A pack: what a country made and another can use, and nothing that would be wrong there.

The law travels as values with their sources and without who confirmed them: nobody's law is another
country's. Areas, helplines and contacts stay at home: somebody in danger would be sent to the wrong
number. Indicators travel without baselines, lessons with their sources, and no number of a person.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from server.db.engine import reading
from server.exports.signed_edition import NotGenuine, must_be_signed
from server.office import Office
from server.programme.keys import keys_of
from server.programme.programme import programme_of
from server.progress import store
from server.progress.cells import as_text
from server.progress.kinds import KINDS, ColumnType
from server.reference.in_force import reference_of
from server.releases.files import digest_of
from server.rollup.handed import files_in, in_one_file
from shared.errors import ServiceError
from shared.profiles import CountryProfile, is_carried
from shared.profiles.files import COUNTRIES
from shared.profiles.kinds import KINDS as LAW_KINDS
from shared.profiles.kinds import ParameterValue

SIGNED = b"tally87/1 pack of a country\x00"
FORMAT = "tally87 pack 1"
MANIFEST, SIGNATURE = "pack.json", "pack.json.sig"
LAW, INDICATORS, LESSONS = "law.csv", "indicators.csv", "lessons.csv"
LAW_COLUMNS = ("parameter", "value", "source", "as_of")
FOLDERS = ("questionnaire", "languages", "codelists")
"""Of a country folder, that may travel; beside them ``tables.toml``."""
ENDINGS = (".csv", ".po", ".toml")
STAYS = ("areas.csv", "profile.toml")
MOST_FILES = 500


class PackRefused(ServiceError):
    """A pack that is not written or not taken. Nothing was changed."""


def pack_of(office: Office) -> bytes:
    """What this programme's country made, as one signed file."""
    programme = programme_of(office)
    files = dict(_own_files(programme.country, office.config.country_folders))
    files[LAW] = _text(LAW_COLUMNS, _law(reference_of(office).profile))
    with reading(office.engine) as connection:
        declared = store.framework(connection)
    files[INDICATORS] = _entries("indicator", declared["indicator"], _without_baseline)
    files[LESSONS] = _entries("pilot", declared["pilot"], dict)
    said: dict[str, Any] = {
        "format": FORMAT,
        "country": programme.country,
        "programme": programme.name,
        "made_at_s": office.now_s(),
        "files": {name: digest_of(content) for name, content in sorted(files.items())},
    }
    manifest = (json.dumps(said, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()
    signature = keys_of(office).programme.sign(SIGNED + manifest).hex().encode() + b"\n"
    return in_one_file({**files, MANIFEST: manifest, SIGNATURE: signature})


def unpacked_pack(content: bytes, key: str) -> tuple[Mapping[str, Any], dict[str, bytes]]:
    """The manifest and files of a genuine pack. Raises NotGenuine."""
    try:
        files = files_in(content)
    except NotGenuine as error:  # its words are of an edition, which comes in the same kind of file
        raise NotGenuine(
            "This is no pack, or it was damaged on the way. Ask for it again. Nothing was taken."
        ) from error
    manifest = files.pop(MANIFEST, b"")
    otherwise = "This pack is not signed with this key: it was changed, or another country made it."
    must_be_signed(SIGNED + manifest, files.pop(SIGNATURE, b""), key, otherwise)
    said: dict[str, Any] = json.loads(manifest)
    if said.get("format") != FORMAT:
        raise NotGenuine("The signature holds; to read the pack a newer program is needed.")
    wrong = sorted(
        name
        for name in files.keys() | said["files"].keys()
        if name not in files or said["files"].get(name) != digest_of(files[name])
    )
    if wrong:
        raise NotGenuine(f"Not as it was signed: {', '.join(wrong)}. Use none of it.")
    return said, files


def take_pack(content: bytes, key: str, folder: Path) -> tuple[Mapping[str, Any], list[str]]:
    """Writes a genuine pack into an empty folder to start from; its manifest and the files.

    Raises NotGenuine, PackRefused.
    """
    if folder.exists() and any(folder.iterdir()):
        raise PackRefused(f"{folder} is not empty; nothing was changed. Name another one.")
    said, files = unpacked_pack(content, key)
    strange = [name for name in files if not _may_be_written(name)]
    if strange or len(files) > MOST_FILES:
        named = ", ".join(strange)
        raise PackRefused(f"The pack has files no pack has: {named}. Nothing was taken.")
    for name, one in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(one)
    return said, sorted(files)


def _may_be_written(name: str) -> bool:
    """Whether a name leads to where a pack writes, and nowhere else."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\\" in part for part in parts) or parts[-1] in STAYS:
        return False
    if len(parts) == 1:
        return name in (LAW, INDICATORS, LESSONS, "tables.toml")
    return parts[0] in FOLDERS and name.endswith(ENDINGS)


def _own_files(country: str, folders: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Files of the country's folders by their place in them; later folders lie over earlier."""
    carried = (COUNTRIES / country,) if is_carried(country) else ()
    for folder in (*carried, *folders):
        for file in sorted(Path(folder).rglob("*")):
            name = file.relative_to(folder).as_posix()
            if file.is_file() and not file.is_symlink() and _may_be_written(name):
                yield name, file.read_bytes()


def _law(profile: CountryProfile) -> Iterator[tuple[str, ...]]:
    for name, parameter in sorted(profile.parameters.items()):
        if parameter.unknown or name not in LAW_KINDS:
            continue
        source = f"{profile.iso3}: {parameter.source}"
        day = parameter.as_of.isoformat() if parameter.as_of else ""
        yield (name, _as_written(parameter.value), source, day)


def _as_written(value: ParameterValue) -> str:
    """A value as a file of the law has it (docs/how-to-add-a-country.md)."""
    if value is None:
        return "none"
    if isinstance(value, tuple):
        pairs = [one for one in value if isinstance(one, tuple)]
        if pairs:
            return "{ " + ", ".join(f"{age} = {hours:g}" for age, hours in pairs) + " }"
    return json.dumps(value, ensure_ascii=False)


def _entries(kind: str, entries: Iterable[store.Said], made: Any) -> bytes:
    """Lines as they are entered by file: words are never a formula where somebody opens them."""
    columns = KINDS[kind].columns
    rows = (
        [
            as_text(said[one.name]) if one.type is ColumnType.TEXT else said[one.name]
            for one in columns
        ]
        for said in map(made, entries)
    )
    return _text([one.name for one in columns], rows)


def _without_baseline(said: store.Said) -> dict[str, str]:
    left_out = dict.fromkeys(("baseline", "baseline_period", "baseline_source"), "")
    return {**said, **left_out}


def _text(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue().encode()
