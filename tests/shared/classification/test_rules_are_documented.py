"""docs/counting-rules.md and docs/how-to-add-a-country.md say what the code does."""

import re
import tomllib
from pathlib import Path

import pytest

from shared.classification import case_files
from shared.classification.child_labour import RULE_TEXT as CHILD_RULES
from shared.classification.child_labour import ChildLabourClass
from shared.classification.forced_labour import RULE_TEXT as FORCED_RULES
from shared.classification.forced_labour import ForcedLabourClass
from shared.classification.national import NationalClass
from shared.profiles import load_profile
from shared.profiles.kinds import KINDS
from shared.texts import has_text

DOCS = Path(__file__).parents[3] / "docs"
RULES = (DOCS / "counting-rules.md").read_text("utf-8")
COUNTRY = (DOCS / "how-to-add-a-country.md").read_text("utf-8")
ROWS = {row[0]: row for row in re.findall(r"^\| (\w+) \| (.+) \| (.+) \|$", RULES, re.MULTILINE)}


@pytest.mark.parametrize("rule", [*CHILD_RULES, *FORCED_RULES])
def test_every_rule_has_its_row_and_its_sentence(rule):
    row = rule.rstrip("mvw") if rule.startswith("F") else rule

    assert row in ROWS
    sentences = [f"classification.rule.{rule}"] + [
        f"classification.rule.{rule}.{word}" for word in ("Y", "N", "hours", "hazards", "both")
    ]
    assert any(has_text(sentence, "en") for sentence in sentences)


def test_every_class_is_named_in_the_page_and_has_a_sentence():
    for kind, classes in (
        ("class", ChildLabourClass),
        ("forced", ForcedLabourClass),
        ("national", set(NationalClass) - {NationalClass.NOT_A_CHILD}),
    ):
        for name in classes:
            assert f"`{name}`" in RULES
            assert has_text(f"classification.{kind}.{name}", "en")


def test_every_flag_has_a_sentence():
    sources = "".join(
        file.read_text("utf-8") for file in Path(case_files.__file__).parent.glob("*.py")
    )
    flags = set(re.findall(r'flags\.append\(\s*"(\w+)"', sources)) | {"age_unknown"}

    assert len(flags) >= 12
    for flag in flags | {"age_estimated"}:
        assert has_text(f"classification.flag.{flag}", "en"), flag


def test_the_columns_of_the_files_are_those_of_the_page():
    for columns in (case_files.CHILD_LABOUR_INPUTS, case_files.FORCED_LABOUR_INPUTS):
        assert ", ".join(("id", *columns)) in " ".join(RULES.split())


def test_every_parameter_of_a_profile_is_described():
    described = set(re.findall(r"`(\w+)`", COUNTRY))

    assert set(KINDS) <= described


def test_the_profile_shown_can_be_used(tmp_path):
    (shown,) = re.findall(r"```toml\n(.+?)```", COUNTRY, re.DOTALL)
    tomllib.loads(shown)
    (tmp_path / "profile.toml").write_text(shown, "utf-8")

    nepal = load_profile("NPL", [tmp_path])

    assert nepal.minimum_age == 14
    assert nepal.in_area("NP-P3-01").minimum_age == 15
    assert "1098" in [line.number for line in nepal.helplines]
    assert nepal.duties[-1].within_hours == 24
