"""Housework: its hazards, and what an open fire means at which age."""

from shared.profiles import load_profile
from tests.shared.classification.answered import NO_CHORES, NO_WORK, NO_WORST_FORM, classes


def test_hazardous_housework_counts_at_fifteen_too_and_an_open_fire_alone_below_fifteen_only(
    tmp_path,
):
    girl = {
        "birth_date": 15,
        **NO_WORK,
        **NO_CHORES,
        **NO_WORST_FORM,
        "chores": ("cooking_cleaning",),
        "hours_chores": 30.0,
        "chores_for": "own",
        "chore_hazards": ("unsafe_equipment",),
    }
    fire = girl | {"chore_hazards": ("fire_or_smoke",)}

    assert classes(girl).child_labour.general == "HAZ_HOUSEHOLD_SERVICES"
    assert classes(girl | {"chore_hazards": ("none",)}).child_labour.general == "NOT_WORKING"
    assert classes(girl | {"chore_hazards": ("unknown",)}).child_labour.general == "UNDETERMINED"
    assert classes(fire).child_labour.general == "NOT_WORKING"
    assert classes(fire | {"chore_hazards": ("fire_or_smoke", "unknown")}).child_labour.general == (
        "UNDETERMINED"
    )
    young = fire | {"birth_date": 14, "hours_chores": 5.0}
    assert classes(young).child_labour.general == "HAZ_HOUSEHOLD_SERVICES"
    (tmp_path / "profile.toml").write_text(
        '[parameters.hazardous_fire_from_15]\nvalue = true\nsource = "Law"\n', "utf-8"
    )
    strict = load_profile("PAK", [tmp_path])
    assert classes(fire, profile=strict).child_labour.general == "HAZ_HOUSEHOLD_SERVICES"
