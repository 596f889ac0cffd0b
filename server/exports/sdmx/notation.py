"""SDMX-JSON: data of one table, 1.0 (of SDMX 2.1) and 2.0 (of 3.0), and structures 2.0. Pure.

After the schemas of sdmx-twg/sdmx-json. An observation is its key as places in the lists of values,
its number (null where there is none) and the places of its marks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.exports.sdmx.model import (
    ALL_KINDS,
    CODE_LIST,
    CONCEPTS,
    DATA_STRUCTURE,
    DATAFLOW,
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

_SCHEMAS = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master"


def data_1_0(sdmx: SdmxEdition, flow: SdmxFlow, language: str) -> bytes:
    """SDMX-JSON data 1.0.0: the header, the structure, the data set."""
    structure, data_set = _parts(sdmx, flow, language)
    for attribute in structure["attributes"]["dataSet"] + structure["attributes"]["observation"]:
        del attribute["relationship"]
        attribute["values"] = [
            {"name": one["value"]} if "value" in one else one for one in attribute["values"]
        ]
    del structure["measures"]
    structure["links"] = []
    del data_set["structure"]
    return _bytes(
        {
            "header": _head(sdmx, flow, "DATA"),
            "structure": {"name": _said(flow.names, language), **structure},
            "dataSets": [data_set],
        }
    )


def data_2_0(sdmx: SdmxEdition, flow: SdmxFlow, language: str) -> bytes:
    """SDMX-JSON data 2.0.0."""
    structure, data_set = _parts(sdmx, flow, language)
    return _bytes(
        {
            "meta": {
                "schema": _schema("data"),
                **_head(sdmx, flow, "DATA"),
                "contentLanguages": [language],
            },
            "data": {
                "structures": [{"name": _said(flow.names, language), **structure, "dataSets": [0]}],
                "dataSets": [data_set],
            },
        }
    )


def structures_2_0(sdmx: SdmxEdition, kinds: frozenset[str] = ALL_KINDS) -> bytes:
    """SDMX-JSON structures 2.0.0: lists, concepts, data structures and flows, in all languages, or
    only some kinds of these."""
    found: dict[str, Callable[[], list[Any]]] = {
        CODE_LIST: lambda: [{**_scheme(one), "codes": _items(one)} for one in sdmx.lists],
        CONCEPTS: lambda: [{**_scheme(one), "concepts": _items(one)} for one in sdmx.schemes],
        DATA_STRUCTURE: lambda: [_data_structure(sdmx, flow) for flow in sdmx.flows],
        DATAFLOW: lambda: [_flow(sdmx, flow) for flow in sdmx.flows],
    }
    return _bytes(
        {
            "meta": {
                "schema": _schema("structure"),
                **_head(sdmx, None, "STRUCTURES"),
                "contentLanguages": _languages(sdmx),
            },
            "data": {_PLURALS[kind]: those() for kind, those in found.items() if kind in kinds},
        }
    )


_PLURALS = {
    CODE_LIST: "codelists",
    CONCEPTS: "conceptSchemes",
    DATA_STRUCTURE: "dataStructures",
    DATAFLOW: "dataflows",
}


def _flow(sdmx: SdmxEdition, flow: SdmxFlow) -> dict[str, Any]:
    structure = ("datastructure.DataStructure", sdmx.agency, flow.structure_id, sdmx.version)
    return {
        **_maintained(sdmx.agency, flow.id, sdmx.version, flow.names),
        "structure": _urn(*structure),
        "annotations": [
            {"id": head, "title": head, "type": "SIMS", "text": said["en"], "texts": said}
            for head, said in flow.about.items()
        ],
    }


def _parts(
    sdmx: SdmxEdition, flow: SdmxFlow, language: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The structure a data set refers to, and the data set."""
    dimensions = [one.id for one in flow.dimensions]
    marks = [one for one in flow.attributes if one.is_of_observation]
    places: dict[str, dict[str, int]] = {one: {} for one in dimensions}
    places |= {one.id: {} for one in marks}

    def place(of: str, code: str) -> int:
        return places[of].setdefault(code, len(places[of]))

    found: dict[str, list[int | None]] = {}
    for one in observations(flow):
        key = ":".join(str(place(name, one.key[name])) for name in dimensions)
        told = zip(marks, (one.status, one.confidentiality), strict=True)
        found[key] = [one.value, *(place(mark.id, code) for mark, code in told)]

    def attribute(one: SdmxComponent, codes: Sequence[str]) -> dict[str, Any]:
        return {
            "id": one.id,
            "name": _called(one, language),
            "relationship": {"observation": {}} if one.is_of_observation else {"dataflow": {}},
            "values": [_value(one, code, language) for code in codes],
        }

    structure = {
        "dimensions": {
            "observation": [
                {
                    "id": one.id,
                    "name": _called(one, language),
                    "keyPosition": position,
                    "values": [_value(one, code, language) for code in places[one.id]],
                }
                for position, one in enumerate(flow.dimensions)
            ]
        },
        "measures": {
            "observation": [
                {"id": VALUE, "name": "Observation value", "format": {"dataType": "Integer"}}
            ]
        },
        "attributes": {
            "dataSet": [
                attribute(one, [flow.data_set[one.id]])
                for one in flow.attributes
                if not one.is_of_observation
            ],
            "observation": [attribute(one, [*places[one.id]]) for one in marks],
        },
    }
    names = ("datastructure.Dataflow", sdmx.agency, flow.id, sdmx.version)
    data_set = {
        "structure": 0,
        "action": "Replace",
        "links": [{"rel": "dataflow", "urn": _urn(*names)}],
        "attributes": [0 for one in flow.attributes if not one.is_of_observation],
        "observations": found,
    }
    return structure, data_set


