"""The work of one person, and its hazards, from the answers of a case.

Owns what counts as economic activity, whose household chores are done for, and which answers make
work hazardous under the law of the country. Not answered is unknown here, never none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.answers import NOT_SAID, Trilean, all_of, any_of
from shared.classification.reading import Reading, meaning, once
from shared.codelists.isic import is_isic, section_of

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN

MAY_KILL = "life_risk_work"
"""Code of a danger seen before anything was asked: work that may kill is hazardous work."""
FIRE = frozenset({"fire_or_smoke"})
"""Open fire or smoke in chores: how most households cook."""


class HazardLaw(Protocol):
    """What of a country profile says which work is hazardous."""

    @property
    def water_firewood(self) -> str: ...
    @property
    def hazardous_industries(self) -> tuple[str, ...]: ...
    @property
    def hazardous_occupations(self) -> tuple[str, ...]: ...
    @property
    def hazardous_abuse(self) -> tuple[str, ...]: ...
    @property
    def hazardous_night(self) -> str: ...
    @property
    def hazardous_fire_from_15(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Work:
    """Economic activity apart from chores.

    any: of the reference week. hours: those known, a week; known: whether they are all.
    """

    any: Trilean
    hours: float
    known: bool


@once
def work_of(reading: Reading) -> Work:
    """Economic activity in the reference week, of every kind the questionnaire asks for.

    A job from which the person was away in the week is work with its usual hours (19th ICLS,
    Resolution I: employed, not at work), and work is an hour or more of it (18th ICLS, para 12).
    So a yes beside no hours at all is a person away from work, or a slip: the hours are not known.
    Hours given say yes where the kinds are not known.
    """
    kinds = any_of(
        (
            reading.yes_no("work.activity"),
            reading.yes_no_if_asked("work.unpaid"),
            reading.yes_no_if_asked("work.own_use"),
            reading.yes_no_if_asked("work.absent"),
        )
    )
    hours, known = reading.hours("work.hours")
    if kinds is Y and hours == 0:
        known = False
    if kinds is U and hours > 0:
        kinds = Y
    if kinds is N:
        return Work(N, hours if known else 0.0, True)
    return Work(kinds, hours, known)


@dataclass(frozen=True, slots=True)
class Household:
    """Chores, water and firewood, apart into housework and economic activity.

    hours, known: of unpaid services for the own household, a week. hazards: theirs, below 15;
    hazards_from_15: theirs from 15 on.
    for_others: whether some is done for another household, which makes it work for that one.
    economic: whether some of it is economic activity; hours_economic, economic_known,
    hours_economic_most (None: no end), economic_hazards: of that part.
    shared: whether an unknown share of the hours is for another household.
    """

    hours: float
    known: bool
    hazards: Trilean
    hazards_from_15: Trilean
    for_others: Trilean
    economic: Trilean
    hours_economic: float
    economic_known: bool
    hours_economic_most: float | None
    economic_hazards: Trilean
    shared: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    done: Trilean
    hours: float
    known: bool
    hazards: Trilean
    hazards_from_15: Trilean


def household_of(reading: Reading, law: HazardLaw) -> Household:
    """Chores, water and firewood as this country counts them."""
    chores = _part(reading, "chores", law)
    water = _part(reading, "water_firewood", law)
    other = _for_another_household(reading, any_of((chores.done, water.done)))
    housework, goods = [chores], list[_Part]()
    (goods if law.water_firewood == "economic" else housework).append(water)
    hours = sum(part.hours for part in housework)
    known = all(part.known for part in housework)
    hazards = any_of(part.hazards for part in housework)
    from_15 = any_of(part.hazards_from_15 for part in housework)
    fetched = any_of(part.done for part in goods)
    hours_goods = sum(part.hours for part in goods)
    goods_known = all(part.known for part in goods)
    goods_hazards = any_of(part.hazards for part in goods)
    if other is N:
        return Household(
            hours, known, hazards, from_15, N, fetched, hours_goods, goods_known,
            hours_goods if goods_known else None, goods_hazards,
        )  # fmt: skip
    everything = any_of((hazards, goods_hazards))
    whole = hours_goods + hours if known and goods_known else None
    done = any_of((fetched, all_of((other, any_of(part.done for part in housework)))))
    of_them, split = reading.hours("chores.hours_other")
    if other is Y and "other" in reading.codes("chores.for") | _lodged(reading):
        return Household(
            0.0, True, N, N, other, done, hours_goods + hours, whole is not None, whole, everything
        )
    if other is Y and split and known and of_them > hours + hours_goods and of_them > 0:
        # More for the others than there is at all: one of the two is wrong, the work is not none.
        return Household(
            0.0, True, hazards, from_15, other, done, hours_goods + hours, False,
            hours_goods + of_them if goods_known else None, everything,
        )  # fmt: skip
    if other is Y and split:
        theirs = min(of_them, hours) if known else of_them
        return Household(
            max(hours - of_them, 0.0), known, hazards, from_15, other, done, hours_goods + theirs,
            goods_known,
            hours_goods + theirs if goods_known else None, everything,
        )  # fmt: skip
    # For whom, or how much of it, is not known: housework in the reading of the own household,
    # and perhaps economic activity of up to all these hours.
    nothing = whole is not None and whole == hours_goods
    return Household(
        hours, known, hazards, from_15, other, done, hours_goods, goods_known and nothing,
        whole, everything, shared=other is Y,
    )  # fmt: skip


def _part(reading: Reading, kind: str, law: HazardLaw) -> _Part:
    """One kind of household work: what is not answered is unknown, what was not done has none."""
    done = reading.yes_no(f"{kind}.any")
    hours, known = reading.hours(f"{kind}.hours")
    if done is N and not known:
        hours, known = 0.0, True
    if done is U and hours > 0:
        done = Y
    hazards, from_15 = _household_hazards(reading, kind, done, law)
    return _Part(done, hours, known, hazards, from_15)


def _household_hazards(
    reading: Reading, kind: str, done: Trilean, law: HazardLaw
) -> tuple[Trilean, Trilean]:
    """Hazards of household work, below 15 and from 15 on.

    An older questionnaire asks them only where the chores take long: not asked is no there.
    """
    measure = "household.hazards" if kind == "chores" else "water_firewood.hazards"
    if kind == "chores" and not reading.has(measure):
        measure = "chores.hazards"
    values = reading.values(measure)
    if not values:
        open_word = done if measure != "chores.hazards" and reading.has(measure) else N
        word = N if open_word is N else U
        return word, word
    if done is N:
        return N, N
    below = any_of(map(meaning, values))
    if law.hazardous_fire_from_15:
        return below, below
    codes = reading.codes(measure)
    left = tuple(sorted(codes - FIRE)) or ("none",)
    return below, meaning(left)


def work_beside_none(reading: Reading, activity: Trilean) -> list[str]:
    """Flags of answers that speak of work where every question on work was answered no: the class
    stands as the tables say (R7), and is not certain."""
    found = []
    work, last_year = work_of(reading), reading.answered_yes_no("work.last_year")
    hours = {measure: reading.hours(measure)[0] for measure in _HOURS_OF_WORK}
    nobody_else = work_for_another_household(reading) is N
    if (
        (work.any is N and hours["work.hours"] > 0)
        or (activity is N and hours["work.hours_longest_day"] > 0)
        or (nobody_else and hours["chores.hours_other"] > 0)
    ):
        found.append("hours_without_activity")
    met = work.any is N and last_year is not Y and reading.answered_yes_no("work.hazards") is Y
    if met or (activity is N and MAY_KILL in reading.codes("danger.kind")):
        found.append("hazard_without_work")
    return found


_HOURS_OF_WORK = ("work.hours", "work.hours_longest_day", "chores.hours_other")
"""Hours of economic activity: of the jobs, and of chores for another household."""


def hazards_beside_no_chores(reading: Reading) -> bool:
    """Whether hazards of chores, water or firewood are named of somebody who did none."""
    return any(
        reading.yes_no(f"{kind}.any") is N and reading.answered_yes_no(measure) is Y
        for kind, measure in (
            ("chores", "household.hazards"),
            ("chores", "chores.hazards"),
            ("water_firewood", "water_firewood.hazards"),
        )
    )


def _lodged(reading: Reading) -> frozenset[str]:
    """'other' for a person lodged with an employer of whom nobody said whose chores they are."""
    said = reading.codes("chores.for") - NOT_SAID
    lodged = "employer" in reading.codes("lodging") and not said
    return frozenset({"other"}) if lodged else frozenset()


def work_for_another_household(reading: Reading) -> Trilean:
    """Whether chores, water or firewood are work for somebody else's household."""
    done = any_of((reading.yes_no("chores.any"), reading.yes_no("water_firewood.any")))
    return _for_another_household(reading, done)


