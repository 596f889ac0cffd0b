"""What a record says, in words: its questions, answers and classes."""

from __future__ import annotations

from server.stewardship.conflicts import Differing
from shared.answers import REFUSED, UNKNOWN, Value
from shared.questionnaire import Question
from shared.reference import Reference
from shared.texts import has_text, listed, text


def in_words(reference: Reference, differs: Differing, lang: str) -> tuple[str, str, str]:
    """The question or class, and both answers, in words; a dash for none."""
    if not differs.questionnaire:
        name = text("server.conflict.class", lang, name=differs.name)
        return name, _class(differs.held, lang), _class(differs.came, lang)
    questionnaire = reference.questionnaire_by_digest(differs.questionnaire)
    question = questionnaire.questions.get(differs.name) if questionnaire else None
    if question is None:
        return differs.name, str(differs.held or "–"), str(differs.came or "–")
    held, came = (
        _answer(reference, question, value, lang) for value in (differs.held, differs.came)
    )
    return question.label(lang), held, came


def _answer(reference: Reference, question: Question, value: Value | None, lang: str) -> str:
    if value is None or value == ():
        return "–"
    said = value if isinstance(value, tuple) else (value,)
    return listed((_code(reference, question, one, lang) for one in said), lang)


def _code(reference: Reference, question: Question, code: str | int | float, lang: str) -> str:
    listed = reference.codelists.get(question.choice_list or "") if question.from_file else None
    if listed is not None and code in listed:
        return listed.label(str(code), lang)
    choice = reference.questionnaire.choice(question.choice_list or "", str(code))
    if choice is not None:
        return choice.label(lang)
    if code in (UNKNOWN, REFUSED):
        return text(f"tablet.{code}", lang)
    return f"{code:g}" if isinstance(code, float) else str(code)


def _class(code: Value | None, lang: str) -> str:
    if code is None:
        return "–"
    message = f"classification.class.{code}"
    return text(message, lang) if has_text(message, lang) else str(code)
