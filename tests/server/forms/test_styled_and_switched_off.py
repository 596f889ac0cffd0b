"""Words with signs of styling, signs nobody sees, and rows that are switched off."""

import pytest

from server.forms.styling import without_styling
from tests.server.forms.written_forms import Converted, form, workbook


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("**Name** of the child", "Name of the child"),
        ("***Stop*** here", "Stop here"),
        ("*Read* _aloud_ __now__", "Read aloud now"),
        ("**${child_name}** is ${_age_}", "${child_name} is ${_age_}"),
        ('<span style="color:red">Danger</span>', "Danger"),
        ("First<br/>second", "First\nsecond"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("# Part 1\n## Work", "Part 1\nWork"),
        ("See [the list](https://example.org/a)", "See the list (https://example.org/a)"),
        (r"5\* hotel &amp; bar", "5* hotel & bar"),
    ],
)
def test_signs_of_styling_are_left_out(written, said):
    assert without_styling(written) == said


@pytest.mark.parametrize(
    "written",
    [
        *("Name *", "2*3*4", "* one\n* two", "my_own_name", "${a_b} and ${_c_}", "_____"),
        *("younger < 5 > older", "Say <Name>", "A & B", " spaces stay "),
    ],
)
def test_words_without_styling_stay_as_they_are(written):
    assert without_styling(written) == written


def test_styling_is_named_with_its_place_in_questions_and_choices(tmp_path):
    made = Converted(
        form(
            tmp_path,
            [["select_one c", "a", "**Which**?", "_Read_ out"], ["note", "n", "NO_LABEL", "Hint"]],
            choices=[["c", "x", "<b>X</b>"]],
            header=("type", "name", "label", "hint"),
        )
    )

    assert made["a"].label("en") == "Which?"
    assert made["a"].hint("en") == "Read out"
    assert made.made.files["choices.csv"].splitlines()[1] == "c,x,X"
    assert [row for row, what, _ in made.told("adapted: label **Which**?")] == [2]
    assert made.told("adapted: hint _Read_ out")
    assert made.told("adapted: label <b>X</b>")
    assert made["n"].label("en") == "Hint"


def test_signs_nobody_sees_change_neither_headers_nor_names_nor_logic(tmp_path):
    made = Converted(
        form(
            tmp_path,
            [
                ["\u200eselect_one yn", "a\u200b", "A?", ""],
                ["integer", "\u2060b", "B?", "\u200b${a} = 'yes'\u202c"],
            ],
            header=("\ufeffType", "name\u200b", "label\u00a0", "\u200erelevant"),
        )
    )

    assert made.asked() == ["a"]
    assert made.asked(a="yes") == ["a", "b"]
    assert not made.told("dropped")


ROWS = [
    ["integer", "a", "A?"],
    ["begin group", "g", "G", "${a} > 1", "yes"],
    ["text", "inside", "Inside?"],
    ["begin group", "deeper", "Deeper"],
    ["text", "deep", "Deep?"],
    ["end group"],
    ["end group"],
    ["text", "after", "After?"],
]
HEADER = ("type", "name", "label", "relevant", "disabled")


def test_a_group_that_is_switched_off_is_gone_with_all_in_it_and_each_is_named(tmp_path):
    made = Converted(form(tmp_path, ROWS, header=HEADER))

    assert made.asked(a="5") == ["a", "after"]
    for name in ("group g", "inside", "deep"):
        assert made.told(f"dropped: {name}")


def test_a_group_switched_off_at_both_ends_leaves_its_questions_as_xlsform_does(tmp_path):
    rows = [list(row) for row in ROWS]
    rows[6] = ["end group", "", "", "", "yes"]
    made = Converted(form(tmp_path, rows, header=HEADER))

    assert made.asked() == ["a", "inside", "deep", "after"]
    assert not made.told("dropped: inside")
    [(row, _, why)] = made.told("dropped: group g")
    assert row == 3
    assert "asked without it" in why


def test_a_group_that_is_switched_off_and_never_closed_is_gone(tmp_path):
    made = Converted(form(tmp_path, ROWS[:3], header=HEADER))

    assert made.asked(a="5") == ["a"]
    assert made.told("dropped: inside")


def test_an_attribute_of_another_program_is_no_second_name(tmp_path):
    made = Converted(
        form(
            tmp_path,
            [["text", "a", "A?", "x"]],
            header=("type", "name", "label", "instance::tag"),
        )
    )

    [(_, _, why)] = made.told("instance")
    assert "belongs to the program" in why


def test_a_column_for_filters_is_not_taken_for_a_slip_of_one_that_is_there(tmp_path):
    choices = [["list_name", "name", "label", "dist"], ["c", "x", "X", "1"]]
    path = workbook(
        tmp_path, survey=[["type", "name", "label"], ["select_one c", "a", "A?"]], choices=choices
    )

    [(_, _, why)] = Converted(path).told("taken for filters: column dist")
    assert "did you mean" not in why


def test_an_answer_in_the_words_of_a_choice_is_named_and_shows_three_dots(tmp_path):
    survey = [["text", "who", "Who?"], ["select_one c", "a", "A?"]]
    made = Converted(form(tmp_path, survey, choices=[["c", "x", "Son of ${who}"]]))

    assert "c,x,Son of …" in made.made.files["choices.csv"]
    [(row, what, _)] = made.told("adapted: label of x")
    assert row == 4
    assert "${who}" in what
