"""tally87 wording: who reviewed the words to say to the person, sentence by sentence."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import click

from server.durable import replace_file
from shared.errors import QuestionnaireError
from shared.questionnaire import Questionnaire
from shared.questionnaire.reading_aloud import fingerprint_of, is_reviewed, is_sensitive
from shared.reference import load_reference

_folder = click.option(
    "--folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The programme's country folder: its questionnaire/survey.csv gets the review.",
)


@click.group()
def wording() -> None:
    """Look at the words to say to the person, and write down who reviewed them."""


@wording.command("open")
@click.argument("country", metavar="ISO3")
@click.argument("language")
@_folder
def open_words(country: str, language: str, folder: Path) -> None:
    """List the sentences of LANGUAGE that nobody has reviewed yet, the gravest first."""
    form = _form(country, folder)
    waiting = [
        question
        for question in form.questions.values()
        if question.say(language) and not is_reviewed(question, form, language)
    ]
    for question in sorted(waiting, key=lambda one: not is_sensitive(one)):
        mark = "!" if is_sensitive(question) else " "
        click.echo(
            f"{mark} {question.name}\n    {question.say('en')}\n    {question.say(language)}"
        )
    click.echo(f"{len(waiting)} to review; those with ! are not offered to be read aloud before.")


@wording.command()
@click.argument("country", metavar="ISO3")
@click.argument("language")
@click.argument("names", metavar="QUESTION...", nargs=-1, required=True)
@_folder
@click.option("--by", required=True, help="The speaker who reviewed them.")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day.")
def reviewed(
    country: str, language: str, names: tuple[str, ...], folder: Path, by: str, day: datetime
) -> None:
    """Write down that the words of these QUESTIONs were reviewed in LANGUAGE as they stand.

    A later change of the English or of the words makes them drafts again.
    """
    form = _form(country, folder)
    if not by.strip():
        raise click.UsageError("Who reviewed them cannot be empty.")
    marks = {}
    for name in names:
        question = form.questions.get(name)
        if question is None or not question.say(language):
            raise click.ClickException(f"{name} has no words to say in {language!r}.")
        marks[name] = f"{fingerprint_of(question, language)} {by.strip()} {day.date()}"
    _write(folder / "questionnaire" / "survey.csv", f"reviewed::{language} ({language})", marks)
    click.echo(f"{len(marks)} reviewed in {language} by {by.strip()}, {day.date()}.")
    click.echo("Publish the next edition (tally87 reference publish) to bring it to the tablets.")


def _form(country: str, folder: Path) -> Questionnaire:
    try:
        return load_reference(country.upper(), [folder]).questionnaire
    except QuestionnaireError as error:
        raise click.ClickException(str(error)) from error


def _write(file: Path, column: str, marks: dict[str, str]) -> None:
    """Adds the marks to the sheet, in one step; what else stands in it stays."""
    rows: list[dict[str, str]] = []
    header = ["name"]
    if file.is_file():
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows, header = list(reader), list(reader.fieldnames or header)
    if column not in header:
        header.append(column)
    for row in rows:
        if row.get("name") in marks:
            row[column] = marks.pop(row["name"])
    rows += [{"name": name, column: mark} for name, mark in marks.items()]
    written = io.StringIO()
    writer = csv.DictWriter(written, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, written.getvalue().encode())
