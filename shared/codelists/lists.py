"""One code list: entries with labels in several languages, parents and aliases.

File form: CSV in UTF-8. Lines before the header that begin with '#' are notes; ``# version: ...``
and ``# source: ...`` are kept. Columns: ``code``, optional ``parent`` and ``level``,
``label::English (en)`` and other languages, ``alias::Urdu (ur)`` and other languages (words
people use, separated by ';'), any other column (``htcds``, ``ic_tip_code``, ...) is kept as it is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from shared.codelists.search import SearchIndex
from shared.errors import QuestionnaireError
from shared.places import Place

STANDARD = Path(__file__).parent.parent / "data" / "codelists"
_LANGUAGE_COLUMN = re.compile(r"(?P<kind>label|alias|was)::[^()]*\((?P<language>[A-Za-z-]+)\)\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: its label per language, where it belongs, and what people call it."""

    code: str
    labels: Mapping[str, str]
    parent: str | None = None
    level: str = ""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def label(self, language: str) -> str:
        """The label in that language, else in English, else the code."""
        return self.labels.get(language) or self.labels.get("en") or self.code


@dataclass(frozen=True)
class CodeList:
    """A code list: entries in the order of the list."""

    name: str
    version: str
    source: str
    notes: tuple[str, ...]
    entries: Mapping[str, Entry]

    def __contains__(self, code: object) -> bool:
        return code in self.entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    def label(self, code: str, language: str) -> str:
        """The label of a code, else in English, else the code itself."""
        entry = self.entries.get(code)
        return entry.label(language) if entry else code

    def parent(self, code: str) -> str | None:
        """The code one level up; ``None`` at the top or for an unknown code."""
        entry = self.entries.get(code)
        return entry.parent if entry else None

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above, nearest first."""
        found: list[str] = []
        above = self.parent(code)
        while above is not None and above not in found:
            found.append(above)
            above = self.parent(above)
        return tuple(found)

    def within(self, code: str, ancestor: str) -> bool:
        """Whether the code is the ancestor or stands below it."""
        return code == ancestor or ancestor in self.ancestors(code)

    def children(self, code: str | None) -> tuple[Entry, ...]:
        """The entries one level down; of ``None``: the entries at the top."""
        return tuple(entry for entry in self if entry.parent == code)

    def of_level(self, level: str) -> tuple[Entry, ...]:
        """The entries of one level ('division', 'admin2', ...)."""
        return tuple(entry for entry in self if entry.level == level)

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(self.entries.values())

    def search(
        self, text: str, language: str = "en", limit: int = 20, level: str | None = None
    ) -> list[Entry]:
        """Entries that fit every word typed, best first: by code, label or alias.

        Words match from their beginning, without regard to case and accents, in the language
        asked for, in English and in the aliases of every language.
        """
        codes = self._index.search(text, language)
        found = [self.entries[code] for code in codes]
        if level is not None:
            found = [entry for entry in found if entry.level == level]
        return found[:limit]


def load_codelist(name: str, folders: Sequence[Place] = ()) -> CodeList:
    """The standard list of that name with what the folders add or change, entry by entry.

    folders: country folders, in order; each may hold ``<name>.csv`` or ``codelists/<name>.csv``.
    Raises QuestionnaireError when no folder has the list or a file cannot be used.
    """
    return codelist_of(name, codelist_files(name, folders))


def codelist_files(name: str, folders: Sequence[Place] = ()) -> list[Place]:
    """The files a list is made of, in the order they lie over one another."""
    below = (f"{name}.csv", f"codelists/{name}.csv")
    own = [folder / part for folder in folders for part in below]
    return [file for file in (STANDARD / f"{name}.csv", *own) if file.is_file()]


def no_codes(name: str) -> CodeList:
    """A list whose codes are not here yet: a country's areas before its first edition came."""
    return CodeList(name, "", "", (), MappingProxyType({}))


