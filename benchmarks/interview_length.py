"""How many answers an interview needs: the replayed survey, question after question as asked.

Counts required answers about one person that somebody has to give; what the tablet fills in by
itself is not among them. Without the survey beside the project there is nothing to measure.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path

from benchmarks.figures import Figures, benchmark
from demo.officers.interviews import SurveyInterview
from demo.officers.mics_replay import replay_mics
from demo.officers.simulated_answers import simulated_answers
from demo.officers.usual_answers import USUAL_ANSWERS
from shared.answers import UNKNOWN, Value
from shared.questionnaire import Level, Questionnaire, defaults, load_questionnaire
from shared.questionnaire.flow import work_through

SURVEY = Path(__file__).parents[2] / "shared/data/microdata/mics5_punjab_2014_child_labour.csv"
VISIT: Mapping[str, Value] = {"visit_date": "2014-07-15", "place_kind": "farm", "activity": "01"}


def measure() -> Figures:
    """Answers of the working children of the survey, and of the others it found."""
    if not SURVEY.is_file():
        return {"interviews": 0}
    questionnaire = load_questionnaire()
    found = [one for one in replay_mics(SURVEY) if one.found]
    working = [one for one in found if "yes" in _kinds_of_work(one)]
    lengths = [_answers_of(one, questionnaire) for one in working]
    others = [_answers_of(one, questionnaire) for one in found if one not in working]
    return {
        "working_children": len(lengths),
        "answers_median": float(statistics.median(lengths)),
        "answers_most": max(lengths),
        "answers_median_of_the_others": float(statistics.median(others)),
        "answers_median_short_form": float(
            statistics.median(_answers_of(one, questionnaire, form="short") for one in working)
        ),
    }


def _kinds_of_work(interview: SurveyInterview) -> set[Value]:
    return {answer for name, answer in interview.answers.items() if name.startswith("worked_")}


def _answers_of(
    interview: SurveyInterview, questionnaire: Questionnaire, form: str = "full"
) -> int:
    said: dict[str, Value] = {
        **USUAL_ANSWERS[Level.CASE],
        **simulated_answers(interview),
        **interview.answers,
        "birth_date": f"{interview.year - interview.age - 1}-12-01",
        "age_stated": interview.age,
        "sex": interview.sex,
        "consent_given_by": "self" if interview.age >= 15 else "caregiver_and_assent",
    }
    answers = {**defaults(questionnaire, Level.CASE, VISIT), "interview_form": form}
    given = 0
    while True:
        flow = work_through(questionnaire, Level.CASE, answers, VISIT)
        following = next(
            (
                question
                for question in questionnaire.of_level(Level.CASE)
                if question.takes_answer
                and question.name in flow.visible
                and question.name not in answers
                and question.required is not None
                and question.required.is_true(flow.scope)
            ),
            None,
        )
        if following is None:
            return given
        answers[following.name] = said.get(following.name, UNKNOWN)
        given += 1


command = benchmark("Answers an interview needs", measure)

if __name__ == "__main__":
    command()
