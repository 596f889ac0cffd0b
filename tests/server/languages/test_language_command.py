"""A new language from a template to a tablet, without code: by the commands a translator uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from server.cli import main
from shared import texts
from shared.parts import parts_of, unpacked
from shared.reference import load_reference

REVIEWER = "R. Moyo"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(autouse=True)
def own_wording_ends() -> Iterator[None]:
    yield
    texts.lay_over({})


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Every sentence, for a language Tally87 does not come with."""
    file = tmp_path_factory.mktemp("template") / "sn.po"
    made = run("language", "new", "sn", "--out", file)
    assert made.exit_code == 0, made.output
    return file.read_text("utf-8")


def said_in_shona(template: str) -> str:
    """Every English sentence with a mark before it: a translation that can be told apart."""
    filled = re.sub(
        r'^msgid "(.+)"\nmsgstr ""$', r'msgid "\1"\nmsgstr "Sho \1"', template, flags=re.MULTILINE
    )
    filled = re.sub(  # words of several lines
        r'^msgid ""\n((?:"[^"\n]*"\n)+)msgstr ""$',
        r'msgid ""\n\1msgstr "Sho "\n\1',
        filled,
        flags=re.MULTILINE,
    )
    return re.sub(
        r'^msgid "(.+)"\nmsgid_plural "(.+)"\nmsgstr\[0\] ""\nmsgstr\[1\] ""$',
        r'msgid "\1"\nmsgid_plural "\2"\nmsgstr[0] "Sho \1"\nmsgstr[1] "Sho \2"',
        filled,
        flags=re.MULTILINE,
    )


def with_one(template: str, place: str, said: str) -> str:
    """The template with that sentence said."""
    start = template.index(f'msgctxt "{place}"')
    at = template.index('msgstr ""', start)
    return f'{template[:at]}msgstr "{said}"{template[at + 9 :]}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The country folder of an office, with a word of its own in a sheet."""
    made = tmp_path / "folder"
    (made / "questionnaire").mkdir(parents=True)
    (made / "questionnaire" / "survey.csv").write_text(
        "name,label::French (fr)\nwork_hours,Heures à nous\n", "utf-8"
    )
    return made


def test_a_template_is_read_by_gettext_and_holds_all_a_tablet_says(template: str) -> None:
    catalogue = read_po(template.encode().splitlines(keepends=True), abort_invalid=True)
    places = {message.context for message in catalogue if message.id}

    assert {"screens.home.title", "survey/work_hours/say", "choices/yes_no/yes"} <= places
    assert {"codes/isic/01", "glossary/child labour", "findings.answer.required"} <= places
    assert not any(place and place.startswith("codes/areas/") for place in places)
    assert "X-Language-Name: chiShona" in template


def test_a_language_reaches_the_tablet_with_the_edition(
    tmp_path: Path, template: str, folder: Path
) -> None:
    file = tmp_path / "sn.po"
    file.write_text(
        said_in_shona(template).replace("X-Reviewed-By: ", f"X-Reviewed-By: {REVIEWER}"), "utf-8"
    )
    added = run("language", "add", file, "--country", "PAK", "--folder", folder)
    assert "Not translated" not in added.output
    assert added.exit_code == 0, added.output

    made = unpacked("PAK", parts_of("PAK", [folder]))
    texts.lay_over(made.catalogues)
    form = made.reference.questionnaire
    assert texts.text("screens.home.title", "sn") == f"Sho {texts.text('screens.home.title', 'en')}"
    assert texts.plural("screens.home.next_send", "sn", 2).startswith("Sho ")
    assert texts.languages_laid_over() == {"sn": "chiShona"}
    assert texts.is_reviewed("sn", "screens")
    assert form.label("work_hours", "sn") == f"Sho {form.label('work_hours', 'en')}"
    assert form.label("work_hours", "fr") == "Heures à nous"
    assert form.questions["work_hours"].reviews["sn"].endswith(REVIEWER + folder_day(folder))
    assert made.reference.codelists["isic"].label("01", "sn").startswith("Sho ")


