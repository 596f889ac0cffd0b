"""A language as an XLIFF file, which Weblate, Crowdin, OmegaT, Virtaal and offices' own tools read.

Source: OASIS XLIFF 1.2 with its representation guide for gettext PO (plural forms are a group
``x-gettext-plurals``), and XLIFF 2.0. Version 1.2 is written unless 2.0 is asked for: every tool
reads it, and of 2.0 Weblate says that its support is not finished. Says what the PO file says
(``translation_file``): sentences by their place, drafts, who reviewed what, the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from server.languages.reviews import review_in
from server.languages.sentences import Sentence
from shared.errors import QuestionnaireError

ENDINGS = (".xlf", ".xliff")
"""Of file names."""
OLD, NEW = "1.2", "2.0"
"""Versions that are written; 2.1 is read as 2.0 is, in whose namespace it stands."""
_NAMESPACES = {
    OLD: "urn:oasis:names:tc:xliff:document:1.2",
    NEW: "urn:oasis:names:tc:xliff:document:2.0",
}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PLURALS, _SINGULAR = "x-gettext-plurals", "singular"
_FORM = re.compile(r"(?P<place>.+)\[(?P<number>\d)\]", re.DOTALL)
_DRAFTS = ("needs-", "new", "initial")
"""How states begin of a translation that nobody has reviewed."""
HEADERS = ("Plural-Forms", "X-Language-Name", "X-Direction", "X-Reviewed-By")
"""Of a PO file, that stand in notes of the file."""
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class XliffFile:
    """What such a file says. headers: as those of a PO file, by name. without_place: sources of
    units that do not say their place."""

    headers: dict[str, str]
    sentences: dict[str, Sentence]
    without_place: list[str] = field(default_factory=list)


@dataclass
class _Unit:
    """A source and its target as either version has them. notes: from whom or what, and words."""

    name: str
    source: str
    target: str
    is_draft: bool
    notes: list[tuple[str, str]]


def is_xliff(data: bytes) -> bool:
    """Whether the bytes begin as XML does."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


# -- writing


def written_xliff(
    headers: Mapping[str, str], sentences: Iterable[Sentence], forms: int, version: str = OLD
) -> str:
    """The file. headers: as of the PO file. forms: how many plural forms the language has."""
    language = headers["Language"]
    told = [(name, words) for name, words in headers.items() if name in HEADERS and words]
    if version == OLD:
        top = ET.Element("xliff", {"version": OLD, "xmlns": _NAMESPACES[OLD]})
        said = {"source-language": "en", "target-language": language, "datatype": "po"}
        file = ET.SubElement(top, "file", {"original": "tally87", **said})
        _write_notes(ET.SubElement(file, "header"), version, told)
        parent = ET.SubElement(file, "body")
    else:
        said = {"srcLang": "en", "trgLang": language}
        top = ET.Element("xliff", {"version": NEW, "xmlns": _NAMESPACES[NEW], **said})
        parent = ET.SubElement(top, "file", {"id": "tally87"})
        _write_notes(parent, version, told)
    for number, sentence in enumerate(sentences, 1):
        if len(sentence.english) == 1:
            (unit,) = _units(sentence, 1)
            _write_unit(parent, version, f"u{number}", unit)
            continue
        kind = {"restype": _PLURALS} if version == OLD else {"type": "tally87:plurals"}
        key = {"id": sentence.place} if version == OLD else {"id": f"g{number}"}
        group = ET.SubElement(parent, "group", {**key, **kind})
        for form, unit in enumerate(_units(sentence, forms)):
            _write_unit(group, version, f"u{number}-{form}", unit)
    ET.indent(top, " ")
    body = ET.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _units(sentence: Sentence, forms: int) -> Iterator[_Unit]:
    review = [("reviewer", sentence.review.comment())] if sentence.review else []
    draft = bool(sentence.said) and sentence.draft
    if len(sentence.english) == 1:
        said = sentence.said[0] if sentence.said else ""
        yield _Unit(sentence.place, sentence.english[0], said, draft, review)
        return
    for form in range(forms):
        # With one form alone the source is that for many, and the other stands in a note.
        english = sentence.english[0 if form == 0 and forms > 1 else -1]
        notes = [*review, (_SINGULAR, sentence.english[0])] if form == 0 else []
        said = sentence.said[min(form, len(sentence.said) - 1)] if sentence.said else ""
        yield _Unit(f"{sentence.place}[{form}]", english, said, draft, notes)


def _write_unit(parent: ET.Element, version: str, key: str, unit: _Unit) -> None:
    if version == OLD:
        top = holder = ET.SubElement(parent, "trans-unit", {"id": unit.name, _SPACE: "preserve"})
        state = "needs-review-translation" if unit.is_draft else "translated"
        of_target, of_words = {"state": state}, {}
    else:
        top = ET.SubElement(parent, "unit", {"id": key, "name": unit.name})
        _write_notes(top, version, unit.notes)
        state = "initial" if unit.is_draft or not unit.target else "translated"
        holder = ET.SubElement(top, "segment", {"state": state})
        of_words = of_target = {_SPACE: "preserve"}
    ET.SubElement(holder, "source", of_words).text = _fit(unit.source)
    if unit.target:
        ET.SubElement(holder, "target", of_target).text = _fit(unit.target)
    if version == OLD:
        _write_notes(top, version, unit.notes)


