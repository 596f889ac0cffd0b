"""A roll-up follows its countries, adds only what may be added, and signs what it says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main
from server.db.migrate import migrate
from server.disclosure.cube import TOTAL
from server.exports.signed_edition import NotGenuine
from server.office import Office
from server.office.config import config_for
from server.programme.keys import keys_of
from server.rollup import learning, publishing
from server.rollup.handed import files_at, files_in, in_one_file, printed_fingerprint
from server.rollup.held_back import held_back
from server.rollup.learning import NotTaken
from tests.server.field import Clock, seeded
from tests.server.rollup.countries import COMMON, Country, two

ASKED: Any = (["CL-CLASS"], ["2026"])


@pytest.fixture
def countries() -> tuple[Country, Country]:
    return two()


def begun(folder: Path) -> Office:
    office = Office.open(config_for(folder), Clock(), seeded(9))
    migrate(office.engine)
    learning.begin(office, "A region", "synthetic")
    return office


@pytest.fixture
def office(tmp_path: Path, countries: tuple[Country, Country]) -> Any:
    """A roll-up that knows both countries and has their first editions."""
    made = begun(tmp_path / "region")
    for one in countries:
        learning.add_country(made, one.code, one.code, one.key, printed_fingerprint(one.key))
        learning.add_edition(made, one.edition())
    yield made
    made.close()


def agree(office: Office) -> None:
    learning.add_codes(office, COMMON)
    for code in ("XAA", "XBB"):
        learning.define(office, "CL-CLASS", code, True, "Both use the SDG production boundary.")


def rows(made: publishing.RollupDraft) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Rows of the table by country, class and sex: count, status, missing."""
    read = csv.reader(io.StringIO(made.files["CL-CLASS_2026.csv"].decode()))
    return {tuple(row[:3]): tuple(row[3:]) for row in read}


def test_sum_is_made_only_where_every_country_has_a_number(office: Office) -> None:
    agree(office)
    made = publishing.draft(office, *ASKED)
    found = rows(made)
    assert next(iter(found)) == ("country", "child_labour", "sex")
    assert found["_T", TOTAL, TOTAL] == ("400", "published", "")
    assert found["_T", TOTAL, "female"] == ("190", "published", "")  # F of one, female of another.
    assert found["_T", "OUT", "male"] == ("0", "zero", "")
    assert found["_T", "IN", "female"] == ("", "withheld", "XAA")
    assert found["_T", "IN", "male"] == ("", "withheld", "XAA XBB")
    assert found["XBB", "IN", "male"] == ("", "not_collected", "")
    assert not any("-1" in code for key in found for code in key)  # No country's areas.
    assert [(one.country, one.state) for one in made.coverage] == [
        ("XAA", "added"),
        ("XBB", "added"),
    ]


def test_nothing_is_added_before_somebody_says_that_it_means_the_same(office: Office) -> None:
    learning.add_codes(office, COMMON)
    learning.define(office, "CL-CLASS", "XAA", True, "It is the first.")
    made = publishing.draft(office, *ASKED)
    assert not any(key[0] == "_T" for key in rows(made))
    assert [one.because for one in made.coverage] == [
        "",
        "nobody has said that its definition is that of the others",
    ]
    learning.define(office, "CL-CLASS", "XBB", False, "Work from the age of 12 is legal there.")
    assert publishing.draft(office, *ASKED).coverage[1].because.startswith("Work from the age")


@pytest.mark.parametrize(
    ("edition", "codes", "why"),
    [
        ({"number": 2, "population": "forced_labour"}, b"", "counts somebody else"),
        ({"number": 2}, COMMON + b"XBB,child_labour,OUT,IN\n", "two of its codes fall into one"),
        ({"number": 2, "corrects": 1, "periods": ["2026"]}, b"", ""),
    ],
)
def test_table_that_differs_stands_side_by_side(
    office: Office, countries: tuple[Country, Country], edition: Any, codes: bytes, why: str
) -> None:
    agree(office)
    learning.add_edition(office, countries[1].edition(**edition))
    if codes:
        learning.add_codes(office, codes)
    (_, second) = publishing.draft(office, *ASKED).coverage
    assert why in second.because
    assert (second.state == "added") is (why == "")


def test_key_of_a_country_needs_its_printed_fingerprint(
    tmp_path: Path, countries: tuple[Country, Country]
) -> None:
    office, (first, second) = begun(tmp_path), countries
    with pytest.raises(NotTaken, match="fingerprint is not that"):
        learning.add_country(office, "XAA", "A", first.key, printed_fingerprint(second.key))
    with pytest.raises(NotTaken, match="No country that takes part has signed"):
        learning.add_edition(office, first.edition())
    spelled = printed_fingerprint(first.key).replace(" ", "").upper()
    learning.add_country(office, "XAA", "A", first.key, spelled)
    with pytest.raises(NotTaken, match="key of XAA"):
        learning.add_country(office, "XBB", "B", first.key, spelled)
    learning.add_edition(office, first.edition())
    with pytest.raises(NotTaken, match="has another key"):
        learning.add_country(office, "XAA", "A", second.key, printed_fingerprint(second.key))
    office.close()


