"""tally87 classify: the statistical classes of cases kept in a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from shared.classification.case_files import (
    CHILD_LABOUR_RESULTS,
    FORCED_LABOUR_RESULTS,
    BadRow,
    CaseFileUnreadable,
    Classified,
    classify_child_labour_file,
    classify_forced_labour_file,
    write_results,
)
from shared.classification.child_labour import ChildLabourParameters
from shared.errors import QuestionnaireError
from shared.interview_files import classify_interviews
from shared.profiles import load_profile
from shared.reference import Reference, load_reference

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.group()
def classify() -> None:
    """Classify cases of a CSV file by the statistical standards.

    Results go to standard output. A bad row is reported by line on standard error and set
    aside; the others are classified. Two rows of one id are both classified, and told. Exit
    status: 0 when nothing was told, 1 when something was, 2 when the file cannot be read.
    """


@classify.command("child-labour")
@click.argument("file", type=_FILE)
@click.option("--country", metavar="ISO3", help="Take the parameters of this country's profile.")
def child_labour(file: Path, country: str | None) -> None:
    """Child labour: SDG series, ICLS classes and MICS variant of every row of FILE (- is stdin)."""
    try:
        parameters = (
            ChildLabourParameters(chore_strict=load_profile(country).chore_strict)
            if country
            else ChildLabourParameters()
        )
    except QuestionnaireError as error:
        raise click.UsageError(str(error)) from error
    _classify(
        file, lambda lines: classify_child_labour_file(lines, parameters), CHILD_LABOUR_RESULTS
    )


@classify.command("forced-labour")
@click.argument("file", type=_FILE)
def forced_labour(file: Path) -> None:
    """Forced labour: class and trafficking flag of every row of FILE (- is stdin)."""
    _classify(file, classify_forced_labour_file, FORCED_LABOUR_RESULTS)


@classify.command("interviews")
@click.argument("file", type=_FILE)
@click.option("--language", default="en", show_default=True, help="Language of the reasons.")
def interviews(file: Path, language: str) -> None:
    """Whole interviews: every class of every line of FILE, a JSON object a line (- is stdin).

    A line is {"id", "country", "on", "visit": {question: answer}, "case": {question: answer}}.
    """
    kept: dict[str, Reference] = {}

    def reference_of(country: str) -> Reference:
        if country not in kept:
            kept[country] = load_reference(country)
        return kept[country]

    read = bad = 0
    with click.open_file(str(file), encoding="utf-8-sig", errors="replace") as lines:
        today = datetime.now(UTC).date()
        for told in classify_interviews(lines, reference_of, language, today):
            click.echo(json.dumps(told.result, ensure_ascii=False))
            for problem in told.problems:
                click.echo(f"line {told.line}: {problem}", err=True)
            read += 1
            bad += bool(told.problems)
    if not read:
        click.echo("The file is empty: it has no line with an interview.", err=True)
        sys.exit(2)
    if bad:
        click.echo(f"{bad} line{'s' if bad > 1 else ''} with something to put right.", err=True)
        sys.exit(1)


def _classify(
    file: Path,
    classified: Callable[[Iterable[str]], Iterator[Classified | BadRow]],
    columns: Sequence[str],
) -> None:
    # A byte that is not UTF-8 spoils its own row, not the file.
    opened = click.open_file(str(file), encoding="utf-8-sig", errors="replace")
    told: list[BadRow] = []

    def tell(row: BadRow) -> None:
        told.append(row)
        click.echo(str(row), err=True)

    with opened as lines:
        try:
            bad = write_results(classified(lines), columns, sys.stdout, tell)
        except CaseFileUnreadable as error:
            click.echo(str(error), err=True)
            sys.exit(2)
    if bad:
        click.echo(f"{bad} row{'s' if bad > 1 else ''} set aside.", err=True)
    if told:
        sys.exit(1)
