"""tally87 wording: a speaker's review of the words to say reaches the interview."""

from click.testing import CliRunner

from server.cli.profile import profile
from server.cli.wording import wording
from shared.questionnaire import Wording, answer_to_say, words_to_say
from shared.reference import load_reference


def run(*arguments):
    return CliRunner().invoke(wording, [str(argument) for argument in arguments])


def wording_of(folder, name, language="ur"):
    reference = load_reference("PAK", [folder])
    form = reference.questionnaire
    signed = reference.profile.unreviewed_read_aloud
    return words_to_say(form.questions[name], form, language, signed_for=signed).wording


def test_a_review_is_written_down_and_counts(tmp_path):
    assert wording_of(tmp_path, "abuse") is Wording.WITHHELD

    done = run("reviewed", "PAK", "ur", "abuse", "work_hours", "--folder", tmp_path,
               "--by", "A. Khan", "--on", "2026-11-20")  # fmt: skip

    assert done.exit_code == 0, done.output
    assert wording_of(tmp_path, "abuse") is Wording.REVIEWED
    assert wording_of(tmp_path, "work_hours") is Wording.REVIEWED
    assert wording_of(tmp_path, "night_work") is Wording.DRAFT
    listed = run("open", "PAK", "ur", "--folder", tmp_path).output
    assert "night_work" in listed
    assert "  abuse" not in listed


def test_what_else_the_sheet_holds_stays(tmp_path):
    sheet = tmp_path / "questionnaire" / "survey.csv"
    sheet.parent.mkdir()
    sheet.write_text("name,hint::English (en)\nabuse,Ours.\n", "utf-8")

    run("reviewed", "PAK", "ur", "abuse", "--folder", tmp_path,
        "--by", "A. Khan", "--on", "2026-11-20")  # fmt: skip

    form = load_reference("PAK", [tmp_path]).questionnaire
    assert form.questions["abuse"].hint("en") == "Ours."
    assert wording_of(tmp_path, "abuse") is Wording.REVIEWED


def test_words_that_are_not_there_cannot_be_reviewed(tmp_path):
    for name, language in (("no_such", "ur"), ("abuse", "xx")):
        done = run("reviewed", "PAK", language, name, "--folder", tmp_path,
                   "--by", "A. Khan", "--on", "2026-11-20")  # fmt: skip
        assert done.exit_code == 1
        assert "no words to say" in done.output
    assert not (tmp_path / "questionnaire").exists()


def test_a_programme_signs_for_unreviewed_words_by_name_only(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[parameters.unreviewed_read_aloud]\nvalue = true\nsource = "x"\nconfirmed = true\n',
        "utf-8",
    )
    assert wording_of(tmp_path, "abuse") is Wording.WITHHELD, "nobody's name stands under it"

    CliRunner().invoke(
        profile,
        ["confirm", "PAK", "unreviewed_read_aloud", "--value", "true", "--folder", str(tmp_path),
         "--by", "A. Khan", "--office", "Programme", "--document", "Letter 1", "--on",
         "2026-11-20"],
    )  # fmt: skip
    assert wording_of(tmp_path, "abuse") is Wording.DRAFT


def test_the_words_of_an_answer_are_reviewed_by_its_list_and_code(tmp_path):
    done = run("reviewed", "PAK", "ur", "hazards/heights", "hazards", "--folder", tmp_path,
               "--by", "A. Khan", "--on", "2026-11-20")  # fmt: skip

    assert done.exit_code == 0, done.output
    assert "2 reviewed" in done.output
    form = load_reference("PAK", [tmp_path]).questionnaire
    asked, heights = form.questions["hazards"], form.choice("hazards", "heights")
    assert answer_to_say(heights, asked, form, "ur").wording is Wording.REVIEWED
    assert answer_to_say(heights, asked, form, "hi").wording is Wording.DRAFT
    assert wording_of(tmp_path, "hazards") is Wording.REVIEWED
    listed = run("open", "PAK", "ur", "--folder", tmp_path).output
    assert "  hazards/heavy_loads" in listed
    assert "  hazards/heights" not in listed