def codelist_of(name: str, files: Sequence[Place]) -> CodeList:
    """The list these files make.

    A code given again replaces labels and columns it names and keeps the others.
    Raises QuestionnaireError when there is no file or one cannot be used.
    """
    if not files:
        raise QuestionnaireError(f"There is no code list named {name!r}.", sheet=f"{name}.csv")
    version, source = "", ""
    notes: list[str] = []
    entries: dict[str, Entry] = {}
    for file in files:
        head, rows = _read(file)
        version = head.get("version", version)
        source = head.get("source", source)
        notes += [text for key, text in head.items() if key.startswith("note")]
        rows_of_codes: dict[str, int] = {}
        for number, row in rows:
            entry = _entry(row, file, number)
            first = rows_of_codes.setdefault(entry.code, number)
            if first != number:
                raise QuestionnaireError(
                    f"The code {entry.code!r} stands in row {first} already.",
                    sheet=file.name,
                    row=number,
                    column="code",
                )
            before = entries.get(entry.code)
            entries[entry.code] = _merged(before, entry) if before else entry
    for entry in entries.values():
        if entry.parent is not None and entry.parent not in entries:
            raise QuestionnaireError(
                f"The parent {entry.parent!r} of code {entry.code!r} is not in the list.",
                sheet=f"{name}.csv",
                column="parent",
            )
    made = CodeList(name, version, source, tuple(notes), MappingProxyType(entries))
    for code in entries:
        if code in made.ancestors(code):
            raise QuestionnaireError(
                f"The code {code!r} stands below itself.", sheet=f"{name}.csv", column="parent"
            )
    return made


def _read(file: Place) -> tuple[dict[str, str], list[tuple[int, dict[str, str]]]]:
    """The notes before the header and the rows with their line numbers."""
    try:
        return _read_utf8(file)
    except UnicodeDecodeError as error:
        raise QuestionnaireError("It is not written in UTF-8.", sheet=file.name) from error
    except csv.Error as error:
        raise QuestionnaireError(f"It cannot be read as CSV: {error}.", sheet=file.name) from error


def _read_utf8(file: Place) -> tuple[dict[str, str], list[tuple[int, dict[str, str]]]]:
    head: dict[str, str] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        skipped = 0
        position = lines.tell()
        while (line := lines.readline()).startswith("#"):
            skipped += 1
            key, colon, text = line.lstrip("# ").strip().partition(":")
            if colon and key in {"version", "source"}:
                head[key] = text.strip()
            else:
                head[f"note{skipped}"] = line.lstrip("# ").strip()
            position = lines.tell()
        lines.seek(position)
        reader = csv.DictReader(lines)
        if "code" not in (reader.fieldnames or ()):
            raise QuestionnaireError(
                "The list has no column named 'code'.", sheet=file.name, row=skipped + 1
            )
        rows = [(skipped + reader.line_num, row) for row in reader]
    return head, rows


def _entry(row: Mapping[str, str | None], file: Place, number: int) -> Entry:
    if None in row:
        raise QuestionnaireError(
            "The row has more cells than the header.", sheet=file.name, row=number
        )
    cells = {name: (cell or "").strip() for name, cell in row.items()}
    code = cells.pop("code")
    if not code:
        raise QuestionnaireError("The code is empty.", sheet=file.name, row=number, column="code")
    labels: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    columns: dict[str, str] = {}
    for name, cell in cells.items():
        found = _LANGUAGE_COLUMN.fullmatch(name)
        if found is None:
            columns[name] = cell
        elif cell and found["kind"] == "label":
            labels[found["language"]] = cell
        elif cell:
            # Whoever types the name before still finds it.
            words = tuple(word.strip() for word in cell.split(";") if word.strip())
            aliases[found["language"]] = (*aliases.get(found["language"], ()), *words)
            if found["kind"] == "was":
                columns[name] = cell
    parent = columns.pop("parent", "") or None
    level = columns.pop("level", "")
    return Entry(
        code,
        MappingProxyType(labels),
        parent,
        level,
        MappingProxyType(aliases),
        MappingProxyType(columns),
    )


def _merged(before: Entry, after: Entry) -> Entry:
    aliases = dict(before.aliases)
    for language, words in after.aliases.items():
        aliases[language] = tuple(dict.fromkeys((*aliases.get(language, ()), *words)))
    given = {name: cell for name, cell in after.columns.items() if cell}
    return Entry(
        before.code,
        MappingProxyType({**before.labels, **after.labels}),
        after.parent or before.parent,
        after.level or before.level,
        MappingProxyType(aliases),
        MappingProxyType({**before.columns, **given}),
    )
