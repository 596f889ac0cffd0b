"""The attack on a protected file, before it leaves: what its bytes give away. Pure.

A second program path: it reads the file back, sets up every sum along every dimension as an
equation in the withheld counts, and asks a solver for the least and the greatest value of each
(the interval or "shuttle" attack; Hundepool et al. 2012, Statistical Disclosure Control, 4.3), in
whole persons where fractions remain. It shares no model and no proof with the modules that chose
the cells. Nothing leaves unless this finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from server.disclosure.attack import Attack, Cell, Constraint

Codes = tuple[str, ...]
Counts = Mapping[Codes, int | None]
Parents = Mapping[str, Mapping[str, str]]
_TOTAL = "Total"
_THIS = -1
"""Number of the audited file among the editions in a cell's name; earlier ones from 0."""


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
    needs_of = {(_THIS, codes): interval if codes in small else 1 for codes in withheld}
    for attack, needs in _attacks(subject, needs_of, interval, go_on):
        if not attack.is_possible:
            continue  # This attacker contradicts the file, and learns only that.
        narrow = attack.narrower(needs)
        unsafe |= {cell for cell in narrow if needs[cell] == interval}
        exact |= {cell for cell, width in narrow.items() if width < 1}
        widths += [attack.seen(cell) for cell in needs if cell[1] in small and cell[0] == _THIS]
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
        rows = list(_sums(names, cells, subject.parents, number))
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
    sums = list(_sums(subject.names, subject.shown, subject.parents, _THIS))
    own = {cell: subject.own.get(cell[1], 0) for cell in needs}
    zeros = {cell for cell in needs if subject.truth[cell[1]] == 0}
    at_least_one = {cell: max(1, own[cell]) for cell in needs}
    perhaps_none = {cell: 0 if cell in zeros else least for cell, least in at_least_one.items()}
    yield Attack(sums, at_least_one, {}, go_on), needs
    if zeros:
        yield Attack(sums, perhaps_none, {}, go_on), needs
    alone = {cell: own[cell] for cell in needs if own[cell] == subject.truth[cell[1]] > 0}
    if alone:
        others = {cell: need for cell, need in needs.items() if cell not in {*alone, *zeros}}
        yield Attack(sums, perhaps_none, alone, go_on), others
    if subject.earlier:
        some = {cell: need for cell, need in needs.items() if cell not in zeros}
        floors = (at_least_one, perhaps_none)
        yield from _with_editions(subject, sums, floors, some, interval, go_on)


def _with_editions(
    subject: AuditedFile,
    sums: Sequence[Constraint],
    floors: tuple[Mapping[Cell, int], Mapping[Cell, int]],
    needs: Mapping[Cell, int],
    interval: int,
    go_on: Callable[[], None],
) -> Iterator[tuple[Attack, Mapping[Cell, int]]]:
    """A reader of this file and each edition that may be tied to it, one and all together. floors:
    of the file, without and with hidden zeros."""
    rows, needed, beside = list(sums), dict(needs), dict[Cell, int]()
    for number, (names, cells) in enumerate(subject.earlier):
        ties = _ties(subject, number, names, cells)
        if ties is None:
            continue
        same = all(row.high == row.low for row in ties)
        theirs = list(_sums(names, cells, subject.parents, number))
        hidden = {(number, codes): 1 for codes, count in cells.items() if count is None}
        alone = Attack(theirs, hidden, {}, go_on)
        if not alone.is_possible:
            hidden = dict.fromkeys(hidden, 0)
            alone = Attack(theirs, hidden, {}, go_on)
        # What was open for so many persons before must be so beside this file.
        narrow = alone.narrower(dict.fromkeys(hidden, interval))
        asked = {
            cell: 1
            if cell in narrow or _is_large(subject, names, cell, cells, interval)
            else interval
            for cell in hidden
            # The same count may be published now: then it was not small.
            if narrow.get(cell, 1) >= 1 and _may_tell(subject, names, cell[1], same=same)
        }
        if same:
            # What is public already is none of this file's findings.
            public = {_full(subject, names, codes) for codes, n in cells.items() if n is not None}
            needs = {cell: need for cell, need in needs.items() if cell[1] not in public}
            needed = {cell: need for cell, need in needed.items() if cell[1] not in public}
        yield _possible([*sums, *theirs, *ties], floors, hidden, go_on), {**needs, **asked}
        rows, needed, beside = [*rows, *theirs, *ties], {**needed, **asked}, {**beside, **hidden}
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


