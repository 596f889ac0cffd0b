"""An area keeps its code for ever: old records name it, whatever order a newer list has."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import main
from server.countries import CountryProblem, read_areas
from server.office import Office
from server.programme.enrolment import NotPossible
from server.reference import publish
from shared.codelists.lists import load_codelist
from shared.profiles.files import COUNTRIES
from tests.server.field import make_office

ROWS = [
    "Harare,Mbare",
    "Harare,Epworth",
    "Bulawayo,Nkulumane",
    "Manicaland,Mutare",
    "Midlands,Gweru",
]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def listed(folder: Path, rows: list[str], name: str = "list.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(["province,district", *rows]) + "\n", "utf-8")
    return file


def codes(folder: Path) -> dict[str, str]:
    return {one.label("en"): one.code for one in load_codelist("areas", [folder])}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_rows_changes_no_code(tmp_path: Path, seed: int) -> None:
    shuffled = random.Random(seed).sample(ROWS, len(ROWS))

    first = {r.names["en"]: r.code for r in read_areas([listed(tmp_path, ROWS)], "ZW")}
    again = {r.names["en"]: r.code for r in read_areas([listed(tmp_path, shuffled)], "ZW")}

    assert first == again
    assert len(set(first.values())) == 9


def test_a_newer_list_keeps_the_codes_of_before_and_loses_none(tmp_path: Path) -> None:
    folder = tmp_path / "zimbabwe"
    run("country", "new", "ZWE", "--out", folder, "--areas", listed(tmp_path, ROWS))
    before = codes(folder)
    # Another order, one more at the top of the alphabet, one gone, one written a little otherwise.
    newer = ["Midlands,Gweru", "Aaland,Aa", "Harare,Epworth", "Harare,Mbare", "Harare,Aspindale"]

    done = run("country", "areas", "ZWE", folder, "--areas", listed(tmp_path, newer))

    assert done.exit_code == 0, done.output
    after = codes(folder)
    assert {name: code for name, code in after.items() if name in before} == before
    assert set(after) - set(before) == {"Aaland", "Aa", "Aspindale"}
    assert len(set(after.values())) == len(after)
    assert "5 areas kept their codes, 3 are new" in done.output
    assert "Mutare" in done.output.split("Not in the file any more")[1]
    assert run("country", "check", "ZWE", folder).exit_code == 0


def test_a_code_of_the_office_finds_its_area_under_another_name(tmp_path: Path) -> None:
    first, second = tmp_path / "one.csv", tmp_path / "two.csv"
    first.write_text("code,name,parent\nP1,Salisbury,\nP2,Umtali,\nD1,Mbare,P1\n", "utf-8")
    second.write_text("code,name,parent\nP2,Mutare,\nD1,Mbare,P1\nP1,Harare,\n", "utf-8")

    before = read_areas([first], "ZW")
    after = {row.names["en"]: row.code for row in read_areas([second], "ZW", before)}

    old = {row.names["en"]: row.code for row in before}
    assert (after["Harare"], after["Mutare"]) == (old["Salisbury"], old["Umtali"])
    assert after["Mbare"] == old["Mbare"]


def test_codes_that_changed_places_are_named(tmp_path: Path) -> None:
    first, second = tmp_path / "one.csv", tmp_path / "two.csv"
    first.write_text("code,name\n1,Harare\n2,Mutare\n", "utf-8")
    second.write_text("code,name\n1,Mutare\n2,Harare\n", "utf-8")

    with pytest.raises(CountryProblem, match="1 was Harare until now"):
        read_areas([second], "ZW", read_areas([first], "ZW"))


def test_an_edition_in_which_two_areas_changed_codes_is_not_published(tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    publish.publish_first(office, "test")
    tops = [row for row in load_codelist("areas", [COUNTRIES / "PAK"]) if row.parent is None]
    one, other = tops[:2]
    folder = tmp_path / "country"
    folder.mkdir()
    (folder / "areas.csv").write_text(
        "code,level,label::English (en)\n"
        f"{one.code},{one.level},{other.label('en')}\n"
        f"{other.code},{other.level},{one.label('en')}\n",
        "utf-8",
    )
    config = replace(office.config, country_folders=(folder,))
    swapped = Office.open(config, office.clock, office.random_bytes)
    with pytest.raises(NotPossible, match=r"until now.*Nothing was published"):
        publish.publish(swapped, "test")
    swapped.close()
    office.close()
