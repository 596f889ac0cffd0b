"""tally87 questionnaire: the XLSForm of a programme as a workbook, checked, and kept.

The only place that reads and writes workbooks; what is right and wrong is for
shared.questionnaire to say.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from server.cli.forms import confirm_marks, convert_form
from server.countries.questions import header_problems
from server.forms import ReportLine, grouped, read_form
from server.forms.checking import check_sheets
from server.forms.columns import said_in
from server.forms.report import Report
from shared.codelists import load_codelist
from shared.errors import QuestionnaireError
from shared.profiles.files import COUNTRIES
from shared.questionnaire.check import remarks_on
from shared.questionnaire.loading import PRIVACY, STANDARD, problems_of, questionnaire_of
from shared.questionnaire.sheets import (
    CHOICES,
    SETTINGS,
    SURVEY,
    Sheets,
    read_sheets,
    sheets_of_tables,
    write_sheets,
)
from shared.reference import translations

_WIDE = {"type": 28, "name": 26, "list_name": 20}
_country = click.option("--country", metavar="ISO3", help="With what this country adds.")
_folders = click.option(
    "--folder",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A country folder of your own; may be given more than once.",
)


@click.group()
def questionnaire() -> None:
    """Look at the questionnaire, change it, and keep its versions."""


@questionnaire.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_country
@_folders
@click.option("--lists", is_flag=True, help="Also write the code lists as CSV beside the file.")
def export(file: Path, country: str | None, folders: tuple[Path, ...], lists: bool) -> None:
    """Write the questionnaire as an XLSForm workbook (FILE.xlsx)."""
    sheets = sheets_of(country, folders)
    workbook_of(sheets).save(file)
    click.echo(f"{file}: {len(sheets.survey)} rows, {len(sheets.languages())} languages")
    if lists:
        for name in _file_lists(sheets):
            path = file.parent / f"{name}.csv"
            write_list(name, path, layers(country, folders))
            click.echo(str(path))


@questionnaire.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--whole", is_flag=True, help="FILE is a folder with a whole questionnaire.")
def check(file: Path, whole: bool) -> None:
    """Say what is wrong with a workbook (FILE.xlsx, .xls, .csv) or a folder of CSV sheets.

    A folder is taken as additions to the standard, as in the questionnaire folder of a country,
    unless --whole is given. Exit status: 0 when it can be used, 1 when it cannot.
    """
    errors: list[ReportLine] = []
    unread: list[ReportLine] = []
    try:
        if not file.is_dir():
            sheets, errors, unread = _checked(file, Report())
        else:
            errors, unread = header_problems(file)
            sheets = read_sheets(
                [file] if whole else [STANDARD, file], () if whole else translations()
            )
        problems = problems_of(sheets)
    except QuestionnaireError as unreadable:
        problems = [unreadable]
    for problem in (*grouped(errors), *problems):
        click.echo(str(problem), err=True)
    for line in grouped(unread):
        click.echo(f"remark: {line}")
    if problems or errors:
        count = len(problems) + len(errors)
        if len({problem.row for problem in problems if problem.column == PRIVACY}) > 3:
            click.echo("A form of another programme? tally87 questionnaire convert", err=True)
        click.echo(f"{count} {'error' if count == 1 else 'errors'}. It cannot be used.", err=True)
        sys.exit(1)
    for remark in remarks_on(sheets):
        click.echo(f"remark: {remark}")
    known = questionnaire_of(sheets)
    click.echo(
        f"Good: version {known.version}, {len(known.questions)} questions, "
        f"languages {', '.join(known.languages)}, digest {known.digest}"
    )


questionnaire.add_command(convert_form)
questionnaire.add_command(confirm_marks)


@questionnaire.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_country
@_folders
def keep(folder: Path, country: str | None, folders: tuple[Path, ...]) -> None:
    """Keep the version in use in the country folder FOLDER, whole, before it is changed.

    It is written as CSV sheets below FOLDER/questionnaire/earlier: drafts and records of this
    version are read with it for ever.
    """
    sheets = sheets_of(country, [*folders, folder])
    known = questionnaire_of(sheets)
    target = folder / "questionnaire" / "earlier" / f"{known.version}-{known.digest}"
    write_sheets(sheets, target)
    click.echo(str(target))


def layers(country: str | None, folders: Sequence[Path]) -> list[Path]:
    """The country folders in question, ours first."""
    own = [COUNTRIES / country.upper()] if country else []
    return [folder for folder in (*own, *folders) if folder.is_dir()]


def sheets_of(country: str | None = None, folders: Sequence[Path] = ()) -> Sheets:
    """The standard sheets in all languages with what a country and the folders add."""
    extensions = [
        folder / "questionnaire"
        for folder in layers(country, folders)
        if (folder / "questionnaire").is_dir()
    ]
    return read_sheets([STANDARD, *extensions], translations())


def workbook_of(sheets: Sheets) -> Workbook:
    """The sheets as a workbook that ODK, Kobo and SurveyCTO take: header frozen and bold."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for name in (SURVEY, CHOICES, SETTINGS):
        sheet = book.create_sheet(name)
        table = sheets.rows(name)
        if name == CHOICES:
            table = [[said_in(column) for column in table[0]], *table[1:]]
        for row in table:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "C2"
        for index, column in enumerate(table[0], start=1):
            width = _WIDE.get(column, 44 if "::" in column and "bind" not in column else 18)
            sheet.column_dimensions[get_column_letter(index)].width = width
        for cells in sheet.iter_rows(min_row=2):
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.data_type = "s"  # a text that begins with = is text, never a formula
    return book


def read_workbook(file: Path) -> Sheets:
    """The sheets of a workbook. Raises QuestionnaireError when it cannot be read as one."""
    return _checked(file, Report())[0]


def _checked(file: Path, report: Report) -> tuple[Sheets, list[ReportLine], list[ReportLine]]:
    """The sheets of a file, what is wrong with their form, what nothing reads."""
    tables, errors, remarks = check_sheets(read_form(file, report), as_written=False)
    if SURVEY not in tables:
        raise QuestionnaireError("the workbook has no sheet of that name", sheet=SURVEY)
    return sheets_of_tables(tables), errors, [*report.lines, *remarks]


def _file_lists(sheets: Sheets) -> list[str]:
    known = questionnaire_of(sheets)
    return sorted(
        {q.choice_list for q in known.questions.values() if q.from_file and q.choice_list}
    )


def write_list(name: str, file: Path, folders: Sequence[Path]) -> None:
    """A code list in the form of an XLSForm external choice file: columns name and label."""
    entries = load_codelist(name, folders) if _exists(name, folders) else ()
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["name", "label", "parent"])
        writer.writerows([e.code, e.label("en"), e.parent or ""] for e in entries)


def _exists(name: str, folders: Sequence[Path]) -> bool:
    try:
        load_codelist(name, folders)
    except QuestionnaireError:
        return False  # areas belong to a country: without one there are none
    return True
