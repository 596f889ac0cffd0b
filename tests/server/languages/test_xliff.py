"""A language goes out as XLIFF and comes back as it was: forms of numbers, drafts, reviewers."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from server.cli import main
from server.languages import Sentence, Translation, read_translation, written
from server.languages.reviews import SentenceReview
from server.languages.xliff import read_xliff
from shared.errors import QuestionnaireError


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


_WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], include_characters="\n\t"),
    min_size=1,
    max_size=30,
).filter(str.strip)
_REVIEWS = st.none() | st.just(SentenceReview("A. Khan", "2026-11-20"))


@st.composite
def sentences(draw: st.DrawFn, forms: int) -> list[Sentence]:
    """Sentences of one language, some of them with forms of a number."""
    made = []
    for number in range(draw(st.integers(1, 6))):
        plural = draw(st.booleans())
        english = (draw(_WORDS), draw(_WORDS)) if plural else (draw(_WORDS),)
        count = forms if plural else 1
        said = tuple(draw(_WORDS) for _ in range(count)) if draw(st.booleans()) else ()
        draft = draw(st.booleans())
        review = draw(_REVIEWS) if said and not draft else None
        made.append(Sentence(f"place/{number} & <b>", english, said, draft, review))
    return made


def read_back(text: str, folder: Path, name: str) -> Translation:
    file = folder / name
    file.write_text(text, "utf-8", newline="\n")
    return read_translation(file)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xliff")


@pytest.mark.parametrize("version", ["1.2", "2.0"])
@pytest.mark.parametrize(("language", "forms"), [("th", 1), ("sn", 2), ("ar", 6)])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_a_po_file_says_an_xliff_file_says(
    place: Path, language: str, forms: int, version: str, data: st.DataObject
) -> None:
    made = data.draw(sentences(forms))

    po = read_back(written(language, made), place, "one.po")
    xliff = read_back(written(language, made, xliff=version), place, "one.xlf")

    assert xliff.sentences == po.sentences
    assert [getattr(xliff, one) for one in ("language", "name", "direction", "plural_forms")] == [
        getattr(po, one) for one in ("language", "name", "direction", "plural_forms")
    ]


@pytest.fixture(scope="module")
def shona(place: Path) -> Path:
    file = place / "shona.xlf"
    made = run("language", "new", "sn", "--out", file)
    assert made.exit_code == 0, made.output
    return file


def test_a_translator_works_on_the_xliff_and_it_is_added_like_a_po(
    shona: Path, tmp_path: Path
) -> None:
    text = shona.read_text("utf-8")
    filled = re.sub(
        r'(<trans-unit id="screens\.home\.title"[^>]*>\s*<source>[^<]*</source>)',
        r'\1<target state="final">Kumba</target><note>reviewed by R. Moyo on 2026-11-20</note>',
        text,
    )
    assert filled != text
    file, folder = tmp_path / "done.xlf", tmp_path / "folder"
    folder.mkdir()
    file.write_text(filled, "utf-8")

    added = run("language", "add", file, "--country", "PAK", "--folder", folder)
    again = run("language", "export", "sn", "--out", tmp_path / "a.xliff", "--folder", folder)
    also = run("language", "export", "sn", "--out", tmp_path / "a.po", "--folder", folder)

    assert added.exit_code == again.exit_code == also.exit_code == 0, added.output + again.output
    xliff, po = (read_translation(tmp_path / name) for name in ("a.xliff", "a.po"))
    assert xliff.sentences == po.sentences
    said = xliff.sentences["screens.home.title"]
    assert (said.said, said.draft) == (("Kumba",), False)
    assert said.review == SentenceReview("R. Moyo", "2026-11-20")


def of(body: str, head: str = 'version="1.2"') -> bytes:
    return f'<xliff {head}><file target-language="sn"><body>{body}</body></file></xliff>'.encode()


def test_what_tools_make_of_it_is_read() -> None:
    body = """
      <trans-unit id="a" approved="no"><source>A</source><target>Aa</target></trans-unit>
      <trans-unit id="b" approved="yes"><source>B</source><target>Bb</target>
        <alt-trans><source>B</source><target>other</target></alt-trans></trans-unit>
      <trans-unit id="c"><source>C <x id="1" equiv-text="{n}"/>.</source>
        <target state="translated">Cc <g id="1">very</g> <x id="1" equiv-text="{n}"/></target>
      </trans-unit>
      <trans-unit id="d"><source>D</source><target state="needs-adaptation">Dd</target></trans-unit>
      <trans-unit><source>nowhere</source></trans-unit>"""

    found = read_xliff(of(body))

    said = {place: (one.english[0], one.said, one.draft) for place, one in found.sentences.items()}
    assert said == {
        "a": ("A", ("Aa",), True),
        "b": ("B", ("Bb",), False),
        "c": ("C {n}.", ("Cc very {n}",), False),
        "d": ("D", ("Dd",), True),
    }
    assert found.without_place == ["nowhere"]
    assert found.headers["Language"] == "sn"
    two = b"""<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en"
      trgLang="sn-ZW"><file id="f"><unit id="u1" name="a"><segment state="reviewed">
      <source>One. </source><target>Imwe. </target></segment><segment state="final">
      <source>Two.</source><target>Mbiri.</target></segment></unit></file></xliff>"""
    (only,) = read_xliff(two).sentences.values()
    assert (only.english, only.said, only.draft) == (("One. Two.",), ("Imwe. Mbiri.",), False)


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<xliff version="1.2"><file target-language="sn"><body>&c;</body></file></xliff>"""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BOMB.encode(), "cannot be read as XML"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xliff/>', "cannot be read as XML"),
        (b"<xliff", "cannot be read as XML"),
        (b"<html></html>", "outermost element is 'html'"),
        (b'<xliff version="3.0"/>', "1.2 and 2.0 are read"),
        (b'<xliff version="1.2"/>', "no element file"),
        (of("<g>" * 50_000 + "</g>" * 50_000), "no sentence"),
        (
            of(
                "<trans-unit id='a'><source>"
                + "<g>" * 9000
                + "</g>" * 9000
                + "</source></trans-unit>"
            ),
            "nested",
        ),
    ],
    ids=["bomb", "outside", "cut", "page", "version", "empty", "deep", "deep in a source"],
)
def test_a_file_made_to_hurt_is_refused_at_once(data: bytes, why: str, tmp_path: Path) -> None:
    began = time.monotonic()
    file = tmp_path / "bad.xlf"
    file.write_bytes(data)

    with pytest.raises(QuestionnaireError, match=why) as refused:
        read_translation(file)

    assert "Nothing was read" in str(refused.value)
    assert time.monotonic() - began < 5
