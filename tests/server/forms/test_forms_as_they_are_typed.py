"""Forms as people type and save them: words of types, separators, and letters of other scripts."""

from __future__ import annotations

import pytest

from server.forms import convert
from server.forms.types import type_of
from tests.server.forms.written_forms import Converted, form

SHEETS = (
    "survey\n\ttype\tname\tlabel\n\tselect_one yn\ta\tA?\n"
    "choices\n\tlist_name\tname\tlabel\n\tyn\ty\tYes\n"
)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("begin-group", "begin group"),
        ("End-Repeat", "end repeat"),
        ("select-one yn", "select_one"),
        ("selectone yn", "select_one"),
        ("select-multiple yn", "select_multiple"),
    ],
)
def test_types_with_a_hyphen_or_in_one_word_are_known(cell: str, kind: str) -> None:
    assert type_of(cell).kind == kind


@pytest.mark.parametrize("cell", ["number", "Numeric"])
def test_a_number_is_told_as_integer_or_decimal_and_never_as_a_telephone(cell: str) -> None:
    assert (type_of(cell).kind, type_of(cell).near) == ("", "integer or decimal")


@pytest.mark.parametrize(("comma", "encoding"), [("\t", "utf-8"), ("\t", "utf-16"), (";", "utf-8")])
def test_sheets_in_one_text_are_read_whatever_separates_their_cells(tmp_path, comma, encoding):
    (tmp_path / "form.csv").write_bytes(SHEETS.replace("\t", comma).encode(encoding))

    assert Converted(tmp_path / "form.csv").offered("a") == ["y"]


@pytest.mark.parametrize(
    ("language", "words", "page"),
    [
        ("Arabic (ar)", "كم عمر الطفل؟", "1256"),
        ("Urdu (ur)", "بچے کی عمر کیا ہے", "1256"),
        ("Russian (ru)", "Сколько лет ребёнку?", "1251"),
        ("Français (fr)", "Âge de l’élève : où est-il né ?", "1252"),
    ],
)
def test_letters_of_windows_are_those_of_the_script(tmp_path, language, words, page):
    text = f"type,name,label,label::{language}\ntext,a,A,{words}\n"
    if page == "1256":  # letters of Urdu that this page lacks are not in files written with it
        words = words.replace("ی", "ي").replace("ے", "ي")
        text = f"type,name,label,label::{language}\ntext,a,A,{words}\n"
    (tmp_path / "form.csv").write_bytes(text.encode(f"cp{page}"))
    made = Converted(tmp_path / "form.csv")

    assert made["a"].labels[language[-3:-1]] == words
    assert any(f"Windows-{page}" in line.what for line in made.made.lines)


def test_a_filter_and_a_default_without_a_list_are_told(tmp_path):
    header = ("type", "name", "label", "choice_filter", "default")
    row = ["select_one_from_file lost.csv", "a", "A", "x = '1'", "one"]
    told = convert(form(tmp_path, [row], (), header), whole=True).lines

    assert {"choice_filter", "default"} <= {line.column for line in told if "dropped" in line.what}
