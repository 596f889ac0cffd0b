"""Forced labour by the decision table of docs/counting-rules.md, rules F0 to F8.

Sources: ILO C29 (1930), P29 (2014), C105 (1957); ICLS/20/2018/Guidelines concerning the
measurement of forced labour. The ILO's 11 indicators screen; they never decide a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.answers import Trilean, all_of, any_of
from shared.classification.ages import PossibleAges

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN


class ForcedLabourClass(StrEnum):
    """The statistical class of one person."""

    FL_STATE = "FL_STATE"
    FL_CSE = "FL_CSE"
    FL_PRIVATE = "FL_PRIVATE"
    NOT_FL = "NOT_FL"
    UNDETERMINED = "UNDETERMINED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"


_C = ForcedLabourClass
IN_FORCED_LABOUR = frozenset({_C.FL_STATE, _C.FL_CSE, _C.FL_PRIVATE})


class Actor(StrEnum):
    """Who exacts the work."""

    PRIVATE = "private"
    STATE = "state"
    ARMED_GROUP = "armed_group"
    UNKNOWN = "U"


class Form(StrEnum):
    """The form of forced labour, finer than the class: armed groups are kept apart."""

    STATE = "state"
    COMMERCIAL_SEXUAL = "commercial_sexual"
    ARMED_CONFLICT = "armed_conflict"
    EXPLOITATION = "exploitation"
    NONE = ""


RULE_TEXT = {
    "F0": "F0 age below 5",
    "F1": "F1 excluded by C29 Art. 2(2)",
    "F2": "F2 adult: worked AND involuntary AND menace",
    "F2m": "F2 adult: worked AND involuntary AND menace fails: involuntary but no menace",
    "F2v": "F2 adult: worked AND involuntary AND menace fails: menace but not involuntary",
    "F3": "F3 child: worst form C182 3(a)-(c)",
    "F3b": "F3b child: trafficked for forced labour, slavery or debt bondage",
    "F4": "F4 child: third-party coercion of child or parents",
    "F5": "F5 child: parents in forced labour",
    "F6": "F6 child: none of the four situations",
    "F6w": "F6 child: no work performed in the period",
    "F7": "F7 age unknown: both rules must agree",
    "F8": "F8 unknown answer blocks the decision",
}
"""Each rule as the worked cases spell it."""


@dataclass(frozen=True, slots=True)
class ForcedLabourInputs:
    """What the table asks about one person, in one reference period.

    ages: possible ages in completed years; ANYBODY when nothing is known.
    exception: a documented exception of C29 art. 2(2); not documented is not an exception.
    exception_of_child: the same below 18, where it differs; None where it does not.
    exception_may_end: a worst form of a child that nobody assessed, or not to the end, would take
        the exception away again.
    hired_out_may_be: a private party whom nobody asked for would take it away at every age; the
        table decides all the same, and the upper bound says it.
    third_party, parents: children only, see the Guidelines' definition for children 5 to 17.
    trafficked: children only: an act of trafficking with the purpose of forced labour, slavery or
        debt bondage (Guidelines, children, (d); C182 art. 3(a) "sale and trafficking").
    worst_form: C182 art. 3(a) to (c).
    """

    ages: PossibleAges
    worked: Trilean = U
    involuntary: Trilean = U
    menace: Trilean = U
    actor: Actor = Actor.UNKNOWN
    commercial_sexual: Trilean = U
    exception: Trilean = U
    exception_of_child: Trilean | None = None
    exception_may_end: bool = False
    hired_out_may_be: bool = False
    third_party: Trilean = U
    parents: Trilean = U
    worst_form: Trilean = U
    trafficked: Trilean = N


@dataclass(frozen=True, slots=True)
class ForcedLabour:
    """The class of one person, its form and the rule that decided.

    low, high: whether it is forced labour in every way the unknown answers can turn out, and in
        some way; an exception of the State that is not known may yet be documented, and who is not
        known may yet be the State.
    """

    labour_class: ForcedLabourClass
    rule: str
    form: Form
    low: bool
    high: bool

    @property
    def deciding_rule(self) -> str:
        """The rule in the words of the worked cases."""
        return RULE_TEXT[self.rule]


def classify_forced_labour(inputs: ForcedLabourInputs) -> ForcedLabour:
    """The class of one person: first matching rule of the decision table.

    A band that straddles 18 (or an unknown age) needs the adult and the child rule to agree. A
    band that straddles 5 is undetermined: out of scope at one end, inside it at the other.
    """
    youngest, oldest = inputs.ages[0], inputs.ages[-1]
    if oldest < 5:
        return ForcedLabour(_C.OUT_OF_SCOPE, "F0", Form.NONE, False, False)
    exceptions = _exceptions(inputs)
    adult, child = _adult(inputs), _child(inputs)
    if inputs.actor is Actor.STATE:
        if all(exception is Y for exception in exceptions) and not (
            inputs.exception_may_end and youngest < 18
        ):
            return ForcedLabour(_C.NOT_FL, "F1", Form.NONE, False, _without_exception(inputs))
        if exceptions[0] is Y:
            adult = N, "F1"
        if exceptions[-1] is Y:
            child = (U, "F8") if inputs.exception_may_end else (N, "F1")
    if youngest >= 18:
        word, rule = adult
    elif oldest < 18:
        word, rule = child
    else:
        word, rule = (adult[0] if adult[0] is child[0] else U), "F7"
    low, high = word is Y, word is not N
    if _may_be_excepted(inputs, exceptions):
        low = False
    if youngest < 5:
        low, word, rule = False, U, "F7"
    return _with_form(inputs, word, rule, low=low, high=high)


def _without_exception(inputs: ForcedLabourInputs) -> bool:
    """Whether it may be forced labour once a private party is named to whom the State lent the
    worker: C29 art. 2(2) excepts no such work."""
    if not inputs.hired_out_may_be:
        return False
    words = []
    if inputs.ages[-1] >= 18:
        words.append(_adult(inputs)[0])
    if inputs.ages[0] < 18:
        words.append(_child(inputs)[0])
    return any(word is not N for word in words)


def _exceptions(inputs: ForcedLabourInputs) -> tuple[Trilean, ...]:
    """The exception of C29 at the ages that may be true: of an adult, then of a child."""
    child = inputs.exception_of_child
    at = (inputs.exception, inputs.exception if child is None else child)
    if inputs.ages[0] >= 18:
        return at[:1]
    return at[1:] if inputs.ages[-1] < 18 else at


def _may_be_excepted(inputs: ForcedLabourInputs, exceptions: tuple[Trilean, ...]) -> bool:
    """Whether rule F1 would hold at some age if the open answers were known: of somebody of whom
    nobody said who exacts the work, it may be the State, and its exception documented."""
    if inputs.actor is Actor.STATE:
        return U in exceptions
    return inputs.actor is Actor.UNKNOWN and any(word is not N for word in exceptions)


def _adult(inputs: ForcedLabourInputs) -> tuple[Trilean, str]:
    """F2: worked, involuntary and under menace, in the same episode."""
    word = all_of((inputs.worked, inputs.involuntary, inputs.menace))
    if word is U:
        return U, "F8"
    if word is N and inputs.worked is Y:
        if inputs.involuntary is Y:
            return N, "F2m"
        if inputs.menace is Y:
            return N, "F2v"
    return word, "F2"


def _child(inputs: ForcedLabourInputs) -> tuple[Trilean, str]:
    """F3 to F6: one of the situations of the Guidelines; involuntariness need not be shown."""
    if inputs.worst_form is Y:
        return Y, "F3"
    trafficked = all_of((inputs.worked, inputs.trafficked))
    if trafficked is Y:
        return Y, "F3b"
    coerced = all_of((inputs.worked, inputs.third_party))
    if coerced is Y:
        return Y, "F4"
    with_parents = all_of((inputs.worked, inputs.parents))
    if with_parents is Y:
        return Y, "F5"
    if any_of((inputs.worst_form, trafficked, coerced, with_parents)) is U:
        return U, "F8"
    return N, "F6w" if inputs.worked is N else "F6"


def _with_form(
    inputs: ForcedLabourInputs, word: Trilean, rule: str, *, low: bool, high: bool
) -> ForcedLabour:
    if word is not Y:
        found = _C.NOT_FL if word is N else _C.UNDETERMINED
        return ForcedLabour(found, rule, Form.NONE, low, high)
    if inputs.actor is Actor.STATE:
        return ForcedLabour(_C.FL_STATE, rule, Form.STATE, low, high)
    if inputs.commercial_sexual is Y:
        return ForcedLabour(_C.FL_CSE, rule, Form.COMMERCIAL_SEXUAL, low, high)
    armed = inputs.actor is Actor.ARMED_GROUP
    form = Form.ARMED_CONFLICT if armed else Form.EXPLOITATION
    return ForcedLabour(_C.FL_PRIVATE, rule, form, low, high)
