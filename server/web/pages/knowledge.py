"""Knowledge: what the figures were asked and counted with, as open documents, found by search.

The questionnaire, the country's profile, every code list and every published table stand in one
catalogue, each with version, licence and how to cite it. The same catalogue is there for machines
as JSON-LD (DCAT 3 and schema.org), as a file of its own: no page carries a script.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.programme.programme import programme_of
from server.progress import showing
from server.progress.kinds import in_language
from server.reference.in_force import reference_of
from server.releases import published
from server.web.application import Refusal, language, the_office
from server.web.pages.edition_words import say, title_of_table
from server.web.pages.editions import given, tables_of
from shared.formulas import no_formula
from shared.questionnaire.model import Question
from shared.texts import ENGLISH, has_text, text

pages = Blueprint("knowledge", __name__)

KINDS = ("questionnaire", "profile", "list", "table", "study")
MOST_ASKED = 80
"""Letters of a search; more are cut off."""
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
}


_TYPES = {
    "profile": ("schema:CreativeWork",),
    "study": ("dcat:Resource", "dct:BibliographicResource", "schema:Report"),
}
"""Of what is no data set (DCAT 3, schema.org)."""


@dataclass(frozen=True)
class CatalogueEntry:
    """One document or table. link: where it is read; files: type and address of each file. words:
    what else it is found by. issued: a day, "" when it has none. by, licence: of a study, which is
    an organisation's and stands elsewhere. in_english: its source and version are citations in
    English, whatever the reader's language."""

    kind: str
    title: str
    about: str
    version: str
    link: str
    files: tuple[tuple[str, str], ...]
    words: str = ""
    issued: str = ""
    period: str = ""
    by: str = ""
    licence: str = ""
    in_english: bool = False


@pages.get("/knowledge")
def listed() -> Response:
    """The catalogue, or what of it has every word that is searched for."""
    office = the_office()
    asked = request.args.get("q", "")[:MOST_ASKED]
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    found = [one for one in _found(_entries(), asked) if kind in ("", one.kind)]
    return given(
        render_template(
            "knowledge.html",
            r=say,
            country=reference_of(office).profile.name(language()),
            programme=programme_of(office),
            entries=found,
            asked=asked,
            kind=kind,
            kinds=KINDS,
            licence=office.config.licence,
            cite=_cited,
        )
    )


