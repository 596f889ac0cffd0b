"""Lists in files, as forms name them; what SurveyCTO writes; times of day; groups in a circle."""

import pytest

from tests.server.forms.written_forms import Converted, form

# Lists beside the form

SCHOOLS = "id,title,label::Urdu (ur),district,name\n01,Alpha,الف,n,x\n02,Beta,ب,s,y\n"
PICKED = [
    ["select_one d", "district", "District", "", "", ""],
    [
        "select_one_from_file schools.csv",
        *("school", "School", "district = ${district}", "value=id;label=title", ""),
    ],
    ["calculate", "letter", "", "", "", "pulldata('schools', 'name', 'id', ${school})"],
]
PICKING = ("type", "name", "label", "choice_filter", "parameters", "calculation")
DISTRICTS = [["d", "n", "North"], ["d", "s", "South"]]


def as_workbook(folder):
    (folder / "schools.csv").write_text(SCHOOLS)
    return form(folder, PICKED, DISTRICTS, PICKING)


def as_sheet_of_the_workbook(folder):
    rows = [line.split(",") for line in SCHOOLS.splitlines()]
    return form(folder, PICKED, DISTRICTS, PICKING, schools=rows)


def as_folder(folder):
    choices = [["list_name", "name", "label"], *DISTRICTS]
    sheets = {"survey": [PICKING, *PICKED], "choices": choices}
    for name, rows in sheets.items():
        lines = (",".join(f'"{cell}"' for cell in row) for row in rows)
        (folder / f"{name}.csv").write_text("\n".join(lines))
    (folder / "schools.csv").write_text(SCHOOLS)
    return folder


@pytest.mark.parametrize("laid", [as_workbook, as_sheet_of_the_workbook, as_folder])
def test_a_list_in_a_file_is_read_by_the_columns_the_form_names(tmp_path, laid):
    made = Converted(laid(tmp_path))
    (listed,) = [name for name in made.questionnaire.choices if "title" in name]
    labels = [choice.labels["en"] for choice in made.questionnaire.choices[listed]]

    assert (made.offered("school", district="s"), labels) == (["02"], ["Alpha", "Beta"])
    assert made.worked_out(district="s", school="02")["letter"] == "y"
    assert made.told("sheet") == []


@pytest.mark.parametrize(
    ("how", "offered"),
    [
        ("search('fruits')", ["ap", "ba", "ch"]),
        ("minimal search('fruits', 'matches', 'colour', ${c})", ["ap", "ch"]),
        ("search('fruits', 'contains', 'name,colour', ${c})", ["ap", "ch"]),
        ("search('fruits', 'startswith', 'name', 'B', 'filter', 'colour', 'yellow')", ["ba"]),
    ],
)
def test_search_of_surveycto_offers_the_rows_of_the_file(tmp_path, how, offered):
    (tmp_path / "fruits.csv").write_text(
        "key,name,colour\nap,Apple,red\nba,Banana,yellow\nch,Cherry,red\n"
    )
    rows = [["text", "c", "Colour", ""], ["select_one fruits", "f", "Fruit", how]]
    header = ("type", "name", "label", "appearance")
    made = Converted(form(tmp_path, rows, [["fruits", "key", "name"]], header))

    assert made.offered("f", c="red") == offered
    assert made.told("list fruits") == []


def test_search_without_its_file_is_a_text_that_stays(tmp_path):
    rows = [["select_one fruits", "f", "Fruit", "search('fruits')"]]
    header = ("type", "name", "label", "appearance")
    made = Converted(form(tmp_path, rows, [["fruits", "key", "name"]], header))

    assert made["f"].kind.value == "text"
    assert "fruits.csv is not beside" in made.told("adapted: f")[0][2]


# SurveyCTO's own functions, times of day, circles


def test_functions_of_surveycto_over_a_repeat(tmp_path):
    header = ("type", "name", "label", "repeat_count", "calculation")
    rows = [
        ["integer", "n", "N", "", ""],
        ["begin repeat", "r", "R", "${n}", ""],
        ["calculate", "i", "", "", "index()"],
        ["integer", "age", "Age", "", ""],
        ["select_one yn", "works", "Works?", "", ""],
        ["end repeat", "", "", "", ""],
        ["calculate", "children", "", "", "count-if(${age}, ${age} < 18)"],
        ["calculate", "years", "", "", "sum-if(${age}, ${works} = 'yes')"],
        ["calculate", "words", "", "", "choice-label(${q}, ${q})"],
        ["select_one yn", "q", "Q", "", ""],
    ]
    given = {"age_1": 12, "age_2": 30, "works_1": "yes", "works_2": "yes", "q": "no"}
    found = Converted(form(tmp_path, rows, (), header)).worked_out(n=2, **given)

    assert found == {"i_1": 1, "i_2": 2, "children": 1, "years": 42, "words": "No"}


def test_times_of_day_are_compared_as_such(tmp_path):
    header = ("type", "name", "label", "relevant")
    rows = [["time", "t", "T", ""], ["text", "late", "Late", "${t} > '20:00'"]]
    made = Converted(form(tmp_path, rows, (), header))

    assert made.asked(t="21:30") == ["t", "late"]
    assert made.asked(t="08:00") == ["t"]


def test_a_group_asked_by_a_question_in_it_keeps_the_question(tmp_path):
    header = ("type", "name", "label", "relevant")
    rows = [
        ["begin group", "inputs", "Inputs", "./source = 'user'"],
        ["text", "source", "S", ""],
        ["end group", "", "", ""],
    ]
    made = Converted(form(tmp_path, rows, (), header))

    assert made.asked() == ["source"]
    assert [row for row, _, _ in made.told("relevant of group inputs")] == [2]
