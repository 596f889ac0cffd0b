"""What each level of a release would show, told before anybody declares it. Pure.

The office proposes the finest levels at which every table shows enough (server.releases.levels).
Here stands what every other level would show in its place: one dimension is changed at a time, all
tables are protected together again, against all who attack a release, and the shares of cells and
persons that stay are told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from server.disclosure.joint import SharesShown
from server.disclosure.recode import WantedShares
from server.disclosure.suppress import Unprotectable
from server.releases.counted import Levels, at_levels
from server.releases.levels import Choices, choices_of, find_levels, recounted
from server.releases.protection import Protection, is_chosen_once
from server.tables.declaration import DeclaredDimension


class LevelState(StrEnum):
    """Whether tables can be protected at a level; untried: time was over before, or large tables
    would have to be chosen again, which is done for levels that are asked for."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    UNTRIED = "untried"


class TimeOver(Exception):
    """What ``go_on`` raises when no more time is spent: what was weighed until then is told."""


@dataclass(frozen=True)
class LevelWeighed:
    """One level of one dimension, the others as chosen. words: finest code to the code it is
    published under; {} of a dimension that stays as it is. last_resort: codes that mean different
    things together, or the dimension left out. shown: by table; empty where nothing is safe."""

    words: Mapping[str, str]
    last_resort: bool
    state: LevelState
    shown: Mapping[str, SharesShown]


@dataclass(frozen=True)
class LevelsWeighed:
    """places: of each dimension the level chosen, finest 0. state, shown: of these together.
    levels: by dimension all there are, finest first."""

    places: Mapping[str, int]
    state: LevelState
    shown: Mapping[str, SharesShown]
    levels: Mapping[str, tuple[LevelWeighed, ...]]


def weigh_levels(
    declared: Mapping[str, DeclaredDimension],
    protection: Protection,
    wanted: WantedShares,
    places: Mapping[str, int] | None,
    *,
    told: Callable[[float], None] = lambda share: None,
) -> LevelsWeighed:
    """What every level shows. places: those chosen, of each dimension by its number; None: the
    office proposes. told: the share of the work that is done, 0 to 1.

    Raises levels.NoSafeLevel when nothing can be proposed, and what ``go_on`` raises while the
    proposal is searched for; TimeOver later leaves the rest untried.
    """
    tables, recount = protection.counts.tables, protection.counts.recount
    plain = choices_of({name: at_levels(one, recount) for name, one in tables.items()}, declared)
    choices = recounted(plain, recount) if recount else plain
    if places is None:
        found = find_levels(
            *(tables, declared, protection.counts.inclusions, protection.before),
            *(protection.policy, wanted, partial(protection.against_all, searching=True)),
            steps=protection.steps,
            go_on=protection.go_on,
            recount=recount,
        )
        at = {name: _place(choices, name, found.levels) for name in choices.levels}
    else:
        at = {
            name: min(places.get(name, 0), len(some) - 1) for name, some in choices.levels.items()
        }

    def tried(
        these: Mapping[str, int], *, searching: bool = True
    ) -> tuple[LevelState, Mapping[str, SharesShown]]:
        try:
            first = protection.at(choices.at(these))
        except (Unprotectable, ArithmeticError):
            return LevelState.UNSAFE, {}
        found = protection.against_all(first, searching=searching)
        if found is not None:
            return LevelState.SAFE, found.shown
        # Declared, they are chosen again at any size.
        gave_up = searching and is_chosen_once(first)
        return LevelState.UNTRIED if gave_up else LevelState.UNSAFE, {}

    outcomes: dict[tuple[str, int], tuple[LevelState, Mapping[str, SharesShown]]] = {}
    whole = tried(at, searching=places is None)
    others = sorted(
        (abs(place - at[name]), name, place)
        for name, some in choices.levels.items()
        for place in range(len(some))
        if place != at[name]
    )
    try:
        for done, (_, name, place) in enumerate(others, 1):
            outcomes[name, place] = tried({**at, name: place})
            told(done / len(others))
    except TimeOver:
        pass  # the nearest came first; the others are said to be untried
    untried: tuple[LevelState, Mapping[str, SharesShown]] = (LevelState.UNTRIED, {})
    return LevelsWeighed(
        at,
        *whole,
        {
            name: tuple(
                LevelWeighed(
                    words,
                    place >= choices.last_resort.get(name, len(some)),
                    *(whole if place == at[name] else outcomes.get((name, place), untried)),
                )
                for place, words in enumerate(some)
            )
            for name, some in plain_levels(plain, choices).items()
        },
    )


def plain_levels(plain: Choices, choices: Choices) -> dict[str, list[Mapping[str, str]]]:
    """The levels as a declaration has them: of codes that count others with them (``recount`` comes
    again when the release is made). A dimension that is only recounted has one: itself."""
    return {name: [*plain.levels.get(name, [{}])] for name in choices.levels}


def _place(choices: Choices, name: str, levels: Levels) -> int:
    words = levels.get(name)
    if words is None:
        return 0
    return next(at for at, some in enumerate(choices.levels[name]) if dict(some) == dict(words))
