"""Hazardous industries and occupations of the ILO's global estimates of child labour.

Source: ILO, Methodology of the global estimates of child labour 2012-2016: ISIC Rev.4 sections B
and F; the minor groups of ISCO-88 below. Both, and the mapping to minor groups of ISCO-08 (our own,
after the ILO's correspondence table), are from memory and must be checked before a country relies
on them: a profile switches them on with ``hazardous_lists = "ilo"``.
"""

from __future__ import annotations

ILO_INDUSTRIES = ("B", "F")
"""Mining and quarrying; construction."""

ISCO_08_OF_ISCO_88 = {
    "313": ("352",), "315": ("311",), "322": ("321", "325"), "323": ("222", "322"),
    "516": ("541",), "614": ("621",), "615": ("622",), "711": ("811", "754"),
    "712": ("711",), "713": ("712", "741"), "714": ("713",), "721": ("721",), "722": ("722",),
    "723": ("723",), "724": ("741", "742"), "731": ("731",), "732": ("731",), "811": ("811",),
    "812": ("812",), "813": ("818",), "814": ("817",), "815": ("813",), "816": ("818",),
    "821": ("722", "812"), "822": ("813",), "823": ("814",), "825": ("732",), "826": ("815",),
    "827": ("816",), "828": ("821",), "829": ("818",), "832": ("832", "833"), "833": ("834",),
    "834": ("835",), "911": ("952",), "912": ("951",), "915": ("962",), "916": ("961",),
    "921": ("921",), "931": ("931",), "933": ("933",),
}  # fmt: skip
ILO_OCCUPATIONS = tuple(sorted({code for new in ISCO_08_OF_ISCO_88.values() for code in new}))
"""Minor groups of ISCO-08 in which the ILO's estimates take the work of a child as hazardous."""
