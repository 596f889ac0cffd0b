"""Tables as data: what each declared table counts, by which dimensions, read from which answers.

A declaration file is TOML. ``[dimension.NAME]`` says what of a record it reads (``measure``,
``question``, ``class`` or ``derived``) and how its codes lie under each other; ``[[table]]`` names
dimensions. The standard ones are in data/declared.toml; a country adds its own questions the same
way, without code. Pure.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from shared.errors import ServiceError

STANDARD = Path(__file__).parent / "data" / "declared.toml"
OWN = "tables.toml"
"""In a country folder: the dimensions and tables of its own questions."""
_LONGEST_CODE = 40
READING = 2
"""Changes whenever the same answers could give other words (server.tables.observed)."""
ALWAYS_KEPT = frozenset(
    {
        *("child_labour", "child_labour_bounds", "forced_labour", "forced_labour_bounds"),
        *("complete", "area", "sex", "age_band"),
    }
)
"""What decides which of a person's records is counted, or where, whatever tables there are."""
PERIOD_LENGTHS = ("year", "quarter", "month")


class Population(StrEnum):
    """What a table counts, each once in a period.

    Persons are counted by the deciding record of a subject (shared.counting); cases
    are records, so that a person met twice is two of them; visits are looks at a place.
    """

    CHILD_LABOUR = "child_labour"
    FORCED_LABOUR = "forced_labour"
    CASES = "cases"
    VISITS = "visits"


class BadDeclaration(ServiceError):
    """A file of declarations that cannot be used. Its text says where and what to do."""


@dataclass(frozen=True)
class DeclaredDimension:
    """What a table is divided by.

    source, name_of_source: ``measure`` (a measure of the questionnaire), ``question`` (one by its
    name), ``class`` (a code of the classification) or ``derived`` (server.tables.observed).
    several: whether one person may have several codes; then codes do not add up to the total.
    codelist: the code list whose labels and parents hold, "" where ``parents`` says all.
    parents: code to the code above it. recode: what is kept in the place of a code.
    bands: (least, most) of whole numbers, both included, each a code "least-most" or "least+".
    codes: what everybody knows to be possible; shown also where nobody is. least: to how few groups
    a release may bring it, 0 where it must stay as it is; rest: whether the smallest codes may
    stand together, where no level of the hierarchy is coarse enough. also: further levels, each a
    name to the codes it stands for, tried after those of the hierarchy. neighbours: whether codes
    that follow each other in their list may stand together, after all of these. merge: codes of the
    coarsest level of the hierarchy that may stand together when all else is too fine.
    """

    name: str
    source: str
    name_of_source: str
    several: bool = False
    codelist: str = ""
    choices: str = ""
    parents: Mapping[str, str] = field(default_factory=dict)
    recode: Mapping[str, str] = field(default_factory=dict)
    bands: tuple[tuple[int, int | None], ...] = ()
    codes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    least: int = 0
    rest: bool = False
    neighbours: bool = False
    also: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    merge: tuple[str, ...] = ()

    @property
    def of_class(self) -> bool:
        """Whether it belongs to the class: it is taken from the record that decides, never from
        another record of the person that happens to know it."""
        return self.source == "class"

    @property
    def attribute(self) -> str:
        """Under what name the answer is kept of a case: dimensions that only put the same answer
        in other words share it, so that they can never contradict each other."""
        return "age_band" if self.name_of_source == "age_band" else self.name

    def lies_in(self, code: str, wider: str) -> bool:
        """Whether a code is that code or below it, by the parents declared here."""
        while code != wider and code in self.parents:
            code = self.parents[code]
        return code == wider

    def finest_of(self, code: str) -> tuple[str, ...]:
        """The finest codes a code stands for, as far as they are declared here."""
        inner = set(self.parents.values())
        known = dict.fromkeys((*self.codes, *self.parents))
        found = tuple(one for one in known if one not in inner and self.lies_in(one, code))
        return found or (code,)


