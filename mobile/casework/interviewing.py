"""The interview as it stands: sections, visible questions, states. Reads, changes nothing."""

from __future__ import annotations

from datetime import date

from mobile.casework.danger import danger_reasons
from mobile.casework.papers import Paper
from mobile.casework.powers import open_to
from mobile.casework.views import Interview, QuestionView, SectionState, SectionView
from shared.answers import written_day
from shared.findings import Finding
from shared.questionnaire import Kind, Question, answer_to_say, words_to_say
from shared.questionnaire.filled import filled
from shared.questionnaire.flow import Flow, offered


def interview_of(
    paper: Paper, language: str, today: date, spoken: str = "", organisation: str = ""
) -> Interview:
    """Every section that is asked now, with its questions, present answers and findings.

    spoken: the language of the words to say to the person; "" for the officer's. organisation: of
    which kind the officer's is (code list source_lists); some answers are not open to all.
    """
    findings: dict[str, list[Finding]] = {}
    for finding in paper.findings(today):
        if finding.question is not None and finding.question in paper.answers:
            findings.setdefault(finding.question, []).append(finding)
    flow = paper.flow
    by_section: dict[str, list[Question]] = {}
    for question in paper.questionnaire.of_level(paper.level):
        if question.name in paper.shown and question.kind is not Kind.CALCULATE:
            by_section.setdefault(question.section, []).append(question)
    sections = tuple(
        _section_view(
            paper, flow, name, questions, findings, language, spoken or language, organisation
        )
        for name, questions in by_section.items()
    )
    card = paper.card
    return Interview(
        card.record_id,
        card.level,
        card.state,
        card.revision,
        sections,
        card.danger,
        danger_reasons(paper.questionnaire, paper.answers),
        written_day(paper.measured("visit.date")),
    )


def _section_view(
    paper: Paper,
    flow: Flow,
    name: str,
    questions: list[Question],
    findings: dict[str, list[Finding]],
    language: str,
    spoken: str,
    organisation: str,
) -> SectionView:
    views = tuple(
        _question_view(
            paper,
            flow,
            question,
            tuple(findings.get(question.name, ())),
            language,
            spoken,
            organisation,
        )
        for question in questions
    )
    answerable = [view for view in views if view.question.takes_answer]
    answered = sum(view.value is not None for view in answerable)
    missing = tuple(view.name for view in answerable if view.required and view.value is None)
    return SectionView(
        name=name,
        label=_words(paper, flow, paper.questionnaire.section(name).label(language), language),
        state=_state(answerable, answered, missing),
        answered=answered,
        asked=len(answerable),
        missing=missing,
        questions=views,
    )


def _question_view(
    paper: Paper,
    flow: Flow,
    question: Question,
    findings: tuple[Finding, ...],
    language: str,
    spoken: str,
    organisation: str,
) -> QuestionView:
    """One question with its present answer and the choices that are open now. spoken: the language
    of the words to say to the person."""
    inline = paper.questionnaire.choices.get(question.choice_list or "", ())
    value = paper.answers.get(question.name)
    choices = () if question.from_file else offered(question, inline, flow.scope)
    choices = open_to(organisation, question.name, choices, value)
    signed_for = paper.reference.profile.unreviewed_read_aloud
    told = {
        choice.code: answer_to_say(
            choice, question, paper.questionnaire, spoken, signed_for=signed_for
        )
        for choice in choices
    }
    return QuestionView(
        name=question.name,
        question=question,
        label=_words(paper, flow, question.label(language), language),
        hint=_words(paper, flow, question.hint(language), language),
        to_say=words_to_say(
            question,
            paper.questionnaire,
            spoken,
            signed_for=signed_for,
        ),
        value=value,
        required=question.required is not None and question.required.is_true(flow.scope),
        choices=choices,
        code_list=question.choice_list if question.from_file else None,
        findings=findings,
        is_observed=question.name in paper.body.observed,
        is_covered=question.name in paper.covered,
        answers_to_say={code: said for code, said in told.items() if said is not None},
    )


def _words(paper: Paper, flow: Flow, words: str, language: str) -> str:
    return filled(words, paper.questionnaire, flow.scope, language)


def _state(views: list[QuestionView], answered: int, missing: tuple[str, ...]) -> SectionState:
    if any(finding.severity == "error" for view in views for finding in view.findings):
        return SectionState.WRONG
    if not answered and views:
        return SectionState.EMPTY
    return SectionState.STARTED if missing else SectionState.COMPLETE
