"""The deciding record: one for each person, period and subject, and no cell the rules exclude."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.tables.deciding_record import (
    SEVERITY,
    CountedRecord,
    Subject,
    contradicts,
    decide_record,
)

CHILD, FORCED = Subject.CHILD_LABOUR, Subject.FORCED_LABOUR
BANDS = ("0-4", "5-11", "12-14", "15-17", "18+", "unknown")


def record(number, month, child, forced="NOT_FL", band="unknown", **more):
    attributes = {"age_band": band, "area": more.pop("area", "unknown"), "sex": "female"}
    return CountedRecord(
        f"{number:04}", month, {CHILD: child, FORCED: forced}, attributes=attributes, **more
    )


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
            if not contradicts(child, "age_band", band)
            and not contradicts(forced, "age_band", band)
        ]
        if "18+" in fitting and child not in ("OUT_OF_SCOPE", "UNDETERMINED"):
            fitting.remove("18+")
        found.append(
            record(
                number,
                f"2026-{draw(st.integers(1, 12)):02}",
                child,
                forced,
                draw(st.sampled_from(fitting)),
                area=draw(st.sampled_from(("unknown", "PK-PB-05", "PK-PB-06"))),
                high={s: draw(st.booleans()) for s in Subject},
                is_complete=draw(st.booleans()),
            )
        )
    return found


@given(records(), st.sampled_from(Subject))
def test_no_attribute_contradicts_the_class(found, subject):
    decided = decide_record(found, subject)

    for name, value in decided.attributes.items():
        assert not contradicts(decided.class_, name, value)


@given(records(), st.sampled_from(Subject), st.randoms())
def test_the_order_of_arrival_does_not_matter(found, subject, random):
    mixed = list(found)
    random.shuffle(mixed)

    assert decide_record(mixed, subject) == decide_record(found, subject)


@given(records(), st.sampled_from(Subject))
def test_the_class_is_the_most_severe_and_undetermined_only_where_no_record_decides(found, subject):
    decided = decide_record(found, subject)
    classes = {one.classes[subject] for one in found}

    assert decided.class_ == min(classes, key=SEVERITY[subject].index)
    if decided.class_ == "UNDETERMINED":
        assert classes <= {"UNDETERMINED", "OUT_OF_SCOPE"}
    assert decided.high == any(one.high[subject] for one in found)


@given(records(), st.sampled_from(Subject), st.data())
def test_one_more_record_never_makes_a_class_more_harmless(found, subject, data):
    more = data.draw(records())
    added = [replace(one, record_id=f"9{one.record_id}") for one in more]
    order = SEVERITY[subject].index

    before, after = decide_record(found, subject), decide_record([*found, *added], subject)

    assert order(after.class_) <= order(before.class_)
    assert after.high >= before.high


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
    empty = record(2, "2026-05", "UNDETERMINED", "UNDETERMINED", is_complete=False)

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