@dataclass(frozen=True)
class DeclaredTable:
    """One table.

    dimensions: names, in the order of a cell's codes; at most one of them takes several answers.
    sensitive: the dimension that says what happened to somebody; the others say who. where: by
    dimension the codes (or codes above them) of those who are counted; nobody else is in it.
    periods: lengths it is made for. notes: ids of sentences that go with it. titles: a
    country's own, by language; ours are put together (server.tables.labels). margin_of: the table
    of which it is a margin; its cells are summed when they are read. drop: dimensions that a
    release may leave out of it when too few are in it. is_open: it says where anybody looked and
    was let in, nothing of what was found, and is published whole, as coverage is.
    """

    code: str
    population: Population
    dimensions: tuple[str, ...]
    sensitive: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    periods: tuple[str, ...] = PERIOD_LENGTHS
    notes: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    margin_of: str = ""
    drop: tuple[str, ...] = ()
    is_open: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Every dimension that decides where somebody is counted in this table."""
        return tuple(dict.fromkeys((*self.dimensions, *sorted(self.where))))


@dataclass(frozen=True)
class Declarations:
    """All tables of an office and what they are divided by."""

    dimensions: Mapping[str, DeclaredDimension]
    tables: Mapping[str, DeclaredTable]

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """What is kept of a case: all that tables of persons and cases read, by name."""
        used = {
            self.dimensions[name].attribute
            for table in self.tables.values()
            if table.population is not Population.VISITS
            for name in table.needs
        }
        return tuple(sorted(used | ALWAYS_KEPT))

    @cached_property
    def worked_out(self) -> dict[tuple[str, ...], Any]:
        """What is worked out of them once, by who keeps it and of what it is."""
        return {}

    @cached_property
    def layout(self) -> str:
        """A digest of all that decides what is kept: another one makes other counts."""
        said = {
            "reading": READING,
            "tables": [
                {name: said for name, said in asdict(one).items() if name != "is_open"}
                | {"titles": {}, "notes": (), "drop": ()}
                for one in self.tables.values()
                if not one.margin_of
            ],
            "dimensions": [
                {
                    n: said
                    for n, said in asdict(self.dimensions[name]).items()
                    if n not in ("also", "neighbours")
                }
                | {"labels": {}, "least": 0, "rest": False, "merge": ()}
                for name in sorted(self.dimensions)
            ],
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]

    def several_of(self, table: DeclaredTable) -> str | None:
        """The dimension of the table that takes several answers, or None."""
        return next((name for name in table.dimensions if self.dimensions[name].several), None)


def standard() -> Declarations:
    """The tables that come with Tally87."""
    return declared((STANDARD.read_text(encoding="utf-8"),))


def declared_of(texts: Sequence[str]) -> Declarations:
    """The tables an office counts by these files together. Raises BadDeclaration."""
    found = declared(texts)
    for name in found.tables:
        if len(name) > _LONGEST_CODE:
            raise BadDeclaration(f"The code {name!r} of a table is longer than {_LONGEST_CODE}.")
    return found


def wrong_tables(folder: Path) -> list[str]:
    """What keeps the tables that a country folder declares of its own from being counted."""
    file = folder / OWN
    if not file.is_file():
        return []
    try:
        declared_of([STANDARD.read_text("utf-8"), file.read_text("utf-8")])
    except UnicodeDecodeError:
        return [f"{OWN}: It is not written in UTF-8."]
    except BadDeclaration as problem:
        return [f"{OWN}: {problem}"]
    return []


def declared(texts: Sequence[str]) -> Declarations:
    """The tables of these files, later ones over earlier ones. Raises BadDeclaration."""
    dimensions: dict[str, DeclaredDimension] = {}
    tables: dict[str, DeclaredTable] = {}
    for text in texts:
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadDeclaration(f"The declarations cannot be read: {error}.") from None
        unknown = sorted(raw.keys() - {"dimension", "table"})
        if unknown:
            raise BadDeclaration(f"A file of declarations has no part named {unknown[0]!r}.")
        for name, said in raw.get("dimension", {}).items():
            dimensions[name] = _dimension(name, said)
        for said in raw.get("table", []):
            table = _table(said, dimensions, tables)
            tables[table.code] = table
    return Declarations(dimensions, tables)


_SETTINGS = (
    "several",
    "list",
    "choices",
    "parents",
    "recode",
    "bands",
    "codes",
    "label",
    "least",
    "rest",
    "neighbours",
    "also",
    "merge",
)
QUESTION = "question"
"""The source of a dimension by a question of the country's own."""
_SOURCES = ("measure", QUESTION, "class", "derived")


