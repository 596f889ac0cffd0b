"""Every format there is, by the word that asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.exports.edition import ExportedEdition
from server.exports.json_stat import json_stat_files
from server.exports.px import px_files
from server.exports.tidy_csv import csv_files
from server.exports.workbook import workbook_files
from server.releases.labels import languages
from shared.texts import ENGLISH


@dataclass(frozen=True)
class ExportFormat:
    """A format. title: as its users know it. patterns: of the names of its files.

    files: by name, of an edition in a language.
    """

    title: str
    patterns: tuple[str, ...]
    files: Callable[[ExportedEdition, str], dict[str, bytes]]

    def names(self, edition: ExportedEdition, language: str) -> list[str]:
        """Of the files it gives, without making them."""
        found = {
            pattern.format(table=table.code, language=language): None
            for table in edition.tables
            for pattern in self.patterns
        }
        return [*found]


FORMATS: Mapping[str, ExportFormat] = {
    "csv": ExportFormat(
        "CSV + CSVW",
        ("{table}.{language}.csv", "{table}.{language}.csv-metadata.json"),
        csv_files,
    ),
    "xlsx": ExportFormat("XLSX", ("tables.{language}.xlsx",), workbook_files),
    "json-stat": ExportFormat(
        "JSON-stat 2.0", ("{table}.{language}.jsonstat.json",), json_stat_files
    ),
    "px": ExportFormat("PC-Axis (PX)", ("{table}.{language}.px",), px_files),
}
"""By the word that asks for it."""
_MEDIA_TYPES: Mapping[str, str] = {
    ".csv": "text/csv",
    ".csv-metadata.json": "application/csvm+json",
    ".json": "application/json",
    ".px": "text/x-pcaxis",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}


def file_named(edition: ExportedEdition, name: str) -> bytes | None:
    """A file of an edition by its name, which says the language; None when there is none."""
    said = _LANGUAGE.search(name)
    language = said[1] if said else ENGLISH
    if language in languages():
        for form in FORMATS.values():
            if name in form.names(edition, language):
                return form.files(edition, language)[name]
    return None


_LANGUAGE = re.compile(r"\.([a-z]{2,3})\.(?:csv|px|jsonstat|xlsx)")


def media_type(name: str) -> str:
    """Of a file by its name."""
    fits = [ending for ending in _MEDIA_TYPES if name.endswith(ending)]
    return _MEDIA_TYPES[max(fits, key=len)] if fits else "application/octet-stream"
