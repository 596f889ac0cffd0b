"""Entries of a progress report in several languages: told in the reader's, named where none is."""

from __future__ import annotations

from typing import Any

import pytest

from server.office import Office
from server.progress.entering import EntriesRefused, enter
from server.progress.report import make
from server.progress.wording import worded

PERIOD = "2026-11"
IN_LANGUAGES = """code,title,title::ar,owner,owner::ar,due,state,source,title::fr
C1,Hire inspectors,تعيين مفتشين,Ministry of labour,وزارة العمل,2026-06-30,planned,Roadmap,
C2,Ratify the protocol,,Parliament,,2027-06-30,planned,Roadmap,Ratifier le protocole
"""


def told_in(document: Any, language: str) -> str:
    return " ".join(
        cell for part in worded(document, language).blocks for row in part.rows for cell in row
    )


def test_entries_are_told_in_the_language_they_were_said_in(lite: Office) -> None:
    enter(lite, "commitment", IN_LANGUAGES.encode(), "Statistics office")
    made = make(lite, PERIOD)

    arabic, french, english = (told_in(made.document, one) for one in ("ar", "fr", "en"))
    assert "تعيين مفتشين" in arabic
    assert "وزارة العمل" in arabic
    assert "Ratify the protocol" in arabic, "nobody said it in Arabic"
    assert "Ratifier le protocole" in french
    assert "Hire inspectors" in french
    assert "Hire inspectors" in english
    assert "تعيين" not in english
    changed = IN_LANGUAGES.replace("وزارة العمل", "وزارة المالية")
    enter(lite, "commitment", changed.encode(), "Statistics office")
    (change,) = make(lite, PERIOD).document["changes"]
    assert (change["field"], change["now"]) == ("owner::ar", "وزارة المالية")
    assert "(ar)" in told_in(make(lite, "2026").document | {"changes": [change]}, "en")


@pytest.mark.parametrize(
    ("column", "is_told"),
    [("due::fr", "due::fr"), ("title::xx", "title::xx"), ("titel::fr", "titel::fr")],
)
def test_language_of_what_has_none_is_named(lite: Office, column: str, is_told: str) -> None:
    content = IN_LANGUAGES.replace("title::fr", column).encode()

    with pytest.raises(EntriesRefused, match=f"no column {is_told}"):
        enter(lite, "commitment", content, "Statistics office")
