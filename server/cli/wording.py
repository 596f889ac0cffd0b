"""tally87 wording: who reviewed the words to say to the person, sentence by sentence."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import click

from server.durable import replace_file
from shared.errors import QuestionnaireError
from shared.questionnaire import Choice, Question, Questionnaire
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
        (name, one)
        for name, one in _said_of(form).items()
        if one.say(language) and not is_reviewed(one, form, language)
    ]
    for name, one in sorted(waiting, key=lambda said: not _is_grave(said[1])):
        mark = "!" if _is_grave(one) else " "
        click.echo(f"{mark} {name}")
        for words in (one.say("en"), one.say(language)):
            click.echo("".join(f"    {line}\n" for line in words.splitlines()), nl=False)
    click.echo(f"{len(waiting)} to review; those with ! are not offered to be read aloud before.")


@wording.command()
@click.argument("country", metavar="ISO3")
@click.argument("language")
@click.argument("names", metavar="QUESTION|LIST/CODE...", nargs=-1, required=True)
@_folder
@click.option("--by", required=True, help="The speaker who reviewed them.")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day.")
def reviewed(
    country: str, language: str, names: tuple[str, ...], folder: Path, by: str, day: datetime
) -> None:
    """Write down that the words of these QUESTIONs, or of answers (LIST/CODE), were reviewed in
    LANGUAGE as they stand.

    A later change of the English or of the words makes them drafts again.
    """
    form = _form(country, folder)
    if not by.strip():
        raise click.UsageError("Who reviewed them cannot be empty.")
    marks: dict[str, dict[tuple[str, ...], str]] = {"survey": {}, "choices": {}}
    said_of = _said_of(form)
    for name in names:
        said = said_of.get(name)
        if said is None or not said.say(language):
            raise click.ClickException(f"{name} has no words to say in {language!r}.")
        sheet = "choices" if "/" in name else "survey"
        mark = f"{fingerprint_of(said, language)} {by.strip()} {day.date()}"
        marks[sheet][tuple(name.split("/"))] = mark
    column = f"reviewed::{language} ({language})"
    for sheet, keys in (("survey", ("name",)), ("choices", ("list_name", "name"))):
        if marks[sheet]:
            _write(folder / "questionnaire" / f"{sheet}.csv", keys, column, marks[sheet])
    click.echo(f"{len(set(names))} reviewed in {language} by {by.strip()}, {day.date()}.")
    click.echo("Publish the next edition (tally87 reference publish) to bring it to the tablets.")


def _said_of(form: Questionnaire) -> dict[str, Question | Choice]:
    """What has words to say: questions by name, answers by LIST/CODE."""
    answers = {
        f"{listed}/{choice.code}": choice
        for listed, choices in form.choices.items()
        for choice in choices
    }
    return {**form.questions, **answers}


def _is_grave(said: Question | Choice) -> bool:
    return isinstance(said, Question) and is_sensitive(said)


def _form(country: str, folder: Path) -> Questionnaire:
    try:
        return load_reference(country.upper(), [folder]).questionnaire
    except QuestionnaireError as error:
        raise click.ClickException(str(error)) from error


def _write(
    file: Path, keys: tuple[str, ...], column: str, marks: dict[tuple[str, ...], str]
) -> None:
    """Adds the marks to the sheet, in one step; what else stands in it stays."""
    rows: list[dict[str, str]] = []
    header = list(keys)
    if file.is_file():
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows, header = list(reader), list(reader.fieldnames or header)
    if column not in header:
        header.append(column)
    for row in rows:
        key = tuple(row.get(part) or "" for part in keys)
        if key in marks:
            row[column] = marks.pop(key)
    rows += [{**dict(zip(keys, key, strict=True)), column: mark} for key, mark in marks.items()]
    written = io.StringIO()
    writer = csv.DictWriter(written, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, written.getvalue().encode())