def _ties(
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
    elif all(before <= now for before, now in known):
        most = float("inf")
    else:
        return None
    return [
        _row(
            [
                ((_THIS, here), subject.shown[here], 1),
                *(((number, one), cells[one], -1) for one in parts),
            ],
            most,
        )
        for here, parts in found.items()
    ]


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
            yield _full(subject, names, codes), parts


def _largest_below(
    subject: AuditedFile, name: str, code: str, used: Mapping[str, None]
) -> list[str]:
    """The codes of an edition that a code it has not is the sum of."""
    found = []
    for one in used:
        above = subject.parents.get(name, {}).get(one, _TOTAL)
        while above not in (code, _TOTAL) and above not in used:
            above = subject.parents.get(name, {}).get(above, _TOTAL)
        if one != _TOTAL and above == code != _TOTAL:
            found.append(one)
    return found


def _lies_in(subject: AuditedFile, names: tuple[str, ...], codes: Codes) -> bool:
    """Whether an edition's cell is part of one of this file beside its margins."""
    for name, code in zip(names, codes, strict=True):
        known = {one[subject.names.index(name)] for one in subject.truth}
        above = code
        while above not in known:
            above = subject.parents.get(name, {}).get(above, _TOTAL)
        if above == _TOTAL != code:
            return False
    return True


def _may_tell(subject: AuditedFile, names: tuple[str, ...], codes: Codes, *, same: bool) -> bool:
    """Whether this file can tell a withheld count of an edition: not one of nobody, and none that
    stands in the file itself."""
    now = _now(subject, names, codes)
    return now is None or (not same and now != 0)


def _full(subject: AuditedFile, names: tuple[str, ...], codes: Codes) -> Codes:
    by_name = dict(zip(names, codes, strict=True))
    return tuple(by_name.get(name, _TOTAL) for name in subject.names)


def _now(subject: AuditedFile, names: tuple[str, ...], codes: Codes) -> int | None:
    return subject.truth.get(_full(subject, names, codes))


def _is_large(
    subject: AuditedFile, names: tuple[str, ...], cell: Cell, cells: Counts, interval: int
) -> bool:
    """Whether an edition's withheld count cannot have been small, for the growth since."""
    ways = []
    for name, code in zip(names, cell[1], strict=True):
        parents, above = subject.parents.get(name, {}), [code]
        while above[-1] != _TOTAL:
            above.append(parents.get(above[-1], _TOTAL))
        ways.append(above)
    growth = [
        now - before
        for codes in product(*ways)
        if (before := cells.get(codes)) is not None
        and (now := _now(subject, names, codes)) is not None
    ]
    now = _now(subject, names, cell[1])
    return now is not None and bool(growth) and now - min(growth) > interval


def _sums(
    names: tuple[str, ...], shown: Counts, parents: Parents, number: int
) -> Iterator[Constraint]:
    """Every sum along every dimension of a file."""
    for at, name in enumerate(names):
        used = dict.fromkeys(codes[at] for codes in shown)
        children: dict[str, list[str]] = {}
        for code in used:
            if code != _TOTAL:
                above = parents.get(name, {}).get(code, _TOTAL)
                while above not in used:
                    above = parents.get(name, {}).get(above, _TOTAL)
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


def _known_classes(subject: AuditedFile, attack: Attack) -> Iterator[Codes]:
    """Lines in which everybody is known to have one class, or everybody beside the own persons of
    the organisation."""
    at = subject.names.index(subject.sensitive)
    parents = subject.parents.get(subject.sensitive, {})
    used = dict.fromkeys(codes[at] for codes in subject.shown)
    tops = [code for code in used if code != _TOTAL and parents.get(code, _TOTAL) == _TOTAL]
    while len(tops) == 1:
        tops = [code for code in used if parents.get(code) == tops[0]]
    if len(tops) < 2:
        return
    for codes in subject.shown:
        if codes[at] != _TOTAL:
            continue
        line = [(*codes[:at], code, *codes[at + 1 :]) for code in tops]
        for own in ({}, subject.own) if subject.own.get(codes) else ({},):
            if subject.truth[codes] == own.get(codes, 0):
                continue
            possible = 0
            for cell in line:
                count, theirs = subject.shown[cell], own.get(cell, 0)
                possible += (
                    attack.may_hold_more_than(theirs, (_THIS, cell))
                    if count is None
                    else count > theirs
                )
            if possible < 2:
                yield codes
                break
