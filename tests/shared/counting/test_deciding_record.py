"""The deciding record: one for each person, period and subject, and no cell the rules exclude."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.counting import (
    SEVERITY,
    CountedRecord,
    Standing,
    Subject,
    contradicts,
    decide_record,
    is_complete,
    standing,
)
from shared.counting.standing import IN_THE_SUBJECT
from tests.shared.classification.answered import NO_WORK, classes

CHILD, FORCED = Subject.CHILD_LABOUR, Subject.FORCED_LABOUR
NOT_ASKED = "child_labour_not_assessed forced_labour_not_assessed"
HOURS = ("0", "1-13", "14-27", "28-42", "43+")
CHORES = ("0-13", "14-20", "21+")
BANDS = ("0-4", "5-11", "12-14", "15-17", "18+", "unknown")


def record(number, month, child, forced="NOT_FL", band="unknown", *, complete=True, **more):
    """more: attributes, and further codes of the classification."""
    attributes = {"age_band": band, "sex": "female", "area": "unknown"}
    names = ("area", "hours_band", "chore_hours", "industry")
    attributes |= {name: more.pop(name) for name in names if name in more}
    codes = {"cl_general": child, "fl": forced, **more}
    return CountedRecord.of_codes(
        f"{number:04}", month, codes, is_complete=complete, attributes=attributes
    )


def bounds_of(draw, inside, undetermined):
    """Bounds a class can have: what is in the subject is in it in some way at least."""
    if inside:
        return draw(st.sampled_from(("NY", "YY")))
    return draw(st.sampled_from(("NN", "NY", "YY") if undetermined else ("NN", "NY")))


def possible(values, attribute, class_, band="unknown"):
    beside = {"age_band": band}
    fitting = [one for one in values if not contradicts(CHILD, class_, attribute, one, beside)]
    return ["unknown", *fitting]


@st.composite
def records(draw):
    """Records the rules can make: no class with an age it excludes."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        child = draw(st.sampled_from(SEVERITY[CHILD]))
        forced = draw(st.sampled_from(SEVERITY[FORCED]))
        fitting = [
            band
            for band in BANDS
            if not contradicts(CHILD, child, "age_band", band)
            and not contradicts(FORCED, forced, "age_band", band)
        ]
        if "18+" in fitting and child not in ("OUT_OF_SCOPE", "UNDETERMINED"):
            fitting.remove("18+")
        band = draw(st.sampled_from(fitting))
        found.append(
            record(
                number,
                f"2026-{draw(st.integers(1, 12)):02}",
                child,
                forced,
                band,
                area=draw(st.sampled_from(("unknown", "PK-PB-05", "PK-PB-06"))),
                hours_band=draw(st.sampled_from(possible(HOURS, "hours_band", child, band))),
                chore_hours=draw(st.sampled_from(possible(CHORES, "chore_hours", child, band))),
                industry=draw(st.sampled_from(possible(("A", "C"), "industry", child))),
                cl_general_bounds=bounds_of(
                    draw, child in IN_THE_SUBJECT[CHILD], child == "UNDETERMINED"
                ),
                fl_bounds=bounds_of(
                    draw, forced in IN_THE_SUBJECT[FORCED], forced == "UNDETERMINED"
                ),
                flags=draw(st.sampled_from(("", NOT_ASKED))),
                complete=draw(st.booleans()),
            )
        )
    return found


@given(records(), st.sampled_from(Subject))
def test_nothing_that_is_filled_in_contradicts_the_class(found, subject):
    decided = decide_record(found, subject)
    (own,) = [one.attributes for one in found if one.record_id == decided.record_id]

    for name, value in decided.attributes.items():
        if own.get(name, "unknown") == "unknown":
            assert not contradicts(subject, decided.class_, name, value, own)


@pytest.mark.parametrize(
    ("class_", "band", "chores"),
    [
        ("NOT_WORKING", "5-11", "unknown"),
        ("NOT_WORKING", "unknown", "unknown"),
        ("NOT_WORKING", "15-17", "21+"),
        ("LIGHT_WORK", "12-14", "unknown"),
        ("PERMITTED_WORK", "15-17", "21+"),
        ("HAZ_HOUSEHOLD_SERVICES", "5-11", "21+"),
        ("HAZARDOUS", "12-14", "21+"),
    ],
)
def test_long_chores_of_another_record_fit_the_class_and_the_age(class_, band, chores):
    deciding = record(1, "2026-11", class_, band=band, chore_hours="unknown")
    other = record(0, "2026-10", "UNDETERMINED", chore_hours="21+")

    decided = decide_record([deciding, other], CHILD)

    assert (decided.class_, decided.attributes["chore_hours"]) == (class_, chores)


