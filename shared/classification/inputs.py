"""What the decision tables ask, made from the answers of one case.

Owns what skipped questions mean: a question the questionnaire did not ask because of an earlier
answer says what that answer implies, and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from shared.answers import NOT_SAID, Trilean, all_of, any_of
from shared.classification.ages import PossibleAges
from shared.classification.child_labour import ChildLabourInputs, MicsInputs
from shared.classification.forced_labour import Actor, ForcedLabourInputs
from shared.classification.hours import week_hours
from shared.classification.national import NationalLaw
from shared.classification.reading import Reading, once
from shared.classification.signs import SIGNS
from shared.classification.work import (
    HazardLaw,
    danger_is,
    hazards_at_work,
    work_beside_none,
    work_for_another_household,
    work_of,
)

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN


class Law(NationalLaw, HazardLaw, Protocol):
    """What the rules read of a country profile."""

    @property
    def chore_strict(self) -> bool: ...
    def in_area(self, area: str | None) -> Law: ...
    def possible_laws(self, area: str | None, industries: Sequence[str]) -> Sequence[Law]: ...


def child_labour_inputs(
    reading: Reading, ages: PossibleAges, worst: Trilean, law: Law, flags: list[str]
) -> tuple[ChildLabourInputs, tuple[str, ...]]:
    """What the child labour table asks, from the answers of one case; and what made it hazardous.

    flags: gets what a reader of the class should know about these answers.
    """
    week = week_hours(reading, law)
    work, house, activity = week.work, week.house, week.activity
    flags += work_beside_none(reading, activity)
    last_year = reading.answered_yes_no("work.last_year")
    if activity is N and last_year is Y and ages[0] < ADULT_FROM:
        flags.append("worked_in_the_year")
    hazards = hazards_at_work(reading, law)
    if work.any is N:
        # What is asked of work is asked of chores for another household too, and of no others.
        hazards = {name: all_of((house.for_others, word)) for name, word in hazards.items()}
    if house.economic is not N:
        hazards["economic_chores"] = all_of((house.economic, house.economic_hazards))
    hazardous = N if activity is N else any_of(hazards.values())
    return (
        ChildLabourInputs(
            ages=ages,
            hours_economic=week.economic,
            hours_household=week.household,
            hazardous=hazardous,
            worst_form=worst,
            activity=activity,
            household_hazardous=house.hazards,
            household_hazardous_from_15=house.hazards_from_15,
            hours_economic_at_least=week.economic_at_least,
            hours_economic_at_most=week.economic_at_most,
            hours_household_at_least=house.hours,
            chores_shared=house.shared,
            mics=MicsInputs(
                worked=reading.answered_yes_no("work.activity") is Y,
                hours_economic=reading.hours("work.hours")[0],
                hours_household=_mics_household_hours(reading),
                hazard=reading.answered_yes_no("work.hazards") is Y,
            ),
        ),
        tuple(name for name, word in hazards.items() if word is Y),
    )


def _mics_household_hours(reading: Reading) -> float:
    """CL8 + CL10 + CL13 with unknown as zero; none unless any household work was done."""
    done = any_of(
        (reading.answered_yes_no("water_firewood.any"), reading.answered_yes_no("chores.any"))
    )
    if done is not Y:
        return 0.0
    return reading.hours("water_firewood.hours")[0] + reading.hours("chores.hours")[0]


def forced_labour_inputs(
    reading: Reading, ages: PossibleAges, worst: Trilean, sexual: Trilean
) -> ForcedLabourInputs:
    """What the forced labour table asks, from the answers of one case."""
    involuntary, menace = _two_elements(reading)
    actor = reading.actor()
    if actor is not Actor.STATE and "armed_conflict" in reading.codes("worst.slavery_form"):
        actor = Actor.ARMED_GROUP
    third_party = reading.yes_no("forced.third_party")
    if reading.answered_yes_no("forced.menace") is Y:
        # Who applies it says more than the judgement: not named, it may be anybody.
        if reading.third_parties():
            third_party = Y
        elif reading.has("forced.who_applies") and reading.others_may_apply():
            third_party = any_of((third_party, U))
    # F5 asks for parents in forced labour with or for whom the child works.
    parents = reading.yes_no("forced.parents")
    if reading.yes_no("work.with_parents") is N:
        parents = N
    exception = reading.yes_no("forced.exception")
    if exception is Y:
        # C29 art. 2(2) excuses the State, not a private party beside it.
        exception = all_of((exception, reading.only_the_state_applies(), ~_for_others(reading)))
    of_child = exception
    if worst is Y or reading.codes("forced.exception") == {"military_service"}:
        # C182 knows no exception for a child in a worst form; nor may a child be called up:
        # C182 art. 3(a), Optional Protocol of 2000, art. 2.
        of_child = N
    return ForcedLabourInputs(
        ages=ages,
        worked=any_of((_sexual_work(reading, sexual), work_in_general(reading))),
        involuntary=involuntary,
        menace=menace,
        actor=actor,
        commercial_sexual=sexual,
        exception=exception,
        exception_of_child=of_child,
        exception_may_end=worst is U,
        hired_out_may_be=_may_be_for_others(reading),
        third_party=third_party,
        parents=parents,
        worst_form=worst,
        trafficked=_trafficked_into_forced_labour(reading),
    )


def _sexual_work(reading: Reading, sexual: Trilean) -> Trilean:
    """Commercial sex is work, and may be while nobody says that it is none. An older questionnaire
    asks nobody for signs of it who does not work."""
    return sexual if sexual is Y or reading.has("officer.signs") else N


def _for_others(reading: Reading) -> Trilean:
    """Whether a convict or a conscript works for a private party, which is no exception.

    C29 art. 2(2)(a) excepts "work of a purely military character", (c) the work of convicts "not
    hired to or placed at the disposal of private individuals, companies or associations". Services
    of the other kinds stand beside a job of the person's own, whoever that is for.
    """
    excepted = bool(reading.codes("forced.exception") & INSTEAD_OF_A_JOB)
    return Trilean.of(excepted and bool(reading.codes("work.employer") & PRIVATE_EMPLOYERS))


def _may_be_for_others(reading: Reading) -> bool:
    """Whether the employer of a convict or a conscript is asked for and not known.

    The short form asks nobody for it, and nobody is asked who works with the own family.
    """
    excepted = reading.codes("forced.exception") & INSTEAD_OF_A_JOB
    if not excepted or not reading.has("work.employer") or _is_short(reading):
        return False
    known = reading.codes("work.employer") - NOT_SAID - reading.untold("work.employer")
    if reading.yes_no("work.with_parents") is Y or known:
        return False
    return any_of((work_of(reading).any, _last_year(reading))) is not N


INSTEAD_OF_A_JOB = frozenset({"convict_labour", "military_service"})
"""Exceptions of C29 whose work is the main work of the person."""
PRIVATE_EMPLOYERS = frozenset({"other_family", "employer", "contractor", "private_household"})
"""Codes of the choices employers that are private parties."""


@once
def work_in_general(reading: Reading) -> Trilean:
    """Work of the general production boundary in the last twelve months (Guidelines 2018).

    Economic activity of the week or of the year, and unpaid household services too. A season
    that is over counts.
    """
    economic = any_of((work_of(reading).any, _last_year(reading)))
    adult = reading.yes_no_if_asked("work.household")
    child = any_of((reading.yes_no("chores.any"), reading.yes_no("water_firewood.any")))
    if reading.ages()[0] >= ADULT_FROM:
        # The chores of adults are asked in a question of their own.
        return any_of((economic, adult, reading.answered_yes_no("chores.any")))
    return any_of((economic, child))


def _last_year(reading: Reading) -> Trilean:
    """Work of the last twelve months, asked where there was none in the week."""
    return reading.yes_no("work.last_year")


def _two_elements(reading: Reading) -> tuple[Trilean, Trilean]:
    """Involuntariness and menace, the two elements of C29 art. 2(1).

    Low pay and withheld pay are one fact. Where nothing else stands for either element they make
    both only if the person could not leave without losing what is owed.
    """
    involuntary, menace = reading.yes_no("forced.involuntary"), reading.yes_no("forced.menace")
    if not reading.has("forced.free_to_leave"):
        return involuntary, menace
    signs = reading.codes("forced.involuntary") - NO_SIGN
    threats = reading.codes("forced.menace") - NO_SIGN
    if signs and threats and signs <= UNPAID and threats <= UNPAID:
        others = reading.codes("forced.involuntary") | reading.codes("forced.menace")
        free = reading.yes_no("forced.free_to_leave")
        held = any_of((~free, U if others & NOT_SAID else N))
        menace = all_of((menace, held))
    return involuntary, menace


UNPAID = frozenset({"very_low_or_no_wages", "withheld_wages"})
"""Signs that say only that the work is not paid as it should be."""
NO_SIGN = NOT_SAID | frozenset({"none"})
FORCED_PURPOSES = frozenset(
    {"forced_labour", "slavery_servitude", "debt_bondage", "forced_begging"}
)
"""Purposes of trafficking that make the work of a child forced labour (rule F3b). Begging for
others is forced labour or services: Directive 2011/36/EU, recital 11."""


def _trafficked_into_forced_labour(reading: Reading) -> Trilean:
    act = trafficking_act(reading)
    purposes = reading.codes("trafficking.purpose")
    if purposes & FORCED_PURPOSES:
        kind = Y
    elif not purposes or purposes & (NOT_SAID | {"yes"} | reading.untold("trafficking.purpose")):
        kind = U
    else:
        kind = N
    return all_of((act, kind))


@once
def trafficking_act(reading: Reading) -> Trilean:
    """Whether there was an act of trafficking; an officer who saw no sign of one says no, unless
    the danger screen or the answers on coercion speak of one, or may yet."""
    return judged(reading, "trafficking.act", lambda: any_of(_signs_of_an_act(reading)))


def worst_form(reading: Reading, kind: str) -> Trilean:
    """One of slavery, sexual, illicit; an officer who saw no sign of any says no.

    Of commercial sexual exploitation the question asked where there is coercion or sexual abuse
    says it too: for a child the two are one thing (C182 art. 3(b)).
    """
    if kind == "sexual" and not reading.asked("worst.sexual"):
        word = commercial_sexual(reading)
        # While the officer's own judgement is waited for, a no to that question is not the last.
        return word if reading.codes("officer.signs") == {"none"} else any_of((word, U))
    word = judged(reading, f"worst.{kind}")
    return U if word is N and _form_named(reading, kind) else word


def _form_named(reading: Reading, kind: str) -> bool:
    """Whether an answer names which practice it is, beside a no to any."""
    said = set(reading.codes(f"worst.{kind}_form"))
    if name := FORMS_BY_NAME.get(f"worst.{kind}"):
        said |= set(reading.codes_of_question(name))
    return bool(said - NO_SIGN)


FORMS_BY_NAME = {"worst.illicit": "wfcl_illicit_form"}
"""Questions that say more of a measure and have none themselves, as they are called where a
questionnaire asks them."""


@once
def commercial_sexual(reading: Reading) -> Trilean:
    """Commercial sexual exploitation; the officer's "none of these" says no more where the answers
    on coercion, the danger screen, those on abuse or the settings of the case or the visit name
    any, or may yet."""
    return judged(
        reading,
        "forced.commercial_sexual",
        lambda: any_of(
            (
                danger_is(reading, "sexual_abuse"),
                _abused_sexually(reading),
                _named_if_asked(reading, "case.settings", "sexual_exploitation"),
                _named_if_asked(reading, "visit.setting", "sexual_exploitation"),
                coercion_found(reading),
            )
        ),
    )


def _named_if_asked(reading: Reading, measure: str, code: str) -> Trilean:
    """Whether the code was chosen; not asked is no."""
    said = reading.codes(measure) - NOT_SAID
    return reading.chosen(measure, code) if said else N


def _abused_sexually(reading: Reading) -> Trilean:
    """Sexual abuse at work, asked of everybody who works, the short form apart."""
    if reading.asked("work.abuse"):
        return reading.chosen("work.abuse", "sexual")
    if _is_short(reading):
        return N
    for_others = N if reading.ages()[0] >= ADULT_FROM else work_for_another_household(reading)
    worked = any_of((work_of(reading).any, _last_year(reading), for_others))
    return N if worked is N else U


@once
def _signs_of_an_act(reading: Reading) -> tuple[Trilean, ...]:
    found, who = coercion_found(reading), reading.codes("forced.who_applies")
    unfree = reading.chosen("forced.involuntary", "unfree_recruitment")
    if reading.ages()[-1] < ADULT_FROM and unfree is U:
        unfree = N  # asked of adults
    came_with = reading.chosen("migration.with", "recruiter")
    if reading.yes_no("migration.status") is N or _is_short(reading):
        came_with = N
    recruiter = reading.chosen("forced.who_applies", "recruiter")
    return (
        danger_is(reading, "to_be_moved"),
        all_of((_coercion_is_asked(reading), unfree)),
        recruiter if who else all_of((found, recruiter)),
        all_of((came_with, found)),
        Trilean.of(any(reading.codes(f"trafficking.{part}") - NO_SIGN for part in _ENDS)),
    )


_ENDS = ("means", "purpose")
"""Elements of trafficking that are asked where there was an act."""


@once
def _coercion_is_asked(reading: Reading) -> Trilean:
    """Whether the questions on coercion are, by the work or by a danger that was seen."""
    if reading.codes("danger.kind") & SIGNS["danger.kind"]:
        return Y
    if _is_short(reading):
        return any_of((reading.yes_no("work.activity"), reading.yes_no("work.unpaid")))
    return work_in_general(reading)


def _is_short(reading: Reading) -> bool:
    """Whether it is the short form, which asks neither of other work nor of where from."""
    return "short" in reading.codes("interview.form")


@once
def coercion_found(reading: Reading) -> Trilean:
    """Whether the answers on coercion name a menace, a third party's force or an unfree
    recruitment, or may yet. What a child's own parents alone threaten is not that (F6)."""
    ages = reading.ages()
    menace = reading.answered_yes_no("forced.menace") is Y
    if menace and ages[-1] < ADULT_FROM:
        menace = bool(reading.codes("forced.who_applies") - {"own_parents"})
    third_party = reading.yes_no("forced.third_party")
    unfree = "unfree_recruitment" in reading.codes("forced.involuntary")
    if menace or unfree or third_party is Y:
        return Y
    words = []
    if ages[0] < ADULT_FROM:
        words.append(third_party)
    if ages[-1] >= ADULT_FROM:
        words.append(
            all_of((reading.yes_no("forced.involuntary"), reading.yes_no("forced.menace")))
        )
    return all_of((_coercion_is_asked(reading), any_of(words)))


def judged(reading: Reading, measure: str, doubt: Callable[[], Trilean] | None = None) -> Trilean:
    """A judgement of the officer's own; not answered, it is no where the officer saw no sign.

    doubt: whether another answer names what the officer's "none of these" leaves out; then it is
    asked, and not answered is unknown.
    """
    if not reading.asked(measure) and reading.codes("officer.signs") == {"none"}:
        return N if doubt is None or doubt() is N else U
    return reading.yes_no(measure)


ADULT_FROM = 18
"""Completed years: a child is everyone under 18 (C182 art. 2)."""