def _write_notes(parent: ET.Element, version: str, notes: Sequence[tuple[str, str]]) -> None:
    """In 1.2 beside one another, in 2.0 in an element of their own."""
    holder = ET.SubElement(parent, "notes") if version == NEW and notes else parent
    for name, words in notes:
        told = {"from": name} if version == OLD else {"category": name}
        ET.SubElement(holder, "note", told).text = _fit(words)


def _fit(words: str) -> str:
    """What XML can hold; the check of the translation has named the rest before."""
    return _NOT_XML.sub("", words)


# -- reading


def read_xliff(data: bytes) -> XliffFile:
    """What the file says. Raises QuestionnaireError: no XLIFF, damaged, with definitions of its own
    (by which a few bytes become gigabytes)."""
    try:
        top = fromstring(data, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        why = "it defines entities" if isinstance(broken, DefusedXmlException) else str(broken)
        raise QuestionnaireError(f"cannot be read as XML: {why}") from broken
    if _plain(top) != "xliff":
        raise QuestionnaireError(f"is no XLIFF file: its outermost element is {_plain(top)[:40]!r}")
    version = top.get("version", "")
    if not version.startswith(("1.", "2.")):
        raise QuestionnaireError(f"is XLIFF of version {version[:10]!r}; 1.2 and 2.0 are read")
    files = [one for one in top if _plain(one) == "file"]
    if not files:
        raise QuestionnaireError("has no element file")
    found = XliffFile({"Language": _language(top, files[0])}, {})
    for file in files:
        for name, words in _notes_of(file):
            found.headers.setdefault(name, words)
        try:
            _read_units(file, found)
        except RecursionError as deep:
            raise QuestionnaireError("has marks nested deeper than words can be") from deep
    return found


def _language(top: ET.Element, file: ET.Element) -> str:
    """The code, without a country tools may put behind it."""
    said = file.get("target-language") or top.get("trgLang") or ""
    return re.split("[-_]", said)[0].lower()


def _notes_of(file: ET.Element) -> Iterator[tuple[str, str]]:
    for part in file:
        if _plain(part) in ("header", "notes"):
            for note in part:
                name = note.get("from") or note.get("category") or ""
                if _plain(note) == "note" and name:
                    yield name, _words(note).strip()


def _read_units(file: ET.Element, found: XliffFile) -> None:
    of_forms: dict[str, dict[int, _Unit]] = {}
    for element in file.iter():
        if _plain(element) not in ("trans-unit", "unit"):
            continue
        unit = _unit(element)
        form = _FORM.fullmatch(unit.name)
        if not unit.name:
            found.without_place.append(unit.source)
        elif form is not None:
            of_forms.setdefault(form["place"], {})[int(form["number"])] = unit
        else:
            found.sentences[unit.name] = _sentence(unit.name, (unit.source,), [unit])
    for place, forms in of_forms.items():
        units = [forms[number] for number in sorted(forms)]
        singular = next((said for name, said in units[0].notes if name == _SINGULAR), "")
        english = (singular or units[0].source, units[-1].source)
        found.sentences[place] = _sentence(place, english, units)


def _sentence(place: str, english: tuple[str, ...], units: Sequence[_Unit]) -> Sentence:
    said = tuple(unit.target for unit in units)
    whole = said if all(said) else ()
    draft = any(unit.is_draft for unit in units) and bool(whole)
    review = review_in(words for unit in units for _, words in unit.notes)
    return Sentence(place, english, whole, draft, None if draft else review)


def _unit(element: ET.Element) -> _Unit:
    source, target, notes, states = [], [], [], [element.get("approved", "")]
    inner = ("segment", "ignorable", "notes")
    for holder in (element, *(one for one in element if _plain(one) in inner)):
        if holder.get("state"):
            states.append(holder.get("state", ""))
        for part in holder:
            kind = _plain(part)
            if kind == "source":
                source.append(_words(part))
            elif kind == "target":
                target.append(_words(part))
                states.append(part.get("state", ""))
            elif kind == "note":
                notes.append((part.get("from") or part.get("category") or "", _words(part)))
    told = [state for state in states if state and state not in ("yes", "no")]
    is_draft = any(state.startswith(_DRAFTS) for state in told) or (not told and "no" in states)
    name = element.get("name") or element.get("resname") or element.get("id") or ""
    return _Unit(name, "".join(source), "".join(target), is_draft, notes)


def _words(element: ET.Element) -> str:
    """The text, with what stands for marks that tools lay around words."""
    words = [element.text or ""]
    for part in element:
        inside = _words(part)
        words += [inside or part.get("equiv-text") or part.get("equiv") or "", part.tail or ""]
    return "".join(words)


def _plain(element: ET.Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]
