"""Small questionnaires written in a test, as tables."""

from shared.questionnaire.loading import problems_of, questionnaire_of
from shared.questionnaire.sheets import sheets_of_tables

PRIVACY, MEASURE = "bind::tally:privacy", "bind::tally:measure"
YES_NO = [{"list_name": "yes_no", "name": code, "label": code.title()} for code in ("yes", "no")]
FRUIT = [
    {"list_name": "fruit", "name": code, "label": code.title(), "kind": kind}
    for code, kind in (("apple", "tree"), ("melon", "field"), ("none", ""))
]


def sheets(case=(), visit=(), choices=(), settings=None):
    """Sheets with these questions; each a dict of cells, ``privacy`` and ``measure`` for short."""
    survey = [
        {"type": "begin_group", "name": "place", "label": "Place"},
        *visit,
        {"type": "end_group"},
        {"type": "begin_repeat", "name": "case", "label": "Person"},
        {"type": "begin_group", "name": "person", "label": "Person"},
        *case,
        {"type": "end_group"},
        {"type": "end_repeat"},
    ]
    rows = [_question(row) for row in survey]
    return sheets_of_tables(
        {
            "survey": _table(rows),
            "choices": _table([*YES_NO, *FRUIT, *choices]),
            "settings": _table([{"version": "1", **(settings or {})}]),
        }
    )


def form(**parts):
    """The questionnaire of such sheets."""
    return questionnaire_of(sheets(**parts))


def problems(**parts):
    """What is wrong with such sheets."""
    return problems_of(sheets(**parts))


def _question(row):
    cells = {
        PRIVACY if k == "privacy" else MEASURE if k == "measure" else k: v for k, v in row.items()
    }
    if "begin" not in cells["type"] and "end" not in cells["type"]:
        cells.setdefault("label", cells["name"])
        cells.setdefault(PRIVACY, "identity" if cells["type"] == "text" else "keep")
    return cells


def _table(rows):
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return [columns, *([row.get(column, "") for column in columns] for row in rows)]
