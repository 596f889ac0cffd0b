"""Looking things up in the choice lists of the form: ``pulldata()`` and ``jr:choice-name()``.

Both give the same on every tablet and at the office, so ``jr:choice-name()`` gives the English
wording in logic. Source: ODK XForms specification and
https://docs.getodk.org/form-logic/#pulldata (a list there is a CSV file beside the form).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shared.errors import QuestionnaireError
from shared.questionnaire.functions import Type
from shared.questionnaire.typed import Declared, Made, Scope
from shared.questionnaire.values import XValue, to_text

Lists = Mapping[str, Sequence[Mapping[str, str]]]
"""Rows of the choice lists by name: their columns, with ``name`` and the English ``label``."""
NO_LISTS: Lists = MappingProxyType({})
_QUESTION = re.compile(r"\s*\$\{\s*(?P<name>[^}]+?)\s*\}\s*")


def pulled(arguments: Sequence[Made], lists: Lists) -> Made:
    """``pulldata('list', 'column', 'key column', key)``: the cell of the first row that fits.

    Empty where no row does. Raises QuestionnaireError for a list or column that is not there.
    """
    texts = [part.literal for part in arguments[:3]]
    if not all(isinstance(text, str) for text in texts):
        raise QuestionnaireError("pulldata() names its list and columns in quotes")
    name, column, key_column = (str(text) for text in texts)
    if name not in lists:
        raise QuestionnaireError(f"pulldata() reads a choice list; there is none called {name!r}")
    rows = lists[name]
    for wanted in (column, key_column):
        if not any(wanted in row for row in rows):
            raise QuestionnaireError(f"the list {name!r} has no column {wanted!r}")
    found: dict[str, str] = {}
    for row in rows:
        found.setdefault(row.get(key_column, ""), row.get(column, ""))
    found.pop("", None)
    key = arguments[3].evaluate
    return Made(lambda scope: found.get(to_text(key(scope)), ""), Type.ANY)


def choice_name(code: Made, asked: Made, names: Mapping[str, Declared], lists: Lists) -> Made:
    """``jr:choice-name(code, '${question}')``: the wording of a choice, the code without one."""
    match = _QUESTION.fullmatch(str(asked.literal or ""))
    declared = names.get(match["name"]) if match else None
    if declared is None:
        raise QuestionnaireError("jr:choice-name() names its question in quotes: '${question}'")
    if declared.type not in {Type.CODE, Type.CODES}:
        raise QuestionnaireError("jr:choice-name() needs a question with choices")
    rows = lists.get(declared.choice_list or "", ())
    labels = {row["name"]: row.get("label", row["name"]) for row in rows}
    evaluate = code.evaluate

    def wording(scope: Scope) -> XValue:
        chosen = to_text(evaluate(scope))
        return labels.get(chosen, chosen)

    return Made(wording, Type.TEXT)
