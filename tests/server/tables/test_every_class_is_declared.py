"""No class the rules can give is missing from the dimension that counts it."""

import tomllib
from pathlib import Path

import pytest

import server.tables
from shared.classification import ChildLabourClass, ForcedLabourClass, NationalClass
from shared.classification.national import FORBIDDEN

FILE = Path(server.tables.__path__[0]) / "data" / "declared.toml"
DIMENSIONS = tomllib.loads(FILE.read_text("utf-8"))["dimension"]
CLASSES = {"cl_general": ChildLabourClass, "fl": ForcedLabourClass, "national": NationalClass}
NOT_COUNTED = {"OUT_OF_SCOPE", "NOT_A_CHILD"}
"""Nobody the table is about has them."""


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_every_class_of_the_rules_has_its_code(code):
    declared = [one for one in DIMENSIONS.values() if one.get("class") == code and "codes" in one]

    for dimension in declared:
        assert set(dimension["codes"]) >= {*CLASSES[code]} - NOT_COUNTED


def test_what_national_law_forbids_is_summed_as_forbidden():
    assert set(DIMENSIONS["national"]["parents"]["FORBIDDEN"]) == set(FORBIDDEN)