def folder_day(folder: Path) -> str:
    """The day of the review as the sheet has it."""
    sheet = (folder / "questionnaire" / "survey.csv").read_text("utf-8")
    found = re.search(r" (\d{4}-\d\d-\d\d)", sheet)
    assert found
    return found[0]


def test_it_can_be_exported_again_and_added_twice(
    tmp_path: Path, template: str, folder: Path
) -> None:
    file, again = tmp_path / "sn.po", tmp_path / "again.po"
    file.write_text(said_in_shona(template), "utf-8")
    run("language", "add", file, "--country", "PAK", "--folder", folder)
    before = {one: one.read_bytes() for one in sorted(folder.rglob("*.*"))}
    exported = run("language", "export", "sn", "--out", again, *of_pakistan(folder))
    added = run("language", "add", again, "--country", "PAK", "--folder", folder)

    assert exported.exit_code == added.exit_code == 0, exported.output + added.output
    assert "Not translated" not in added.output
    assert sorted(folder.rglob("*.*")) == list(before)
    assert [one.name for one, data in before.items() if one.read_bytes() != data] == []
    load_reference("PAK", [folder])


def test_a_form_gettext_knows_beyond_ours_says_what_the_last_one_says(tmp_path: Path) -> None:
    """Unicode has three forms of the plural in Spanish and French, our catalogues two."""
    file = tmp_path / "es.po"
    assert run("language", "export", "es", "--out", file).exit_code == 0
    with file.open("rb") as stream:
        catalogue = read_po(stream)
    (found,) = [one.string for one in catalogue if one.context == "screens.cases.found"]
    halves = [
        one.context
        for one in catalogue
        if isinstance(one.string, tuple) and any(one.string) and not all(one.string)
    ]

    assert len(found) == 3
    assert found[1] == found[2]
    assert halves == []


def of_pakistan(folder: Path) -> tuple[str, ...]:
    return ("--country", "PAK", "--folder", str(folder))


@pytest.mark.parametrize(
    ("place", "said", "kind"),
    [
        ("tablet.edition_taken", "Hapana nhamba", "Words in braces that differ"),
        ("screens.home.title", "Kumba {name}", "Words in braces that differ"),
        ("screens.home.title", "မြန်မာ", "Letters tablets cannot draw"),
        ("screens.home.title", "\\a", "Characters that cannot be shown"),
    ],
)
def test_what_would_be_wrong_on_a_tablet_is_refused(
    tmp_path: Path, template: str, folder: Path, place: str, said: str, kind: str
) -> None:
    file = tmp_path / "sn.po"
    file.write_text(with_one(template, place, said), "utf-8")
    before = sorted(folder.rglob("*"))

    added = run("language", "add", file, "--country", "PAK", "--folder", folder)

    assert added.exit_code == 1
    assert kind in added.output
    assert "Nothing was changed" in added.output
    assert sorted(folder.rglob("*")) == before


def test_words_that_leave_the_official_term_are_named(tmp_path: Path, template: str) -> None:
    file = tmp_path / "sn.po"
    told = with_one(template, "glossary/child labour", "kushandiswa kwevana")
    file.write_text(with_one(told, "classification.class.HAZARDOUS", "basa revana"), "utf-8")

    checked = run("language", "check", file)

    assert checked.exit_code == 0
    assert "Not the official term: 1" in checked.output


