"""The short name of a questionnaire by what it means: records carry it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from shared.questionnaire.expressions import Expression
from shared.questionnaire.model import Choice, Question, Section


def digest_of(
    version: str,
    sections: Sequence[Section],
    questions: Mapping[str, Question],
    choices: Mapping[str, tuple[Choice, ...]],
) -> str:
    """16 hexadecimal digits of SHA-256 over all that decides what an answer means."""

    def source(expression: Expression | None) -> str:
        return expression.source if expression else ""

    content = [
        version,
        [[s.name, s.level.value, source(s.relevant)] for s in sections],
        [
            [
                q.name,
                q.kind.value,
                q.level.value,
                q.section,
                str(q.privacy),
                q.choice_list or "",
                q.from_file,
                q.measure or "",
                source(q.required),
                source(q.relevant),
                source(q.constraint),
                source(q.calculation),
                source(q.choice_filter),
            ]
            for q in questions.values()
        ],
        [
            [name, [[c.code, sorted(c.columns.items())] for c in listed]]
            for name, listed in sorted(choices.items())
        ],
    ]
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(written).hexdigest()[:16]
