"""In which order relevance and calculations must be worked out; and what must not depend on what.

A question that is not shown reads as unanswered in every other expression. So whether a question
is shown depends on whether the questions it reads are shown: a graph, which must have no cycle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.errors import QuestionnaireError
from shared.questionnaire.model import Kind, Question, Section


class OrderError(QuestionnaireError):
    """A dependency that cannot be; question: where it was found."""

    def __init__(self, message: str, question: str) -> None:
        super().__init__(message)
        self.question = question


def reads(question: Question, section: Section) -> frozenset[str]:
    """The questions that decide whether this one is shown, and what it calculates."""
    found: frozenset[str] = frozenset()
    for expression in (question.relevant, section.relevant, question.calculation):
        if expression is not None:
            found |= expression.references
    return found


def evaluation_order(
    questions: Mapping[str, Question], sections: Mapping[str, Section]
) -> tuple[str, ...]:
    """All names so that each comes after those it reads; otherwise in document order.

    Raises OrderError with the names of a cycle.
    """
    done: dict[str, None] = {}
    for start in questions:
        # An explicit stack: a questionnaire may chain more questions than Python nests calls.
        trail: dict[str, Iterator[str]] = {start: _sources(start, questions, sections)}
        while trail and start not in done:
            name = next(reversed(trail))
            for source in trail[name]:
                if source in trail:
                    cycle = [*list(trail)[list(trail).index(source) :], source]
                    raise OrderError(f"goes round in a circle: {' -> '.join(cycle)}", name)
                if source not in done:
                    trail[source] = _sources(source, questions, sections)
                    break
            else:
                done[name] = None
                del trail[name]
    return tuple(done)


def _sources(
    name: str, questions: Mapping[str, Question], sections: Mapping[str, Section]
) -> Iterator[str]:
    question = questions[name]
    return iter(sorted(reads(question, sections[question.section])))


def refuse_leaks(questions: Mapping[str, Question], sections: Mapping[str, Section]) -> None:
    """Refuses an answer that leaves the tablet while its being asked depends on identity.

    Whether it was asked would tell something about a name; and the server, which never sees the
    name, could not tell whether the answer was hidden. Raises OrderError.
    """
    for question in questions.values():
        if question.is_identity or not question.takes_answer:
            continue
        read = set(reads(question, sections[question.section]))
        if question.choice_filter is not None:
            read |= question.choice_filter.references
        seen: set[str] = set()
        while read:
            name = read.pop()
            seen.add(name)
            source = questions[name]
            if source.is_identity and source.takes_answer:
                raise OrderError(
                    f"leaves the tablet, but is asked depending on {name!r}, which must not leave",
                    question.name,
                )
            if source.kind is Kind.CALCULATE:
                read |= reads(source, sections[source.section]) - seen
