"""A country adds questions, choices, a language and areas in a folder of its own, with no code."""

import csv

import pytest

from shared.errors import QuestionnaireError
from shared.questionnaire import Level, load_questionnaire, visible_questions
from shared.questionnaire.sheets import read_sheets, write_sheets
from shared.reference import load_reference

PRIVACY, MEASURE, AFTER = "bind::tally:privacy", "bind::tally:measure", "tally:after"
URDU = "label::Urdu (ur)"


def write(folder, name, rows):
    folder.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def country(tmp_path):
    """Two more questions, two more choices, Urdu labels, own areas."""
    folder = tmp_path / "PAK-own"
    write(
        folder / "questionnaire",
        "survey",
        [
            {"type": "begin_repeat", "name": "case"},
            {"type": "begin_group", "name": "work"},
            {
                "type": "select_one kiln_tasks",
                "name": "kiln_task",
                "label::English (en)": "Task at the kiln",
                URDU: "بھٹے پر کام",
                "relevant": "${works} = 1 and ${place_kind} = 'brick_kiln'",
                PRIVACY: "keep",
            },
            {"type": "select_one yes_no", "name": "worked_own_farm", URDU: "کھیت پر کام؟"},
            {"type": "end_group"},
            {"type": "begin_group", "name": "school"},
            {
                "type": "select_one yes_no",
                "name": "madrasa",
                "label::English (en)": "Does the child attend a madrasa?",
                PRIVACY: "keep",
                AFTER: "attends_school",
            },
            {"type": "end_group"},
            {"type": "end_repeat"},
        ],
    )
    write(
        folder / "questionnaire",
        "choices",
        [
            {"list_name": "kiln_tasks", "name": "moulding", "label::English (en)": "Moulding"},
            {"list_name": "kiln_tasks", "name": "loading", "label::English (en)": "Loading"},
            {
                "list_name": "place_kinds",
                "name": "carpet_loom",
                "label::English (en)": "Carpet loom",
                AFTER: "workshop",
            },
            {"list_name": "hazards", "name": "heavy_loads", URDU: "بھاری بوجھ"},
        ],
    )
    write(
        folder,
        "areas",
        [{"code": "PK-PB-99", "parent": "PK-PB", "level": "admin2", "label::English (en)": "New"}],
    )
    return folder


def test_added_questions_stand_where_the_country_puts_them(country):
    questionnaire = load_reference("PAK", [country]).questionnaire
    school = [q.name for q in questionnaire.section_questions("school")]

    assert school[:2] == ["attends_school", "madrasa"]
    assert questionnaire.section_questions("work")[-1].name == "kiln_task"
    assert questionnaire.questions["kiln_task"].level is Level.CASE


def test_added_logic_works_with_the_standard_questions(country):
    questionnaire = load_reference("PAK", [country]).questionnaire
    kiln, worked = {"place_kind": "brick_kiln"}, {"worked_other_paid": "yes"}

    def asked(answers, visit):
        return [q.name for q in visible_questions(questionnaire, Level.CASE, answers, visit)]

    assert "kiln_task" in asked(worked, kiln)
    assert "kiln_task" not in asked(worked, {"place_kind": "farm"})


def test_added_choices_language_and_areas_are_there(country):
    reference = load_reference("PAK", [country])
    questionnaire = reference.questionnaire
    codes = [choice.code for choice in questionnaire.choices["place_kinds"]]

    assert codes.index("carpet_loom") == codes.index("workshop") + 1
    assert "ur" in questionnaire.languages
    assert questionnaire.label("worked_own_farm", "ur") == "کھیت پر کام؟"
    assert questionnaire.choice("hazards", "heavy_loads").label("ur") == "بھاری بوجھ"
    assert questionnaire.choice("hazards", "heavy_loads").label("en") == "Carrying heavy loads"
    assert "PK-PB-99" in reference.codelists["areas"]
    assert len(reference.codelists["areas"]) > 1


