"""Every sheet, column, type, parameter, language and cell is obeyed or named with its place."""

import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook
from pyxform.aliases import list_header, survey_header
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from server.forms import convert, workbooks
from server.forms.columns import ALIASES, CHOICES, COLUMNS, SETTINGS, SURVEY, header_of
from server.forms.languages import language_of
from server.forms.parameters import PARAMETERS
from server.forms.report import Report, grouped, written_report
from server.forms.types import WORDS, type_of
from server.forms.workbooks import read_form
from shared.errors import QuestionnaireError
from tests.server.forms.written_forms import Converted, form, workbook

SELECTS = [
    "select_one yn",
    "select_multiple yn",
    "select one from yn",
    "select all that apply from yn",
]
HEADERS = {sheet: [*COLUMNS[sheet], *ALIASES.get(sheet, {})] for sheet in (SURVEY, SETTINGS)}
TYPES = [*WORDS, *SELECTS]


def misspelt(word):
    """The word with two letters the wrong way round; with one more where that says the same."""
    for index in range(len(word) - 1):
        swapped = word[:index] + word[index + 1] + word[index] + word[index + 2 :]
        if word[index] not in ": _" and word[index + 1] not in ": _" and swapped != word:
            return swapped
    return f"{word}q"


def lines(survey, header=("type", "name", "label"), folder=None, **sheets):
    return convert(form(folder, survey, (), header, **sheets), whole=True).lines


# Generated from the reference: all that is misspelt in one form, each looked for by itself


@pytest.fixture(scope="module")
def told_of_columns(tmp_path_factory):
    """The lines about a form whose sheets have every column misspelt beside the right ones."""
    sheets = {"survey": [["type", "name", "label"], ["text", "a", "A"]]}
    sheets["settings"] = [["form_title"], ["T"]]
    for sheet, columns in HEADERS.items():
        for column in columns:
            sheets[sheet][0].append(misspelt(column))
            sheets[sheet][1].append("x")
    path = workbook(tmp_path_factory.mktemp("columns"), **sheets)
    return convert(path, whole=True).lines


@pytest.mark.parametrize(
    ("sheet", "column"),
    [(sheet, column) for sheet, columns in HEADERS.items() for column in columns],
)
def test_a_column_that_is_misspelt_is_named(told_of_columns, sheet, column):
    wrong = misspelt(column)
    found = [(e.sheet, e.row) for e in told_of_columns if e.what == f"dropped: column {wrong}"]

    assert not header_of(wrong, sheet).known, "the test misspells nothing"
    assert (sheet, 1) in found


@pytest.fixture(scope="module")
def told_of_types(tmp_path_factory):
    """The lines about a form with every type word misspelt, by row."""
    rows = [[misspelt(word), f"q{n}", "Q"] for n, word in enumerate(TYPES)]
    path = form(tmp_path_factory.mktemp("types"), [*rows, ["text", "a", "A"]])
    return {line.row: line for line in convert(path, whole=True).lines if line.column == "type"}


@pytest.mark.parametrize("word", TYPES)
def test_a_type_that_is_misspelt_is_named(told_of_types, word):
    wrong = misspelt(word)

    assert not type_of(wrong).kind, "the test misspells nothing"
    assert wrong in told_of_types[TYPES.index(word) + 2].why


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_a_parameter_that_is_misspelt_is_named(told_of_parameters, name):
    assert (2, f"dropped: parameter {misspelt(name)}") in told_of_parameters


@pytest.fixture(scope="module")
def told_of_parameters(tmp_path_factory):
    """(row, what) of the lines about a question with every parameter misspelt."""
    cell = " ".join(f"{misspelt(name)}=1" for name in sorted(PARAMETERS))
    header = ("type", "name", "label", "parameters")
    path = form(tmp_path_factory.mktemp("parameters"), [["range", "a", "A", cell]], (), header)
    return {(line.row, line.what) for line in convert(path, whole=True).lines}


def test_the_reference_has_every_type_and_column_pyxform_knows():
    unknown = [word for word in QUESTION_TYPE_DICT if not type_of(word).kind]
    unknown = [w for w in unknown if not type_of(f"{w} list").kind and not w.startswith("select")]
    assert unknown == []
    assert [c for c in survey_header if not header_of(c, SURVEY).known] == []
    assert [c for c in list_header if not header_of(c, CHOICES).known] == []


# Headers and languages


