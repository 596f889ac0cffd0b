"""Housework: its hazards, and what an open fire means at which age."""

import pytest

from shared.classification.child_labour import IN_CHILD_LABOUR
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


@pytest.mark.parametrize("age", [11, 12, 15])
@pytest.mark.parametrize("hours", [20.5, 21.5, 22.0, 31.0, 34.5, 35.0])
@pytest.mark.parametrize("own_job", [0.0, 4.0])
def test_chores_shared_in_unknown_parts_are_child_labour_where_every_share_makes_them_so(
    age, hours, own_job
):
    child = {
        **{"birth_date": age, **NO_WORK, **NO_WORST_FORM, "fetched_water_or_firewood": "no"},
        **{"chores": ("cooking_cleaning",), "hours_chores": hours, "chores_for": "both"},
        **{"chore_hazards": ("none",), "hazards": ("none",), "night_work": "no"},
        **{"abuse": ("none",), "confined": "no", "industry": "97", "immediate_danger": "no"},
        "fl_third_party_coercion": "no",
    }
    if own_job:
        child |= {"worked_other_paid": "yes", "work_hours": own_job}
    every = {
        classes(child | {"hours_chores_other": share / 4}).child_labour.general in IN_CHILD_LABOUR
        for share in range(1, int(hours * 4))
    }

    found = classes(child | {"hours_chores_other": "refused"}).child_labour

    assert found.general_low is (every == {True})
    assert (found.general in IN_CHILD_LABOUR) <= (every == {True})


def test_more_hours_for_the_others_than_chores_at_all_are_not_called_light_work():
    """One of the two answers is wrong; the larger may be right."""
    child = {
        **{"birth_date": 13, **NO_WORK, **NO_WORST_FORM, "fetched_water_or_firewood": "no"},
        **{"chores": ("cooking_cleaning",), "hours_chores": 8.0, "chores_for": "both"},
        **{"chore_hazards": ("none",), "hazards": ("none",), "night_work": "no"},
        **{"abuse": ("none",), "confined": "no", "industry": "97", "immediate_danger": "no"},
        "fl_third_party_coercion": "no",
    }

    found = {
        hours: classes(child | {"hours_chores_other": hours}).child_labour
        for hours in (8.0, 13.0, 40.0)
    }
    assert [one.sna.value for one in found.values()] == ["LIGHT_WORK", "LIGHT_WORK", "UNDETERMINED"]
    assert found[40.0].sna_high
    assert not found[40.0].sna_low
    younger = classes(child | {"birth_date": 11, "hours_chores_other": 40.0}).child_labour
    assert younger.sna == "BELOW_MIN_AGE"