def test_a_country_that_only_translates_keeps_the_standard_digest(tmp_path):
    extension = tmp_path / "questionnaire"
    write(
        extension,
        "survey",
        [
            {"type": "begin_repeat", "name": "case"},
            {"type": "begin_group", "name": "about", URDU: "عمر"},
            {"type": "", "name": "sex", URDU: "جنس"},
            {"type": "end_group"},
            {"type": "end_repeat"},
        ],
    )

    questionnaire = load_reference("PAK", [tmp_path]).questionnaire

    assert questionnaire.label("sex", "ur") == "جنس"
    assert questionnaire.digest == load_reference("PAK").questionnaire.digest


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ({"type": "integer", "name": "sex", PRIVACY: "keep"}, "type", "already there"),
        ({"type": "integer", "name": "x", AFTER: "nothing"}, AFTER, "no question 'nothing'"),
        ({"type": "integer", "name": "x", "label::English (en)": "X"}, PRIVACY, "needs a mark"),
        ({"type": "text", "name": "given_name", PRIVACY: "keep"}, PRIVACY, "free text"),
    ],
)
def test_a_mistake_in_a_country_folder_names_its_own_sheet_and_row(tmp_path, row, column, says):
    extension = tmp_path / "PAK-own" / "questionnaire"
    begin = [{"type": "begin_repeat", "name": "case"}, {"type": "begin_group", "name": "about"}]
    write(extension, "survey", [*begin, row, {"type": "end_group"}, {"type": "end_repeat"}])

    with pytest.raises(QuestionnaireError, match=says) as refusal:
        load_reference("PAK", [extension.parent])

    assert refusal.value.sheet == "survey (PAK-own)"
    assert (refusal.value.row, refusal.value.column) == (4, column)


def test_an_older_version_that_was_kept_is_found_by_its_digest(tmp_path, country):
    """A draft or record begun before an update is read with the questionnaire of that time."""
    before = load_reference("PAK", [country])
    standard = read_sheets([_standard(), country / "questionnaire"])
    write_sheets(standard, country / "questionnaire" / "earlier" / "1.0")
    update = [
        {"type": "begin_repeat", "name": "case"},
        {"type": "begin_group", "name": "school"},
        {
            "type": "select_one yes_no",
            "name": "school_meal",
            "label::English (en)": "Is there a meal at school?",
            PRIVACY: "keep",
        },
        {"type": "end_group"},
        {"type": "end_repeat"},
    ]
    newer = tmp_path / "2027"
    write(newer / "questionnaire", "survey", update)
    write(newer / "questionnaire", "settings", [{"version": "2.0"}])

    after = load_reference("PAK", [country, newer])

    old = after.questionnaire_by_digest(before.questionnaire.digest)
    assert after.questionnaire.digest != before.questionnaire.digest
    assert "school_meal" in after.questionnaire.questions
    assert old is not None
    assert "school_meal" not in old.questions
    assert list(old.questions) == list(before.questionnaire.questions)
    assert after.questionnaire_by_digest("0" * 16) is None


def test_a_translation_that_lags_behind_does_not_stop_the_questionnaire(tmp_path):
    """Words for a question or choice that is no longer there are left out, not added."""
    folder = tmp_path / "ur" / "questionnaire"
    write(folder, "survey", [{"name": "sex", URDU: "جنس"}, {"name": "gone", URDU: "گیا"}])
    write(folder, "choices", [{"list_name": "sex", "name": "gone", URDU: "گیا"}])
    write(folder, "settings", [{"translation_status": "ur=draft"}])

    questionnaire = load_questionnaire([_standard()], [folder])

    assert questionnaire.label("sex", "ur") == "جنس"
    assert questionnaire.digest == load_questionnaire().digest
    assert questionnaire.translation_status == {"en": "reviewed", "ur": "draft"}


def test_writing_and_reading_sheets_gives_the_same_questionnaire(tmp_path):
    write_sheets(read_sheets([_standard()]), tmp_path)

    assert load_questionnaire([tmp_path]).digest == load_questionnaire().digest
    assert load_questionnaire([tmp_path]).label("sex", "en") == "Sex"


def _standard():
    from shared.questionnaire import STANDARD

    return STANDARD