@pytest.mark.parametrize(
    ("cell", "column", "language"),
    [
        ("label::English (en)", "label", "en"),
        ("Label : Urdu", "label", "ur"),
        ("label::Português (pt-BR)", "label", "pt"),
        ("HINT::français", "hint", "fr"),
        ("label::EN", "label", "en"),
        ("constraint message::Swahili (sw)", "constraint_message", "sw"),
        ("bind:relevant", "relevant", None),
        ("bind: jr:constraintMsg", "constraint_message", None),
        ("Relevant ", "relevant", None),
        ("read  only", "readonly", None),
        ("media::image::english", "image", "en"),
        ("label::English (UK)", "label", "en"),
        ("label::Français (CA)", "label", "fr"),
        ("label::Português (BR)", "label", "pt"),
        ("label::Arabic (Syria)", "label", "ar"),
        ("label::Af-Soomaali", "label", "so"),
        ("label::Bengali", "label", "bn"),
        ("label::Kreyòl", "label", "ht"),
        ("label::Anglais", "label", "en"),
        ("label::Spanish/Español", "label", "es"),
        ("label::Swahili (swa)", "label", "sw"),
        ("label::Eng", "label", "en"),
        ("bind::tally:privacy", "tally:privacy", None),
    ],
)
def test_headers_are_read_in_any_case_with_any_spaces(cell, column, language):
    header = header_of(cell, SURVEY)

    assert (header.column, header.known) == (column, True)
    assert (header.language[0] if header.language else None) == language


def test_a_language_nobody_knows_is_named(tmp_path):
    found = lines([["text", "a", "A"]], ("type", "name", "label::Klingonish"), folder=tmp_path)

    assert language_of("Klingonish") is None
    assert any("Klingonish" in line.why and line.row == 1 for line in found)


def test_a_form_of_one_language_that_is_not_english_keeps_its_words(tmp_path):
    settings = [["default_language"], ["Français (fr)"]]
    made = Converted(form(tmp_path, [["text", "a", "Bonjour"]], settings=settings))

    assert made["a"].labels == {"en": "Bonjour", "fr": "Bonjour"}


def test_a_sheet_that_looks_like_settings_is_named_with_what_was_meant(tmp_path):
    found = lines([["text", "a", "A"]], folder=tmp_path, setting=[["form_title"], ["T"]])

    assert any("did you mean settings?" in line.why for line in found)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("“${a}” = 'x'", "holds the text '${a}'"),
        ("a = 'x'", "reads a as ${a}"),
        ("${b} > 'many'", "compares the size of 'many'"),
    ],
)
def test_an_expression_that_says_something_else_than_it_looks_is_told(tmp_path, cell, told):
    rows = [["text", "a", "A", ""], ["integer", "b", "B", ""], ["text", "c", "C", cell]]
    found = lines(rows, ("type", "name", "label", "relevant"), folder=tmp_path)

    assert any(line.row == 4 and told in line.what for line in found)


@pytest.mark.parametrize("name", ["start", "value"])
def test_a_parameter_at_a_type_it_means_nothing_to_is_named(tmp_path, name):
    header = ("type", "name", "label", "parameters")
    found = lines([["text", "a", "A", f"{name}=1"]], header, folder=tmp_path)

    assert (2, f"dropped: parameter {name}") in [(line.row, line.what) for line in found]


@pytest.mark.parametrize("terms", [300, 1_500, 3_000])
def test_a_condition_too_long_to_be_kept_says_that_everybody_is_asked_now(tmp_path, terms):
    cell = " or ".join(f"${{a}} = {number}" for number in range(terms))
    rows = [["integer", "a", "A", ""], ["integer", "b", "B", cell]]
    found = lines(rows, ("type", "name", "label", "relevant"), folder=tmp_path)

    dropped = [line.why for line in found if line.what == "dropped: relevant of b"]
    assert len(dropped) == 1
    assert dropped[0].endswith("so it is asked of everybody now")


def test_relevent_is_named_with_what_was_meant(tmp_path):
    found = lines([["text", "a", "A", "1"]], ("type", "name", "label", "relevent"), folder=tmp_path)

    assert any("did you mean relevant?" in line.why for line in found)


def test_a_cell_without_a_header_and_a_sheet_of_another_name_are_named(tmp_path):
    path = workbook(
        tmp_path,
        survey=[["type", "name", "label"], ["text", "a", "A", "stray"]],
        chocies=[["list_name", "name"], ["a", "b"]],
    )
    what = [line.what for line in convert(path, whole=True).lines]

    assert "dropped: column 4" in what
    assert "dropped: sheet chocies" in what


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("relevant", "nothing reads it where a group ends"),
        ("label", "nothing reads it where a group ends"),
        ("name", "it ends work"),
    ],
)
def test_what_the_end_of_a_group_says_in_vain_is_named(tmp_path, column, why):
    header = ("type", "name", "label", "relevant")
    last = ["end group", *("x" if name == column else "" for name in header[1:])]
    rows = [["begin group", "work", "Work"], ["text", "a", "A"], last]
    found = [(line.row, line.column, line.why) for line in lines(rows, header, tmp_path)]

    assert (4, column, why) in found