def test_edition_that_is_not_what_a_country_signed_is_refused(
    office: Office, countries: tuple[Country, Country]
) -> None:
    first, _ = countries
    good = first.edition(2)
    changed = {**good, "CL-CLASS_2026.csv": good["CL-CLASS_2026.csv"].replace(b"150", b"151")}
    with pytest.raises(NotGenuine, match="not the file that was signed"):
        learning.add_edition(office, changed)
    with pytest.raises(NotTaken, match="it was changed"):
        learning.add_edition(office, {**good, "edition.json": good["edition.json"] + b" "})
    with pytest.raises(NotTaken, match="says it is of XBB"):
        learning.add_edition(office, first.edition(2, country="XBB"))
    with pytest.raises(NotTaken, match="never stand together"):
        learning.add_edition(office, first.edition(2, origin="field"))
    with pytest.raises(NotTaken, match="two different editions 1"):
        learning.add_edition(office, first.edition(1, next_due="2027-01-01"))
    assert learning.add_edition(office, first.edition(1)) == ("XAA", 1, None)  # Known: kept once.


def test_country_is_shown_the_draft_and_its_answer_is_printed_in_full(office: Office) -> None:
    agree(office)
    made = publishing.draft(office, *ASKED)
    with pytest.raises(NotTaken, match="XAA was not shown this draft"):
        publishing.publish(office, made)
    with pytest.raises(NotTaken, match="XBB was not shown a draft"):
        publishing.take_answer(office, "XBB", b"No.")
    assert publishing.give_notice(office, made) == ("XAA", "XBB")
    with pytest.raises(NotTaken, match="XAA has not answered"):
        publishing.publish(office, made)
    answer = "We count from 12 years: «12+».\r\n".encode()
    publishing.take_answer(office, "XAA", answer)
    with pytest.raises(NotTaken, match="XBB has not answered"):
        publishing.publish(office, made)
    office.clock.now = office.clock.now.replace(year=2027)  # type: ignore[attr-defined]

    number, files = publishing.publish(office, made)

    assert (number, files["answer.XAA.txt"]) == (1, answer)
    assert "answer.XBB.txt" not in files
    told = json.loads(files["rollup.json"])["shown_to"]
    assert told == {
        "XAA": {"term_days": 30, "answered": True},
        "XBB": {"term_days": 30, "answered": False},
    }
    learning.note(office, "XAA", "", "Only two of five districts were looked in.")
    with pytest.raises(NotTaken, match="was not shown this draft"):
        publishing.publish(office, publishing.draft(office, *ASKED))


def published(office: Office) -> dict[str, bytes]:
    made = publishing.draft(office, *ASKED)
    publishing.give_notice(office, made, term_days=0)
    return publishing.publish(office, made)[1]


def test_new_draft_does_not_silence_what_a_country_answered(office: Office) -> None:
    agree(office)
    publishing.give_notice(office, publishing.draft(office, *ASKED))
    publishing.take_answer(office, "XAA", b"This is wrong.")
    publishing.take_answer(office, "XAA", b"This is wrong in two places.")
    learning.note(office, "XBB", "", "Changed words, no changed number.")

    files = published(office)

    assert files["answer.XAA.earlier-1.txt"] == b"This is wrong."
    assert files["answer.XAA.earlier-2.txt"] == b"This is wrong in two places."
    assert json.loads(files["rollup.json"])["shown_to"]["XAA"]["term_days"] == 0
    assert not any(name.startswith("answer") for name in published(office))


def test_correction_of_a_country_is_followed_and_what_changed_is_said(
    office: Office, countries: tuple[Country, Country]
) -> None:
    agree(office)
    first = published(office)
    assert len(first["changes.csv"].splitlines()) == 1
    corrected = countries[1].edition(2, rows={("", ""): "260", ("f", ""): "130"})
    assert learning.add_edition(office, corrected) == ("XBB", 2, 1)

    second = published(office)

    changed = second["changes.csv"].decode()
    assert f"CL-CLASS_2026.csv,_T / {TOTAL} / {TOTAL},400 published,410 published" in changed
    assert f"CL-CLASS_2026.csv,XBB / {TOTAL} / f," not in changed
    assert f"XBB / {TOTAL} / female,120 published,130 published" in changed
    assert "sources.csv,XBB" in changed
    assert "XAA / " not in changed
    learning.withdraw(office, "XBB", 2, "A mistake in linking.")
    # The edition that was corrected does not come back.
    assert [one.state for one in publishing.draft(office, *ASKED).coverage] == ["added", "missing"]


