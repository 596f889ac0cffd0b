"""Writes the manual: ``python -m tests.field_manual FOLDER [LANGUAGE ...]``; else all languages."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from pathlib import Path

from shared.texts import LANGUAGE_NAMES as LANGUAGES
from tests.field_manual.drawing import draw
from tests.field_manual.writing import as_html, as_pdf


def main(folder: Path, languages: list[str]) -> None:
    """One HTML page and one PDF a language."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as drawn:
        work = [(language, Path(drawn)) for language in languages]
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            pictures = pool.starmap(draw, work, chunksize=1)
        for language, found in zip(languages, pictures, strict=True):
            page = as_html(language, found)
            (folder / f"{language}.html").write_text(page, encoding="utf-8")
            (folder / f"{language}.pdf").write_bytes(as_pdf(language, found))
            print(f"{language}: {folder / language}.html, .pdf")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Name the folder: python -m tests.field_manual docs/field-manual")
    main(Path(sys.argv[1]), sys.argv[2:] or list(LANGUAGES))