def _for_another_household(reading: Reading, done: Trilean) -> Trilean:
    """Whether chores are done for somebody else's household: work for that household."""
    if done is N or not reading.has("chores.for"):
        return N
    if _lodged(reading):
        return done
    codes = reading.codes("chores.for") - NOT_SAID
    if codes & {"other", "both"}:
        return done
    return N if codes and not reading.untold("chores.for") else U


def hazards_at_work(reading: Reading, law: HazardLaw) -> dict[str, Trilean]:
    """Each thing that makes the work hazardous, by its name, in a fixed order.

    Sources: C182 art. 3(d); R190 para 3; 18th ICLS Resolution II paras 20 to 31. What counts is
    a parameter of the country profile, with its source.
    """
    confined = reading.yes_no_if_asked("work.confined")
    if not reading.asked("work.confined") and reading.yes_no("work.with_parents") is Y:
        confined = N
    return {
        "conditions": reading.yes_no("work.hazards"),
        "night": _night(reading, law),
        "abuse": _abuse(reading, law),
        "confined": confined,
        "industry": _industry(reading, law),
        "occupation": _occupation(reading, law),
        "danger": danger_is(reading, MAY_KILL),
    }


def danger_is(reading: Reading, kind: str) -> Trilean:
    """Whether the danger screen names it; no danger is none of that kind."""
    if reading.yes_no("danger") is N and not reading.asked("danger.kind"):
        return N
    return reading.chosen("danger.kind", kind)