def test_a_default_of_a_note_is_named(tmp_path):
    found = lines(
        [["note", "n", "N", "x"], ["text", "a", "A", ""]],
        ("type", "name", "label", "default"),
        folder=tmp_path,
    )

    assert any(line.row == 2 and line.column == "default" for line in found)


@pytest.mark.parametrize(
    ("header", "is_told"),
    [
        ("label::Egnlish (en)", True),
        ("label::French (en)", True),
        ("label::English (en)", False),
        ("label::Français (fr)", False),
    ],
)
def test_a_language_named_otherwise_than_by_its_code_is_told(tmp_path, header, is_told):
    found = lines([["text", "a", "A"]], ("type", "name", header), folder=tmp_path)

    assert any("read by its code" in line.why for line in found) is is_told


def test_all_that_is_wrong_is_told_at_once_and_grouped(tmp_path):
    rows = [["select_one none", f"q{n}", "Q?", "${nobody} = 1"] for n in range(5)]
    found = lines(rows, ("type", "name", "label", "relevant"), folder=tmp_path)
    said = grouped([line for line in found if line.what.startswith("dropped: relevant")])

    assert len([line for line in found if line.column == "relevant"]) == 5
    assert len(said) == 1
    assert "5 times (survey row 2 relevant; survey row 3 relevant; survey row 4" in said[0]


def test_the_report_is_safe_in_a_spreadsheet(tmp_path):
    report = Report()
    report.tell("survey", 2, "=cmd()", "+dropped", "@why")

    assert written_report(report.lines).splitlines()[1] == "survey,2,'=cmd(),'+dropped,'@why"


# Files


def test_numbers_shown_with_zeros_and_formulas_without_a_value(tmp_path):
    path = form(tmp_path, [["select_one c", "q", "Q?"]], [["c", 1, "One"], ["c", 2, "=1+1"]])
    from openpyxl import load_workbook

    book = load_workbook(path)
    book["choices"]["B4"].number_format = "00"
    book.save(path)
    made = Converted(path)

    assert made.offered("q") == ["01", "2"]
    assert any("no stored value" in line.why and line.row == 5 for line in made.made.lines)


def test_a_title_above_the_header_is_told_and_the_rows_keep_their_numbers(tmp_path):
    path = workbook(
        tmp_path,
        survey=[
            ["Survey of kilns"],
            [],
            ["type", "name", "label"],
            ["image", "a", "A"],
            ["text", "b"],
        ],
    )
    found = [(line.row, line.what) for line in convert(path, whole=True).lines]

    assert {(1, "dropped: row"), (4, "dropped: image a")} <= set(found)


def test_joined_cells_are_told(tmp_path):
    path = form(tmp_path, [["text", "a", "A"]])
    from openpyxl import load_workbook

    book = load_workbook(path)
    book["survey"].merge_cells("A2:A4")
    book.save(path)

    assert any(line.column == "A2:A4" for line in convert(path, whole=True).lines)


@pytest.mark.parametrize(
    ("comma", "encoding", "told"),
    [
        (",", "utf-8", ""),
        (";", "utf-8-sig", "semicolons"),
        ("\t", "utf-16", "tabs"),
        (";", "cp1252", "Windows-1252"),
    ],
)
def test_csv_of_any_office_is_read(tmp_path, comma, encoding, told):
    rows = [["type", "name", "label::Français (fr)"], ["text", "a", "Âge à l’école ?"]]
    text = "\r\n".join(comma.join(row) for row in rows)
    (tmp_path / "form.csv").write_bytes(text.encode(encoding))
    made = Converted(tmp_path / "form.csv")

    assert made["a"].labels["fr"] == "Âge à l’école ?"
    assert any(told in line.what for line in made.made.lines)


def test_a_folder_of_csv_files_is_a_form(tmp_path):
    (tmp_path / "Survey.csv").write_text("type,name,label\nselect_one c,q,Q?\n")
    (tmp_path / "choices.csv").write_text("list name,value,label\nc,1,One\n")

    assert Converted(tmp_path).offered("q") == ["1"]


def test_vast_empty_areas_of_a_small_file_stay_small_in_memory(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in (["type", "name", "label"], ["text", "a", "A"]):
        sheet.append(row)
    sheet["XFD200000"] = " "
    path = tmp_path / "vast.xlsx"
    book.save(path)
    assert path.stat().st_size < 16_000
    tracemalloc.start()
    try:
        tables = read_form(path, Report())
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert [number for number, _ in tables[0].rows] == [1, 2]
    assert most < 60_000_000


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED_BYTES", 1_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 1_000_001)

    with pytest.raises(QuestionnaireError, match="unpacks to more"):
        read_form(path, Report())
