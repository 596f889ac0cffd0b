"""When the tablet proposes the safety steps: a proposal, a person decides.

Source: domain rules of child protection in humanitarian action (Minimum Standards 2019, standard
18) as laid down for this project: worst forms, confinement, violence, sexual abuse, injury.
"""

from __future__ import annotations

from shared.answers import Answers, Value
from shared.questionnaire import Questionnaire

_YES = frozenset({"yes"})

# Reason code, measure, and the answers that propose it. Texts: tablet.danger.<reason>.
_TRIGGERS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("immediate", "danger", _YES),
    ("worst_form", "worst.slavery", _YES),
    ("worst_form", "worst.sexual", _YES),
    ("worst_form", "worst.illicit", _YES),
    ("worst_form", "forced.commercial_sexual", _YES),
    ("violence", "work.abuse", frozenset({"yes", "beaten", "sexual"})),
    ("violence", "forced.menace", frozenset({"threats_or_violence"})),
    ("violence", "forced.indicators", frozenset({"physical_and_sexual_violence"})),
    ("confined", "work.confined", _YES),
    ("confined", "forced.menace", frozenset({"restricted_movement"})),
    ("confined", "forced.indicators", frozenset({"restriction_of_movement"})),
)


def danger_reasons(questionnaire: Questionnaire, answers: Answers) -> tuple[str, ...]:
    """Codes of the reasons for proposing the safety steps, each once, in a fixed order."""
    reasons: dict[str, None] = {}
    for reason, measure, wanted in _TRIGGERS:
        for question in questionnaire.measured(measure):
            value = answers.get(question.name)
            if value is not None and _hits(value, wanted):
                reasons[reason] = None
    return tuple(reasons)


def _hits(value: Value, wanted: frozenset[str]) -> bool:
    codes = value if isinstance(value, tuple) else (str(value),)
    return not wanted.isdisjoint(codes)
