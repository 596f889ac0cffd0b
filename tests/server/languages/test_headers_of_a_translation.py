"""Headers of a translation file: in any case, wrapped as tools wrap them, misspelt and named."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from server.languages import read_translation, remarks
from server.languages.translation_file import OUR_HEADERS

HEADERS = {
    "Language": "ckb",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
    "X-Language-Name": "Kurdî",
    "X-Direction": "rtl",
    "X-Reviewed-By": "A. Khan, who reads every sentence of this file, and B. Karim beside her",
    "Language-Team": "Kurdish",
    "X-Generator": "Poedit 3.4",
}


def file_with(folder: Path, headers: dict[str, str], more: str = "") -> Path:
    lines = "".join(f'"{name}: {words}\\n"\n' for name, words in headers.items())
    text = f'# A note\nmsgid ""\nmsgstr ""\n{lines}\n'
    text += f'msgctxt "screens.bar.back"\nmsgid "Back"\nmsgstr "Paş"\n{more}'
    (folder / "words.po").write_text(text, "utf-8")
    return folder / "words.po"


def misspellings(word: str) -> list[str]:
    """Two letters the wrong way round, one left out, one too many, at each place of the word."""
    found = [word[:at] + word[at + 1 :] for at in range(1, len(word))]
    found += [word[:at] + word[at] + word[at:] for at in range(1, len(word))]
    found += [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)
    ]
    return [
        one for one in dict.fromkeys(found) if one.casefold() != word.casefold() and one[0] != "-"
    ]


@pytest.mark.parametrize(
    ("header", "written"),
    [(name, one) for name in OUR_HEADERS if name != "Language" for one in misspellings(name)],
)
def test_every_misspelling_of_a_header_is_named_and_keeps_the_file_out(
    tmp_path: Path, header: str, written: str
) -> None:
    headers = {written if name == header else name: words for name, words in HEADERS.items()}
    found = remarks(read_translation(file_with(tmp_path, headers)), [])

    told = [one for one in found if one.kind == "header"]
    assert [(one.place, one.is_error) for one in told] == [(written, True)]
    assert header in told[0].sentence


@pytest.mark.parametrize("written", misspellings("Language"))
def test_a_file_whose_language_is_misspelt_is_refused_with_the_name_of_the_header(
    tmp_path: Path, written: str
) -> None:
    from shared.errors import QuestionnaireError

    headers = {written if name == "Language" else name: words for name, words in HEADERS.items()}
    with pytest.raises(QuestionnaireError, match="the header Language"):
        read_translation(file_with(tmp_path, headers))


def test_headers_of_tools_are_no_misspellings_and_ours_are_found_in_any_case(
    tmp_path: Path,
) -> None:
    headers = {name.upper() if name in OUR_HEADERS else name: one for name, one in HEADERS.items()}
    read = read_translation(file_with(tmp_path, headers))

    assert (read.name, read.direction, read.forms) == ("Kurdî", "rtl", 2)
    assert [one.kind for one in remarks(read, []) if one.kind != "unknown"] == []


def test_a_header_wrapped_over_lines_is_read_whole(tmp_path: Path) -> None:
    file = file_with(tmp_path, HEADERS)
    wrapped = file.read_text("utf-8").replace("of this file, and", 'of this "\n"file, and')
    file.write_text(wrapped, "utf-8")

    assert read_translation(file).reviewed_by == HEADERS["X-Reviewed-By"]


def test_a_lost_name_of_the_language_and_sentences_without_a_place_are_told(tmp_path: Path) -> None:
    headers = {name: words for name, words in HEADERS.items() if name != "X-Language-Name"}
    more = '\nmsgid "Close"\nmsgstr "Bigire"\n'
    found = remarks(read_translation(file_with(tmp_path, headers, more)), [])

    assert any(one.kind == "name" and not one.is_error for one in found)
    assert any(one.place == "Close" and "msgctxt" in one.sentence for one in found)


def test_a_code_no_language_has_is_asked_about(tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "xx.po")]
    made = CliRunner().invoke(main, ["language", "new", "xx", *out])

    assert made.exit_code == 1
    assert "Is it misspelt?" in made.output
    assert CliRunner().invoke(main, ["language", "new", "xx", *out, "--name", "Xx"]).exit_code == 0
