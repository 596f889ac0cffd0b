"""Every class has a sentence, with its rule and source, and codes fit for the wire."""

from shared.answer_words import AnswerWords
from shared.classification import RULES_VERSION, explain
from shared.reference import load_reference
from tests.shared.classification.answered import ADULT, NO_WORK, child, classes


def test_codes_are_flat_text_and_the_same_for_the_same_content():
    case = child(13, work_hours=50.0, tip_act=("none",))
    codes = classes(case).codes()

    assert all(isinstance(value, str) for value in codes.values())
    assert codes == classes(dict(reversed(case.items()))).codes()
    assert (codes["cl_sna"], codes["rule_cl"], codes["cl_sna_bounds"]) == ("HAZARDOUS", "R3", "YY")
    assert classes(case).rules_version == RULES_VERSION


def test_every_class_and_flag_is_explained_in_a_sentence():
    cases = [
        child(13, work_hours=50.0),
        child(9, work_hours=3.0, hazards=("unknown",)),
        child(16, wfcl_sexual="yes"),
        child("unknown", work_hours=20.0),
        {"birth_date": 9, **NO_WORK, "chores": ("shopping",), "hours_chores": 30.0},
        ADULT,
        ADULT | {"fl_menace": ("none",)},
        ADULT | {"fl_who_applies": ("state_authority",)},
        ADULT | {"fl_who_applies": ("armed_group",)},
        {},
    ]
    for case in cases:
        sentences = explain(classes(case), "en")
        assert sentences
        for sentence in sentences:
            assert sentence.endswith("."), sentence
            assert not sentence.startswith("classification."), sentence


def test_the_explanation_names_rule_and_source():
    told = " ".join(explain(classes(child(13, work_hours=50.0)), "en"))

    assert "hazardous work" in told
    assert "rule R3" in told
    assert "18th ICLS Resolution II" in told


def test_trafficking_is_explained_only_when_it_was_asked():
    asked = explain(classes(child(13, tip_act=("unknown",))), "en")
    not_asked = explain(classes(child(13)), "en")

    assert any("cannot be decided yet: act, means or purpose" in line for line in asked)
    assert not any("cannot be decided yet: act, means or purpose" in line for line in not_asked)
    assert "Trafficking in persons was not assessed." in not_asked


def test_answers_with_commas_of_their_own_are_heard_apart():
    reference = load_reference("PAK")
    case = ADULT | {
        "fl_involuntary": ("different_job",),
        "fl_menace": ("debt_bondage", "threats_or_violence"),
    }
    words = AnswerWords(reference.questionnaire, reference.codelists)
    told = " ".join(explain(classes(case), "en", words))

    assert "Debt bondage, or a debt that is manipulated; Threats" in told
