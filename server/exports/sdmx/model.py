"""An edition in the information model of SDMX: code lists, concepts, a flow for each table. Pure.

Lists and concepts of all subjects are those of the SDMX agency, as far as they are used (partial);
the rest is the programme's own, of the edition's version. Observations have two marks, and **every
unpublished number that is withheld has the same pair, Q and C**: the codes of CL_CONF_STATUS for
primary and secondary confidentiality would tell an attacker which cell is the small one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.exports.codes import CodesOfExports, codes_of, component, frequency, period_code
from server.exports.edition import Cell, ExportedDimension, ExportedEdition, ExportedTable
from server.exports.sdmx.metadata import metadata_of, said_in_all
from server.exports.words import (
    dimension_name,
    is_of_persons,
    table_title,
    warnings_of,
)
from server.releases.files import NumberState
from server.releases.labels import languages

Names = Mapping[str, str]
"""By language."""
SDMX = "SDMX"
"""The agency of what all subjects share."""
DATAFLOW, DATA_STRUCTURE, CODE_LIST, CONCEPTS = (
    *("dataflow", "datastructure"),
    *("codelist", "conceptscheme"),
)
"""Kinds of artefacts, as addresses name them."""
ALL_KINDS = frozenset({DATAFLOW, DATA_STRUCTURE, CODE_LIST, CONCEPTS})
FREQ, TIME, VALUE = "FREQ", "TIME_PERIOD", "OBS_VALUE"
OBS_STATUS, CONF_STATUS = "OBS_STATUS", "CONF_STATUS"
UNIT, UNIT_MULT, DECIMALS, EDITION = "UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "EDITION"
STATUS: Mapping[NumberState, tuple[str, str]] = {
    NumberState.PUBLISHED: ("A", "F"),
    NumberState.ZERO: ("A", "F"),
    NumberState.WITHHELD: ("Q", "C"),
    NumberState.NOT_COLLECTED: ("L", "F"),
    NumberState.CANNOT_EXIST: ("M", "F"),
    NumberState.NOT_YET_PUBLISHED: ("O", "F"),
}
"""OBS_STATUS (CL_OBS_STATUS 2.2) and CONF_STATUS (CL_CONF_STATUS 1.3) of each state."""
_SHARED_LISTS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    FREQ: ("CL_FREQ", "2.1", {"A": "Annual", "Q": "Quarterly", "M": "Monthly"}),
    "SEX": ("CL_SEX", "2.1", {"_T": "Total", "F": "Female", "M": "Male", "_U": "Unknown"}),
    OBS_STATUS: (
        *("CL_OBS_STATUS", "2.2"),
        {
            "A": "Normal value",
            "L": "Missing value; data exist but were not collected",
            "M": "Missing value; data cannot exist",
            "O": "Missing value",
            "Q": "Missing value; suppressed",
        },
    ),
    CONF_STATUS: (
        *("CL_CONF_STATUS", "1.3"),
        {"C": "Confidential statistical information", "F": "Free (free for publication)"},
    ),
    UNIT_MULT: ("CL_UNIT_MULT", "1.1", {"0": "Units"}),
    DECIMALS: ("CL_DECIMALS", "1.0", {"0": "Zero"}),
}
_SHARED_CONCEPTS: Mapping[str, str] = {
    FREQ: "Frequency of observation",
    "REF_AREA": "Reference area",
    "SEX": "Sex",
    "AGE": "Age",
    TIME: "Time period",
    VALUE: "Observation value",
    OBS_STATUS: "Observation status",
    CONF_STATUS: "Confidentiality status",
    UNIT: "Unit of measure",
    UNIT_MULT: "Unit multiplier",
    DECIMALS: "Decimals",
}
TEXT_TYPES: Mapping[str, str] = {TIME: "ObservationalTimePeriod", VALUE: "Integer"}
"""Of what has no codes; a text otherwise."""
SHARED_CONCEPTS, SHARED_CONCEPTS_VERSION = "CROSS_DOMAIN_CONCEPTS", "2.0"


@dataclass(frozen=True)
class SdmxCode:
    """A code. parent: the code above it, "" for none."""

    id: str
    names: Names
    parent: str = ""


@dataclass(frozen=True)
class SdmxList:
    """A code list or a scheme of concepts. is_partial: only what is used of another's list."""

    agency: str
    id: str
    version: str
    names: Names
    codes: tuple[SdmxCode, ...]
    is_partial: bool = False


