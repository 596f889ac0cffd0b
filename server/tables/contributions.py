"""In which cells of the declared tables persons and cases are counted, given what they say. Pure.

Tables of persons count each person once a period, by the deciding record of their subject; a
person with one record in a year says the same in its month, quarter and year.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import NamedTuple

from server.intake.attributes import is_period_of, periods_of
from server.tables.case_words import BETWEEN, MISSING, NOT_ASKED
from server.tables.declaration import PERIOD_LENGTHS, Declarations, DeclaredTable, Population
from server.tables.observed import bounds_word, standing_of
from shared.counting import (
    NOT_KNOWN,
    CountedRecord,
    Standing,
    Subject,
    decide_record,
)

TOTAL = "Total"
"""In a dimension that takes several answers: everybody, each once. Those who gave two answers are
in two of its codes, so that the codes do not add up to it."""
OUT_OF_SCOPE = "OUT_OF_SCOPE"
SUBJECTS: Mapping[Population, Subject] = {
    Population.CHILD_LABOUR: Subject.CHILD_LABOUR,
    Population.FORCED_LABOUR: Subject.FORCED_LABOUR,
}
Said = tuple[str, ...]
"""What a record or person says to every attribute of the declarations, in their order."""


class SaidCase(NamedTuple):
    """What counting needs of one accepted case of a known month."""

    person_id: str
    month: str
    record_id: str
    said: Said


class TableCellKey(NamedTuple):
    """A cell of a table in a period."""

    table: str
    period: str
    codes: tuple[str, ...]


def cells_for(
    declarations: Declarations, table: DeclaredTable, said: Sequence[str]
) -> list[tuple[str, ...]]:
    """The cells of a table in which one is counted who says this to ``table.needs``; none where
    the table does not count them."""
    words = {}
    for name, word in zip(table.needs, said, strict=True):
        words[name] = declarations.dimensions[name].recode.get(word, word)
    for name, wanted in table.where.items():
        dimension = declarations.dimensions[name]
        codes = words[name].split(BETWEEN) if dimension.several else [words[name]]
        if not any(dimension.lies_in(code, wider) for code in codes for wider in wanted):
            return []
    cells: list[tuple[str, ...]] = [()]
    for name in table.dimensions:
        if declarations.dimensions[name].several:
            codes = [TOTAL, *words[name].split(BETWEEN)]
            cells = [(*cell, code) for cell in cells for code in codes]
        else:
            cells = [(*cell, words[name]) for cell in cells]
    return cells


def said_by_person(
    attributes: Sequence[str],
    of_class: frozenset[str],
    records: Sequence[SaidCase],
    subject: Subject,
) -> Said:
    """What one person says in one period to every attribute, for one subject.

    Classes, and all that belongs to them, come from the deciding record; the rest too, an unknown
    one from the latest record that knows it.
    """
    if len(records) == 1:
        return records[0].said
    place = {name: at for at, name in enumerate(attributes)}
    bounds = f"{subject.value}_bounds"
    counted = [
        CountedRecord(
            one.record_id,
            one.month,
            {subject: standing_of(one.said[place[subject.value]], one.said[place[bounds]])},
            one.said[place["complete"]] == "yes",
            attributes={
                name: NOT_KNOWN if word in MISSING else word
                for name, word in zip(attributes, one.said, strict=True)
                if name not in of_class
            },
        )
        for one in records
    ]
    decided = decide_record(counted, subject)
    own = next(one.said for one in records if one.record_id == decided.record_id)
    words = []
    for name, word in zip(attributes, own, strict=True):
        if name == subject.value:
            words.append(decided.class_)
        elif name == bounds:
            found = Standing(decided.class_, decided.low, decided.high, decided.asked)
            words.append(bounds_word(found))
        elif name in of_class:
            words.append(word)
        else:
            known = decided.attributes[name]
            if known == NOT_KNOWN and all(one.said[place[name]] == NOT_ASKED for one in records):
                known = NOT_ASKED
            words.append(known)
    return tuple(words)


class Tally:
    """Counts what is said, table by table; cells come at the end: many persons say the same."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._attributes = declarations.attributes
        self._of_class, self._class_at, self._tables, self._known = _layout(_Same(declarations))
        # By table and month, of those who say the same in all its periods; by table and period.
        self._all_periods: defaultdict[tuple[str, str], Counter[Said]] = defaultdict(Counter)
        self._one_period: defaultdict[tuple[str, str], Counter[Said]] = defaultdict(Counter)

    def add(self, persons: Iterable[Sequence[SaidCase]]) -> None:
        """Counts these persons. Each is all of the person's records that are counted."""
        same: defaultdict[tuple[Population, str], list[Said]] = defaultdict(list)
        apart: defaultdict[tuple[Population, str], list[Said]] = defaultdict(list)
        for records in persons:
            for one in records:
                same[Population.CASES, one.month].append(one.said)
            if len(records) == 1:
                (record,) = records
                for population in SUBJECTS:
                    same[population, record.month].append(record.said)
                continue
            for period, those in _by_period(records).items():
                for population, subject in SUBJECTS.items():
                    said = said_by_person(self._attributes, self._of_class, those, subject)
                    apart[population, period].append(said)
        for into, found in ((self._all_periods, same), (self._one_period, apart)):
            for (population, period), everybody in found.items():
                at = self._class_at.get(population)
                counted = (
                    everybody
                    if at is None
                    else [said for said in everybody if said[at] != OUT_OF_SCOPE]
                )
                for code, needed in self._tables.get(population, ()):
                    into[code, period].update(map(needed, counted))

    def cells_of(
        self, table: DeclaredTable, records: Sequence[SaidCase], period: str
    ) -> Iterator[tuple[list[tuple[str, ...]], list[SaidCase]]]:
        """For who is counted by these records of one person, all of the period: the cells of a
        table in that period, and the records behind. A case is counted by itself."""
        subject = SUBJECTS.get(table.population)
        at = self._class_at.get(table.population)
        groups = [[one] for one in records] if subject is None else [list(records)]
        place = {name: at for at, name in enumerate(self._attributes)}
        dimensions = self._declarations.dimensions
        needed = _getter([place[dimensions[name].attribute] for name in table.needs])
        for of in groups:
            said = of[0].said
            if subject is not None:
                said = said_by_person(self._attributes, self._of_class, of, subject)
            if at is None or said[at] != OUT_OF_SCOPE:
                yield cells_for(self._declarations, table, needed(said)), of

    def cells(self) -> Counter[TableCellKey]:
        """What was counted, by cell; cells of nobody have no entry."""
        found: Counter[TableCellKey] = Counter()
        for (code, month), counts in self._all_periods.items():
            self._into(found, code, periods_of(month), counts)
        for (code, period), counts in self._one_period.items():
            self._into(found, code, (period,), counts)
        return found

    def _into(
        self,
        found: Counter[TableCellKey],
        code: str,
        periods: Sequence[str],
        counts: Mapping[Said, int],
    ) -> None:
        table = self._declarations.tables[code]
        made_for = [one for one in periods if is_made_for(table, one)]
        if not made_for:
            return
        known = self._known[code]
        for said, number in counts.items():
            cells = known.get(said)
            if cells is None:
                cells = cells_for(self._declarations, table, said)
                if len(known) < _MOST_KNOWN:
                    known[said] = cells
            for period in made_for:
                for codes in cells:
                    key = _as_key((code, period, codes))
                    found[key] = found.get(key, 0) + number