@pytest.mark.parametrize(("band", "hours"), [("12-14", "unknown"), ("5-11", "1-13")])
def test_hours_of_another_record_fit_the_class_and_the_age(band, hours):
    """Below the minimum age at 12 to 14 is 14 hours and more (R5)."""
    deciding = record(1, "2026-11", "BELOW_MIN_AGE", band=band, hours_band="unknown")
    other = record(0, "2026-10", "UNDETERMINED", hours_band="1-13")

    assert decide_record([deciding, other], CHILD).attributes["hours_band"] == hours


@given(records(), st.sampled_from(Subject), st.randoms())
def test_the_order_of_arrival_does_not_matter(found, subject, random):
    mixed = list(found)
    random.shuffle(mixed)

    assert decide_record(mixed, subject) == decide_record(found, subject)


@given(records(), st.sampled_from(Subject))
def test_the_class_is_the_most_severe_and_undetermined_only_where_no_record_decides(found, subject):
    decided = decide_record(found, subject)
    classes = {one.standings[subject].class_ for one in found}

    assert decided.class_ == min(classes, key=SEVERITY[subject].index)
    if decided.class_ == "UNDETERMINED":
        assert classes <= {"UNDETERMINED", "OUT_OF_SCOPE"}
    assert decided.high == any(one.standings[subject].high for one in found)
    assert decided.low == any(one.standings[subject].low for one in found)


@given(records(), st.sampled_from(Subject))
def test_the_lower_bound_lies_in_the_upper_and_the_class_between_them(found, subject):
    decided = decide_record(found, subject)

    assert decided.high >= decided.low
    if decided.class_ in IN_THE_SUBJECT[subject]:
        assert decided.high
    elif decided.class_ not in ("UNDETERMINED", "OUT_OF_SCOPE"):
        assert decided.asked


@given(records(), st.sampled_from(Subject))
def test_of_whom_nobody_asked_nothing_is_ever_found_to_be_none(found, subject):
    """Not asked is not zero: it is undetermined, in the upper bound, and said so."""
    decided = decide_record(found, subject)

    if not decided.asked:
        assert decided.class_ == "UNDETERMINED"
        in_scope = [one.standings[subject] for one in found]
        assert all(not one.asked or one.class_ == "OUT_OF_SCOPE" for one in in_scope)


@given(records(), st.sampled_from(Subject), st.data())
def test_one_more_record_never_makes_a_class_more_harmless(found, subject, data):
    more = data.draw(records())
    added = [replace(one, record_id=f"9{one.record_id}") for one in more]
    order = SEVERITY[subject].index

    before, after = decide_record(found, subject), decide_record([*found, *added], subject)

    assert order(after.class_) <= order(before.class_)
    assert (after.high, after.low) >= (before.high, before.low)
    assert after.low >= before.low


@given(records(), st.sampled_from(Subject))
def test_what_the_deciding_record_knows_comes_from_it(found, subject):
    decided = decide_record(found, subject)
    (own,) = [one for one in found if one.record_id == decided.record_id]

    for name, value in own.attributes.items():
        if value != "unknown":
            assert decided.attributes[name] == value


def test_a_girl_exploited_at_seventeen_and_met_again_at_eighteen_stays_a_child_in_that_year():
    exploited = record(1, "2026-02", "WFCL_OTHER", "FL_CSE", "15-17", area="PK-PB-05")
    grown = record(2, "2026-11", "OUT_OF_SCOPE", "NOT_FL", "18+", area="PK-PB-06")

    for subject, class_ in ((CHILD, "WFCL_OTHER"), (FORCED, "FL_CSE")):
        decided = decide_record([exploited, grown], subject)
        assert (decided.class_, decided.attributes["age_band"]) == (class_, "15-17")
        assert decided.attributes["area"] == "PK-PB-05"


def test_each_subject_has_a_deciding_record_of_its_own():
    herding = record(1, "2026-02", "HAZARDOUS", "NOT_FL", "12-14", area="PK-PB-05")
    bonded = record(2, "2026-05", "LIGHT_WORK", "FL_PRIVATE", "12-14", area="PK-PB-06")

    assert decide_record([herding, bonded], CHILD).attributes["area"] == "PK-PB-05"
    assert decide_record([herding, bonded], FORCED).attributes["area"] == "PK-PB-06"


