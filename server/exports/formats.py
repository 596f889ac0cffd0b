"""Every format there is, by the word that asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.exports.edition import ExportedEdition
from server.exports.glance.document import glance_file
from server.exports.inspection.document import has_inspections, inspection_file
from server.exports.json_stat import json_stat_files
from server.exports.px import px_files
from server.exports.sdmx import markup, notation, separated
from server.exports.sdmx.markup import MarkupVersion
from server.exports.sdmx.model import SdmxEdition, SdmxFlow, sdmx_edition
from server.exports.tidy_csv import csv_files
from server.exports.workbook import workbook_files
from server.releases.labels import languages
from shared.texts import ENGLISH


@dataclass(frozen=True)
class ExportFormat:
    """A format. title: as its users know it. patterns: of the names of its files.

    files: by name, of an edition in a language. is_for: whether an edition has what it needs.
    """

    title: str
    patterns: tuple[str, ...]
    files: Callable[[ExportedEdition, str], dict[str, bytes]]
    is_for: Callable[[ExportedEdition], bool] = lambda _: True

    def names(self, edition: ExportedEdition, language: str) -> list[str]:
        """Of the files it gives, without making them; none where it is not for this edition."""
        if not self.is_for(edition):
            return []
        found = {
            pattern.format(table=table.code, language=language): None
            for table in edition.tables
            for pattern in self.patterns
        }
        return [*found]


GLANCE = "at-a-glance"
"""The two pages."""
Writing = Callable[[SdmxEdition, SdmxFlow], bytes]


def _of_each_table(
    name: str, written: Writing
) -> Callable[[ExportedEdition, str], dict[str, bytes]]:
    def files(edition: ExportedEdition, _: str) -> dict[str, bytes]:
        sdmx = sdmx_edition(edition)
        return {name.format(table=flow.table.code): written(sdmx, flow) for flow in sdmx.flows}

    return files


def _markup(version: MarkupVersion) -> ExportFormat:
    structures, table = (
        f"structures.sdmx-{version.number}.xml",
        f"{{table}}.sdmx-{version.number}.xml",
    )

    def files(edition: ExportedEdition, language: str) -> dict[str, bytes]:
        each = _of_each_table(table, lambda sdmx, flow: markup.data(sdmx, flow, version))
        found = {structures: markup.structures(sdmx_edition(edition), version)}
        return found | each(edition, language)

    return ExportFormat(f"SDMX-ML {version.number}", (structures, table), files)


def _json_files(edition: ExportedEdition, language: str) -> dict[str, bytes]:
    sdmx = sdmx_edition(edition)
    found = {"structures.sdmx-2.0.json": notation.structures_2_0(sdmx)}
    for flow in sdmx.flows:
        for number, written in (("1.0", notation.data_1_0), ("2.0", notation.data_2_0)):
            name = f"{flow.table.code}.{language}.sdmx-{number}.json"
            found[name] = written(sdmx, flow, language)
    return found


def _separated(number: str, written: Writing) -> ExportFormat:
    name = f"{{table}}.sdmx-{number}.csv"
    return ExportFormat(f"SDMX-CSV {number}", (name,), _of_each_table(name, written))


FORMATS: Mapping[str, ExportFormat] = {
    GLANCE: ExportFormat("PDF", ("at-a-glance.{language}.pdf",), glance_file),
    "inspection-report": ExportFormat(
        "PDF", ("inspection-report.{language}.pdf",), inspection_file, has_inspections
    ),
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
    "sdmx-ml-2.1": _markup(markup.V2_1),
    "sdmx-ml-3.0": _markup(markup.V3_0),
    "sdmx-csv-1.0": _separated("1.0", separated.rows_1_0),
    "sdmx-csv-2.0": _separated("2.0", separated.rows_2_0),
    "sdmx-json": ExportFormat(
        "SDMX-JSON",
        (
            "structures.sdmx-2.0.json",
            "{table}.{language}.sdmx-1.0.json",
            "{table}.{language}.sdmx-2.0.json",
        ),
        _json_files,
    ),
}
"""By the word that asks for it."""
_MEDIA_TYPES: Mapping[str, str] = {
    ".csv": "text/csv",
    ".csv-metadata.json": "application/csvm+json",
    ".json": "application/json",
    ".pdf": "application/pdf",
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


_LANGUAGE = re.compile(r"\.([a-z]{2,3})\.(?:csv|px|jsonstat|xlsx|sdmx|pdf)")


def media_type(name: str) -> str:
    """Of a file by its name."""
    fits = [ending for ending in _MEDIA_TYPES if name.endswith(ending)]
    return _MEDIA_TYPES[max(fits, key=len)] if fits else "application/octet-stream"
