"""What a tablet lacks that keeps the edition before: numbers to call, and law that protects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from server.reference.safety import HELPLINES, LAW, withheld_safety
from shared.profiles import CountryProfile, load_profile


def value(name: str, told: str, where: str = "") -> str:
    return f'[{where}parameters.{name}]\n{told}\nsource = "Act"\n'


AREA, FISHING = 'areas."NP-P3".', 'industries."03".'
SAME = value("minimum_age", "value = 15")


@pytest.fixture
def nepal(tmp_path: Path) -> Callable[[str], CountryProfile]:
    """Nepal's profile with these words laid over it."""

    def load(words: str) -> CountryProfile:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        (folder / "profile.toml").write_text(words, "utf-8")
        return load_profile("NPL", [folder])

    return load


@pytest.mark.parametrize(
    ("before", "after", "lacks"),
    [
        (SAME, SAME, ()),
        (SAME, value("minimum_age", "value = 16"), (LAW,)),
        (value("minimum_age", "value = 16"), SAME, ()),
        # an area or an industry that begins to protect, and one that leaves off
        (SAME, SAME + value("minimum_age", "value = 16", AREA), (LAW,)),
        (SAME, SAME + value("minimum_age", "value = 14", AREA), ()),
        (SAME + value("minimum_age", "value = 14", AREA), SAME, (LAW,)),
        (SAME, SAME + value("minimum_age", "value = 17", FISHING), (LAW,)),
        (SAME + value("minimum_age", "value = 13", FISHING), SAME, (LAW,)),
        # what the law permits from an age on
        (
            value("light_age_from", "value = 13"),
            value("light_age_from", "none = true"),
            (LAW,),
        ),
        (value("light_age_from", "none = true"), value("light_age_from", "value = 13"), ()),
        (value("light_age_from", "value = 13"), value("light_age_from", "value = 12"), ()),
        (value("light_age_from", "unknown = true"), value("light_age_from", "none = true"), (LAW,)),
        # nobody knows any more
        (SAME, value("minimum_age", "unknown = true"), ()),
        (value("minimum_age", "unknown = true"), SAME, (LAW,)),
    ],
)
def test_law_that_protects_where_it_did_not_is_named(
    nepal: Callable[[str], CountryProfile], before: str, after: str, lacks: tuple[str, ...]
) -> None:
    assert withheld_safety(nepal(before), nepal(after)) == lacks


def test_number_to_call_that_was_corrected_is_named(nepal: Callable[[str], CountryProfile]) -> None:
    line = '[[helplines]]\nname = "Child helpline"\nnumber = "{}"\nkind = "child"\nsource = "a"\n'
    assert withheld_safety(nepal(line.format("1098")), nepal(line.format("1099"))) == (HELPLINES,)
    assert withheld_safety(nepal(line.format("1098")), nepal(line.format("1098"))) == ()
