"""The files of a report: Word, PDF and open data, each signed (``signing``)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from server.exports.codes import period_code
from server.exports.printing import printed_at
from server.exports.tidy_csv import harmless
from server.progress import signing
from server.progress.report import canonical
from server.progress.signing import Sign
from server.progress.wording import PagePart, WordedReport, worded
from shared.texts import is_right_to_left

_TEMPLATE = Path(__file__).parent / "progress.typ"
_RELATED = "https://tally87.invalid/relationships/signed-report"
_LEFT_OUT = ("/stylesWithEffects", "/thumbnail")
"""Parts of the empty Word file that nothing needs and that make up half of it."""
COLUMNS = (
    *("what", "indicator", "theme", "kind", "measure", "unit", "proxy_for", "period", "value"),
    *("state", "movement", "share", "source", "edition", "digest", "table", "cell"),
)
"""Of the open data."""
_WRITTEN = frozenset(("unit", "proxy_for", "source", "table"))
"""Columns that people write: made harmless for spreadsheets."""


def files_of(document: Mapping[str, Any], language: str, sign: Sign) -> dict[str, bytes]:
    """The files of a report by name; Word and PDF in this language."""
    number, signed = document["number"], canonical(document)
    said = worded(document, language)
    rows = _csv(document)
    return {
        f"progress-{number}.{language}.docx": signing.signed_docx(
            _docx(said, document, language), signed, sign
        ),
        f"progress-{number}.{language}.pdf": signing.signed_pdf(
            _pdf(said, document, language), signed, sign
        ),
        f"progress-{number}.json": signing.signed_json(signed, sign),
        f"progress-{number}.csv": rows,
        f"progress-{number}.csv.sig": signing.signature_of_csv(rows, sign),
    }


def _pdf(said: WordedReport, document: Mapping[str, Any], language: str) -> bytes:
    publisher = document["programme"]["name"]
    return printed_at(_TEMPLATE, document["made_at_s"], publisher, language, asdict(said))


def _docx(said: WordedReport, document: Mapping[str, Any], language: str) -> bytes:
    word = docx.Document()
    right_to_left = is_right_to_left(language)
    made = datetime.fromtimestamp(document["made_at_s"], UTC).replace(tzinfo=None)
    about = word.core_properties
    about.title, about.author, about.language = said.title, document["programme"]["name"], language
    about.created = about.modified = made
    about.comments = about.last_modified_by = ""
    for style in word.styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH and style.name == "Normal":
            style.font.size = Pt(10)
    word.add_paragraph(said.over)
    word.add_heading(said.title, 0)
    word.add_paragraph(said.under)
    for warning in said.warnings:
        word.add_paragraph().add_run(warning).bold = True
    for block in said.blocks:
        _add(word, block, right_to_left)
    word.sections[0].footer.paragraphs[0].text = said.footer
    if right_to_left:
        _turned(word)
    for relations in (word.part.rels, word.part.package.rels):
        for name in [one for one, to in relations.items() if to.reltype.endswith(_LEFT_OUT)]:
            del relations[name]
    for name in (signing.DOCUMENT_PART, signing.SIGNATURE_PART):
        part = Part(PackURI(f"/{name}"), "application/json", b"{}", word.part.package)
        word.part.package.relate_to(part, _RELATED)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _add(word: WordDocument, block: PagePart, right_to_left: bool) -> None:
    if block.level:
        word.add_heading(block.said, block.level)
    elif block.said:
        word.add_paragraph(block.said)
    if not block.rows:
        return
    table = word.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    for row in (block.columns, *block.rows):
        cells = table.rows[0].cells if row is block.columns else table.add_row().cells
        for cell, told in zip(cells, row, strict=True):
            run = cell.paragraphs[0].add_run(told)
            run.font.size, run.bold = Pt(8.5), row is block.columns
    # Repeated on every page (ECMA-376, 17.4.78).
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    if right_to_left:
        # Its place is before everything but the style (CT_TblPr).
        table._tbl.tblPr.insert(1, OxmlElement("w:bidiVisual"))
    word.add_paragraph()


def _turned(word: WordDocument) -> None:
    """Every paragraph from right to left (ECMA-376, 17.3.1.6), every run shaped so."""
    for element in (word.element.body, word.sections[0].footer._element):
        for paragraph in element.iter(qn("w:p")):
            paragraph.get_or_add_pPr().append(OxmlElement("w:bidi"))
        for run in element.iter(qn("w:r")):
            said = run.get_or_add_rPr()
            for plain, turned in (("w:sz", "w:szCs"), ("w:b", "w:bCs")):
                if (there := said.find(qn(plain))) is not None:
                    of_these_letters = OxmlElement(turned)
                    of_these_letters.attrib.update(there.attrib)
                    said.append(of_these_letters)
            said.append(OxmlElement("w:rtl"))


def _csv(document: Mapping[str, Any]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(document):
        said = {name: harmless(said) if name in _WRITTEN else said for name, said in row.items()}
        writer.writerow(said)
    return out.getvalue().encode()


def _rows(document: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for one in document["indicators"]:
        about = {name: one[name] for name in ("theme", "kind", "measure", "unit", "proxy_for")}
        about |= {"indicator": one["code"]}
        if one["baseline"]:
            yield about | {
                "what": "baseline",
                "period": period_code(one["baseline_period"]),
                "value": one["baseline"],
                "source": one["baseline_source"],
            }
        if latest := one["latest"]:
            cell = ";".join(f"{name}={code}" for name, code in latest.get("cell", {}).items())
            yield about | {
                "what": "latest",
                "period": period_code(latest["period"]),
                "value": latest["value"] or "",
                "state": latest["state"],
                "source": latest.get("source", ""),
                "edition": str(latest.get("edition", "")),
                "digest": latest.get("digest", ""),
                "table": latest.get("table", ""),
                "cell": cell,
            }
        for target in one["targets"]:
            yield about | {
                "what": "target",
                "period": target["deadline"],
                **{name: target[name] or "" for name in ("value", "state", "movement", "share")},
                "source": target["source"],
            }