def _night(reading: Reading, law: HazardLaw) -> Trilean:
    night = reading.yes_no_if_asked("work.night")
    if law.hazardous_night == "any" or not reading.has("work.night_often"):
        return night
    often = reading.codes("work.night_often") - NOT_SAID
    counted = {"monthly", "weekly"} if law.hazardous_night == "monthly" else {"weekly"}
    if often & counted:
        return night
    return all_of((night, N if often and not reading.untold("work.night_often") else U))


def _abuse(reading: Reading, law: HazardLaw) -> Trilean:
    """R190 para 3(a): physical, psychological or sexual abuse; being shouted at is not yet that."""
    said = reading.yes_no_if_asked("work.abuse")
    named = set(law.hazardous_abuse)
    codes = reading.codes("work.abuse")
    if said is not Y or "yes" in codes:
        return said
    if named & {*codes, *reading.codes_in_order("work.abuse")}:
        return Y  # a code of the country's own counts by its own name too
    return U if codes & NOT_SAID or reading.untold("work.abuse") else N


def _industry(reading: Reading, law: HazardLaw) -> Trilean:
    """The industry of the work where it is said, else of the workplace visited.

    That the place visited is of a listed industry says yes; that it is of another says nothing
    of a person whose own was not asked.
    """
    listed = law.hazardous_industries
    if not listed:
        return N
    own = [value for value in reading.values("work.industry") if isinstance(value, str)]
    for value in own or reading.values("visit.activity"):
        if isinstance(value, str) and (value in listed or section_of(value) in listed):
            return Y
    if not reading.has("work.industry"):
        return N
    return N if own and all(map(is_isic, own)) else U


def _occupation(reading: Reading, law: HazardLaw) -> Trilean:
    listed = law.hazardous_occupations
    if not listed or not reading.has("work.occupation"):
        return N
    own = [value for value in reading.values("work.occupation") if isinstance(value, str)]
    if any(value.startswith(listed) for value in own):
        return Y
    return N if own and all(value.isdecimal() for value in own) else U