def test_a_complete_interview_outranks_an_empty_one():
    whole = record(1, "2026-02", "NOT_WORKING", band="12-14")
    empty = record(2, "2026-05", "UNDETERMINED", "UNDETERMINED", complete=False)

    assert decide_record([whole, empty], CHILD).record_id == whole.record_id
    undetermined = [replace(empty, record_id="3", is_complete=True, month="2026-01"), empty]
    assert decide_record(undetermined, CHILD).record_id == "3"


def test_an_unknown_age_is_filled_in_only_where_it_fits_the_class():
    young = record(1, "2026-02", "BELOW_MIN_AGE")
    older = record(2, "2026-11", "NOT_WORKING", band="15-17")
    fitting = record(3, "2026-01", "NOT_WORKING", band="12-14")

    assert decide_record([young, older], CHILD).attributes["age_band"] == "unknown"
    assert decide_record([young, older, fitting], CHILD).attributes["age_band"] == "12-14"


def test_a_class_of_newer_rules_is_undetermined_and_not_left_out():
    newer = record(1, "2026-02", "SOMETHING_NEW")

    assert decide_record([newer], CHILD).class_ == "UNDETERMINED"


def test_among_equals_one_that_was_asked_outranks_one_that_was_not():
    asked = record(1, "2026-02", "UNDETERMINED", industry="C")
    not_asked = record(2, "2026-05", "UNDETERMINED", flags=NOT_ASKED)

    decided = decide_record([asked, not_asked], CHILD)

    assert decided.record_id == asked.record_id
    assert decided.asked


def test_what_another_week_knows_of_a_job_is_not_told_of_one_who_did_not_work():
    idle = record(1, "2026-02", "NOT_WORKING", band="12-14")
    cut_short = record(2, "2026-05", "UNDETERMINED", industry="C", hours_band="14-27")

    decided = decide_record([idle, cut_short], CHILD)

    assert decided.class_ == "NOT_WORKING"
    assert (decided.attributes["industry"], decided.attributes["hours_band"]) == (
        "unknown",
        "unknown",
    )


def test_light_work_is_never_shown_with_the_long_hours_of_another_record():
    light = record(1, "2026-02", "LIGHT_WORK", band="12-14")
    open_ = record(2, "2026-05", "UNDETERMINED", hours_band="43+")

    assert decide_record([light, open_], CHILD).attributes["hours_band"] == "unknown"


def test_a_class_named_in_spite_of_an_unknown_is_not_in_the_lower_bound():
    """Rule C37: hazardous work of hours nobody knows may be less than an hour."""
    hazardous = record(1, "2026-02", "HAZARDOUS", cl_general_bounds="NY")
    certain = record(2, "2026-01", "BELOW_MIN_AGE", cl_general_bounds="YY")

    alone = decide_record([hazardous], CHILD)
    both = decide_record([hazardous, certain], CHILD)

    assert (alone.class_, alone.low, alone.high) == ("HAZARDOUS", False, True)
    assert (both.class_, both.low, both.high) == ("HAZARDOUS", True, True)


def test_the_standing_of_a_case_comes_from_its_codes():
    empty = classes({}).codes()
    idle = classes({"birth_date": 12, **NO_WORK, "chores": ("none",)}).codes()

    for subject in Subject:
        assert standing(empty, subject) == Standing("UNDETERMINED", False, True, asked=False)
        assert standing({}, subject).class_ == "UNDETERMINED"
    # Nobody looked for a worst form, which leaves the class and sets the upper bound.
    found = standing(idle | {"cl_general": "NOT_WORKING"}, CHILD)
    assert (found.low, found.high, found.asked) == (False, True, True)


def test_a_record_of_rules_without_bounds_has_those_of_its_class():
    for class_, low, high in (("HAZARDOUS", True, True), ("NOT_WORKING", False, False)):
        found = standing({"cl_general": class_}, CHILD)
        assert (found.low, found.high) == (low, high)


def test_an_interview_is_complete_when_nothing_required_is_missing():
    assert is_complete([])
    assert is_complete(["record.visit_long_ago"])
    assert not is_complete(["hours.much", "record.required_missing"])