def test_english_that_changed_since_is_named_and_laid_in_as_a_draft(
    tmp_path: Path, template: str, folder: Path
) -> None:
    file = tmp_path / "sn.po"
    told = with_one(template, "screens.home.title", "Kumba")
    start = told.index('msgctxt "screens.home.title"')
    file.write_text(told[:start] + told[start:].replace('msgid "', 'msgid "Old ', 1), "utf-8")

    added = run("language", "add", file, "--country", "PAK", "--folder", folder)

    assert added.exit_code == 0, added.output
    assert "English that changed since: 1" in added.output
    assert "#, fuzzy" in (folder / "languages" / "sn" / "screens.po").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("hello", "does not say which language"),
        ('msgid ""\nmsgstr ""\n"Language: ../x\\n"\n', "does not say which language"),
        ('msgid ""\nmsgstr ""\n"Language: sn\\n"\n\nmsgid "a\nmsgstr', "cannot be read as a PO"),
    ],
)
def test_what_is_no_translation_file_is_told(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "x.po"
    file.write_text(content, "utf-8")
    checked = run("language", "check", file)
    assert checked.exit_code == 1
    assert said in checked.output
    assert "Nothing was read" in checked.output


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "sn.po"
    file.write_text("work of a week", "utf-8")
    assert run("language", "new", "sn", "--out", file).exit_code == 1
    assert file.read_text("utf-8") == "work of a week"


def test_a_language_is_written_from_the_right_when_its_file_says_so(
    tmp_path: Path, template: str, folder: Path
) -> None:
    file = tmp_path / "sn.po"
    told = with_one(template, "screens.home.title", "Kumba")
    file.write_text(told.replace("X-Direction: ltr", "X-Direction: rtl"), "utf-8")
    run("language", "add", file, "--country", "PAK", "--folder", folder)

    assert not texts.is_right_to_left("sn")
    texts.lay_over(unpacked("PAK", parts_of("PAK", [folder])).catalogues)
    assert texts.is_right_to_left("sn")


def test_who_reviewed_one_sentence_and_when_stays_with_it(
    tmp_path: Path, template: str, folder: Path
) -> None:
    file, again = tmp_path / "sn.po", tmp_path / "again.po"
    reviewed, draft = "screens.home.title", "screens.places.send"
    hours, isic = "survey/work_hours/label", "codes/isic/01"
    told = template
    for place in (reviewed, draft, hours, isic):
        told = with_one(told, place, "Zvakanaka")
        if place != draft:
            above = f'# reviewed by {REVIEWER} on 2026-11-2{len(place) % 10}\nmsgctxt "{place}"'
            told = told.replace(f'msgctxt "{place}"', above)
    file.write_text(told, "utf-8")
    run("language", "add", file, "--country", "PAK", "--folder", folder)
    exported = run("language", "export", "sn", "--out", again, *of_pakistan(folder))
    catalogue = read_po(again.read_bytes().splitlines(keepends=True))
    found = {message.context: message for message in catalogue if message.id}

    assert exported.exit_code == 0, exported.output
    for place in (reviewed, hours, isic):
        assert not found[place].fuzzy
        day = f"2026-11-2{len(place) % 10}"
        assert found[place].user_comments == [f"reviewed by {REVIEWER} on {day}"]
    assert found[draft].fuzzy


def test_a_sentence_said_otherwise_since_its_review_is_a_draft_again(
    tmp_path: Path, template: str, folder: Path
) -> None:
    file, again, place = tmp_path / "sn.po", tmp_path / "again.po", "codes/isic/01"
    reviewed = f'# reviewed by {REVIEWER} on 2026-11-20\nmsgctxt "{place}"'
    told = with_one(template, place, "Kurima").replace(f'msgctxt "{place}"', reviewed)
    file.write_text(told, "utf-8")
    run("language", "add", file, "--country", "PAK", "--folder", folder)
    sheet = folder / "codelists" / "isic.csv"
    sheet.write_text(sheet.read_text("utf-8").replace("Kurima", "Kurimwa"), "utf-8")
    run("language", "export", "sn", "--out", again, *of_pakistan(folder))
    catalogue = read_po(again.read_bytes().splitlines(keepends=True))

    assert [one.fuzzy for one in catalogue if one.context == place] == [True]
