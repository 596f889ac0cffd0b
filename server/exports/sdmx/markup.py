"""SDMX-ML, of SDMX 2.1 and of 3.0: a message of structures, and one of structure-specific data.

The two differ in how one artefact names another (a ``Ref`` element, a URN), in the order of what
there is, and in the measure (``PrimaryMeasure``, a list of measures). Written with the standard
library. An observation without a number keeps its marks and leaves ``OBS_VALUE`` out. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from server.exports.sdmx.model import (
    ALL_KINDS,
    CODE_LIST,
    CONCEPTS,
    CONF_STATUS,
    DATA_STRUCTURE,
    DATAFLOW,
    OBS_STATUS,
    TEXT_TYPES,
    TIME,
    VALUE,
    Names,
    SdmxComponent,
    SdmxEdition,
    SdmxFlow,
    SdmxList,
    observations,
)
from server.exports.words import published_at

_PACKAGES = {
    "Codelist": "codelist",
    "Concept": "conceptscheme",
    "Dataflow": "datastructure",
    "DataStructure": "datastructure",
}
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class MarkupVersion:
    """A version of SDMX-ML. word: in its namespaces."""

    number: str
    word: str

    @property
    def is_3(self) -> bool:
        """Whether artefacts are named by URN and measures stand in a list."""
        return self.word.startswith("v3")

    def space(self, part: str) -> str:
        """The namespace of a part of the standard."""
        return f"http://www.sdmx.org/resources/sdmxml/schemas/{self.word}/{part}"


V2_1 = MarkupVersion("2.1", "v2_1")
V3_0 = MarkupVersion("3.0", "v3_0")


def structures(
    sdmx: SdmxEdition, version: MarkupVersion, kinds: frozenset[str] = ALL_KINDS
) -> bytes:
    """Lists, concepts, data structures and flows of an edition, or only some kinds of these."""
    return _StructureMessage(sdmx, version, kinds).written()


def data(sdmx: SdmxEdition, flow: SdmxFlow, version: MarkupVersion) -> bytes:
    """Every number of one table, as structure-specific data, observation by observation."""
    message, common = version.space("message"), version.space("common")
    specific = version.space("data/structurespecific")
    urn = _urn(sdmx.agency, "DataStructure", flow.structure_id, sdmx.version)
    space = f"{urn}:ObsLevelDim:AllDimensions"
    root = Element(
        "mes:StructureSpecificData",
        {
            "xmlns:mes": message,
            "xmlns:com": common,
            "xmlns:dsd": specific,
            "xmlns:ns1": space,
            "xmlns:xsi": _XSI,
        },
    )
    header = _header(root, sdmx, f"DATA_{flow.name}")
    structure = SubElement(
        header,
        "mes:Structure",
        {"structureID": "S1", "namespace": space, "dimensionAtObservation": "AllDimensions"},
    )
    usage = SubElement(structure, "com:StructureUsage")
    _refer(usage, version, sdmx.agency, "Dataflow", flow.id, sdmx.version)
    SubElement(header, "mes:DataSetAction").text = "Replace"
    data_set = SubElement(
        root,
        "mes:DataSet",
        {
            "dsd:structureRef": "S1",
            "xsi:type": "ns1:DataSetType",
            "dsd:dataScope": "DataStructure",
            "dsd:action": "Replace",
            **({} if version.is_3 else flow.data_set),
        },
    )
    if version.is_3:
        SubElement(data_set, "Atts", dict(flow.data_set))
    for one in observations(flow):
        said = dict(one.key)
        if one.value is not None:
            said[VALUE] = str(one.value)
        said |= {OBS_STATUS: one.status, CONF_STATUS: one.confidentiality}
        SubElement(data_set, "Obs", said)
    return _bytes(root)


class _StructureMessage:
    def __init__(self, sdmx: SdmxEdition, version: MarkupVersion, kinds: frozenset[str]) -> None:
        self._sdmx, self._version, self._kinds = sdmx, version, kinds

    def written(self) -> bytes:
        """The message."""
        version = self._version
        root = Element(
            "mes:Structure",
            {
                "xmlns:mes": version.space("message"),
                "xmlns:str": version.space("structure"),
                "xmlns:com": version.space("common"),
            },
        )
        _header(root, self._sdmx, "STRUCTURES")
        parts = SubElement(root, "mes:Structures")
        schemes = "str:ConceptSchemes" if version.is_3 else "str:Concepts"
        ordered: dict[str, Callable[[], None]] = {
            CODE_LIST: lambda: self._lists(parts),
            CONCEPTS: lambda: self._schemes(SubElement(parts, schemes)),
        }
        flows: dict[str, Callable[[], None]] = {DATAFLOW: lambda: self._flows(parts)}
        # Each version wants its own order.
        ordered = ordered | flows if version.is_3 else flows | ordered
        ordered[DATA_STRUCTURE] = lambda: self._data_structures(parts)
        for kind, write in ordered.items():
            if kind in self._kinds:
                write()
        return _bytes(root)

    def _lists(self, parts: Element) -> None:
        codelists = SubElement(parts, "str:Codelists")
        for found in self._sdmx.lists:
            self._items(codelists, found, "str:Codelist", "str:Code")

    def _schemes(self, parent: Element) -> None:
        for found in self._sdmx.schemes:
            scheme = self._items(parent, found, "str:ConceptScheme", "str:Concept")
            for concept in scheme.iter("str:Concept"):
                self._representation(
                    SubElement(concept, "str:CoreRepresentation"), concept.attrib["id"]
                )

    def _items(self, parent: Element, found: SdmxList, whole: str, part: str) -> Element:
        scheme = SubElement(parent, whole, _maintained(found.agency, found.id, found.version))
        if found.is_partial:
            scheme.set("isPartial", "true")
        _named(scheme, found.names)
        for code in found.codes:
            item = SubElement(scheme, part, {"id": code.id})
            _named(item, code.names)
            if code.parent and self._version.is_3:
                SubElement(item, "str:Parent").text = code.parent
            elif code.parent:
                SubElement(SubElement(item, "str:Parent"), "Ref", {"id": code.parent})
        return scheme

    def _flows(self, parts: Element) -> None:
        sdmx = self._sdmx
        flows = SubElement(parts, "str:Dataflows")
        for flow in sdmx.flows:
            said = SubElement(
                flows, "str:Dataflow", _maintained(sdmx.agency, flow.id, sdmx.version)
            )
            notes = SubElement(said, "com:Annotations")
            for head, texts in flow.about.items():
                note = SubElement(notes, "com:Annotation", {"id": head})
                SubElement(note, "com:AnnotationTitle").text = head
                SubElement(note, "com:AnnotationType").text = "SIMS"
                for language, words in texts.items():
                    _in_language(note, "com:AnnotationText", language, words)
            _named(said, flow.names)
            refer = SubElement(said, "str:Structure")
            names = (sdmx.agency, "DataStructure", flow.structure_id, sdmx.version)
            _refer(refer, self._version, *names)

    def _data_structures(self, parts: Element) -> None:
        sdmx = self._sdmx
        all_of_them = SubElement(parts, "str:DataStructures")
        for flow in sdmx.flows:
            said = SubElement(
                all_of_them,
                "str:DataStructure",
                _maintained(sdmx.agency, flow.structure_id, sdmx.version),
            )
            _named(said, flow.names)
            components = SubElement(said, "str:DataStructureComponents")
            dimensions = SubElement(components, "str:DimensionList", {"id": "DimensionDescriptor"})
            for position, one in enumerate(flow.dimensions, 1):
                self._dimension(dimensions, one, position)
            attributes = SubElement(components, "str:AttributeList", {"id": "AttributeDescriptor"})
            for one in flow.attributes:
                self._attribute(attributes, one)
            measures = SubElement(components, "str:MeasureList", {"id": "MeasureDescriptor"})
            self._measure(measures)

    def _dimension(self, parent: Element, one: SdmxComponent, position: int) -> None:
        if one.id == TIME:
            said = SubElement(parent, "str:TimeDimension", {"id": TIME})
            if not self._version.is_3:
                said.set("position", str(position))
            self._concept(said, one)
            self._codes(said, one)
        else:
            said = SubElement(parent, "str:Dimension", {"id": one.id, "position": str(position)})
            self._concept(said, one)
            self._codes(said, one)

    def _attribute(self, parent: Element, one: SdmxComponent) -> None:
        need = ("usage", "mandatory") if self._version.is_3 else ("assignmentStatus", "Mandatory")
        said = SubElement(parent, "str:Attribute", {"id": one.id, need[0]: need[1]})
        self._concept(said, one)
        self._codes(said, one)
        about = SubElement(said, "str:AttributeRelationship")
        if self._version.is_3:
            SubElement(about, "str:Observation" if one.is_of_observation else "str:Dataflow")
        elif one.is_of_observation:
            SubElement(SubElement(about, "str:PrimaryMeasure"), "Ref", {"id": VALUE})
        else:
            SubElement(about, "str:None")

    def _measure(self, parent: Element) -> None:
        if self._version.is_3:
            said = SubElement(parent, "str:Measure", {"id": VALUE, "usage": "optional"})
        else:
            said = SubElement(parent, "str:PrimaryMeasure", {"id": VALUE})
        measure = SdmxComponent(VALUE, self._sdmx.schemes[0], None)
        self._concept(said, measure)
        self._codes(said, measure)

    def _concept(self, parent: Element, one: SdmxComponent) -> None:
        scheme, identity = one.concepts, SubElement(parent, "str:ConceptIdentity")
        if self._version.is_3:
            urn = _urn(scheme.agency, "Concept", scheme.id, scheme.version)
            identity.text = f"{urn}.{one.id}"
            return
        SubElement(
            identity,
            "Ref",
            {
                "id": one.id,
                "maintainableParentID": scheme.id,
                "maintainableParentVersion": scheme.version,
                "agencyID": scheme.agency,
                "package": _PACKAGES["Concept"],
                "class": "Concept",
            },
        )

    def _codes(self, parent: Element, one: SdmxComponent) -> None:
        self._representation(SubElement(parent, "str:LocalRepresentation"), one.id)

    def _representation(self, shown: Element, name: str) -> None:
        codes = self._sdmx.list_of.get(name)
        if codes is None:
            SubElement(shown, "str:TextFormat", {"textType": TEXT_TYPES.get(name, "String")})
            return
        refer = SubElement(shown, "str:Enumeration")
        _refer(refer, self._version, codes.agency, "Codelist", codes.id, codes.version)


def _header(root: Element, sdmx: SdmxEdition, what: str) -> Element:
    header = SubElement(root, "mes:Header")
    SubElement(header, "mes:ID").text = f"EDITION_{sdmx.edition.number}_{what}"
    SubElement(header, "mes:Test").text = str(sdmx.is_test).lower()
    moment = published_at(sdmx.edition).strftime("%Y-%m-%dT%H:%M:%SZ")
    SubElement(header, "mes:Prepared").text = moment
    SubElement(header, "mes:Sender", {"id": sdmx.agency})
    return header


def _maintained(agency: str, name: str, version: str) -> dict[str, str]:
    return {"id": name, "agencyID": agency, "version": version}


def _named(parent: Element, names: Names) -> None:
    for language, said in names.items():
        _in_language(parent, "com:Name", language, said)


def _in_language(parent: Element, tag: str, language: str, said: str) -> None:
    SubElement(parent, tag, {"xml:lang": language}).text = said


def _refer(
    parent: Element, version: MarkupVersion, agency: str, kind: str, name: str, of: str
) -> None:
    if version.is_3:
        parent.text = _urn(agency, kind, name, of)
        return
    said: Mapping[str, str] = {
        "id": name,
        "agencyID": agency,
        "version": of,
        "package": _PACKAGES[kind],
        "class": kind,
    }
    SubElement(parent, "Ref", dict(said))


def _urn(agency: str, kind: str, name: str, version: str) -> str:
    package = f"urn:sdmx:org.sdmx.infomodel.{_PACKAGES[kind]}"
    return f"{package}.{kind}={agency}:{name}({version})"


def _bytes(root: Element) -> bytes:
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
