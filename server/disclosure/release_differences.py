"""What one published number less another tells of persons who stand in no table. Pure.

A table of those in child labour and one that has those in hazardous work apart give, girl by girl,
who is in child labour but not in hazardous work, though no table shows them (differencing of
nested groups: Hundepool et al. 2012, Statistical Disclosure Control, 5.4). Where the codes of the
tables show such a group its cells are protected like any other; where none does, few persons in it
would be told exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from server.disclosure.release_book import Extent, Meaning

_NOBODY_ASKED: Extent = frozenset({"\0"})
_Others = tuple[str, ...]


def small_differences(
    known: Mapping[Meaning, int],
    shown: Iterable[Meaning],
    divided_by: Container[tuple[str, str]],
    is_small: Callable[[Meaning, Meaning], bool],
) -> set[tuple[Meaning, Meaning]]:
    """Pairs of published counts, all of the second among the first, of whose difference no table
    tells and that ``is_small`` says is one of few persons. shown: every group that has a cell, its
    count published or withheld. divided_by: of each population the dimensions by which some table
    is, so that everybody has one of the codes."""
    groups: dict[tuple[_Others, str], dict[Extent, Meaning]] = {}
    for what in shown:
        population, *conditions = what
        for at, said in enumerate(conditions):
            name, _, codes = said.partition("=")
            others = (population, *conditions[:at], *conditions[at + 1 :])
            groups.setdefault((others, name), {})[frozenset(codes.split("|"))] = what
    found = set()
    for (others, name), by_codes in groups.items():
        everybody = _together(by_codes)
        if (others[0], name) not in divided_by:
            everybody |= _NOBODY_ASKED
        for outer, wide in [(everybody, others), *by_codes.items()]:
            for inner, narrow in by_codes.items():
                if inner < outer and wide in known and narrow in known:
                    rest = outer - inner
                    if not _is_told(rest, by_codes) and is_small(wide, narrow):
                        found.add((wide, narrow))
    return found


def _together(by_codes: Iterable[Extent]) -> Extent:
    return frozenset[str]().union(*by_codes)


def _is_told(group: Extent, by_codes: Iterable[Extent]) -> bool:
    """Whether some codes that tables have make up this group: their cells are protected."""
    return _together([codes for codes in by_codes if codes <= group]) == group