def _value(one: SdmxComponent, code: str, language: str) -> dict[str, str]:
    named = {item.id: item.names for item in one.codes.codes} if one.codes else {}
    if one.codes is None and one.id != TIME:
        return {"value": code}
    return {"id": code, "name": _said(named.get(code, {}), language) or code}


def _called(one: SdmxComponent, language: str) -> str:
    (names,) = [item.names for item in one.concepts.codes if item.id == one.id]
    return _said(names, language)


def _said(names: Names, language: str) -> str:
    return names.get(language) or names.get("en") or ""


def _schema(of: str) -> str:
    return f"{_SCHEMAS}/{of}-message/tools/schemas/2.0.0/sdmx-json-{of}-schema.json"


def _head(sdmx: SdmxEdition, flow: SdmxFlow | None, what: str) -> dict[str, Any]:
    of = f"_{flow.name}" if flow else ""
    return {
        "id": f"EDITION_{sdmx.edition.number}_{what}{of}",
        "test": sdmx.is_test,
        "prepared": published_at(sdmx.edition).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sender": {"id": sdmx.agency},
    }


def _languages(sdmx: SdmxEdition) -> list[str]:
    return [*sdmx.flows[0].names] if sdmx.flows else ["en"]


def _maintained(agency: str, name: str, version: str, names: Names) -> dict[str, Any]:
    return {
        "id": name,
        "agencyID": agency,
        "version": version,
        "name": names["en"],
        "names": dict(names),
    }


def _scheme(found: SdmxList) -> dict[str, Any]:
    said = _maintained(found.agency, found.id, found.version, found.names)
    return {**said, "isPartial": True} if found.is_partial else said


def _items(found: SdmxList) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.names["en"],
            "names": dict(one.names),
            **({"parent": one.parent} if one.parent else {}),
        }
        for one in found.codes
    ]


def _data_structure(sdmx: SdmxEdition, flow: SdmxFlow) -> dict[str, Any]:
    *plain, time = flow.dimensions
    value = SdmxComponent(VALUE, sdmx.schemes[0], None)
    return {
        **_maintained(sdmx.agency, flow.structure_id, sdmx.version, flow.names),
        "dataStructureComponents": {
            "dimensionList": {
                "id": "DimensionDescriptor",
                "dimensions": [
                    {**_identity(one), "position": position, "localRepresentation": _shown(one)}
                    for position, one in enumerate(plain)
                ],
                "timeDimension": {
                    **_identity(time),
                    "localRepresentation": {"format": {"dataType": "ObservationalTimePeriod"}},
                },
            },
            "attributeList": {
                "id": "AttributeDescriptor",
                "attributes": [
                    {
                        **_identity(one),
                        "usage": "mandatory",
                        "attributeRelationship": {"observation": {}}
                        if one.is_of_observation
                        else {"dataflow": {}},
                        "localRepresentation": _shown(one),
                    }
                    for one in flow.attributes
                ],
            },
            "measureList": {
                "id": "MeasureDescriptor",
                "measures": [
                    {
                        **_identity(value),
                        "usage": "optional",
                        "localRepresentation": {"format": {"dataType": "Integer"}},
                    }
                ],
            },
        },
    }


def _identity(one: SdmxComponent) -> dict[str, Any]:
    scheme = one.concepts
    urn = _urn("conceptscheme.Concept", scheme.agency, scheme.id, scheme.version)
    return {"id": one.id, "conceptIdentity": f"{urn}.{one.id}"}


def _shown(one: SdmxComponent) -> dict[str, Any]:
    if one.codes is None:
        return {"format": {"dataType": "String"}}
    codes = one.codes
    return {"enumeration": _urn("codelist.Codelist", codes.agency, codes.id, codes.version)}


def _urn(kind: str, agency: str, name: str, version: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={agency}:{name}({version})"


def _bytes(message: Mapping[str, Any]) -> bytes:
    return (json.dumps(message, ensure_ascii=False, indent=1) + "\n").encode()
