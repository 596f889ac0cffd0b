"""The reasons of a class name every answer that it rests on: take the answer away, or deny it, and
where the rule becomes another one, the reason named that answer.

Tried on classes in which something was found (R1 to R5 and G1, and forced labour). A class in which
nothing was found rests on every answer that denies something, forty of them: its reason names the
age and the hours, and the sentence of its rule says that nothing was named (R6a, R6b, R7, F2, F6).
What is open rests on what was not answered, which has no answer to name (R8, G2, F7, F8).
"""

from random import Random

from shared.answers import NOT_SAID
from shared.classification.child_labour import IN_CHILD_LABOUR
from shared.classification.forced_labour import IN_FORCED_LABOUR
from shared.questionnaire import Kind, Level
from tests.shared.classification.answered import classes
from tests.shared.classification.random_interviews import QUESTIONNAIRE, asked_only, completed

VISIT = {"visit_date": "2026-10-15", "area": "PK-PB-05"}
INTERVIEWS = 600
_AGES = frozenset({"age", "age.band"})
_HOURS = frozenset({"hours.economic", "hours.household"})
_WORKS = frozenset({"hours.economic", "work.activity"})
TOLD_BY = {
    **dict.fromkeys(("age.completed_years", "age.stated", "age.band"), _AGES),
    **dict.fromkeys(("work.activity", "work.unpaid", "work.own_use", "work.absent"), _WORKS),
    "work.hours": _WORKS,
    **dict.fromkeys(("chores.hours", "chores.hours_other", "water_firewood.hours"), _HOURS),
    "chores.any": _HOURS | {"household.hazards", "chores.for"},
    "water_firewood.any": _HOURS | {"water_firewood.hazards", "chores.for"},
    "lodging": frozenset({"chores.for"}),
}
"""What tells an answer that is not told as itself: hours of a kind of work say that it is done."""


def denied(question):
    """Answers that take back what the question found."""
    if question.measure == "age.completed_years":
        return (30,)
    if question.kind is Kind.DECIMAL:
        return (0.0,)
    if question.kind is Kind.SELECT_MULTIPLE:
        return (("none",),)
    if question.measure == "forced.free_to_leave":
        return ("yes",)
    codes = {choice.code for choice in QUESTIONNAIRE.choices.get(question.choice_list or "", ())}
    return tuple(sorted(codes & {"no", "own", "rarely"}))


def found_by(found):
    """The rules by which something was found."""
    child, forced = found.child_labour, found.forced_labour
    if child.sna in IN_CHILD_LABOUR:
        yield "child", lambda other: other.child_labour.sna_rule == child.sna_rule
    elif child.general in IN_CHILD_LABOUR:
        yield "general", lambda other: other.child_labour.general_rule == child.general_rule
    if forced.labour_class in IN_FORCED_LABOUR:
        yield "forced", lambda other: other.forced_labour.rule == forced.rule


def test_every_answer_a_class_rests_on_is_named_in_its_reason():
    questions = [one for one in QUESTIONNAIRE.of_level(Level.CASE) if one.takes_answer]
    tried, missing = 0, dict[tuple[str, str], int]()
    for number in range(INTERVIEWS):
        random = Random(number)
        answers = completed({}, VISIT, random, unknown=0.02, quiet=random.choice((0.5, 0.8)))
        content = asked_only(answers, VISIT)
        found = classes(content, VISIT)
        rests = list(found_by(found))
        if not rests:
            continue
        named = {one.measure for one in found.deciding}
        for question in questions:
            measure = question.measure or ""
            if content.get(question.name) in (None, *NOT_SAID) or measure in named:
                continue
            if named & set(TOLD_BY.get(measure, ())):
                continue
            without = {name: value for name, value in content.items() if name != question.name}
            for other in (without, *({**without, question.name: no} for no in denied(question))):
                tried += 1
                changed = classes(other, VISIT)
                for what, same in rests:
                    if not same(changed):
                        missing.setdefault((what, measure), number)
    assert tried > 2_000
    assert not missing, missing
