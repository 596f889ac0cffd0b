"""tally87 questionnaire convert and confirm: forms of other people made question sheets."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from server.forms import Conversion, confirm, convert, grouped, written_report
from server.forms.report import ReportLine
from shared.errors import QuestionnaireError
from shared.questionnaire.loading import STANDARD, problems_of
from shared.questionnaire.sheets import read_sheets

REPORT = "report.csv"


@click.command("convert")
@click.argument("form", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write the sheets and report.csv to.",
)
@click.option("--whole", is_flag=True, help="The sheets stand alone, without the standard.")
@click.option(
    "--repeats",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help="How often a repeat is asked that says no number.",
)
@click.option("--again", is_flag=True, help="Write over what stands in the folder, marks too.")
def convert_form(form: Path, folder: Path, whole: bool, repeats: int, again: bool) -> None:
    """Convert FORM (an XLSForm: .xlsx, .xls, .csv or a folder of CSV) to question sheets.

    Without --whole they add to the standard questionnaire. Every question is marked to stay on the
    tablet; the marks that are proposed are confirmed with `tally87 questionnaire confirm`. What was
    adapted or dropped stands in report.csv. Exit status: 0 when what was written loads, 1 when
    nothing could be.
    """
    if (folder / "survey.csv").exists() and not again:
        _refuse(
            f"{folder} holds sheets already; nothing was changed. Give another folder or --again"
        )
    try:
        made = convert(form, whole=whole, most_turns=repeats)
    except QuestionnaireError as problem:
        _refuse(f"Nothing was written. {problem}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**made.files, REPORT: written_report(made.lines)}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for sentence in grouped(told(made.lines)):
        click.echo(sentence)
    click.echo(summary(made, folder))


def told(lines: Sequence[ReportLine]) -> list[ReportLine]:
    """The lines to show: what changed. Names and proposals are many and stand in the report."""
    return [line for line in lines if not line.what.startswith(("renamed", "proposed"))]


def summary(made: Conversion, folder: Path) -> str:
    """The sentence at the end: how much was kept, and what is to be done."""
    count = Counter(outcome for _, _, outcome in made.outcomes)
    return (
        f"Good: {count['kept']} rows taken as they are, {count['adapted']} adapted, "
        f"{count['dropped']} dropped; {len(made.lines)} lines in {folder / REPORT}. All answers "
        f"stay on the tablet until a person confirms the proposed marks: "
        f"tally87 questionnaire confirm {folder} NAME... --by WHO"
    )


@click.command("confirm")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1, required=True)
@click.option("--by", required=True, help="Who confirms it; stands in the sheet.")
@click.option(
    "--as", "mark", help="Another mark than the proposed one: identity, keep, coarsen:HOW."
)
@click.option("--whole", is_flag=True, help="The sheets stand alone.")
def confirm_marks(
    folder: Path, names: tuple[str, ...], by: str, mark: str | None, whole: bool
) -> None:
    """Confirm the privacy marks proposed for the questions NAMES of a converted form.

    Exit status: 0 when the sheets load with the new marks. When they do not, nothing is changed:
    an answer that leaves may not be asked depending on one that stays.
    """
    file = folder / "survey.csv"
    before = file.read_bytes() if file.is_file() else b""
    try:
        done = confirm(folder, names, by, date.today(), mark)
        problems = problems_of(read_sheets([folder] if whole else [STANDARD, folder]))
    except QuestionnaireError as problem:
        problems = [problem]
    if problems:
        if before:
            file.write_bytes(before)
        _refuse("\n".join([*map(str, problems), "Nothing was changed."]))
    for name, now in done:
        click.echo(f"{name}: {now}")


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)
