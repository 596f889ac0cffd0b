"""The columns of an XLSForm, by every spelling in use, and what becomes of each.

Sources: https://xlsform.org/en/ref-table/, the aliases of pyxform 4, SurveyCTO's and Kobo's own
columns. A header nobody knows is named with the nearest known one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from server.forms.languages import language_of
from server.forms.letters import seen

SURVEY, CHOICES, SETTINGS, EXTERNAL = "survey", "choices", "settings", "external_choices"


PICTURES = "pictures and sounds beside the words are not shown on the tablet"
LOOKS = "the tablet draws all questions alike"
ELSEWHERE = "belongs to the program the form was made for"
EXACT = "nothing is sent under a name of its own: what leaves is decided by the privacy mark"

SURVEY_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(
        ("type", "name", "label", "hint", "guidance_hint", "required", "relevant", "constraint"),
        "",
    ),
    **dict.fromkeys(
        ("constraint_message", "calculation", "default", "choice_filter", "appearance"), ""
    ),
    **dict.fromkeys(("parameters", "readonly", "repeat_count", "trigger", "disabled"), ""),
    **dict.fromkeys(("say", "tally:privacy", "tally:measure", "tally:asked"), ""),
    "required_message": "the tablet has its own sentence for an answer that is missing",
    **dict.fromkeys(("image", "big-image", "audio", "video", "autoplay"), PICTURES),
    **dict.fromkeys(("rows", "body"), LOOKS),
    **dict.fromkeys(
        ("bind", "instance", "control", "save_to", "intent", "noapperrorstring", "buttontext"),
        ELSEWHERE,
    ),
    **dict.fromkeys(
        (
            *("sms_field", "sms_option", "sms_separator", "sms_allow_media", "sms_date_format"),
            *("sms_datetime_format", "sms_response", "compact_tag", "hxl", "query", "entity"),
            *("publishable", "response_note", "minimum_seconds", "note", "flat"),
        ),
        ELSEWHERE,
    ),
    "short": "one wording is shown on every screen",
    **dict.fromkeys(("kobo--score-choices", "kobo--rank-items", "kobo--matrix_list"), ""),
    "kobo--rank-constraint-message": "the tablet offers each choice once",
    **dict.fromkeys(("$kuid", "$autoname", "$given_name", "$xpath", "$qpath", "tags"), ELSEWHERE),
    **dict.fromkeys(("kobo--locking-profile", "filter", "select_from_list_name"), ELSEWHERE),
}
"""By name: the reason why the column is dropped, nothing where it is taken."""
CHOICES_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("list_name", "name", "label", "say"), ""),
    **dict.fromkeys(("image", "big-image", "audio", "video"), PICTURES),
    "sms_option": ELSEWHERE,
    "short": "one wording is shown on every screen",
}
SETTINGS_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("form_title", "form_id", "version", "default_language"), ""),
    "allow_choice_duplicates": "",
    "style": LOOKS,
    "submission_url": "records go to the office the tablet is enrolled with, and nowhere else",
    "public_key": "parcels are sealed with the programme's key",
    "auto_send": "the tablet sends by itself",
    "auto_delete": "the profile says how long a finalised case stays on the tablet",
    "instance_name": "a case is named by the tablet, never by answers about a person",
    "namespaces": "the standard questionnaire has its own",
    **dict.fromkeys(
        (
            *(
                "name",
                "prefix",
                "instance_xmlns",
                "omit_instanceid",
                "add_none_option",
                "attribute",
            ),
            *("sms_keyword", "sms_separator", "sms_allow_media", "sms_date_format"),
            *(
                "sms_datetime_format",
                "sms_response",
                "clean_text_values",
                "flat",
                "client_editable",
            ),
            *("delimiter", "xml_root", "entity_version", "attribute", "client_editable"),
        ),
        ELSEWHERE,
    ),
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    SURVEY: SURVEY_COLUMNS,
    CHOICES: CHOICES_COLUMNS,
    EXTERNAL: CHOICES_COLUMNS,
    SETTINGS: SETTINGS_COLUMNS,
}
TRANSLATED = frozenset(
    {
        *("label", "hint", "guidance_hint", "constraint_message", "required_message", "say"),
        *("image", "big-image", "audio", "video", "short", "noapperrorstring"),
    }
)
"""Columns that come once for each language."""
ALIASES: Mapping[str, Mapping[str, str]] = {
    SURVEY: {
        "caption": "label",
        "command": "type",
        "tag": "name",
        "value": "name",
        "relevance": "relevant",
        "read_only": "readonly",
        "calculate": "calculation",
        "calculations": "calculation",
        "constraining_message": "constraint_message",
        "jr:constraintmsg": "constraint_message",
        "requiredmsg": "required_message",
        "jr:requiredmsg": "required_message",
        "no_app_error_string": "noapperrorstring",
        "jr:noapperrorstring": "noapperrorstring",
        "count": "repeat_count",
        "jr:count": "repeat_count",
        "entities:saveto": "save_to",
        "default_value": "default",
    },
    CHOICES: {"caption": "label", "value": "name", "list": "list_name"},
    SETTINGS: {
        "title": "form_title",
        "set_form_title": "form_title",
        "id_string": "form_id",
        "set_form_id": "form_id",
        "form_version": "version",
    },
}
_OWNERS = frozenset({"bind", "media", "control", "body", "instance"})


@dataclass(frozen=True, slots=True)
class Header:
    """A header read. column: its name in the reference, or its own words in small letters.

    language: code and name, of a translated column; unknown_language: one nobody knows.
    known: whether the reference has it. near: the known column that looks most like it.
    """

    column: str
    language: tuple[str, str] | None = None
    unknown_language: str = ""
    known: bool = True
    near: str = ""


_SAID = re.compile(r"say_(?P<code>[a-z]{2,3})")


def said_in(column: str) -> str:
    """The header of words to say to an answer in a workbook for others: ``say_fr``. XLSForm knows
    no such column, and what it does not know of choices must not come once for each language
    (pyxform 4.5 breaks off). Any other header stays."""
    found = re.fullmatch(r"say::.*\((?P<code>[a-z]{2,3})\)\s*", column)
    return f"say_{found['code']}" if found else column


def header_of(cell: str, sheet: str) -> Header:
    """Reads one header cell of a sheet of that kind."""
    cell = seen(cell)
    parts = [part for part in re.split(r"\s*::?\s*", cell) if part]
    parts = _with_prefixes_whole(parts)
    if sheet == CHOICES and (said := _SAID.fullmatch(cell)):
        parts = ["say", said["code"]]
    if not parts:
        return Header("", known=False)
    words = [re.sub(r"[\s_]+", "_", part.casefold()) for part in parts]
    aliases = ALIASES.get(CHOICES if sheet == EXTERNAL else sheet, {})
    known = COLUMNS[sheet]
    if words[0] in _OWNERS and len(words) > 1:
        owner, rest = words[0], words[1]
        if owner == "instance" and not rest.startswith("tally:"):
            return Header("instance", known="instance" in known)
        inner = aliases.get(rest, rest)
        if rest.startswith("tally:") and inner not in known:
            return Header(inner, known=False, near=_near(inner, sheet))
        if inner in known:
            words, parts = [inner, *words[2:]], [inner, *parts[2:]]
        else:
            near = _near(rest, sheet) if owner == "bind" else ""
            if near:
                return Header(f"{owner}:{rest}", known=False, near=near)
            return Header(owner if owner in known else "instance", known=owner in known)
    column = aliases.get(words[0], words[0])
    if len(words) == 1:
        found = column in known
        return Header(column, known=found, near="" if found else _near(column, sheet))
    if column in TRANSLATED and column in known:
        language = language_of(":".join(parts[1:]))
        return Header(column, language, "" if language else ":".join(parts[1:]))
    whole = ":".join(words)
    return Header(whole, known=False, near=_near(column, sheet))


def _with_prefixes_whole(parts: list[str]) -> list[str]:
    """``jr:count`` and ``tally:privacy`` are one word, not a column with a language."""
    found: list[str] = []
    for part in parts:
        if found and found[-1].casefold() in {"jr", "tally", "entities"}:
            found[-1] = f"{found[-1]}:{part}"
        else:
            found.append(part)
    return found


def _near(column: str, sheet: str) -> str:
    spellings = [*COLUMNS[sheet], *ALIASES.get(sheet, {})]
    close = difflib.get_close_matches(column, spellings, n=1, cutoff=0.72)
    return ALIASES.get(sheet, {}).get(close[0], close[0]) if close else ""
