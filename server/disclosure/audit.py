"""The attack on a protected file, before it leaves: what its bytes give away. Pure.

A second program path: it reads the file back, sets up every sum along every dimension as an
equation in the withheld counts, and asks a solver for the least and the greatest value of each
(the interval or "shuttle" attack; Hundepool et al. 2012, Statistical Disclosure Control, 4.3), in
whole persons where fractions remain. It shares no model and no proof with the modules that chose
the cells. Nothing leaves unless this finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.disclosure.attack import Attack, Cell, Constraint
from server.disclosure.audited import (
    THIS,
    TOTAL,
    AuditedFile,
    Codes,
    full,
    is_large,
    may_tell,
    sums_of,
    ties_of,
)


@dataclass(frozen=True)
class Findings:
    """What the attackers found; the file may leave only when there is nothing.

    primary, secondary: withheld cells of 1 to threshold-1 persons (or so few beside an
    organisation's own), and the rest. unsafe: small cells that are placed within fewer persons
    than the policy asks, of this file or, for having this file beside them, of an earlier edition.
    exact: withheld cells that are known. known_classes: lines whose persons' class is known.
    narrowest: persons between the ends of the narrowest interval of a small cell, as far as was
    looked: at least so many. faults: sentences about a file that is not what it should be.
    """

    primary: int
    secondary: int
    unsafe: int
    exact: int
    known_classes: int
    narrowest: int | None
    faults: tuple[str, ...] = ()

    @property
    def may_leave(self) -> bool:
        """Whether nobody finds anything."""
        return not (self.unsafe or self.exact or self.known_classes or self.faults)


def audit(
    subject: AuditedFile, threshold: int, interval: int, go_on: Callable[[], None] = lambda: None
) -> Findings:
    """What the attackers find in the file. interval: persons a small cell must stay open for.

    Attackers: anybody, who gives each withheld count at least 1; the same who holds hidden zeros
    possible; an organisation that knows its own records, also where it alone contributed; a
    reader of the earlier editions. go_on: called often; may raise.
    """
    withheld = [codes for codes, count in subject.shown.items() if count is None]
    small = {codes for codes in withheld if _is_small(subject, codes, threshold)}
    primary, secondary = len(small), len(withheld) - len(small)
    faults = (*_faults(subject, threshold), *_contradictions(subject, go_on))
    if faults:
        return Findings(primary, secondary, 0, 0, 0, None, faults)
    unsafe: set[Cell] = set()
    exact: set[Cell] = set()
    known_classes: set[Codes] = set()
    widths: list[int] = []
    needs_of = {(THIS, codes): interval if codes in small else 1 for codes in withheld}
    for attack, needs in _attacks(subject, needs_of, interval, go_on):
        if not attack.is_possible:
            continue  # This attacker contradicts the file, and learns only that.
        narrow = attack.narrower(needs)
        unsafe |= {cell for cell in narrow if needs[cell] == interval}
        exact |= {cell for cell, width in narrow.items() if width < 1}
        widths += [attack.seen(cell) for cell in needs if cell[1] in small and cell[0] == THIS]
        # Who has more to go by than the file may know the class of those they know of.
        if needs.keys() == needs_of.keys():
            known_classes |= set(_known_classes(subject, attack))
    return Findings(
        primary,
        secondary,
        len(unsafe),
        len(exact),
        len(known_classes),
        min(widths, default=None),
    )


def _is_small(subject: AuditedFile, codes: Codes, threshold: int) -> bool:
    count, own = subject.truth[codes], subject.own.get(codes, 0)
    return 0 < count < threshold or (own > 0 and 0 < count - own < threshold)


def _faults(subject: AuditedFile, threshold: int) -> Iterator[str]:
    if subject.shown.keys() != subject.truth.keys():
        yield "The file has other cells than the table."
        return
    wrong = sum(c is not None and c != subject.truth[k] for k, c in subject.shown.items())
    if wrong:
        yield f"{wrong} published counts are not those of the table."
    bare = sum(
        count is not None and _is_small(subject, codes, threshold)
        for codes, count in subject.shown.items()
    )
    if bare:
        yield f"{bare} small counts are published."


def _contradictions(subject: AuditedFile, go_on: Callable[[], None]) -> Iterator[str]:
    """An edition whose sums are not those of its parts cannot be attacked: its hierarchy is
    another."""
    for number, (names, cells) in enumerate(subject.earlier):
        rows = list(sums_of(names, cells, subject.parents, number))
        hidden = {(number, codes): 0 for codes, count in cells.items() if count is None}
        wrong = any(not row.terms and not row.low <= 0 <= row.high for row in rows)
        if wrong or not Attack(rows, hidden, {}, go_on).is_possible:
            yield (
                f"Earlier edition {number + 1} does not add up along this hierarchy: give the one "
                "it was made with."
            )


def _attacks(
    subject: AuditedFile, needs: Mapping[Cell, int], interval: int, go_on: Callable[[], None]
) -> Iterator[tuple[Attack, Mapping[Cell, int]]]:
    """Each attacker, with the persons that each cell must stay open for to them."""
    own_sums = list(sums_of(subject.names, subject.shown, subject.parents, THIS))
    own = {cell: subject.own.get(cell[1], 0) for cell in needs}
    zeros = {cell for cell in needs if subject.truth[cell[1]] == 0}
    at_least_one = {cell: max(1, own[cell]) for cell in needs}
    perhaps_none = {cell: 0 if cell in zeros else least for cell, least in at_least_one.items()}
    yield Attack(own_sums, at_least_one, {}, go_on), needs
    if zeros:
        yield Attack(own_sums, perhaps_none, {}, go_on), needs
    alone = {cell: own[cell] for cell in needs if own[cell] == subject.truth[cell[1]] > 0}
    if alone:
        others = {cell: need for cell, need in needs.items() if cell not in {*alone, *zeros}}
        yield Attack(own_sums, perhaps_none, alone, go_on), others
    if subject.earlier:
        some = {cell: need for cell, need in needs.items() if cell not in zeros}
        floors = (at_least_one, perhaps_none)
        yield from _with_editions(subject, own_sums, floors, some, interval, go_on)


def _with_editions(
    subject: AuditedFile,
    own_sums: Sequence[Constraint],
    floors: tuple[Mapping[Cell, int], Mapping[Cell, int]],
    needs: Mapping[Cell, int],
    interval: int,
    go_on: Callable[[], None],
) -> Iterator[tuple[Attack, Mapping[Cell, int]]]:
    """A reader of this file and each edition that may be tied to it, one and all together. floors:
    of the file, without and with hidden zeros."""
    rows, needed, beside = list(own_sums), dict(needs), dict[Cell, int]()
    for number, (names, cells) in enumerate(subject.earlier):
        tied = ties_of(subject, number, names, cells)
        if tied is None:
            continue
        same = all(row.high == row.low for row in tied)
        theirs = list(sums_of(names, cells, subject.parents, number))
        hidden = {(number, codes): 1 for codes, count in cells.items() if count is None}
        alone = Attack(theirs, hidden, {}, go_on)
        if not alone.is_possible:
            hidden = dict.fromkeys(hidden, 0)
            alone = Attack(theirs, hidden, {}, go_on)
        # What was open for so many persons before must be so beside this file.
        narrow = alone.narrower(dict.fromkeys(hidden, interval))
        asked = {
            cell: 1
            if cell in narrow or is_large(subject, names, cell, cells, interval)
            else interval
            for cell in hidden
            # The same count may be published now: then it was not small.
            if narrow.get(cell, 1) >= 1 and may_tell(subject, names, cell[1], same=same)
        }
        if same:
            # What is public already is none of this file's findings.
            public = {full(subject, names, codes) for codes, n in cells.items() if n is not None}
            needs = {cell: need for cell, need in needs.items() if cell[1] not in public}
            needed = {cell: need for cell, need in needed.items() if cell[1] not in public}
        yield _possible([*own_sums, *theirs, *tied], floors, hidden, go_on), {**needs, **asked}
        rows, needed, beside = [*rows, *theirs, *tied], {**needed, **asked}, {**beside, **hidden}
    if len(subject.earlier) > 1:
        yield _possible(rows, floors, beside, go_on), needed


def _possible(
    rows: Sequence[Constraint],
    floors: tuple[Mapping[Cell, int], Mapping[Cell, int]],
    hidden: Mapping[Cell, int],
    go_on: Callable[[], None],
) -> Attack:
    """To a reader every withheld count is at least 1; whom the published ones contradict, because
    they hide zeros, holds zeros possible, in this file and then in all."""
    for of_this in floors:
        attack = Attack(rows, {**of_this, **hidden}, {}, go_on)
        if attack.is_possible:
            return attack
    return Attack(rows, {**floors[1], **dict.fromkeys(hidden, 0)}, {}, go_on)


def _known_classes(subject: AuditedFile, attack: Attack) -> Iterator[Codes]:
    """Lines in which everybody is known to have one class, or everybody beside the own persons of
    the organisation."""
    at = subject.names.index(subject.sensitive)
    parents = subject.parents.get(subject.sensitive, {})
    used = dict.fromkeys(codes[at] for codes in subject.shown)
    tops = [code for code in used if code != TOTAL and parents.get(code, TOTAL) == TOTAL]
    while len(tops) == 1:
        tops = [code for code in used if parents.get(code) == tops[0]]
    if len(tops) < 2:
        return
    for codes in subject.shown:
        if codes[at] != TOTAL:
            continue
        line = [(*codes[:at], code, *codes[at + 1 :]) for code in tops]
        for own in ({}, subject.own) if subject.own.get(codes) else ({},):
            if subject.truth[codes] == own.get(codes, 0):
                continue
            possible = 0
            for cell in line:
                count, theirs = subject.shown[cell], own.get(cell, 0)
                possible += (
                    attack.may_hold_more_than(theirs, (THIS, cell))
                    if count is None
                    else count > theirs
                )
            if possible < 2:
                yield codes
                break
