"""The attack on all files of a release together, before they leave. Pure.

A second program path over the exact bytes: the files are read back, every count somebody could
tie to another goes into one set of equations (server.disclosure.release_book), and a solver looks
for the least and the greatest value of each withheld count, in whole persons (interval attack;
Hundepool et al. 2012, Statistical Disclosure Control, 4.3). Earlier editions and what each
organisation knows of its own records are part of it. Nothing leaves unless this finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from server.disclosure.attack import Attack, Cell
from server.disclosure.groups import is_known_to_who_recorded
from server.disclosure.methods import CLASSES_OF_OTHERS, DIFFERENCES
from server.disclosure.release_attackers import (
    AttackedRelease,
    AuditedRelease,
    Needs,
    attackers,
    open_meanings,
)
from server.disclosure.release_book import (
    Codes,
    CodesOverlap,
    Meaning,
    ReleaseBook,
    meaning_of,
    parts,
)
from server.disclosure.release_differences import small_differences
from server.disclosure.release_divided import readers_of_both
from server.disclosure.release_grouped import who_knows_the_rule
from server.disclosure.release_untold import is_untold

_TOTAL = "Total"
_CONTRADICTED = (
    "What everybody knows of these tables contradicts their counts: nobody could attack."
)


@dataclass(frozen=True)
class ReleaseFindings:
    """What the attackers found; the release may leave only when there is nothing.

    primary, secondary: withheld counts that are small, and the others, each once in whichever
    tables it stands. unsafe: small ones that are placed within fewer persons than the policy asks,
    of this release or, for having it beside them, of an earlier edition. exact: withheld counts
    that are known. known_classes: groups whose class is known. narrowest: persons between the ends
    of the narrowest interval of a small count, as far as was looked. attackers: how many kinds
    tried. faults: sentences about files that are not what they should be.
    """

    primary: int
    secondary: int
    unsafe: int
    exact: int
    known_classes: int
    narrowest: int | None
    attackers: int = 0
    faults: tuple[str, ...] = ()

    @property
    def may_leave(self) -> bool:
        """Whether nobody finds anything."""
        return not (self.unsafe or self.exact or self.known_classes or self.faults)


def audit_release(
    subject: AuditedRelease,
    threshold: int,
    interval: int,
    go_on: Callable[[], None] = lambda: None,
) -> ReleaseFindings:
    """What the attackers find in the release. interval: persons a small count must stay open for.

    go_on: called often; may raise to end it.
    """
    target = AttackedRelease(subject, threshold, interval, go_on)
    book, truth, own = target.book, target.truth, target.own
    primary, secondary = len(target.small), len(book.hidden) - len(target.small)
    faults = tuple(_faults(target))
    if faults:
        return ReleaseFindings(primary, secondary, 0, 0, 0, None, 0, faults)
    unsafe: set[Cell] = set()
    exact: set[Cell] = set()
    known: set[tuple[str, Codes]] = set()
    widths: list[int] = []
    tried = 0
    small_cells = {book.cell(what) for what in target.small}
    try:
        for attack, needs, sees_all in _everybody(target):
            tried += 1
            if not attack.is_possible and sees_all and (tried > 1 or not target.zeros):
                # The true counts do not contradict what everybody knows: nothing was looked for.
                return ReleaseFindings(primary, secondary, 0, 0, 0, None, tried, (_CONTRADICTED,))
            if not attack.is_possible:
                continue  # This attacker contradicts the files, and learns only that.
            narrow = attack.narrower(needs)
            unsafe |= {cell for cell in narrow if needs[cell] > 1}
            exact |= {cell for cell, width in narrow.items() if width < 1}
            widths += [attack.seen(cell) for cell in needs if cell in small_cells]
            if sees_all:
                known |= set(_known_classes(subject, book, truth, {}, attack))
                for theirs in own.values() if subject.method >= CLASSES_OF_OTHERS else ():
                    known |= set(_known_classes(subject, book, truth, theirs, attack))
    except CodesOverlap as error:
        return ReleaseFindings(primary, secondary, 0, 0, 0, None, 0, (str(error),))
    told = {cell for cell in unsafe if is_untold(cell[1])}
    return ReleaseFindings(
        primary,
        secondary,
        len(unsafe - told),
        len(exact - told),
        len(known),
        min(widths, default=None),
        tried,
        tuple(_differences(target, len(told))),
    )


def _everybody(target: AttackedRelease) -> Iterator[tuple[Attack, Needs, bool]]:
    yield from attackers(target)
    for attack, needs in who_knows_the_rule(target):
        yield attack, needs, False
    for _, attack, needs in readers_of_both(target):
        yield attack, needs, False


def _faults(target: AttackedRelease) -> Iterator[str]:
    subject, book, truth = target.subject, target.book, target.truth
    for name, table in subject.tables.items():
        counts = subject.truth.get(name, {})
        if table.cells.keys() != counts.keys():
            yield f"{name} has other cells than its table."
            return
        wrong = sum(c is not None and c != counts[k] for k, c in table.cells.items())
        if wrong:
            yield f"{wrong} published counts of {name} are not those of its table."
    for name, table in subject.tables.items():
        if any(count != truth[meaning_of(table, k)] for k, count in subject.truth[name].items()):
            yield f"{name} counts other persons than the tables beside it."
    whole = open_meanings(subject.tables.values())
    bare = sum(target.is_small(truth[what], what) for what in book.known.keys() - whole)
    if bare:
        yield f"{bare} small counts are published."
    if book.leaked:
        yield f"{len(book.leaked)} counts are withheld in one table and published in another."


def _differences(target: AttackedRelease, told: int) -> Iterator[str]:
    """told: groups of few persons that stand in no table and were placed all the same."""
    subject = target.subject
    if subject.method == DIFFERENCES:
        told = len(_published_differences(target))
    if told:
        yield (
            f"{told} published counts less others tell of few persons, who stand in no "
            "table: take levels at which no group cuts through what another table counts."
        )


def _published_differences(target: AttackedRelease) -> set[tuple[Meaning, Meaning]]:
    """What editions of method 5 were attacked for: two published counts, one less the other."""
    book, truth, own = target.book, target.truth, target.own

    def is_small(wide: Meaning, narrow: Meaning) -> bool:
        between = truth[wide] - truth[narrow]
        of_others = [
            between - theirs.get(wide, 0) + theirs.get(narrow, 0) for theirs in own.values()
        ]
        return 0 < between < target.threshold or any(
            0 < few < min(target.threshold, between) for few in of_others
        )

    tables = target.subject.tables.values()
    whole = open_meanings(tables)
    told = {what: count for what, count in book.known.items() if what not in whole}
    divided_by = {(t.population, name) for t in tables for name in t.names}
    return small_differences(told, [*told, *book.hidden], divided_by, is_small)


def _known_classes(
    subject: AuditedRelease,
    book: ReleaseBook,
    truth: Mapping[Meaning, int],
    own: Mapping[Meaning, int],
    attack: Attack,
) -> Iterator[tuple[str, Codes]]:
    """Groups of a table in which everybody beside these own persons is known to have one class."""
    for name, table in subject.tables.items():
        if table.sensitive not in table.names or table.is_open:
            continue
        if own and is_known_to_who_recorded(table.sensitive):
            continue
        at = table.names.index(table.sensitive)
        parts_of = parts(table, at)
        tops = parts_of.get(_TOTAL, [])
        while len(tops) == 1:
            tops = parts_of.get(tops[0], [])
        if len(tops) < 2:
            continue
        for codes in table.cells:
            group = meaning_of(table, codes)
            if codes[at] != _TOTAL or truth[group] == own.get(group, 0):
                continue
            possible = 0
            for top in tops:
                what = meaning_of(table, (*codes[:at], top, *codes[at + 1 :]))
                count, theirs = book.known.get(what), own.get(what, 0)
                possible += (
                    attack.may_hold_more_than(theirs, book.cell(what))
                    if count is None
                    else count > theirs
                )
            if possible < 2:
                yield name, codes