@dataclass(frozen=True)
class SdmxComponent:
    """A dimension or attribute: where its concept and its codes stand. codes: None for free text
    or time. is_of_observation: of an attribute, else it says something of the whole data set."""

    id: str
    concepts: SdmxList
    codes: SdmxList | None
    is_of_observation: bool = False


@dataclass(frozen=True)
class SdmxFlow:
    """A table: its data structure ``DSD_x`` and data flow ``DF_x``. dimensions: with time, last.

    data_set: values of the attributes of the whole data set. about: reference metadata by the heads
    of SIMS (Single Integrated Metadata Structure).
    """

    name: str
    names: Names
    about: Mapping[str, Names]
    dimensions: tuple[SdmxComponent, ...]
    attributes: tuple[SdmxComponent, ...]
    data_set: Mapping[str, str]
    table: ExportedTable
    codes: CodesOfExports

    @property
    def id(self) -> str:
        """Of the data flow."""
        return f"DF_{self.name}"

    @property
    def structure_id(self) -> str:
        """Of the data structure."""
        return f"DSD_{self.name}"


@dataclass(frozen=True)
class SdmxObservation:
    """A number. key: by dimension, with time. value: None where there is none."""

    key: Mapping[str, str]
    value: int | None
    status: str
    confidentiality: str


@dataclass(frozen=True)
class SdmxEdition:
    """An edition: its own agency and version, all lists, both schemes of concepts, the flows.

    list_of: by component.
    """

    edition: ExportedEdition
    agency: str
    version: str
    list_of: Mapping[str, SdmxList]
    schemes: tuple[SdmxList, ...]
    flows: tuple[SdmxFlow, ...]

    @property
    def is_test(self) -> bool:
        """Whether the header calls it a test: its records are not all from the field."""
        return bool(warnings_of(self.edition, "en"))

    @property
    def lists(self) -> tuple[SdmxList, ...]:
        """All code lists."""
        return tuple(self.list_of.values())


def sdmx_edition(edition: ExportedEdition) -> SdmxEdition:
    """The edition in SDMX."""
    return _Building(edition).built()


def agency_of(edition: ExportedEdition) -> str:
    """The agency of a programme: no two programmes have the same."""
    return f"T87_{edition.country}_{edition.programme_id[:8].upper()}"


def observations(flow: SdmxFlow) -> Iterator[SdmxObservation]:
    """Every number that the edition names, in the order of its files."""
    ids = [one.id for one in flow.dimensions]
    for (period, codes), cell in flow.table.cells.items():
        written = flow.codes.cell(flow.table, codes)
        key = dict(zip(ids, (frequency(period), *written, period_code(period)), strict=True))
        yield _observation(key, cell)


def _observation(key: Mapping[str, str], cell: Cell) -> SdmxObservation:
    return SdmxObservation(key, cell.count, *STATUS[cell.state])