_MOST_KNOWN = 5_000
"""Of one table: what is said of whom, with the cells it is counted in; the rest is worked out."""


_as_key: Callable[[tuple[str, str, tuple[str, ...]]], TableCellKey] = partial(
    tuple.__new__, TableCellKey
)
"""What ``TableCellKey._make`` gives, in half the time: of this one thing there are very many."""


class _Layout(NamedTuple):
    """What counting needs of declarations, worked out once for them. known: by table the cells of
    those who say this."""

    of_class: frozenset[str]
    class_at: Mapping[Population, int]
    tables: Mapping[Population, Sequence[tuple[str, Callable[[Said], Said]]]]
    known: Mapping[str, dict[Said, list[tuple[str, ...]]]]


class _Same:
    """Declarations as a cache key: the same object, not an equal one (they are deep)."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.declarations is self.declarations

    def __hash__(self) -> int:
        return id(self.declarations)


@lru_cache(maxsize=8)
def _layout(same: _Same) -> _Layout:
    declarations = same.declarations
    attributes, dimensions = declarations.attributes, declarations.dimensions
    place = {name: at for at, name in enumerate(attributes)}
    tables: dict[Population, list[tuple[str, Callable[[Said], Said]]]] = {}
    for table in declarations.tables.values():
        if table.population is not Population.VISITS and not table.margin_of:
            needed = _getter([place[dimensions[name].attribute] for name in table.needs])
            tables.setdefault(table.population, []).append((table.code, needed))
    return _Layout(
        frozenset(name for name in attributes if dimensions[name].of_class),
        {one: place[SUBJECTS[one].value] for one in SUBJECTS},
        tables,
        {code: {} for code in declarations.tables},
    )


def _getter(places: Sequence[int]) -> Callable[[Said], Said]:
    if len(places) > 1:
        return itemgetter(*places)
    (only,) = places
    return lambda said: (said[only],)


def _by_period(records: Sequence[SaidCase]) -> dict[str, list[SaidCase]]:
    found: dict[str, list[SaidCase]] = {}
    for one in records:
        for period in periods_of(one.month):
            found.setdefault(period, []).append(one)
    return found


def is_made_for(table: DeclaredTable, period: str) -> bool:
    """Whether a table has periods of this length."""
    if table.periods == PERIOD_LENGTHS:
        return True
    return any(is_period_of(period, length) for length in table.periods)
