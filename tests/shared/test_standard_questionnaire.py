"""The standard questionnaire as it is shipped."""

import re
from pathlib import Path

import pytest

from shared.classification.ages import ages_in_band
from shared.codelists import load_codelist
from shared.questionnaire import Kind, Level, load_questionnaire
from shared.questionnaire.description import described
from shared.questionnaire.model import Asked
from shared.reference import load_reference


@pytest.fixture(scope="module")
def questionnaire():
    return load_questionnaire()


def test_every_question_carries_a_privacy_mark_and_free_text_is_identity(questionnaire):
    for question in questionnaire.questions.values():
        assert question.privacy is not None
        if question.kind is Kind.TEXT:
            assert question.is_identity, question.name


def test_rules_find_their_measures(questionnaire):
    assert [q.name for q in questionnaire.measured("work.activity")] == [
        "worked_own_farm",
        "worked_family_business",
        "worked_produced_goods",
        "worked_other_paid",
    ]
    assert questionnaire.measured("age.completed_years")[0].name == "birth_date"


def test_both_levels_have_questions_and_each_stands_in_a_section_of_its_level(questionnaire):
    for level in Level:
        assert questionnaire.of_level(level)
        for section in questionnaire.sections_of(level):
            assert questionnaire.section_questions(section.name)
            assert all(q.level is level for q in questionnaire.section_questions(section.name))


def test_the_page_of_questions_tells_what_the_sheets_say(questionnaire):
    page = Path(__file__).parents[2] / "docs" / "questionnaire-questions.md"

    assert page.read_text("utf-8") == described(questionnaire), (
        "run python -m shared.questionnaire.description > docs/questionnaire-questions.md"
    )


def test_nobody_is_asked_unknown_or_refused_in_a_list_of_one_choice(questionnaire):
    """They are answers of every question already; several choices may hold 'others not known'."""
    for question in questionnaire.questions.values():
        codes = {c.code for c in questionnaire.choices.get(question.choice_list or "", ())}
        assert "refused" not in codes
        if question.kind is Kind.SELECT_ONE:
            assert "unknown" not in codes, question.name


def test_lists_shared_with_the_rules_have_the_codes_of_the_rules(questionnaire):
    """The rules read codes: a code the code list does not know would never count."""
    for name in (
        "hazards",
        "indicators",
        "involuntariness",
        "menace",
        "referrals",
        "source_lists",
        "stages",
        "who_applies",
    ):
        asked = {choice.code for choice in questionnaire.choices[name]} - {"none", "unknown"}
        assert asked == set(load_codelist(name).entries), name
    excepted = {choice.code for choice in questionnaire.choices["exceptions"]} - {"no"}
    assert excepted == set(load_codelist("exceptions").entries)
    for question in questionnaire.measured("age.band"):
        for choice in questionnaire.choices[question.choice_list]:
            assert ages_in_band(choice.code) is not None, choice.code


GRAVE = ("worst.", "trafficking.", "forced.commercial_sexual")


def test_judgements_of_the_officer_stand_on_pages_that_ask_nobody_else(questionnaire):
    """Nobody reads a judgement to the person, nor is 'refused' offered where an officer decides."""
    judged = {
        question.section
        for question in questionnaire.questions.values()
        if question.asked is Asked.OFFICER_SENSITIVE
    }

    assert judged == {"worst_forms", "trafficking"}
    for section in questionnaire.sections_of(Level.CASE):
        if section.name not in judged:
            continue
        assert section.label("en").startswith("For the officer")
        for question in questionnaire.section_questions(section.name):
            assert not question.says, question.name
            assert not question.takes_answer or question.asked.is_of_the_officer, question.name
        notes = [q for q in questionnaire.section_questions(section.name) if q.kind is Kind.NOTE]
        assert any("asks you, not the person" in note.label("en") for note in notes)
    for question in questionnaire.questions.values():
        if (question.measure or "").startswith(GRAVE) and question.measure != "worst.slavery_form":
            assert question.asked is Asked.OFFICER_SENSITIVE, question.name