class _Building:
    def __init__(self, edition: ExportedEdition) -> None:
        self._edition = edition
        self._agency = agency_of(edition)
        self._codes = codes_of(edition)
        self._lists = {
            one: SdmxList(
                SDMX,
                name,
                version,
                {"en": name},
                tuple(SdmxCode(code, {"en": said}) for code, said in codes.items()),
                is_partial=True,
            )
            for one, (name, version, codes) in _SHARED_LISTS.items()
        }
        self._lists[UNIT] = self._own(
            "CL_UNIT_MEASURE",
            said_in_all("exports.persons"),
            [
                SdmxCode("PS", said_in_all("exports.persons")),
                SdmxCode("NUMBER", said_in_all("exports.count")),
            ],
        )
        for table in edition.tables:
            for dimension in table.dimensions:
                self._add(dimension)
        used = {component(d.name) for table in edition.tables for d in table.dimensions}
        if "SEX" not in used:
            del self._lists["SEX"]
        own = sorted(used - set(_SHARED_CONCEPTS))
        names = {component(d.name): d.name for t in edition.tables for d in t.dimensions}
        self._shared = SdmxList(
            SDMX,
            SHARED_CONCEPTS,
            SHARED_CONCEPTS_VERSION,
            {"en": "Cross-domain concepts"},
            tuple(
                SdmxCode(one, {"en": said})
                for one, said in _SHARED_CONCEPTS.items()
                if one in used or one not in ("REF_AREA", "SEX", "AGE")
            ),
            is_partial=True,
        )
        self._concepts = self._own(
            "CS_TALLY87",
            {"en": "Concepts of the tables of Tally87"},
            [
                *(SdmxCode(one, _names(names[one])) for one in own),
                SdmxCode(
                    EDITION, {"en": "Edition, its version and the SHA-256 of its signed list"}
                ),
            ],
        )

    def built(self) -> SdmxEdition:
        """All of it."""
        edition = self._edition
        return SdmxEdition(
            edition,
            self._agency,
            edition.version,
            self._lists,
            (self._shared, self._concepts),
            tuple(self._flow(table) for table in edition.tables),
        )

    def _flow(self, table: ExportedTable) -> SdmxFlow:
        edition = self._edition
        return SdmxFlow(
            component(table.code).replace("-", "_"),
            {one: table_title(table, one) for one in languages()},
            metadata_of(edition, table),
            (
                self._component(FREQ),
                *(self._component(component(one.name)) for one in table.dimensions),
                SdmxComponent(TIME, self._shared, None),
            ),
            (
                self._component(OBS_STATUS, True),
                self._component(CONF_STATUS, True),
                *(self._component(one) for one in (UNIT, UNIT_MULT, DECIMALS)),
                SdmxComponent(EDITION, self._concepts, None),
            ),
            {
                UNIT: "PS" if is_of_persons(table) else "NUMBER",
                UNIT_MULT: "0",
                DECIMALS: "0",
                EDITION: ", ".join(
                    [
                        *(str(edition.number), edition.version, edition.digest),
                        *warnings_of(edition, "en"),
                    ]
                ),
            },
            table,
            self._codes,
        )

    def _component(self, name: str, is_of_observation: bool = False) -> SdmxComponent:
        concepts = self._shared if name in _SHARED_CONCEPTS else self._concepts
        return SdmxComponent(name, concepts, self._lists[name], is_of_observation)

    def _add(self, dimension: ExportedDimension) -> None:
        name = component(dimension.name)
        written = {one.code: self._codes.of(dimension.name, one.code) for one in dimension.codes}
        known = {one.id for one in self._lists[name].codes} if name in self._lists else set()
        if name == "SEX" and set(written.values()) <= known:
            return
        codes = (
            {} if name == "SEX" or not known else {one.id: one for one in self._lists[name].codes}
        )
        for one in dimension.codes:
            names = {tongue: one.label(tongue) for tongue in languages()}
            parent = self._codes.written[dimension.name].get(one.parent, "")
            codes.setdefault(written[one.code], SdmxCode(written[one.code], names, parent))
        # A parent is another code of the list; SDMX 3.0 takes none that begins as _T does.
        found = [
            SdmxCode(
                code.id,
                code.names,
                code.parent if code.parent in codes and code.parent[0].isalpha() else "",
            )
            for code in codes.values()
        ]
        self._lists[name] = self._own(f"CL_{name}", _names(dimension.name), found)

    def _own(self, name: str, names: Names, codes: list[SdmxCode]) -> SdmxList:
        return SdmxList(self._agency, name, self._edition.version, names, tuple(codes))


def _names(dimension: str) -> Names:
    return {one: dimension_name(dimension, one) for one in languages()}
