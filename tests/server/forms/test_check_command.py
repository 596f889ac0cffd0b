"""`tally87 questionnaire check` reads all it claims to check, in workbooks and in folders."""

import pytest
from click.testing import CliRunner

from server.cli.questionnaire import questionnaire as command
from server.forms.checking import READ, right_header
from server.forms.columns import SETTINGS, SURVEY
from tests.server.forms.test_nothing_in_silence import misspelt
from tests.server.forms.written_forms import workbook

SHEET = {
    "type": ["begin_repeat", "begin_group", "select_one yn", "end_group", "end_repeat"],
    "name": ["case", "person", "works", "", ""],
    "label::English (en)": ["Person", "Person", "Works?", "", ""],
    "bind::tally:privacy": ["", "", "keep", "", ""],
}
CHOICES = [["list_name", "name", "label::English (en)"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]
SETTINGS_ROWS = [["form_title", "version"], ["Own", "1"]]


def check(folder, changed=None, more=None, sheets=None, as_folder=False):
    """Checks this small questionnaire with headers changed and columns added."""
    table = {(changed or {}).get(name, name): cells for name, cells in SHEET.items()}
    for name, cell in (more or {}).items():
        table[name] = ["", "", cell, "", ""]
    survey = [list(table), *(list(row) for row in zip(*table.values(), strict=True))]
    found = {"survey": survey, "choices": CHOICES, "settings": SETTINGS_ROWS, **(sheets or {})}
    if not as_folder:
        path = workbook(folder, **found)
        return CliRunner().invoke(command, ["check", str(path)])
    for name, rows in found.items():
        (folder / f"{name}.csv").write_text("\n".join(",".join(row) for row in rows) + "\n")
    return CliRunner().invoke(command, ["check", "--whole", str(folder)])


@pytest.mark.parametrize("as_folder", [False, True])
def test_right_sheets_are_good(tmp_path, as_folder):
    result = check(tmp_path, as_folder=as_folder)

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("as_folder", [False, True])
@pytest.mark.parametrize(
    "header", ["relevent", "constraints", "choice filter ", "bind::tally:measur"]
)
def test_a_column_that_looks_like_one_is_an_error_with_its_place(tmp_path, header, as_folder):
    result = check(tmp_path, more={header: "1"}, as_folder=as_folder)

    if header == "choice filter " and not as_folder:
        return  # a workbook's headers are put right on the way
    assert result.exit_code == 1
    assert f"survey row 1 {header.strip()}" in result.stderr


def test_every_column_of_the_loader_misspelt_is_an_error(tmp_path):
    names = [name for name in READ[SURVEY] if name not in SHEET and "::" not in name]
    result = check(tmp_path, more={misspelt(name): "x" for name in names})

    assert result.exit_code == 1
    for name in names:
        assert right_header(misspelt(name), SURVEY) == ""
        assert f"survey row 1 {misspelt(name)}" in result.output


def test_every_setting_misspelt_is_named(tmp_path):
    rows = [[misspelt(name) for name in READ[SETTINGS]], ["x" for _ in READ[SETTINGS]]]
    result = check(tmp_path, sheets={"settings": rows})

    for name in READ[SETTINGS]:
        assert f"settings row 1 {misspelt(name)}" in result.output


def test_headers_of_a_workbook_in_any_case_are_obeyed_and_those_of_a_folder_told(tmp_path):
    changed = {"label::English (en)": "Label :: English"}

    assert check(tmp_path, changed).exit_code == 0
    result = check(tmp_path, changed, as_folder=True)
    assert result.exit_code == 1
    assert "write label::English (en)" in result.stderr


def test_other_sheets_columns_rows_and_cells_are_remarks(tmp_path):
    result = check(
        tmp_path,
        more={"image": "a.jpg", "colour": "red", "": "stray"},
        sheets={"notes": [["remember"]], "settings": [*SETTINGS_ROWS, ["Two", "2"]]},
    )

    assert result.exit_code == 0, result.output
    for words in (
        "dropped: sheet notes",
        "settings row 3: dropped: row",
        "not read: column image",
        "not read: column colour",
        "the column has no header",
    ):
        assert words in result.output


def test_further_words_of_a_type_are_an_error(tmp_path):
    cells = [*SHEET["type"]]
    cells[2] = "select_one yn or_other"
    table = {**SHEET, "type": cells}
    survey = [list(table), *(list(row) for row in zip(*table.values(), strict=True))]
    result = check(tmp_path, sheets={"survey": survey})

    assert result.exit_code == 1
    assert "further words in the type: or_other" in result.stderr


def test_a_form_of_another_programme_is_shown_the_way(tmp_path):
    rows = [["integer", f"q{n}", "Q?"] for n in range(5)]
    survey = [["type", "name", "label"], ["begin group", "g", "G"], *rows, ["end group"]]
    result = check(tmp_path, sheets={"survey": survey})

    assert result.exit_code == 1
    assert "questionnaire convert" in result.stderr


@pytest.mark.parametrize("as_folder", [False, True])
def test_words_that_show_otherwise_than_meant_are_named(tmp_path, as_folder):
    choices = [CHOICES[0], ["yn", "yes", "Yes for ${works}"], ["yn", "no", "**No**"]]
    hint = {"hint::English (en)": "Say it _slowly_"}
    result = check(tmp_path, more=hint, sheets={"choices": choices}, as_folder=as_folder)

    assert result.exit_code == 0, result.output
    assert "choices row 2 label::English (en): shows as it is written: Yes for ${works}" in (
        result.output
    )
    assert "shows, 2 times" in result.output
    assert "survey row 4 hint::English (en)" in result.output
    assert "choices row 3 label::English (en)" in result.output
    assert "a tablet draws all words alike" in result.output
