"""What a good questionnaire would also have: remarks beside the errors of loading.

Errors keep a questionnaire from being used (shared.questionnaire.loading.problems_of). Remarks do
not: they are for the office to read before it hands the questionnaire to officers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from shared.questionnaire.loading import MEASURE, load_questionnaire, questionnaire_of
from shared.questionnaire.loosened import loosened_questions
from shared.questionnaire.model import ENGLISH, MEANS, Kind, Questionnaire
from shared.questionnaire.sheets import CHOICES, SURVEY, Sheets
from shared.questionnaire.unheeded import Unheeded, unheeded
from shared.questionnaire.untold_choices import untold_choices

LONGEST_LABEL = 160
"""Characters a question may have and still be read at a glance on a small tablet."""
NEEDED_MEASURES = (
    "visit.date",
    "visit.area",
    "sex",
    "age.completed_years",
    "age.stated",
    "work.activity",
    "work.hours",
    "work.hazards",
    "chores.any",
    "chores.hours",
)
"""Without these the national tables have holes."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at. row: 1 is the header; ``None`` for the sheet as a whole."""

    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        where = [f"sheet {self.sheet}"] if self.sheet else []
        where += [f"row {self.row}"] if self.row is not None else []
        where += [f"column {self.column}"] if self.column else []
        return f"{', '.join(where)}: {self.message}" if where else self.message


def remarks_on(sheets: Sheets) -> list[Remark]:
    """Remarks on sheets that load. Raises QuestionnaireError for sheets that do not."""
    questionnaire = questionnaire_of(sheets)
    return [
        *_measures(questionnaire),
        *_untold(sheets, questionnaire),
        *_loosened(questionnaire),
        *_labels(questionnaire),
        *_unused_lists(sheets, questionnaire),
        *_untranslated(sheets),
        *_unheeded(sheets, questionnaire),
    ]


def _unheeded(sheets: Sheets, questionnaire: Questionnaire) -> Iterator[Remark]:
    """Cells that nothing heeds, the same reason once, with how often and where first."""
    found: dict[tuple[str, str], list[Unheeded]] = {}
    for one in unheeded(sheets, questionnaire):
        found.setdefault((one.sheet, one.why), []).append(one)
    for (sheet, why), cells in found.items():
        rows = ", ".join(dict.fromkeys(str(one.row) for one in cells[1:4]))
        more = f" and {len(cells) - 4} more" if len(cells) > 4 else ""
        also = f" (also row {rows}{more})" if len(cells) > 1 else ""
        yield Remark(f"not heeded: {why}{also}", sheet, cells[0].row, cells[0].column)


@lru_cache(maxsize=1)
def _standard_measures() -> frozenset[str]:
    standard = load_questionnaire()
    return frozenset(one.measure for one in standard.questions.values() if one.measure)


def _measures(questionnaire: Questionnaire) -> Iterator[Remark]:
    if not questionnaire.version:
        yield Remark("has no version: officers cannot tell old from new", "settings", 2, "version")
    for measure in NEEDED_MEASURES:
        if not questionnaire.measured(measure):
            yield Remark(f"no question measures {measure}", SURVEY, column=MEASURE)
    lacking = sorted(
        measure
        for measure in _standard_measures() - set(NEEDED_MEASURES)
        if not questionnaire.measured(measure)
    )
    if lacking:
        yield Remark(
            "the standard also measures, and no question here does: " + ", ".join(lacking),
            SURVEY,
            column=MEASURE,
        )


def _untold(sheets: Sheets, questionnaire: Questionnaire) -> Iterator[Remark]:
    rows = {(row["list_name"], row["name"]): row.number for row in sheets.choices}
    for one in untold_choices(questionnaire):
        yield Remark(one.sentence, CHOICES, rows.get((one.choice_list, one.code)), MEANS)


def _loosened(questionnaire: Questionnaire) -> Iterator[Remark]:
    for one in loosened_questions(load_questionnaire(), questionnaire):
        yield Remark(one.sentence, SURVEY, questionnaire.questions[one.name].row, one.column)


def _labels(questionnaire: Questionnaire) -> Iterator[Remark]:
    for question in questionnaire.questions.values():
        if question.kind is Kind.NOTE:
            continue
        for language, label in question.labels.items():
            if len(label) > LONGEST_LABEL:
                yield Remark(
                    f"{question.name}: {len(label)} characters in {language} are hard to read "
                    f"at a glance; {LONGEST_LABEL} are enough",
                    SURVEY,
                    question.row,
                )


def _unused_lists(sheets: Sheets, questionnaire: Questionnaire) -> Iterator[Remark]:
    used = {q.choice_list for q in questionnaire.questions.values() if not q.from_file}
    for name in questionnaire.choices:
        if name not in used:
            row = next(row for row in sheets.choices if row["list_name"] == name)
            yield Remark(f"no question uses the list {name!r}", CHOICES, row.number, "list_name")


def _untranslated(sheets: Sheets) -> Iterator[Remark]:
    """Per sheet, how many texts are missing in which languages, and where the first one is."""
    found: dict[tuple[str, str, int, int, str], list[str]] = {}
    for code, name in sheets.languages().items():
        if code == ENGLISH:
            continue
        for sheet, rows in ((SURVEY, sheets.survey), (CHOICES, sheets.choices)):
            for what in ("label", "hint", "say", "constraint_message"):
                missing = [
                    row
                    for row in rows
                    if ENGLISH in row.texts(what) and code not in row.texts(what)
                ]
                if missing:
                    first = missing[0]
                    key = (sheet, what, len(missing), first.number, first["name"])
                    found.setdefault(key, []).append(f"{name} ({code})")
    for (sheet, what, count, row, named), languages in found.items():
        names = ", ".join(one.rpartition(" (")[0] for one in languages)
        yield Remark(
            f"{count} texts are not in {names} and show in English; the first is {named!r}",
            sheet,
            row,
            f"{what}::{languages[0]}" if len(languages) == 1 else what,
        )
