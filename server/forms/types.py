"""The type words of an XLSForm, by every spelling in use, and what each becomes.

Sources: https://xlsform.org/en/ref-table/, the question types and aliases of pyxform 4.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "text": ("string", "q string", "add text prompt", "phone number", "q text"),
    "integer": (
        *("int", "q int", "add integer prompt", "percentage", "q integer"),
        *("number of days in last month", "number of days in last six months"),
        "number of days in last year",
    ),
    "decimal": ("q decimal", "add decimal prompt"),
    "range": (),
    "date": ("q date", "add date prompt"),
    "time": ("q time",),
    "datetime": (
        "date time",
        "q date time",
        "q datetime",
        "add date time prompt",
        "add datetime prompt",
    ),
    "note": ("q note", "add note prompt"),
    "calculate": ("q calculate", "add calculate prompt", "calculate_here"),
    "hidden": (),
    "acknowledge": ("q acknowledge", "add acknowledge prompt", "trigger"),
    "barcode": ("q barcode", "add barcode prompt"),
    "geopoint": ("gps", "location", "q geopoint", "q location", "add location prompt"),
    "geotrace": ("q geotrace",),
    "geoshape": ("q geoshape",),
    "image": ("photo", "q image", "q picture", "add image prompt", "add photo prompt"),
    "audio": ("q audio", "add audio prompt"),
    "video": ("q video", "add video prompt"),
    "file": ("add file prompt",),
    "start": ("start time", "get start time"),
    "end": ("end time", "get end time"),
    "today": ("get today",),
    "deviceid": ("device id", "get device id", "imei", "uri:deviceid"),
    "phonenumber": ("get phone number", "uri:phonenumber"),
    "simserial": ("sim id", "get sim id", "uri:simserial"),
    "subscriberid": ("subscriber id", "get subscriber id", "uri:subscriberid"),
    "username": ("uri:username", "get username"),
    "email": ("uri:email",),
    "audit": (
        *("text audit", "audio audit", "comments", "sensor_stream", "sensor_statistic"),
        *("speed violations count", "speed violations list", "speed violations audit"),
    ),
    "caseid": (),
    "score__row": (),
    "rank__level": (),
    "start-geopoint": (),
    "background-audio": (),
    "background-geopoint": (),
    "csv-external": (),
    "xml-external": (),
    "include": (),
    "set form title": (),
    "set form id": (),
    "end group": ("end lgroup",),
    "end repeat": ("end looped group",),
    "end loop": ("end kobomatrix",),
    "end score": (),
    "end rank": (),
    "begin score": (),
    "begin rank": (),
    "begin loop": ("begin kobomatrix",),
    "begin group": ("begin lgroup",),
    "begin repeat": ("begin looped group",),
}
WORDS: Mapping[str, str] = {
    spelling: name for name, others in _SPELLINGS.items() for spelling in (name, *others)
}
_ONE = (
    "select one from|select one using|select_one|select one|select-one|selectone|select1|q select1|"
    "add select one prompt using"
)
_SEVERAL = (
    "select all that apply from|select all that apply|select multiple from|select multiple using|"
    "select_multiple|select multiple|select-multiple|selectmultiple|q select|"
    "add select multiple prompt using"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (
        kind,
        re.compile(
            rf"(?:{words})\s+(?P<list>\S.*?)(?P<other>\s+or[_ ](?:specify[_ ])?other)?",
            re.IGNORECASE,
        ),
    )
    for kind, words in (
        ("select_one_from_file", "select_one_from_file|select one from file"),
        ("select_multiple_from_file", "select_multiple_from_file|select multiple from file"),
        ("select_one_external", "select_one_external|select one external"),
        ("rank", "rank"),
        ("cascading_select", "cascading_select|cascading select"),
        ("osm", "osm"),
        ("begin loop", "begin loop over"),
        ("select_multiple", _SEVERAL),
        ("select_one", _ONE),
    )
)
_ALONE = {"osm": "osm"}
_MEANT = {"number": "integer or decimal", "numeric": "integer or decimal", "float": "decimal"}
"""Words of other programs that look like a type they do not mean."""


@dataclass(frozen=True, slots=True)
class TypeWords:
    """A type cell read. kind: its name in the reference; "" when nobody knows it.

    near: the known type that looks most like it.
    """

    kind: str
    choice_list: str = ""
    or_other: bool = False
    near: str = ""


def type_of(cell: str) -> TypeWords:
    """Reads one type cell, in any case and with any spaces."""
    text = " ".join(cell.split())
    small = text.casefold()
    spaced = re.sub(r"^(begin|end)[_-]", r"\1 ", small)
    known = WORDS.get(small) or WORDS.get(spaced) or _ALONE.get(small)
    if known:
        return TypeWords(known)
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(text) or re.compile(pattern.pattern, re.IGNORECASE).fullmatch(
            text
        )
        if match:
            return TypeWords(kind, match["list"].strip(), bool(match["other"]))
    first = small.split(" ")[0]
    if first in _MEANT:
        return TypeWords("", near=_MEANT[first])
    names = [*WORDS, "select_one", "select_multiple", "select_one_from_file", "rank"]
    close = difflib.get_close_matches(small, names, n=1, cutoff=0.7) or difflib.get_close_matches(
        first, names, n=1, cutoff=0.7
    )
    return TypeWords("", near=WORDS.get(close[0], close[0]) if close else "")
