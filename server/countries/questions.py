"""What is wrong with the questions a country folder adds, and what nothing reads of them."""

from __future__ import annotations

from pathlib import Path

from server.forms import ReportLine, grouped, read_form
from server.forms.checking import check_sheets
from server.forms.report import Report
from shared.errors import QuestionnaireError
from shared.questionnaire.loading import STANDARD, problems_of
from shared.questionnaire.sheets import read_sheets
from shared.reference import translations


def header_problems(folder: Path) -> tuple[list[ReportLine], list[ReportLine]]:
    """What is wrong with the headers and cells of a folder of sheets, and what nothing reads."""
    if not any(folder.glob("*.csv")):
        return [], []
    return check_sheets(read_form(folder, Report()), as_written=True)[1:]


def question_problems(folder: Path) -> tuple[list[str], list[str]]:
    """All that is wrong with the questions of a country folder, and what nothing reads of them."""
    if not folder.is_dir():
        return [], []
    try:
        errors, unread = header_problems(folder)
        problems = problems_of(read_sheets([STANDARD, folder], translations()))
    except QuestionnaireError as unreadable:
        return [str(unreadable)], []
    return [*grouped(errors), *map(str, problems)], grouped(unread)
