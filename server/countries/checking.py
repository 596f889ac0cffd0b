"""A country folder read to the end: every file, column, row and word obeyed or named."""

from __future__ import annotations

import csv
import io
import re
import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from gettext import GNUTranslations
from pathlib import Path

from server.countries.faults import Fault, near, told
from server.countries.headers import language_of
from server.countries.profile_words import is_language, profile_faults
from shared.answers import NOT_SAID
from shared.codelists import CodeList, changes, load_codelist
from shared.codelists.lists import STANDARD
from shared.errors import QuestionnaireError
from shared.fonts import read_font
from shared.parts import BOLD, REGULAR
from shared.profiles.files import COUNTRIES
from shared.questionnaire import STANDARD as QUESTIONS
from shared.questionnaire import load_questionnaire
from shared.questionnaire.loosened import loosened_questions
from shared.questionnaire.sheets import read_sheets
from shared.questionnaire.untold_choices import untold_choices
from shared.wire.limits import MAX_FONT_BYTES

AREAS = "areas.csv"
LEVELS = ("admin1", "admin2")
_FILES = ("profile.toml", AREAS, "tables.toml")
_FOLDERS = ("codelists", "questionnaire", "languages")
_COLUMN = re.compile(r"(label|alias|was)::(?P<name>[^()]*)\(([A-Za-z-]+)\)\s*")
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_COLUMNS = ("code", "parent", "level", "lat", "lon")
_ROUGH_DEGREES = re.compile(r"-?\d{1,3}(\.\d)?")
_DEGREES = {"lat": 90, "lon": 180}


def folder_faults(iso3: str, folder: Path, today: date) -> list[Fault]:
    """All that is wrong in a country folder, or that nothing reads, errors first.

    today: what a profile dates later cannot have happened. Questions are for shared.questionnaire
    to judge, but for codes of a country's own that no rule knows.
    """
    country = load_codelist("countries").entries.get(iso3)
    top = f"{country.columns['alpha2']}-" if country else ""
    lists = sorted(file.stem for file in STANDARD.glob("*.csv"))
    found = [*_files(folder, lists)]
    codes: dict[str, set[str]] = {}
    parents: dict[str, str] = {}
    for name in ("areas", *lists):
        files = [folder / f"{name}.csv", folder / "codelists" / f"{name}.csv"]
        standard = _ours(iso3) if name == "areas" else load_codelist(name)
        codes[name] = set(standard.entries) if standard else set()
        for file in (one for one in files if one.is_file()):
            reading = _List(file, name, standard, top)
            found += reading.faults()
            codes[name] |= reading.codes
            if name == "areas":
                parents = reading.parents
    codes["abuse"] = _kinds_of_abuse(folder / "questionnaire")
    found += _less_told(folder / "questionnaire")
    found += profile_faults(iso3, folder / "profile.toml", codes, parents, today)
    return sorted(found, key=lambda fault: not fault.is_error)


def _kinds_of_abuse(additions: Path) -> set[str]:
    """The answers to the question on abuse at work, with those a country adds; none where its
    questions cannot be read, which is told of them."""
    try:
        sheets = read_sheets([QUESTIONS, additions])
    except QuestionnaireError:
        return set()
    asked = {
        row.type_words[1] for row in sheets.survey if row["bind::tally:measure"] == "work.abuse"
    }
    codes = {row["name"] for row in sheets.choices if row["list_name"] in asked}
    return codes - {*NOT_SAID, "none"}


def _less_told(additions: Path) -> Iterator[Fault]:
    """Codes of the country's own that no rule knows, and questions that ask less than the standard;
    none where its questions cannot be read."""
    if not additions.is_dir():
        return
    try:
        questionnaire = load_questionnaire([QUESTIONS, additions])
    except QuestionnaireError:
        return
    for one in untold_choices(questionnaire):
        yield Fault(f"{additions.name}/choices.csv", f"{one.sentence}.", is_error=False)
    for less in loosened_questions(load_questionnaire([QUESTIONS]), questionnaire):
        file = f"{additions.name}/survey.csv"
        yield Fault(file, f"{less.sentence}.", column=less.column, is_error=False)


