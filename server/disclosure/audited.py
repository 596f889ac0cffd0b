"""A protected file as its audit takes it: what adds up in it, and how editions before bound it.

Pure; shares no model with the modules that chose the cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from server.disclosure.attack import Cell, Constraint

Codes = tuple[str, ...]
Counts = Mapping[Codes, int | None]
Parents = Mapping[str, Mapping[str, str]]
TOTAL = "Total"
THIS = -1
"""Number of the audited file among the editions in a cell's name; earlier ones from 0."""


@dataclass(frozen=True)
class AuditedFile:
    """What is audited. shown: the file's cells, None where withheld. truth: the same cells.

    parents: for each dimension code to parent; a code that is not there stands below ``Total``.
    own: an organisation's own persons in each cell. earlier: editions before, by their dimensions.
    """

    names: tuple[str, ...]
    shown: Counts
    truth: Mapping[Codes, int]
    parents: Parents
    sensitive: str
    own: Mapping[Codes, int] = field(default_factory=dict)
    earlier: Sequence[tuple[tuple[str, ...], Counts]] = ()


def ties_of(
    subject: AuditedFile, number: int, names: tuple[str, ...], cells: Counts
) -> list[Constraint] | None:
    """How an edition's counts bound those of this file, as far as the published ones allow it.

    Equal when all agree, at most as large when none is larger; None when neither.
    """
    found = dict(_counted_then(subject, names, cells))
    if any(
        count != 0 and _now(subject, names, codes) is None and not _lies_in(subject, names, codes)
        for codes, count in cells.items()
    ):
        return None
    known = [
        (sum(cells[one] or 0 for one in parts), subject.truth[here])
        for here, parts in found.items()
        if all(cells[one] is not None for one in parts)
    ]
    if all(before == now for before, now in known):
        most = 0.0
    elif all(before <= now for before, now in known) or _looks_grown(subject, cells, found):
        most = float("inf")
    else:
        return None
    return [
        _row(
            [
                ((THIS, here), subject.shown[here], 1),
                *(((number, one), cells[one], -1) for one in parts),
            ],
            most,
        )
        for here, parts in found.items()
    ]


def _looks_grown(subject: AuditedFile, cells: Counts, found: Mapping[Codes, list[Codes]]) -> bool:
    """Whether the counts that both publish say so, though some that is withheld now fell: readers
    may believe it all the same."""
    both = [
        (sum(cells[one] or 0 for one in parts), now)
        for here, parts in found.items()
        if (now := subject.shown[here]) is not None and all(cells[one] is not None for one in parts)
    ]
    return any(before < now for before, now in both) and all(before <= now for before, now in both)


def _counted_then(
    subject: AuditedFile, names: tuple[str, ...], cells: Counts
) -> Iterator[tuple[Codes, list[Codes]]]:
    """For cells of this file those of an edition, finer ones too, that counted the same then."""
    axes = []
    for at, name in enumerate(names):
        used = dict.fromkeys(codes[at] for codes in cells)
        of_code: dict[str, list[str]] = {}
        for code in dict.fromkeys(codes[subject.names.index(name)] for codes in subject.truth):
            below = [code] if code in used else _largest_below(subject, name, code, used)
            if below:
                of_code[code] = below
        axes.append(of_code)
    for codes in product(*axes):
        parts: list[Codes] = list(
            product(*(of_code[code] for of_code, code in zip(axes, codes, strict=True)))
        )
        if all(one in cells for one in parts):
            yield full(subject, names, codes), parts


def _largest_below(
    subject: AuditedFile, name: str, code: str, used: Mapping[str, None]
) -> list[str]:
    """The codes of an edition that a code it has not is the sum of."""
    found = []
    for one in used:
        above = subject.parents.get(name, {}).get(one, TOTAL)
        while above not in (code, TOTAL) and above not in used:
            above = subject.parents.get(name, {}).get(above, TOTAL)
        if one != TOTAL and above == code != TOTAL:
            found.append(one)
    return found


def _lies_in(subject: AuditedFile, names: tuple[str, ...], codes: Codes) -> bool:
    """Whether an edition's cell is part of one of this file beside its margins."""
    for name, code in zip(names, codes, strict=True):
        known = {one[subject.names.index(name)] for one in subject.truth}
        above = code
        while above not in known:
            above = subject.parents.get(name, {}).get(above, TOTAL)
        if above == TOTAL != code:
            return False
    return True


def may_tell(subject: AuditedFile, names: tuple[str, ...], codes: Codes, *, same: bool) -> bool:
    """Whether this file can tell a withheld count of an edition: not one of nobody, and none that
    stands in the file itself."""
    now = _now(subject, names, codes)
    return now is None or (not same and now != 0)


def full(subject: AuditedFile, names: tuple[str, ...], codes: Codes) -> Codes:
    """The cell of this file that an edition's cell is: Total where it has no such dimension."""
    by_name = dict(zip(names, codes, strict=True))
    return tuple(by_name.get(name, TOTAL) for name in subject.names)


def _now(subject: AuditedFile, names: tuple[str, ...], codes: Codes) -> int | None:
    return subject.truth.get(full(subject, names, codes))


def is_large(
    subject: AuditedFile, names: tuple[str, ...], cell: Cell, cells: Counts, interval: int
) -> bool:
    """Whether an edition's withheld count cannot have been small, for the growth since."""
    ways = []
    for name, code in zip(names, cell[1], strict=True):
        parents, above = subject.parents.get(name, {}), [code]
        while above[-1] != TOTAL:
            above.append(parents.get(above[-1], TOTAL))
        ways.append(above)
    growth = [
        now - before
        for codes in product(*ways)
        if (before := cells.get(codes)) is not None
        and (now := _now(subject, names, codes)) is not None
    ]
    now = _now(subject, names, cell[1])
    return now is not None and bool(growth) and now - min(growth) > interval


def sums_of(
    names: tuple[str, ...], shown: Counts, parents: Parents, number: int
) -> Iterator[Constraint]:
    """Every sum along every dimension of a file."""
    for at, name in enumerate(names):
        used = dict.fromkeys(codes[at] for codes in shown)
        children: dict[str, list[str]] = {}
        for code in used:
            if code != TOTAL:
                above = parents.get(name, {}).get(code, TOTAL)
                while above not in used:
                    above = parents.get(name, {}).get(above, TOTAL)
                children.setdefault(above, []).append(code)
        for codes in shown:
            if codes[at] in children:
                parts = [(*codes[:at], code, *codes[at + 1 :]) for code in children[codes[at]]]
                terms = [((number, part), shown[part], 1) for part in parts]
                yield _row([*terms, ((number, codes), shown[codes], -1)], 0.0)


def _row(terms: Sequence[tuple[Cell, int | None, int]], most: float) -> Constraint:
    """The signed counts add up to 0, or to at most so many; published ones are taken out."""
    known = sum(sign * count for _, count, sign in terms if count is not None)
    unknown = tuple((cell, sign) for cell, count, sign in terms if count is None)
    return Constraint(unknown, -float(known), most - known)
