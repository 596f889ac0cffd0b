"""Ranges in steps, and what is said of the turns of a repeat: positions and counts of some."""

import pytest

from shared.questionnaire.expressions import Scope
from tests.server.forms.written_forms import Converted, form


@pytest.fixture
def converted(tmp_path):
    def make(survey, header):
        return Converted(form(tmp_path, survey, header=header))

    return make


def test_a_range_in_steps_of_a_half_takes_halves_only(converted):
    made = converted(
        [["range", "r", "R?", "start=1 end=10 step=0.5"]],
        header=("type", "name", "label", "parameters"),
    )

    fits = [one for one in (1.0, 1.5, 9.7, 10.0, 10.5) if _is_right(made["r"], one)]
    assert fits == [1.0, 1.5, 10.0]
    tenths = converted(
        [["range", "r", "R?", "start=0 end=1 step=0.1"]],
        header=("type", "name", "label", "parameters"),
    )
    assert all(_is_right(tenths["r"], number / 10) for number in range(11))
    assert not _is_right(tenths["r"], 0.35)


def _is_right(question, number):
    return question.constraint.is_true(Scope({}, current=number))


def test_a_position_is_that_of_the_block_the_path_leads_to(converted):
    made = converted(
        [
            ["begin repeat", "house", "House", "", 2],
            ["begin repeat", "child", "Child", "", 2],
            ["calculate", "of_child", "", "position(..)"],
            ["calculate", "of_house", "", "position(../..)"],
            ["begin group", "inner", "Inner"],
            ["calculate", "of_inner", "", "position(..)"],
            ["calculate", "of_child_too", "", "position(../..)"],
            ["end group"],
            ["end repeat"],
            ["end repeat"],
        ],
        header=("type", "name", "label", "calculation", "repeat_count"),
    )

    found = made.worked_out()
    assert (found["of_child_1_2"], found["of_house_1_2"]) == (2, 1)
    assert (found["of_child_2_1"], found["of_house_2_1"]) == (1, 2)
    assert (found["of_inner_1_2"], found["of_child_too_1_2"]) == (1, 2)
    assert made.told("of_inner_1_2 reads the position of inner")


def test_turns_of_a_repeat_in_which_something_holds_are_counted(converted):
    made = converted(
        [
            ["integer", "n", "How many?"],
            ["begin repeat", "child", "Child", "", "${n}"],
            ["integer", "age", "Age?"],
            ["end repeat"],
            ["calculate", "small", "", "count(${child}[${age} < 10])"],
        ],
        header=("type", "name", "label", "calculation", "repeat_count"),
    )

    assert made.worked_out(n="2", age_1="4", age_2="12")["small"] == 1
    assert made.worked_out(n="1", age_1="4", age_2="5")["small"] == 1
    assert made.worked_out()["small"] == 0


def test_joining_the_turns_of_a_repeat_says_what_turns_that_are_not_there_leave(converted):
    made = converted(
        [
            ["begin repeat", "plot", "Plot", "", "3"],
            ["text", "crop", "Crop?"],
            ["end repeat"],
            ["calculate", "crops", "", "join(', ', ${crop})"],
            ["calculate", "two", "", "join(', ', 'a', 'b')"],
        ],
        header=("type", "name", "label", "calculation", "repeat_count"),
    )

    (line,) = made.told("joins all turns")
    assert "crops" in line[1]
    assert line[2] == "a turn that is not there leaves its separator"


def test_what_a_form_says_of_its_own_is_in_its_languages(converted):
    made = converted(
        [
            ["range", "r", "R?", "Et R ?", "start=1 end=10 step=0.5"],
            ["time", "t", "When?", "Quand ?", ""],
        ],
        header=("type", "name", "label::English (en)", "label::French (fr)", "parameters"),
    )

    says = made["r"].constraint_messages
    assert says["en"] == "Between 1 and 10, in steps of 0.5."
    assert says["fr"] == "Entre 1 et 10, par pas de 0.5."
    assert "minutes, par exemple" in made["t"].constraint_messages["fr"]