def _ours(iso3: str) -> CodeList | None:
    """The areas that come with Tally87, over which a folder may lay its own."""
    file = COUNTRIES / iso3 / AREAS
    return load_codelist("areas", [file.parent]) if file.is_file() else None


def _files(folder: Path, lists: Sequence[str]) -> Iterator[Fault]:
    """Files and folders by names that nothing reads."""
    for path in sorted(folder.iterdir()):
        known = _FOLDERS if path.is_dir() else (*_FILES, *(f"{name}.csv" for name in lists))
        if path.name not in known and not path.name.startswith("."):
            meant = near(path.name, known)
            yield told(path.name, "file_unread", is_error=bool(meant), meant=meant)
    yield from _languages(folder / "languages")
    own = folder / "codelists"
    known = ("areas.csv", *(f"{name}.csv" for name in lists))
    for path in sorted(own.iterdir()) if own.is_dir() else ():
        meant = near(path.name, known)
        if path.name not in known and (meant or path.suffix != ".csv"):
            file = f"codelists/{path.name}"
            yield told(file, "file_unread", is_error=bool(meant), meant=meant)


def _languages(folder: Path) -> Iterator[Fault]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.is_dir() or not is_language(path.name):
            yield told(f"languages/{path.name}", "no_language_folder")
            continue
        for file in sorted(path.glob("*.mo")):
            try:
                with file.open("rb") as stream:
                    GNUTranslations(stream)
            except (OSError, ValueError, struct.error, UnicodeDecodeError):
                where = f"languages/{path.name}/{file.name}"
                yield told(where, "not_compiled")
        yield from _font(path)


def _font(language: Path) -> Iterator[Fault]:
    size = 0
    for file in (language / REGULAR, language / BOLD):
        if file.is_file():
            size += file.stat().st_size
            try:
                read_font(file.read_bytes())
            except QuestionnaireError as wrong:
                yield Fault(f"languages/{language.name}/{file.name}", str(wrong))
    if size > MAX_FONT_BYTES:
        there = f"languages/{language.name}/{REGULAR}"
        yield told(there, "font_large", size=f"{size:,}", most=f"{MAX_FONT_BYTES:,}")


def _is_another(meant: str | None, code: str) -> bool:
    """Whether the name of a language is that of another than its code."""
    return meant is not None and meant != code.partition("-")[0].casefold()