def _dimension(name: str, said: Mapping[str, Any]) -> DeclaredDimension:
    given = [source for source in _SOURCES if source in said]
    if len(given) != 1:
        raise BadDeclaration(f"Dimension {name!r} must name one of {', '.join(_SOURCES)}.")
    known = {*_SOURCES, *_SETTINGS}
    unknown = sorted(said.keys() - known)
    if unknown:
        raise BadDeclaration(f"Dimension {name!r} has no setting {unknown[0]!r}.")
    bands = tuple((band[0], band[1] if len(band) > 1 else None) for band in said.get("bands", ()))
    return DeclaredDimension(
        name=name,
        source=given[0],
        name_of_source=said[given[0]],
        several=said.get("several", False),
        codelist=said.get("list", ""),
        choices=said.get("choices", ""),
        parents={code: above for above, below in said.get("parents", {}).items() for code in below},
        recode={code: kept for kept, of in said.get("recode", {}).items() for code in of},
        bands=bands,
        codes=tuple(said.get("codes", ())),
        labels=said.get("label", {}),
        least=said.get("least", 0),
        rest=said.get("rest", False),
        neighbours=said.get("neighbours", False),
        also=tuple(
            {group: tuple(codes) for group, codes in one.items()} for one in said.get("also", ())
        ),
        merge=tuple(said.get("merge", ())),
    )


def _table(
    said: Mapping[str, Any],
    dimensions: Mapping[str, DeclaredDimension],
    tables: Mapping[str, DeclaredTable],
) -> DeclaredTable:
    code = said.get("code", "")
    if "margin_of" in said:
        said = _as_margin(code, said, dimensions, tables)
    known = {
        "code",
        "of",
        "by",
        "sensitive",
        "where",
        "periods",
        "notes",
        "title",
        "margin_of",
        "drop",
        "open",
    }
    unknown = sorted(said.keys() - known)
    if unknown:
        raise BadDeclaration(f"Table {code!r} has no setting {unknown[0]!r}.")
    by = tuple(said.get("by", ()))
    where = {name: tuple(codes) for name, codes in said.get("where", {}).items()}
    for name in (*by, *where):
        if name not in dimensions:
            raise BadDeclaration(f"Table {code!r} is by {name!r}, which no dimension is named.")
    if not code or not by:
        raise BadDeclaration("A table must have a code and at least one dimension.")
    if sum(dimensions[name].several for name in by) > 1:
        raise BadDeclaration(f"Table {code!r} has two dimensions that take several answers.")
    try:
        population = Population(said.get("of", ""))
    except ValueError:
        raise BadDeclaration(
            f"Table {code!r} must say of what it is: {', '.join(Population)}."
        ) from None
    titles = said.get("title", {})
    if not isinstance(titles, Mapping) or not all(isinstance(w, str) for w in titles.values()):
        raise BadDeclaration(
            f'The title of table {code!r} is said by language, such as title = {{ en = "..." }}.'
        )
    sensitive = said.get("sensitive", by[-1])
    if sensitive not in by:
        raise BadDeclaration(f"The sensitive dimension of table {code!r} is none of its own.")
    return DeclaredTable(
        code=code,
        population=population,
        dimensions=by,
        sensitive=sensitive,
        where=where,
        periods=tuple(said.get("periods", PERIOD_LENGTHS)),
        notes=tuple(said.get("notes", ())),
        titles=titles,
        margin_of=said.get("margin_of", ""),
        drop=tuple(said.get("drop", ())),
        is_open=said.get("open", False),
    )


def _as_margin(
    code: str,
    said: Mapping[str, Any],
    dimensions: Mapping[str, DeclaredDimension],
    tables: Mapping[str, DeclaredTable],
) -> Mapping[str, Any]:
    """What a margin takes over of the table it is one of."""
    whole = tables.get(said["margin_of"])
    if whole is None or not set(said.get("by", ())) <= set(whole.dimensions):
        raise BadDeclaration(f"Table {code!r} is no margin of a table declared before it.")
    if any(dimensions[name].several for name in whole.dimensions):
        raise BadDeclaration(f"Table {code!r} is a margin of a table whose parts do not add up.")
    return {
        **said,
        "of": whole.population.value,
        "where": whole.where,
        "periods": whole.periods,
    }
