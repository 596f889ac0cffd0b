"""What an officer looks at before finalising: the class and why, what leaves and what stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mobile.casework.papers import Paper
from mobile.casework.views import Review, ReviewLine
from shared.answer_words import AnswerWords
from shared.answers import NOT_SAID, REFUSED, UNKNOWN, Value
from shared.classification import Classification, classify, explain
from shared.findings import SEVERITIES, Finding, Severity
from shared.questionnaire import Kind, Level, PrivacyKind, Question
from shared.questionnaire.filled import filled
from shared.texts import has_text, listed, plural, text


def review_of(paper: Paper, visit: Paper | None, language: str, today: date) -> Review:
    """The review of a case (visit: its visit) or of a visit (visit: None)."""
    findings = tuple(paper.findings(today))
    content = paper.content()
    classification = classification_of(paper, visit, content) if visit is not None else None
    return Review(
        findings=findings,
        asked={
            finding.question: _label(paper, finding.question, language)
            for finding in findings
            if finding.question is not None and finding.question in paper.questionnaire.questions
        },
        covered=paper.covered,
        classification=classification,
        sentences=_reasons(paper, classification, language, findings) if classification else (),
        leaves=_lines(paper, content, language, leaving=True),
        stays=_lines(paper, paper.identity(), language, leaving=False),
        may_finalise=not any(finding.severity == "error" for finding in findings),
    )


def _reasons(
    paper: Paper, classification: Classification, language: str, findings: Sequence[Finding]
) -> tuple[str, ...]:
    """The classes in sentences, with the answers that decided and what to do next."""
    words = AnswerWords(paper.questionnaire, paper.reference.codelists)
    return tuple(explain(classification, language, words, [one.code for one in findings]))


def classification_of(
    paper: Paper, visit: Paper, content: Mapping[str, Value]
) -> Classification | None:
    """The class of a case, from what leaves the tablet only, so that the server agrees."""
    if paper.level is not Level.CASE:
        return None
    return classify(content, visit.content(), paper.questionnaire, paper.reference.profile)


def returned(
    code: str,
    question: str | None,
    values: Mapping[str, str | int | float],
    number: str,
    language: str,
) -> Finding:
    """A finding of the office. Codes that only an office gives are said by the tablet, with the
    local number of the case to be given on the telephone."""
    messages = {}
    if not has_text(f"findings.{code}", "en"):
        message_id = "tablet.conflict" if code == "record.conflict" else "tablet.returned"
        messages = {
            say: text(message_id, say, number=number, code=code) for say in (language, "en")
        }
    severity = SEVERITIES.get(code, Severity.ERROR)
    return Finding(code, severity, question, values, messages)


def _label(paper: Paper, question: str, language: str) -> str:
    label = paper.questionnaire.questions[question].label(language)
    return filled(label, paper.questionnaire, paper.flow.scope, language)


def _lines(
    paper: Paper, values: Mapping[str, Value], language: str, *, leaving: bool
) -> tuple[ReviewLine, ...]:
    questions = paper.questionnaire.questions
    return tuple(
        ReviewLine(
            question=name,
            label=_label(paper, name, language),
            text=answer_text(paper, questions[name], value, language, coarse=leaving),
            coarsened=questions[name].privacy.kind is PrivacyKind.COARSEN and value not in NOT_SAID,
            is_covered=name in paper.covered,
        )
        for name, value in values.items()
    )


def answer_text(
    paper: Paper, question: Question, value: Value, language: str, *, coarse: bool = False
) -> str:
    """An answer in words: labels of choices, and 'does not know' and 'would rather not say'."""
    if isinstance(value, tuple):
        return listed((_choice_text(paper, question, code, language) for code in value), language)
    if question.choice_list is not None or value in (UNKNOWN, REFUSED):
        return _choice_text(paper, question, str(value), language)
    if coarse and question.privacy.how == "completed_years" and isinstance(value, int):
        return plural("tablet.years", language, value)
    if question.kind is Kind.DECIMAL and isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def _choice_text(paper: Paper, question: Question, code: str, language: str) -> str:
    if question.from_file:
        code_list = paper.reference.codelists.get(question.choice_list or "")
        if code_list is not None and code in code_list:
            return code_list.label(code, language)
    choice = paper.questionnaire.choice(question.choice_list or "", code)
    if choice is not None:
        return choice.label(language)
    if code == UNKNOWN:
        return text("tablet.unknown", language)
    if code == REFUSED:
        return text("tablet.refused", language)
    return code
