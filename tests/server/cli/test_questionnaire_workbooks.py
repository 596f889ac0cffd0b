"""The questionnaire as a workbook: out, through ODK's converter, back, its mistakes named."""

import re
import shutil
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from server.cli.questionnaire import questionnaire as command
from server.cli.questionnaire import read_workbook, sheets_of, workbook_of
from shared.questionnaire import questionnaire_of
from shared.reference import load_reference

XF = "{http://www.w3.org/2002/xforms}"
TALLY = "{https://tally87.org/xlsform}"


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("exported") / "tally87.xlsx"
    assert run("export", path).exit_code == 0
    return path


@pytest.fixture
def workbook(exported, tmp_path):
    return shutil.copy(exported, tmp_path / "mine.xlsx")


def changed(workbook, sheet, name, column, value):
    """Writes another cell into the row of that name; gives the row number."""
    book = load_workbook(workbook)
    table = book[sheet]
    columns = [cell.value for cell in table[1]]
    for row in table.iter_rows(min_row=2):
        if row[columns.index("name")].value == name:
            row[columns.index(column)].value = value
            number = row[0].row
    book.save(workbook)
    return number


def test_a_workbook_read_back_is_the_same_questionnaire(workbook):
    there, back = questionnaire_of(sheets_of()), questionnaire_of(read_workbook(workbook))

    assert back.digest == there.digest == load_reference("PAK").questionnaire.digest
    assert back.languages == there.languages
    for name, question in there.questions.items():
        assert back.questions[name].labels == question.labels
        assert back.questions[name].hints == question.hints


def test_the_workbook_passes_its_own_check(workbook):
    result = run("check", workbook)

    assert result.exit_code == 0, result.output
    assert "Good: version" in result.output


def test_it_converts_with_pyxform_to_an_xform_with_every_question(workbook):
    made = convert(str(workbook), validate=False)
    form = ElementTree.fromstring(made.xform)
    known = questionnaire_of(read_workbook(workbook))

    assert made.warnings == []
    binds = {bind.get("nodeset"): bind for bind in form.iter(f"{XF}bind")}
    nodes = {nodeset.rpartition("/")[2]: bind for nodeset, bind in binds.items()}
    assert set(known.questions) <= set(nodes)
    for name, question in known.questions.items():
        if question.takes_answer:
            assert nodes[name].get(f"{TALLY}privacy") == str(question.privacy)
    # Every reference was found: none is left as ${...}.
    assert not re.search(r"\$\{", made.xform)


def test_a_country_is_exported_with_what_it_adds(tmp_path):
    folder = tmp_path / "own" / "questionnaire"
    folder.mkdir(parents=True)
    (folder / "survey.csv").write_text(
        "type,name,label::English (en),bind::tally:privacy\n"
        "begin_repeat,case,,\nbegin_group,school,,\n"
        "integer,school_km,Kilometres to school,keep\n"
        "end_group,,,\nend_repeat,,,\n",
        "utf-8",
    )
    path = tmp_path / "own.xlsx"

    result = run("export", path, "--country", "pak", "--folder", folder.parent, "--lists")

    assert result.exit_code == 0, result.output
    assert "school_km" in questionnaire_of(read_workbook(path)).questions
    assert convert(str(path), validate=False).warnings == []
    assert "PK-PB" in (tmp_path / "areas.csv").read_text("utf-8")
    assert run("check", folder).exit_code == 0


@pytest.mark.parametrize(
    ("sheet", "name", "column", "value", "says"),
    [
        ("survey", "work_hours", "relevant", "${worked_last_wek} = 1", "${worked_last_wek}"),
        ("survey", "work_hours", "bind::tally:privacy", None, "needs a mark"),
        ("survey", "given_name", "bind::tally:privacy", "keep", "free text"),
        ("survey", "work_hours", "type", "number", "'number'"),
        ("survey", "night_work", "relevant", "${work_hours} = 'many'", "text 'many'"),
        ("survey", "sex", "relevant", "${age_band} = '5_11'", "circle"),
        ("choices", "male", "label::English (en)", None, "English label"),
        ("choices", "male", "name", "female", "twice"),
    ],
)
def test_a_mistake_is_named_by_sheet_row_and_column(workbook, sheet, name, column, value, says):
    if says == "circle":
        changed(workbook, "survey", "birth_date", "relevant", "${sex} = 'male'")
    row = changed(workbook, sheet, name, column, value)

    result = run("check", workbook)

    assert result.exit_code == 1
    assert says in result.stderr
    if says != "circle":
        assert f"sheet {sheet}, row {row + (says == 'twice')}, column {column}:" in result.stderr
    assert "cannot be used" in result.stderr


def test_what_is_not_a_workbook_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "letter.xlsx").write_text("Dear Sir or Madam")

    result = run("check", tmp_path / "letter.xlsx")

    assert result.exit_code == 1
    assert "cannot be read as a workbook" in result.stderr


def test_cells_that_a_spreadsheet_made_numbers_and_truths_are_read_as_meant(tmp_path):
    book = workbook_of(sheets_of())
    table = book["survey"]
    columns = [cell.value for cell in table[1]]
    for row in table.iter_rows(min_row=2):
        if row[columns.index("required")].value == "yes":
            row[columns.index("required")].value = True
    path = tmp_path / "truths.xlsx"
    book.save(path)

    known = questionnaire_of(read_workbook(path))

    assert known.questions["sex"].required is not None


def test_a_version_is_kept_and_read_again_after_a_change(tmp_path):
    before = load_reference("PAK", [tmp_path]).questionnaire.digest

    result = run("keep", tmp_path, "--country", "PAK")

    assert result.exit_code == 0, result.output
    (tmp_path / "questionnaire" / "settings.csv").write_text("version\n9.0\n", "utf-8")
    after = load_reference("PAK", [tmp_path])
    assert after.questionnaire.digest != before
    assert after.questionnaire_by_digest(before) is not None


def test_remarks_say_what_a_translation_lacks(workbook):
    book = load_workbook(workbook)
    table = book["survey"]
    table.cell(1, table.max_column + 1, "label::Punjabi (pa)")
    book.save(workbook)

    result = run("check", workbook)

    assert result.exit_code == 0
    assert "texts are not in Punjabi and show in English; the first is 'visit'" in result.output
