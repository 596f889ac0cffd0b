"""What the SDMX service answers from: an edition by the version of its flows, and parts of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from server.exports.edition import EditionWithdrawn, edition_of
from server.exports.sdmx.model import (
    ALL_KINDS,
    CODE_LIST,
    DATA_STRUCTURE,
    DATAFLOW,
    SdmxEdition,
    SdmxFlow,
    SdmxList,
    sdmx_edition,
)
from server.office import Office
from server.releases import published

NEWEST = frozenset({"", "latest", "+", "~", "all", "*"})
"""Versions that mean the newest edition that holds."""
ANY = frozenset({"", "all", "*"})


def read_in_sdmx(office: Office, number: int) -> SdmxEdition | None:
    """An edition as flows; None for one that was withdrawn."""
    with suppress(EditionWithdrawn):
        return sdmx_edition(edition_of(office, number))
    return None


def edition_in_sdmx(
    office: Office,
    version: str,
    as_of_s: int | None = None,
    read: Callable[[Office, int], SdmxEdition | None] = read_in_sdmx,
) -> SdmxEdition | None:
    """The edition of that version, or the newest; only one that holds and was out at that time.

    as_of_s: what a reader saw then, but for what was withdrawn since. read: by whoever keeps what
    was read. None when there is none.
    """
    for one in published.published(office):
        if one.is_withdrawn or (as_of_s is not None and one.published_at_s > as_of_s):
            continue
        if version in NEWEST or one.version == version:
            found = read(office, one.number)
            if found is not None:
                return found
    return None


def flow_of(sdmx: SdmxEdition, agency: str, name: str) -> SdmxFlow | None:
    """A table by the identifier of its flow."""
    if agency not in ANY and agency != sdmx.agency:
        return None
    return next((flow for flow in sdmx.flows if flow.id == name), None)


def structures_of(
    sdmx: SdmxEdition, kind: str, agency: str, name: str, with_references: bool
) -> tuple[SdmxEdition, frozenset[str]]:
    """The artefacts asked for, and of which kinds they are. with_references: also what they are
    made of. Nothing is asked for that is not there: then there are no flows, lists and schemes.
    """
    if kind in (DATAFLOW, DATA_STRUCTURE):
        flows = tuple(
            flow
            for flow in sdmx.flows
            if (agency in ANY or agency == sdmx.agency)
            and (name in ANY or name == (flow.id if kind == DATAFLOW else flow.structure_id))
        )
        used = {one.id for flow in flows for one in (*flow.dimensions, *flow.attributes)}
        lists = {of: found for of, found in sdmx.list_of.items() if of in used}
        kept = replace(sdmx, flows=flows, list_of=lists)
        if with_references:
            return kept, ALL_KINDS if flows else frozenset()
        return kept, frozenset({kind}) if flows else frozenset()

    def asked(found: SdmxList) -> bool:
        return (agency in ANY or agency == found.agency) and (name in ANY or name == found.id)

    kept = replace(
        sdmx,
        list_of={of: found for of, found in sdmx.list_of.items() if asked(found)},
        schemes=tuple(found for found in sdmx.schemes if asked(found)),
    )
    there = kept.list_of if kind == CODE_LIST else kept.schemes
    return kept, frozenset({kind}) if there else frozenset()
