"""Whatever hours are given, those a table shows are those the class was decided by."""

from dataclasses import replace
from random import Random

from server.tables.case_words import CaseAsKept, band
from server.tables.declaration import standard
from server.tables.observed import readers, standings_of
from shared.answers import Trilean
from shared.classification.child_labour import ChildLabourClass, classify_child_labour
from shared.classification.inputs import child_labour_inputs
from shared.classification.measured import reading_of
from tests.shared.classification.answered import PROFILE, classes
from tests.shared.classification.random_interviews import QUESTIONNAIRE, asked_only, completed

VISIT = {"visit_date": "2026-10-15", "area": "PK-PB-05"}
DECLARED = standard()
WORK, CHORES = DECLARED.dimensions["hours_band"], DECLARED.dimensions["chore_hours"]
READ = readers((WORK, CHORES), QUESTIONNAIRE, PROFILE)
INTERVIEWS = 400
TELLS_NOTHING = ("unknown", "not_asked")
BANDS = {"5-11": range(5, 12), "12-14": range(12, 15), "15-17": range(15, 18)}


def an_interview(number):
    """A child's interview with hours of every kind, some of them beside a no."""
    random = Random(number)
    said = {"birth_date": random.choice(range(5, 18))}
    answers = completed(said, VISIT, random, unknown=0.03, quiet=random.choice((0.4, 0.8)))
    content = asked_only(answers, VISIT)
    if random.random() < 0.2:
        content["work_hours"] = random.choice((0.0, 6.0, 43.0))
    if random.random() < 0.2:
        content["hours_chores"] = random.choice((0.0, 13.5, 21.0))
    return content


def ends(shown, dimension):
    """The least and the most hours of a band."""
    for least, most in dimension.bands:
        name = (
            str(least) if least == most else f"{least}-{most}" if most is not None else f"{least}+"
        )
        if name == shown:
            return float(least), float(least if least == most else (most or 100) + 0.99)
    raise AssertionError(shown)


def test_the_hours_shown_are_those_that_decided():
    told = 0
    for number in range(INTERVIEWS):
        content = an_interview(number)
        codes = classes(content, VISIT).codes()
        ages = next(name for name, years in BANDS.items() if content["birth_date"] in years)
        kept = CaseAsKept(
            content, codes, standings_of(codes), "PK-PB-05", "male", ages, "ngo", False, True
        )
        work, chores = (read(kept) for read in READ)
        reading = reading_of(content, VISIT, QUESTIONNAIRE)
        worst = Trilean.of(codes["cl_sna"] == ChildLabourClass.WFCL_OTHER)
        law = PROFILE.in_area("PK-PB-05")
        asked, _ = child_labour_inputs(reading, reading.ages(), worst, law, [])
        decided = classify_child_labour(asked)
        assert decided.sna == codes["cl_sna"], number
        if work not in TELLS_NOTHING:
            told += 1
            found = {
                classify_child_labour(replace(asked, hours_economic=hours)).sna
                for hours in ends(work, WORK)
            }
            assert decided.sna in found, (number, work, decided.sna_rule)
        if chores not in TELLS_NOTHING:
            found = {
                classify_child_labour(replace(asked, hours_household=hours)).general
                for hours in ends(chores, CHORES)
            }
            assert decided.general in found, (number, chores)
        known = asked.hours_economic
        if known is not None and asked.activity is not Trilean.NO and work != "not_asked":
            assert work == band(known, WORK.bands), number
    assert told > INTERVIEWS / 4
