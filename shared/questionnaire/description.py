"""The questions as tables for people: ``python -m shared.questionnaire.description``.

Its output is docs/questionnaire-questions.md; a test fails while that page and the sheets differ.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from shared.questionnaire.loading import load_questionnaire
from shared.questionnaire.model import Kind, Question, Questionnaire

HEADER = """# The questions of the standard questionnaire

Made from the sheets in `shared/data/questionnaire` by
`python -m shared.questionnaire.description`; do not edit by hand. What the columns mean is told in
[questionnaire.md](questionnaire.md).
"""


def described(questionnaire: Questionnaire) -> str:
    """The page in Markdown: a table for each section, then the choice lists."""
    return "\n".join([HEADER, *_sections(questionnaire), *_lists(questionnaire)]) + "\n"


def _sections(questionnaire: Questionnaire) -> Iterator[str]:
    for section in questionnaire.sections:
        yield f"## {section.label('en')} (`{section.name}`, {section.level.value})\n"
        if section.relevant is not None:
            yield f"Asked when `{section.relevant.source}`.\n"
        yield "| name | question | answer | asked when | leaves as | measures |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for question in questionnaire.section_questions(section.name):
            if question.takes_answer:
                yield _row(question)
        yield ""


def _row(question: Question) -> str:
    relevant = f"`{question.relevant.source}`" if question.relevant else ""
    leaves = {"identity": "stays", "keep": "it is"}.get(str(question.privacy))
    leaves = leaves or (question.privacy.how or "").replace("_", " ")
    optional = "" if question.required else " (optional)"
    cells = (
        f"`{question.name}`",
        question.label("en") + optional,
        _answer(question),
        relevant,
        leaves,
        f"`{question.measure}`" if question.measure else "",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _answer(question: Question) -> str:
    if question.kind is Kind.SELECT_ONE:
        return f"one of `{question.choice_list}`"
    if question.kind is Kind.SELECT_MULTIPLE:
        return f"several of `{question.choice_list}`"
    return question.kind.value


def _lists(questionnaire: Questionnaire) -> Iterator[str]:
    yield "## Choice lists\n"
    yield "Lists that are not here are code lists: see `shared/data/codelists`.\n"
    for name, choices in questionnaire.choices.items():
        listed = "; ".join(f"`{choice.code}` {choice.label('en')}" for choice in choices)
        yield f"* **{name}**: {listed}"


if __name__ == "__main__":
    sys.stdout.write(described(load_questionnaire()))
