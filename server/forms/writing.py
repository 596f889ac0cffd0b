"""The tablet's expressions as texts for a cell; what shared.questionnaire.syntax reads back."""

from __future__ import annotations

from shared.questionnaire.syntax import (
    AnswerReference,
    Call,
    Column,
    Current,
    Literal,
    Negative,
    Node,
    Operation,
)
from shared.questionnaire.values import to_text

_BINDING = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5}


def written(node: Node, around: int = 0) -> str:
    """The text of a tree. around: how strongly what stands around it binds."""
    match node:
        case Literal(value):
            return _literal(value)
        case AnswerReference(name):
            return f"${{{name}}}"
        case Current():
            return "."
        case Column(name):
            return name
        case Negative(operand):
            return f"-{written(operand, 9)}"
        case Operation(operator, left, right):
            binding = _BINDING.get(operator, 6)
            text = f"{written(left, binding)} {operator} {written(right, binding + 1)}"
            return f"({text})" if binding < around else text
        case Call(name, arguments):
            return f"{name}({', '.join(written(one) for one in arguments)})"


def _literal(value: float | str) -> str:
    if isinstance(value, float):
        text = to_text(value)
        return text if "e" not in text else f"number('{text}')"
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    parts = value.split("'")
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in parts) + ")"
