"""What a request to the SDMX service asks for: which numbers of a table. Pure.

After the SDMX REST documentation (sdmx-twg/sdmx-rest): a key names a code for each dimension in
order, of 2.1 with ``+`` between alternatives and nothing for all, of 3.0 with ``*`` for all and
``,`` between keys; ``c[SEX]=F`` names one dimension, with operators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from server.exports.sdmx.model import TIME, SdmxFlow, observations
from shared.errors import ServiceError

Key = Mapping[str, str]
_ANY = ("", "*", "all")
_MONTHS = 12
Matches = Callable[[str, str], bool]
_OF_CODES: Mapping[str, Matches] = {
    "eq": lambda code, said: code == said,
    "ne": lambda code, said: code != said,
    "co": lambda code, said: said in code,
    "nc": lambda code, said: said not in code,
    "sw": lambda code, said: code.startswith(said),
    "ew": lambda code, said: code.endswith(said),
}
_OF_TIME: Mapping[str, Matches] = {
    "eq": lambda period, said: months(period) == months(said),
    "ne": lambda period, said: months(period) != months(said),
    "ge": lambda period, said: months(period)[0] >= months(said)[0],
    "gt": lambda period, said: months(period)[0] > months(said)[1],
    "le": lambda period, said: months(period)[1] <= months(said)[1],
    "lt": lambda period, said: months(period)[1] < months(said)[0],
}


class BadQuery(ServiceError):
    """A request that cannot be understood. Its text says what is wrong with it."""


@dataclass(frozen=True)
class DataQuery:
    """Which numbers. start, end: periods, "" for no bound. conditions: by dimension."""

    key: str = ""
    start: str = ""
    end: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_everything(self) -> bool:
        """Whether every number of the table is asked for."""
        return self.key in _ANY and not (self.start or self.end or self.conditions)


def selected(flow: SdmxFlow, query: DataQuery) -> SdmxFlow:
    """The table with only the numbers that are asked for. Raises BadQuery."""
    names = [one.id for one in flow.dimensions if one.id != TIME]
    keys = [_key(one, names) for one in query.key.split(",")]
    conditions = dict(query.conditions)
    asked = [_condition(name, said, [*names, TIME]) for name, said in conditions.items()]
    if query.start:
        asked.append(_condition(TIME, f"ge:{query.start}", [TIME]))
    if query.end:
        asked.append(_condition(TIME, f"le:{query.end}", [TIME]))

    def wanted(key: Key) -> bool:
        fits = any(all(key[name] in codes for name, codes in one.items()) for one in keys)
        return fits and all(condition(key) for condition in asked)

    cells = {
        at: cell
        for (at, cell), one in zip(flow.table.cells.items(), observations(flow), strict=True)
        if wanted(one.key)
    }
    return replace(flow, table=replace(flow.table, cells=cells))


def months(period: str) -> tuple[int, int]:
    """The first and the last month of a period, counted from year 0. Raises BadQuery."""
    year, _, rest = period.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == len("2026")):
        raise BadQuery(f"{period!r} is no period: they are like 2026, 2026-Q1 or 2026-11.")
    first = int(year) * _MONTHS
    if not rest or rest == "A1":
        return first, first + _MONTHS - 1
    number = rest.removeprefix("Q").removeprefix("M").partition("-")[0]
    if not (number.isascii() and number.isdigit()):
        raise BadQuery(f"{period!r} is no period: they are like 2026, 2026-Q1 or 2026-11.")
    if rest.startswith("Q"):
        return first + 3 * int(number) - 3, first + 3 * int(number) - 1
    return first + int(number) - 1, first + int(number) - 1


def _key(said: str, names: list[str]) -> dict[str, frozenset[str]]:
    if said in _ANY:
        return {}
    parts = said.split(".")
    if len(parts) > len(names):
        raise BadQuery(
            f"The key {said!r} has {len(parts)} places; the table has {len(names)} dimensions: "
            f"{', '.join(names)}."
        )
    return {
        name: frozenset(part.split("+"))
        for name, part in zip(names, parts, strict=False)
        if part not in _ANY
    }


def _condition(name: str, said: str, names: list[str]) -> Callable[[Key], bool]:
    """Terms that must all hold, each with alternatives of which one has to."""
    if name not in names:
        raise BadQuery(f"There is no dimension {name!r}. There are: {', '.join(names)}.")
    operators = _OF_TIME if name == TIME else _OF_CODES
    terms: list[list[tuple[Matches, str]]] = []
    for term in said.split("+"):
        alternatives = []
        for one in term.split(","):
            word, colon, value = one.partition(":")
            if not colon:
                word, value = "eq", one
            if word not in operators:
                known = ", ".join(operators)
                raise BadQuery(f"There is no operator {word!r} for {name}. There are: {known}.")
            if name == TIME:
                months(value)
            alternatives.append((operators[word], value))
        terms.append(alternatives)

    def holds(key: Key) -> bool:
        return all(any(fits(key[name], value) for fits, value in term) for term in terms)

    return holds