def test_number_that_a_country_withdrew_is_told_by_no_edition_of_the_rollup_again(
    office: Office, countries: tuple[Country, Country]
) -> None:
    agree(office)
    published(office)
    assert held_back(learning.known(office)) == {}
    learning.withdraw(office, "XBB", 1, "A child can be recognised in it.")
    assert held_back(learning.known(office)) == {1: ("XBB 1",)}

    second = published(office)

    changed = second["changes.csv"].decode()
    assert f"XBB / {TOTAL} / female,withdrawn," in changed
    # A sum less the other country's number would be the withdrawn one.
    assert f"_T / {TOTAL} / {TOTAL},withdrawn," in changed
    assert "120 published" not in changed
    assert "400 published" not in changed
    # The second tells nothing of it any more; the first stays held back.
    assert held_back(learning.known(office)) == {1: ("XBB 1",)}


def test_edition_that_says_what_changed_is_held_back_with_the_numbers_of_before(
    office: Office, countries: tuple[Country, Country]
) -> None:
    agree(office)
    published(office)
    corrected = countries[1].edition(2, rows={("", ""): "260", ("f", ""): "130"})
    learning.add_edition(office, corrected)
    assert "400 published" in published(office)["changes.csv"].decode()

    learning.withdraw(office, "XBB", 1, "A child can be recognised in it.")

    assert held_back(learning.known(office)) == {1: ("XBB 1",), 2: ("XBB 1",)}


def test_one_changed_digit_in_an_edition_of_a_rollup_is_found(office: Office) -> None:
    agree(office)
    files, key = published(office), keys_of(office).programme.public.signing.hex()
    assert publishing.verified(files, key)["body"] == "A region"
    for name, content in files.items():
        other = bytes([content[0] ^ 1]) + content[1:]
        with pytest.raises(NotGenuine):
            publishing.verified({**files, name: other}, key)
    with pytest.raises(NotGenuine):
        publishing.verified(files, "00" * 32)


def test_edition_in_one_file_is_read_and_a_broken_one_is_refused_with_a_sentence(
    tmp_path: Path, countries: tuple[Country, Country]
) -> None:
    files = countries[0].edition()
    whole = in_one_file(files)
    assert files_in(whole) == files
    assert in_one_file(dict(reversed(files.items()))) == whole
    (tmp_path / "broken.zip").write_bytes(whole[:-30])
    with pytest.raises(NotGenuine, match="no edition in one file"):
        files_at(tmp_path / "broken.zip")


def test_whole_round_by_commands(
    tmp_path: Path, countries: tuple[Country, Country], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY87_FOLDER", str(tmp_path / "region"))
    monkeypatch.delenv("TALLY87_DATABASE_URL", raising=False)

    def tally87(*words: str, fails: bool = False) -> str:
        told = CliRunner().invoke(main, words)
        assert (told.exit_code != 0) is fails, told.output
        return told.output

    asked = ("--table", "CL-CLASS", "--period", "2026")
    tally87("migrate")
    assert "tally87 rollup begin" in tally87("rollup", "check", *asked, fails=True)
    tally87("rollup", "begin", "A region", "--data", "synthetic")
    for one in countries:
        key, file = tmp_path / f"{one.code}.pub", tmp_path / f"{one.code}.zip"
        key.write_text(one.key + "\n")
        file.write_bytes(in_one_file(one.edition()))
        printed = tally87("rollup", "fingerprint", str(key)).strip()
        tally87(
            "rollup", "country", one.code, one.code, "--key", str(key), "--fingerprint", printed
        )
        assert "is genuine and kept" in tally87("rollup", "add", str(file))
        tally87("rollup", "define", "CL-CLASS", one.code, "--agrees", "--because", "Same law.")
    (tmp_path / "codes.csv").write_bytes(COMMON)
    tally87("rollup", "codes", str(tmp_path / "codes.csv"))
    tally87("rollup", "note", "XAA", "Two of five districts.")
    assert "CL-CLASS 2026 XBB: added" in tally87("rollup", "check", *asked)
    tally87("rollup", "notice", *asked, "--out", str(tmp_path / "draft"), "--term", "0")
    (tmp_path / "answer.txt").write_text("We agree.")
    tally87("rollup", "answer", "XAA", str(tmp_path / "answer.txt"))
    told = tally87("rollup", "publish", *asked, "--out", str(tmp_path / "out"))
    assert "Edition 1 of the roll-up" in told
    with_key = tally87("rollup", "begin", "Again", fails=True)
    assert "begun already" in with_key
    assert "Two of five districts." in (tmp_path / "out" / "notes.csv").read_text()
