"""SDMX-CSV, 1.0 (of SDMX 2.1) and 2.0 (of 3.0): a row for each number of one table. Pure.

After the field guides of sdmx-twg/sdmx-csv. A number that is not there is empty in 1.0 and
``#N/A`` in 2.0, which is how a missing value of a whole number is written there; its marks stand
beside it in both.
"""

from __future__ import annotations

import csv
import io

from server.exports.sdmx.model import (
    CONF_STATUS,
    OBS_STATUS,
    VALUE,
    SdmxEdition,
    SdmxFlow,
    observations,
)

MISSING = "#N/A"


def rows_1_0(sdmx: SdmxEdition, flow: SdmxFlow) -> bytes:
    """SDMX-CSV 1.0.0."""
    named = f"{sdmx.agency}:{flow.id}({sdmx.version})"
    return _rows(sdmx, flow, {"DATAFLOW": named}, "")


def rows_2_0(sdmx: SdmxEdition, flow: SdmxFlow) -> bytes:
    """SDMX-CSV 2.0.0."""
    named = f"{sdmx.agency}:{flow.id}({sdmx.version})"
    first = {"STRUCTURE": "dataflow", "STRUCTURE_ID": named, "ACTION": "I"}
    return _rows(sdmx, flow, first, MISSING)


def _rows(sdmx: SdmxEdition, flow: SdmxFlow, first: dict[str, str], missing: str) -> bytes:
    out = io.StringIO()
    names = [*first, *(one.id for one in flow.dimensions), VALUE]
    names += [OBS_STATUS, CONF_STATUS, *flow.data_set]
    writer = csv.DictWriter(out, names, lineterminator="\r\n")
    writer.writeheader()
    for one in observations(flow):
        writer.writerow(
            {
                **first,
                **one.key,
                VALUE: missing if one.value is None else one.value,
                OBS_STATUS: one.status,
                CONF_STATUS: one.confidentiality,
                **flow.data_set,
            }
        )
    return out.getvalue().encode()