def test_what_the_officer_adds_on_force_stands_apart_from_what_the_person_is_asked(questionnaire):
    facts = [q for q in questionnaire.section_questions("coercion_facts") if q.takes_answer]

    assert facts
    assert all(q.asked.is_of_the_officer and not q.says for q in facts)
    added = [q.name for q in facts if q.measure in ("forced.stage", "forced.who_applies")]
    assert len(added) == 16
    of_person = [q for q in questionnaire.section_questions("coercion") if q.takes_answer]
    assert not any(q.asked.is_of_the_officer for q in of_person)
    # The signs seen and heard tell where to ask on: the page before what they lead to.
    sections = [section.name for section in questionnaire.sections_of(Level.CASE)]
    assert questionnaire.questions["ilo_indicators"].section == "worst_forms"
    assert sections.index("worst_forms") + 1 == sections.index("coercion")


OF_FORCE = ("worst.", "trafficking.", "forced.", "officer.")


def test_a_page_on_force_asks_the_officer_or_the_person_and_never_both(questionnaire):
    for section in questionnaire.sections_of(Level.CASE):
        asked = [q for q in questionnaire.section_questions(section.name) if q.takes_answer]
        if any((q.measure or "").startswith(OF_FORCE) for q in asked):
            assert len({q.asked.is_of_the_officer for q in asked}) == 1, section.name


TELLING = {
    "am": ("ብዝበዛ", "መነገድ", "ወሲባ", "ነጻ", "አደጋ", "ግዳጅ"),
    "ar": ("استغلال", "اتجار", "جنسي", "حرية", "خطر", "مخاطر", "قسر", "جبر"),
    "bn": ("শোষণ", "পাচার", "যৌন", "স্বাধীন", "বিপদ", "বাধ্য"),
    "en": ("exploit", "traffick", "sexual", "free", "danger", "forc", "abuse", "coerc", "who did"),
    "es": ("explotaci", "trata", "sexual", "libre", "peligro", "forz", "quién lo hizo"),
    "fr": ("exploit", "traite", "sexuel", "libre", "danger", "forcé", "qui l'a fait"),
    "hi": ("शोषण", "तस्करी", "यौन", "आज़ाद", "खतर", "जबर"),
    "ne": ("शोषण", "बेचबिखन", "यौन", "स्वतन्त्र", "खतर", "जबर"),
    "pt": ("explora", "tráfico", "sexual", "livre", "perigo", "forçad", "quem fez"),
    "sw": ("unyonyaji", "usafirishaji", "ngono", "huru", "hatari", "lazimish"),
    "ur": ("استحصال", "سمگلنگ", "جنسی", "آزادی", "خطر", "جبر"),
}
"""What a heading would tell an employer who looks over the shoulder."""


def test_no_heading_tells_who_stands_beside_what_is_asked():
    questionnaire = load_reference("PAK").questionnaire
    assert set(TELLING) == set(questionnaire.languages)
    telling = [
        (section.name, language, section.label(language))
        for section in questionnaire.sections_of(Level.CASE)
        for language, words in TELLING.items()
        if any(word in section.label(language).casefold() for word in words)
    ]
    assert telling == []


def test_words_about_housework_fit_whoever_it_is_done_for(questionnaire):
    """A child lodged with an employer does it in the employer's house, not 'at home'."""
    at_home = re.compile(r"\b(?:at home|your home|your house)\b", re.IGNORECASE)
    for question in questionnaire.section_questions("household"):
        words = (question.label("en"), question.hint("en"), question.say("en"))
        assert not any(map(at_home.search, words)), question.name
    assert not at_home.search(questionnaire.questions["school_affected"].say("en"))


def test_words_about_the_night_fit_the_law_of_every_country(questionnaire):
    """Pakistan's night begins at 19:00, Viet Nam's at 22:00: an hour read aloud would be wrong,
    and one in the hint would stand against the hours of the law shown beside it."""
    asked = questionnaire.measured("work.night")[0]
    for language, words in (*asked.says.items(), *asked.hints.items()):
        assert not re.search(r"\d", words), language


def test_a_yes_to_the_words_read_aloud_is_a_yes_to_the_question():
    """The officer taps what the person says: no question of its own may turn the answer round."""
    other_way_round = re.compile(
        r"\b(may you|can you|can your|are you all right|have you always)\b", re.IGNORECASE
    )
    asked = [
        question
        for question in load_questionnaire().questions.values()
        if question.choice_list in ("yes_no", "moves") and question.say("en")
    ]

    assert len(asked) > 20
    assert not [one.name for one in asked if other_way_round.search(one.say("en"))]


def test_who_begs_for_somebody_else_is_asked_for_it_as_work(questionnaire):
    question = questionnaire.questions["worked_without_pay"]

    assert "begging" in question.hint("en")
    assert "money or food that you must give to somebody else" in question.say("en")
