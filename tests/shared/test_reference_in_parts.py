"""Reference data as parts: the same country, read in memory; only what changed changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import ParcelUnreadable, QuestionnaireError
from shared.parts import (
    LONGEST_MESSAGE,
    OfficeMessage,
    check_message,
    messages_part,
    parts_of,
    questionnaire_in,
    unpacked,
)
from shared.places import FileInMemory
from shared.reference import load_reference
from shared.texts import catalogue_of, lay_over, text
from shared.texts.compile import compiled
from shared.wire.bundles import bundle, unbundle

SURVEY = """type,name,label::English (en),label::French (fr),relevant,bind::tally:privacy
begin_repeat,case,,,,
begin_group,work,,,,
select_one yes_no,kiln_work,Works at a kiln,Travaille au four,,keep
select_one_from_file crops.csv,crop,Which crop,Quelle culture,,keep
end_group,,,,,
end_repeat,,,,,
"""
PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "screens.home.title"
msgstr "Accueil du programme"
"""


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """A country folder with a bit of everything."""
    folder = tmp_path / "own"
    (folder / "questionnaire").mkdir(parents=True)
    (folder / "questionnaire" / "survey.csv").write_text(SURVEY, encoding="utf-8")
    (folder / "codelists").mkdir()
    (folder / "codelists" / "crops.csv").write_text(
        "# version: 1\ncode,label::English (en)\ncotton,Cotton\n", encoding="utf-8"
    )
    (folder / "profile.toml").write_text(
        '[[helplines]]\nname = "Own line"\nnumber = "1121"\nsource = "test"\n', encoding="utf-8"
    )
    words = folder / "languages" / "fr"
    words.mkdir(parents=True)
    (words / "screens.po").write_text(PO, encoding="utf-8")
    (words / "screens.mo").write_bytes(compiled(words / "screens.po"))
    return folder


@pytest.mark.parametrize("iso3", ["PAK", "NPL", "ETH"])
def test_parts_make_the_same_reference_as_the_files(iso3: str) -> None:
    reference = load_reference(iso3)

    made = unpacked(iso3, parts_of(iso3)).reference

    assert made.questionnaire == reference.questionnaire
    assert dict(made.codelists) == dict(reference.codelists)
    assert made.profile.parameters == reference.profile.parameters
    assert made.profile.helplines == reference.profile.helplines


def test_countrys_own_additions_travel_with_the_parts(country: Path) -> None:
    reference = load_reference("PAK", [country])

    made = unpacked("PAK", parts_of("PAK", [country]))

    assert made.reference.questionnaire == reference.questionnaire
    assert made.reference.questionnaire.questions["kiln_work"].label("fr") == "Travaille au four"
    assert "cotton" in made.reference.codelists["crops"]
    assert made.reference.profile.helplines[-1].number == "1121"
    assert list(made.catalogues) == [("fr", "screens")]


def test_only_the_part_that_changed_changes(country: Path) -> None:
    before = parts_of("PAK", [country])
    profile = country / "profile.toml"
    profile.write_text(profile.read_text().replace("1121", "1122"), encoding="utf-8")

    after = parts_of("PAK", [country])

    assert {name for name in before if before[name] != after[name]} == {"profile"}


def test_parts_do_not_depend_on_how_lines_end_nor_on_where_the_folder_lies(
    country: Path, tmp_path: Path
) -> None:
    before = parts_of("PAK", [country])
    for file in country.rglob("*.csv"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    country.rename(tmp_path / "elsewhere")

    after = parts_of("PAK", [tmp_path / "elsewhere"])

    assert before == after
    assert not any(str(tmp_path).encode() in data for data in after.values())


def test_questionnaire_can_be_read_from_its_parts_alone() -> None:
    parts = {
        name: data
        for name, data in parts_of("PAK").items()
        if name.startswith(("questionnaire", "languages/"))
    }

    assert questionnaire_in(parts) == load_reference("PAK").questionnaire


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("questionnaire/0", bundle({"survey.csv": b"type,name\ntext,\xff\n"})),
        ("questionnaire/0", bundle({"survey.csv": b"type,name\nnonsense,x\n"})),
        ("questionnaire/0", bundle({})),
        ("questionnaire/0", b"\xff\xff"),
        ("profile", bundle({"0/profile.toml": b""})),
        ("profile", bundle({"default.toml": b"a = ", "0/profile.toml": b""})),
        ("codelists/isic", bundle({"0/isic.csv": b"no,header\n"})),
        ("codelists/isic", bundle({})),
        ("languages/fr", bundle({"screens.mo": b"garbage"})),
        ("messages", bundle({"messages.json": b"[[1]]"})),
        ("messages", bundle({"messages.json": b'[[1, 2, {"fr": "x"}]]'})),
        ("messages", bundle({"messages.json": b"[" * 100_000})),
    ],
)
def test_part_that_cannot_be_used_is_refused_in_a_sentence(name: str, data: bytes) -> None:
    with pytest.raises((QuestionnaireError, ParcelUnreadable)):
        unpacked("PAK", parts_of("PAK") | {name: data})


def test_edition_without_a_code_list_its_questions_need_is_refused() -> None:
    parts = parts_of("PAK")
    del parts["codelists/areas"]

    with pytest.raises(QuestionnaireError, match="areas"):
        unpacked("PAK", parts)


def test_messages_travel_in_a_part_of_their_own() -> None:
    message = OfficeMessage(3, 1_790_000_000, {"en": "Meeting on Monday", "fr": "Réunion lundi"})

    parts = parts_of("PAK") | messages_part([message])
    told = unpacked("PAK", parts).messages

    assert messages_part([]) == {}
    assert told == (message,)
    assert (told[0].words("fr"), told[0].words("sw")) == ("Réunion lundi", "Meeting on Monday")
    assert unbundle(parts["messages"]).keys() == {"messages.json"}


@pytest.mark.parametrize(
    "texts",
    [{}, {"fr": "x"}, {"en": ""}, {"en": "x" * (LONGEST_MESSAGE + 1)}, {"en": "x", "E!": "y"}],
)
def test_message_needs_english_and_a_bounded_text(texts: dict[str, str]) -> None:
    with pytest.raises(QuestionnaireError):
        check_message(texts)


def test_programmes_own_wording_is_said_first_and_the_rest_as_ever(country: Path) -> None:
    usual = text("screens.home.new_visit", "fr")
    own = catalogue_of((country / "languages" / "fr" / "screens.mo").read_bytes())
    try:
        lay_over({("fr", "screens"): own})

        assert text("screens.home.title", "fr") == "Accueil du programme"
        assert text("screens.home.new_visit", "fr") == usual
    finally:
        lay_over({})
    assert text("screens.home.title", "fr") != "Accueil du programme"


def test_folder_in_memory_reads_as_one_on_the_disk(tmp_path: Path) -> None:
    files = {"a/b.csv": "x,y\r\n1,é\r\n".encode(), "c.txt": b"plain"}
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    for top in (tmp_path, FileInMemory(files)):
        file = top / "a" / "b.csv"
        assert (file.name, file.parent.name, (top / "a/b.csv").is_file()) == ("b.csv", "a", True)
        assert file.read_text(encoding="utf-8") == "x,y\n1,é\n"
        with file.open(encoding="utf-8", newline="") as stream:
            assert stream.read() == "x,y\r\n1,é\r\n"
        assert (top / "a").is_dir()
        assert not (top / "a").is_file()
        assert not (top / "b").is_dir()
        with pytest.raises(FileNotFoundError):
            (top / "b").read_bytes()