@pages.get("/knowledge/catalogue.jsonld")
def catalogue() -> Response:
    """The catalogue for machines."""
    office = the_office()
    programme, licence = programme_of(office), office.config.licence
    publisher = {"@type": "schema:Organization", "schema:name": programme.name}
    here = url_for("knowledge.listed", _external=True)
    entries = [_described(one, publisher, licence) for one in _entries()]
    said: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": here,
        "@type": ["dcat:Catalog", "schema:DataCatalog"],
        "dct:title": programme.name,
        "dct:publisher": publisher,
        "dcat:dataset": [one for one in entries if "dcat:Dataset" in one["@type"]],
        "dct:hasPart": [one for one in entries if "dcat:Dataset" not in one["@type"]],
    }
    if licence:
        said["dct:license"] = licence
    response = given(json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    response.mimetype = "application/ld+json"
    return response


@pages.get("/knowledge/questionnaire.csv")
def questionnaire() -> Response:
    """Every question in force: section, answers, words in every language, and whether the answer
    leaves the tablet."""
    form = reference_of(the_office()).questionnaire
    spoken = form.languages
    head = ["name", "section", "kind", "privacy", "measure", "code", *spoken]
    rows: list[list[str]] = []
    for section in form.sections:
        rows.append(["", section.name, "section", "", "", "", *_said(section.labels, spoken)])
    for one in form.questions.values():
        rows.append([*_facts(one), "", *_said(one.labels, spoken)])
        if one.choice_list and not one.from_file:
            for choice in form.choices.get(one.choice_list, ()):
                answer = [one.name, one.section, "answer", "", "", choice.code]
                rows.append([*answer, *_said(choice.labels, spoken)])
    return _csv(f"questionnaire-{form.version}.csv", head, rows)


@pages.get("/knowledge/profile.csv")
def profile() -> Response:
    """What the rules read of the country's law, with sources, and whether somebody confirmed it."""
    country = reference_of(the_office()).profile
    head = ["where", "name", "value", "source", "as_of", "confirmed", "note"]
    groups = [("", country.parameters), *country.areas.items(), *country.industries.items()]
    rows = [
        [
            *(where, one.name, _value(one.value), one.source),
            *(one.as_of.isoformat() if one.as_of else "", "yes" if one.confirmed else "no"),
            one.note,
        ]
        for where, parameters in groups
        for one in parameters.values()
    ]
    return _csv(f"profile-{country.iso3}.csv", head, rows)


@pages.get("/knowledge/lists/<name>.csv")
def code_list(name: str) -> Response:
    """A code list whole: codes, parents and labels in every language it has."""
    found = reference_of(the_office()).codelists.get(name)
    if found is None:
        raise Refusal("not_found", 404)
    spoken = sorted({one for entry in found for one in entry.labels})
    rows = [
        [entry.code, entry.parent or "", entry.level, *_said(entry.labels, spoken)]
        for entry in found
    ]
    return _csv(f"{found.name}-{found.version}.csv", ["code", "parent", "level", *spoken], rows)


def _entries() -> Iterator[CatalogueEntry]:
    office, lang = the_office(), language()
    reference = reference_of(office)
    form, country = reference.questionnaire, reference.profile
    file = url_for("knowledge.questionnaire")
    yield CatalogueEntry(
        "questionnaire",
        _title_of_form(form.title, lang),
        text("server.knowledge.about_questionnaire", lang),
        form.version,
        file,
        (("CSV", file),),
        " ".join(section.label(lang) for section in form.sections),
    )
    file = url_for("knowledge.profile")
    yield CatalogueEntry(
        "profile",
        text("server.knowledge.profile_of", lang, country=country.name(lang)),
        text("server.knowledge.about_profile", lang),
        country.iso3,
        file,
        (("CSV", file),),
    )
    for one in reference.codelists.values():
        file = url_for("knowledge.code_list", name=one.name)
        yield CatalogueEntry(
            "list",
            _title_of_list(one.name, lang),
            one.source,
            one.version,
            file,
            (("CSV", file),),
            " ".join((one.name, *one.notes)),
            in_english=True,
        )
    for edition in published.published(office):
        if edition.is_withdrawn or edition.corrected_by:
            continue
        structure, tables = tables_of(edition.number)
        for table in tables:
            here = url_for("explore.one", number=edition.number, name=table.name)
            file = url_for(
                "editions.file", number=edition.number, name=structure.tables[table.name].file
            )
            yield CatalogueEntry(
                "table",
                f"{title_of_table(structure, table.name)} ({table.code})",
                say("page.title", number=edition.number, version=edition.version),
                edition.version,
                here,
                (("CSV", file),),
                " ".join(table.dimensions),
                datetime.fromtimestamp(edition.published_at_s, UTC).date().isoformat(),
                table.period,
            )

    for study in showing.listed_studies(office):
        said = study.said
        yield CatalogueEntry(
            "study",
            in_language(said, "title", lang),
            in_language(said, "about", lang),
            said["on"],
            said["link"],
            (),
            " ".join(
                (said["code"], said["organisation"], text(f"progress.theme.{said['theme']}", lang))
            ),
            said["on"],
            said["period"],
            in_language(said, "organisation", lang),
            in_language(said, "licence", lang),
        )


def _title_of_list(name: str, lang: str) -> str:
    """What a code list is called; of a country's own, its name."""
    message = f"server.list.{name}"
    return text(message, lang) if has_text(message, ENGLISH) else name.replace("_", " ")


def _title_of_form(title: str, lang: str) -> str:
    """The standard questionnaire in the reader's language; a country's own has its own title."""
    standard = "server.knowledge.standard"
    return text(standard, lang) if title == text(standard, ENGLISH) else title


def _found(entries: Iterable[CatalogueEntry], asked: str) -> list[CatalogueEntry]:
    wanted = asked.casefold().split()
    return [one for one in entries if all(word in _findable(one) for word in wanted)]


def _findable(one: CatalogueEntry) -> str:
    said = (one.title, one.about, one.words, one.version, one.period, one.by)
    return " ".join(said).casefold()


def _cited(one: CatalogueEntry) -> str:
    """How it is cited: who, what, which version, where."""
    who = one.by or programme_of(the_office()).name
    what = ", ".join(part for part in (one.title, one.period, one.version) if part)
    return f"{who}: {what}. {_whole(one.link)}"


def _described(one: CatalogueEntry, publisher: dict[str, str], licence: str) -> dict[str, Any]:
    types = _TYPES.get(one.kind, ("dcat:Dataset", "schema:Dataset"))
    if one.by:
        publisher, licence = {"@type": "schema:Organization", "schema:name": one.by}, one.licence
    said: dict[str, Any] = {
        "@id": _whole(one.link),
        "@type": [*types],
        "dct:title": {"@value": one.title, "@language": language()},
        "schema:name": one.title,
        "dct:description": one.about,
        "schema:description": one.about or one.title,
        "dct:publisher": publisher,
        "schema:version": one.version,
        "schema:citation": _cited(one),
        "dcat:distribution": [
            {
                "@type": ["dcat:Distribution", "schema:DataDownload"],
                "dcat:downloadURL": {"@id": _whole(there)},
                "schema:contentUrl": _whole(there),
                "dcat:mediaType": "text/csv",
                "schema:encodingFormat": "text/csv",
            }
            for _, there in one.files
        ],
    }
    if one.by:
        said |= {
            "dcat:landingPage": {"@id": one.link},
            "dct:creator": publisher,
            "schema:author": publisher,
            "schema:url": one.link,
        }
    if one.issued:
        said |= {"dct:issued": one.issued, "schema:datePublished": one.issued}
    if one.period:
        said |= {"dct:temporal": one.period, "schema:temporalCoverage": one.period}
    if licence:
        said |= {"dct:license": licence, "schema:license": licence}
    return said


def _whole(link: str) -> str:
    return link if link.startswith("https://") else request.host_url.rstrip("/") + link


def _facts(one: Question) -> list[str]:
    return [one.name, one.section, one.kind.value, one.privacy.kind.value, one.measure or ""]


def _said(labels: Any, spoken: Sequence[str]) -> list[str]:
    return [str(labels.get(one, "")) for one in spoken]


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple, frozenset, set)):
        return " ".join(sorted(str(one) for one in value))
    return str(value)


def _csv(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    # What a spreadsheet would take for a formula is said to be text.
    writer.writerows([no_formula(cell) for cell in row] for row in rows)
    response = make_response("\ufeff" + out.getvalue())
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="tally87-{name}"'
    response.headers["Cache-Control"] = "no-cache"
    return response
