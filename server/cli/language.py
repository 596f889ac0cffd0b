"""tally87 language: one more language for tablets, from a template to a country folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from server.languages import (
    FittedFont,
    LanguageRemark,
    Sentence,
    fit,
    is_unheard_of,
    lay_font,
    lay_into,
    letters_of_font,
    read_translation,
    remarks,
    sentences_of,
    words_said,
    written,
)
from server.languages.xliff import ENDINGS, NEW, OLD
from shared.errors import QuestionnaireError
from shared.fonts import MAX_FONT_FILE_BYTES
from shared.scripts import script_code
from shared.wire.bundles import bundle, squeezed

MOST_SHOWN = 15
TITLES = {
    "place": "Words in braces that differ",
    "forms": "Forms of a number",
    "letters": "Letters tablets cannot draw",
    "control": "Characters that cannot be shown",
    "direction": "Direction",
    "header": "Headers nothing reads",
    "name": "Name of the language",
    "term": "Not the official term",
    "older": "English that changed since",
    "unknown": "Sentences there are no more",
    "missing": "Not translated",
    "draft": "Drafts",
}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


_XLIFF = click.option(
    "--xliff",
    type=click.Choice((OLD, NEW)),
    default=OLD,
    show_default=True,
    help="The version, where the name of the file ends in .xlf or .xliff.",
)


def _country(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option(
        "--folder",
        "folders",
        multiple=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A country folder, with questions of its own.",
    )(command)
    return click.option("--country", "iso3", default="", help="ISO 3166-1 alpha-3.")(command)


@click.group()
def language() -> None:
    """Languages of the tablet as translation files (PO, XLIFF)."""


@language.command()
@click.argument("code", metavar="LANGUAGE")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", default="", help="The language as its speakers write it.")
@_XLIFF
@_country
def new(code: str, out: Path, name: str, xliff: str, iso3: str, folders: tuple[Path, ...]) -> None:
    """Write a template for LANGUAGE (ISO 639, such as sn), with every sentence in English.

    It is a PO file, or XLIFF where the name of the file ends in .xlf or .xliff.
    """
    if not name and is_unheard_of(code):
        raise click.ClickException(
            f"No language has the code {code} in the Unicode CLDR. Is it misspelt? If not, say by "
            "--name how its speakers write it."
        )
    sentences = _bare(sentences_of(code, iso3.upper(), folders))
    version = _version_for(out, xliff)
    _write(out, written(code, sentences, name, xliff=version), len(sentences))


@language.command()
@click.argument("code", metavar="LANGUAGE")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_XLIFF
@_country
def export(code: str, out: Path, xliff: str, iso3: str, folders: tuple[Path, ...]) -> None:
    """Write LANGUAGE as it stands, drafts marked, to be completed or reviewed: PO or XLIFF."""
    catalogues = (folder / "languages" / code / "screens.po" for folder in folders)
    standing = [file for file in catalogues if file.is_file()]
    sentences = sentences_of(code, iso3.upper(), folders)
    before = standing[-1] if standing else None
    text = written(code, sentences, standing=before, xliff=_version_for(out, xliff))
    _write(out, text, len(sentences))


@language.command()
@click.argument("file", type=_FILE)
@_country
def check(file: Path, iso3: str, folders: tuple[Path, ...]) -> None:
    """Say everything that is wrong or missing in FILE.

    Exit status: 0 when it can be added, 1 when something would be wrong on a tablet.
    """
    translation = read_translation(file)
    sentences = sentences_of(translation.language, iso3.upper(), folders)
    if _say(remarks(translation, sentences, letters_of_font(folders, translation.language))):
        raise click.ClickException("It cannot be added before this is mended.")


@language.command()
@click.argument("file", type=_FILE)
@click.option("--country", "iso3", required=True, help="ISO 3166-1 alpha-3.")
@click.option(
    "--folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The country folder it is laid into.",
)
def add(file: Path, iso3: str, folder: Path) -> None:
    """Lay FILE into the country folder; the next edition brings the language to every tablet."""
    translation = read_translation(file)
    sentences = sentences_of(translation.language, iso3.upper(), [folder])
    if _say(remarks(translation, sentences, letters_of_font([folder], translation.language))):
        raise click.ClickException("Nothing was changed. Mend this first.")
    for name, count in lay_into(folder, translation, sentences, date.today().isoformat()).items():
        click.echo(f"{count:6} {name}")
    sentences_of(translation.language, iso3.upper(), [folder])  # what was written can be read
    click.echo("Publish the next edition (tally87 reference publish) to bring it to the tablets.")


@language.command()
@click.argument("code", metavar="LANGUAGE")
@click.argument("file", type=_FILE)
@click.option("--bold", type=_FILE, help="Another file for headings.")
@click.option(
    "--for",
    "translations",
    multiple=True,
    type=_FILE,
    help="A translation file whose letters it must have, before that is added.",
)
@click.option("--country", "iso3", default="", help="ISO 3166-1 alpha-3.")
@click.option(
    "--folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The country folder it is laid into.",
)
def font(
    code: str,
    file: Path,
    bold: Path | None,
    translations: tuple[Path, ...],
    iso3: str,
    folder: Path,
) -> None:
    """Lay the font in FILE (.ttf, .otf) into the country folder, for the letters of LANGUAGE.

    It is checked, cut down to the scripts of the language, and given Latin letters where it has
    none. The next edition brings it to every tablet.
    """
    said = words_said(code, iso3.upper(), [folder])
    for one in map(read_translation, translations):
        if one.language != code:
            raise click.ClickException(f"The translation is in {one.language}, not in {code}.")
        said.append(one.name)
        said.extend(words for each in one.sentences.values() for words in each.said)
    try:
        made = fit(code, _font_bytes(file), _font_bytes(bold) if bold else b"", said)
    except QuestionnaireError as refused:
        raise click.ClickException(f"{refused} Nothing was changed.") from refused
    for name in lay_font(folder, code, made):
        click.echo(f"{(folder / name).stat().st_size:10,} {name}")
    _say_font(made, said)


def _font_bytes(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_FONT_FILE_BYTES + 1)


def _say_font(made: FittedFont, said: Sequence[str]) -> None:
    scripts = Counter(script_code(chr(point)) for point in made.covers)
    told = ", ".join(f"{count} of {name}" for name, count in sorted(scripts.items()) if name)
    travels = len(squeezed(bundle({"regular.ttf": made.regular, "bold.ttf": made.bold})))
    click.echo(f"{made.family}: letters {told}. A tablet fetches {travels:,} bytes of it once.")
    click.echo(f"Its licence, as the file says it: {made.licence or 'nothing is said; ask for it'}")
    if not made.bold:
        click.echo("Headings are drawn with it too; --bold names a font for them.")
    if made.said_only:
        click.echo(
            "Its script is too large for tablets: only letters that the language says now are in "
            "it. What officers type with others shows as boxes; add it again after each change."
        )
    if not said:
        click.echo(
            "Nothing is said in this language yet: `language check` holds its letters against the "
            "font."
        )
    click.echo("Publish the next edition (tally87 reference publish) to bring it to the tablets.")


def _bare(sentences: Sequence[Sentence]) -> list[Sentence]:
    return [Sentence(one.place, one.english) for one in sentences]


def _version_for(out: Path, xliff: str) -> str:
    return xliff if out.suffix.lower() in ENDINGS else ""


def _write(out: Path, text: str, count: int) -> None:
    if out.exists():
        raise click.ClickException(f"{out} is there already; nothing was changed. Name another.")
    out.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{out}: {count} sentences.")


def _say(found: Sequence[LanguageRemark]) -> bool:
    """Says the remarks by kind, the gravest first; whether one keeps the file from being used."""
    counts = Counter(remark.kind for remark in found)
    for kind, title in TITLES.items():
        if not counts[kind]:
            continue
        click.echo(f"{title}: {counts[kind]}")
        if kind == "draft":
            continue
        for remark in [one for one in found if one.kind == kind][:MOST_SHOWN]:
            click.echo(f"  {remark.place}: {remark.sentence}")
        if counts[kind] > MOST_SHOWN:
            click.echo(f"  and {counts[kind] - MOST_SHOWN} more")
    return any(remark.is_error for remark in found)