class _List:
    """One list of a folder. codes: what it holds, also where something else is wrong. parents: what
    each stands below."""

    def __init__(self, file: Path, name: str, standard: CodeList | None, top: str) -> None:
        self._file, self._name, self._standard, self._top = file, name, standard, top
        self.codes: set[str] = set()
        self.parents: dict[str, str] = {}

    def faults(self) -> list[Fault]:
        try:
            text = self._file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            broken = self._file.read_bytes()[: error.start].count(b"\n") + 1
            return [told(self._name_told, "not_utf8", broken)]
        lines = text.splitlines()
        skipped = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
        reader = csv.reader(io.StringIO("\n".join(lines[skipped:]), newline=""))
        try:
            rows = [(skipped + reader.line_num, row) for row in reader]
        except csv.Error as error:
            return [self._fault(f"It cannot be read as CSV: {error}.")]
        rows = [(number, [cell.strip() for cell in row]) for number, row in rows if any(row)]
        if not rows:
            return [told(self._name_told, "empty", is_error=False)]
        number, header = rows[0]
        if "code" not in header:
            other = next((sign for sign in (";", "\t") if sign in ",".join(header)), "")
            why = (
                "Its cells are separated by semicolons or tabs: save it with commas."
                if other
                else ""
            )
            return [self._fault(f"There is no column called code. {why}".strip(), number)]
        found = [*self._headers(number, header)]
        entries = []
        for number, cells in rows[1:]:
            if len(cells) > len(header):
                found.append(self._fault("The row has more cells than the header.", number))
            entries.append((number, dict(zip(header, cells, strict=False))))
        return [
            *(*found, *self._codes(entries), *self._tree(entries)),
            *(*self._circles(entries), *self._between(entries)),
        ]

    def _fault(
        self, sentence: str, row: int = 0, column: str = "", *, is_error: bool = True
    ) -> Fault:
        return Fault(self._name_told, sentence, row, column, is_error)

    @property
    def _name_told(self) -> str:
        above = self._file.parent.name
        return f"codelists/{self._file.name}" if above == "codelists" else self._file.name

    def _headers(self, number: int, header: Sequence[str]) -> Iterator[Fault]:
        own = {column for entry in self._standard or () for column in entry.columns}
        of_areas = (*_COLUMNS, *changes.COLUMNS)
        known = [*(of_areas if self._name == "areas" else _COLUMNS[:3]), *sorted(own)]
        for column, count in Counter(header).items():
            match = _COLUMN.fullmatch(column)
            if count > 1 and column:
                yield told(self._name_told, "column_twice", number, column)
            if not column:
                yield self._fault("A column has no name; nothing reads it.", number, is_error=False)
            elif match and not is_language(match[3]):
                yield told(self._name_told, "no_language", number, column, word=match[3])
            elif match and _is_another(meant := language_of(match["name"].strip()), match[3]):
                yield self._fault(f"{match['name'].strip()} has the code {meant}.", number, column)
            elif match or column in known:
                continue
            elif re.match(r"(label|alias|lable|name|was)\b", column):
                yield self._fault("Write label::Name of the language (code).", number, column)
            else:
                meant = near(column, known)
                wrong = bool(meant)
                yield told(
                    self._name_told, "column_unread", number, column, is_error=wrong, meant=meant
                )

    def _codes(self, entries: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Fault]:
        rows: dict[str, int] = {}
        names: dict[tuple[str, str, str], int] = {}
        before = self._standard.entries if self._standard else {}
        for number, cells in entries:
            code = cells["code"]
            if not code:
                yield told(self._name_told, "code_empty", number, "code")
                continue
            first = rows.setdefault(code, number)
            if first != number:
                yield told(
                    self._name_told, "code_twice", number, "code", word=code, first=str(first)
                )
            if self._name == "areas" and not cells.get("parent") and not code.startswith(self._top):
                sentence = f"ISO 3166-2 codes of this country begin with {self._top}."
                yield self._fault(sentence, number, "code", is_error=False)
            if not _CODE.fullmatch(code):
                yield told(self._name_told, "code_letters", number, "code")
            labels = [cell for name, cell in cells.items() if name.startswith("label::") and cell]
            if not labels and code not in before:
                yield told(self._name_told, "no_name", number, "label", word=code)
            if self._name != "areas":
                continue
            until = cells.get(changes.UNTIL, "")
            key = (cells.get("parent", ""), next(iter(labels), "").casefold(), until)
            same = names.setdefault(key, number)
            if same != number and labels and first == number:
                yield self._fault(
                    f"{labels[0]} stands in row {same} already, below the same area.",
                    number,
                    "label",
                )
            yield from self._seat(number, cells)
            yield from self._change(number, cells, {one["code"] for _, one in entries})
        self.codes = set(rows)

    def _seat(self, number: int, cells: Mapping[str, str]) -> Iterator[Fault]:
        given = {name: cells.get(name, "") for name in _DEGREES}
        for name, most in _DEGREES.items():
            text = given[name]
            if not text:
                if any(given.values()):
                    yield self._fault("lat and lon are given together.", number, name)
            elif not re.fullmatch(r"-?\d{1,3}(\.\d+)?", text) or abs(float(text)) > most:
                yield self._fault(f"It is no number of degrees up to {most}.", number, name)
            elif not _ROUGH_DEGREES.fullmatch(text):
                yield self._fault(
                    "Degrees to a tenth: an exact place is not needed, and not kept.", number, name
                )

    def _change(self, number: int, cells: Mapping[str, str], codes: Set[str]) -> Iterator[Fault]:
        """What its columns say of how an area changed; see shared.codelists.changes."""
        days = {}
        for column in (changes.SINCE, changes.UNTIL, changes.RENAMED):
            given = cells.get(column, "")
            try:
                days[column] = date.fromisoformat(given) if given else None
            except ValueError:
                yield told(self._name_told, "no_day", number, column)
        since, until = days.get(changes.SINCE), days.get(changes.UNTIL)
        if since and until and until <= since:
            yield self._fault("It ends before it begins.", number, changes.UNTIL)
        following = [one.strip() for one in cells.get(changes.BECAME, "").split(";") if one.strip()]
        for one in following:
            if one not in codes:
                yield self._fault(f"There is no other area {one}.", number, changes.BECAME)
        if following and not cells.get(changes.UNTIL):
            yield self._fault("Say until when it stood.", number, changes.UNTIL)
        before = [name for column, name in cells.items() if column.startswith(changes.WAS) and name]
        if before and not cells.get(changes.RENAMED):
            yield self._fault("Say from when it has its new name.", number, changes.RENAMED)
        if cells.get(changes.RENAMED) and not before:
            yield self._fault("Say what it was called: was::English (en).", number, changes.RENAMED)

    def _circles(self, entries: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Fault]:
        """Areas that became one another."""
        after = {
            cells["code"]: [one.strip() for one in cells.get(changes.BECAME, "").split(";")]
            for _, cells in entries
        }
        for number, cells in entries:
            waiting, seen = list(after[cells["code"]]), set[str]()
            while waiting:
                one = waiting.pop()
                if one and one not in seen:
                    seen.add(one)
                    waiting += after.get(one, [])
            if cells["code"] in seen:
                yield self._fault(f"{cells['code']} became itself.", number, changes.BECAME)

    def _between(self, entries: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Fault]:
        """Days on which no visit can be where one could be before, and areas that outlive the one
        they lie in."""
        rows = {cells["code"]: cells for _, cells in entries}
        for number, cells in entries:
            until = _day(cells, changes.UNTIL)
            for one in cells.get(changes.BECAME, "").split(";"):
                since = _day(rows.get(one.strip(), {}), changes.SINCE)
                if until and since and until < since:
                    gap = f"Between {until} and {since}, when {one.strip()} begins, no visit can be"
                    yield self._fault(f"{gap} there.", number, changes.UNTIL, is_error=False)
            above = _day(rows.get(cells.get("parent", ""), {}), changes.UNTIL)
            if above and (until is None or above < until):
                ends = f"{cells['parent']}, in which it lies, ends on {above}: end it there, too,"
                anew = "and begin it anew under a code of its own."
                yield self._fault(f"{ends} {anew}", number, changes.UNTIL, is_error=False)

    def _tree(self, entries: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Fault]:
        before = self._standard.entries if self._standard else {}
        above = {code: entry.parent or "" for code, entry in before.items()}
        above |= {cells["code"]: cells["parent"] for _, cells in entries if cells.get("parent")}
        for _, cells in entries:
            above.setdefault(cells["code"], "")
        self.parents = above
        for number, cells in entries:
            code, parent = cells["code"], above[cells["code"]]
            if not code:
                continue
            if parent and parent not in above:
                yield told(
                    *(self._name_told, "no_parent", number, "parent"),
                    meant=near(parent, above),
                    above=parent,
                    word=code,
                )
                continue
            seen = [code]
            while parent and parent in above and parent not in seen:
                seen.append(parent)
                parent = above[parent]
            if parent in seen:
                yield told(self._name_told, "below_itself", number, "parent", word=code)
            elif self._name == "areas":
                yield from self._level(number, cells, len(seen))

    def _level(self, number: int, cells: Mapping[str, str], depth: int) -> Iterator[Fault]:
        if depth > len(LEVELS):
            yield self._fault("Areas have two levels; this one is on a third.", number, "parent")
            return
        # Of an area that comes with Tally87 only what changes is given again.
        known = self._standard.entries.get(cells["code"]) if self._standard else None
        right, given = LEVELS[depth - 1], cells.get("level") or (known.level if known else "")
        if given != right:
            said = f"it says {given}" if given else "the cell is empty"
            yield self._fault(f"The area stands on {right}, and {said}.", number, "level")


def _day(cells: Mapping[str, str], column: str) -> date | None:
    """The day a cell says; None for none, and for what is told as no day."""
    try:
        return date.fromisoformat(cells.get(column, ""))
    except ValueError:
        return None
