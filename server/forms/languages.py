"""Languages as people write them in a header (``Urdu``, ``Português (pt-BR)``) as codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

_WITH_CODE = re.compile(r"(?P<name>[^()]*)\((?P<code>[A-Za-z]{2,3})(?:[-_][A-Za-z0-9-_]+)?\)\s*")
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*")
_MORE = {
    "dari": "fa",
    "farsi": "fa",
    "kiswahili": "sw",
    "myanmar": "my",
    "tagalog": "tl",
    "mandarin": "zh",
    "sinhalese": "si",
    "khmer": "km",
    "chichewa": "ny",
    "shangaan": "ts",
}


_OWN_NAMES = (
    *("af", "am", "ar", "az", "bg", "bm", "bn", "bs", "cs", "da", "de", "dz", "ee", "el", "es"),
    *("et", "fa", "ff", "fi", "fil", "fr", "ga", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id"),
    *("ig", "it", "ja", "ka", "kk", "km", "kn", "ko", "ku", "ky", "lg", "ln", "lo", "lt", "lv"),
    *("mg", "mk", "ml", "mn", "mr", "ms", "my", "nb", "nd", "ne", "nl", "om", "or", "pa", "pl"),
    *("ps", "pt", "qu", "rn", "ro", "ru", "rw", "sd", "sg", "si", "sk", "sl", "sn", "so", "sq"),
    *("sr", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tr", "uk", "ur", "uz", "vi", "wo"),
    *("xh", "yo", "zh", "zu"),
)
"""Languages looked for under their own names; to read the names of all would take seconds."""


@lru_cache(maxsize=1)
def _codes_by_english_name() -> Mapping[str, str]:
    """Codes by the English names of languages (Unicode CLDR)."""
    english = Locale("en").languages
    short = {name.casefold(): code for code, name in english.items() if code.isalpha()}
    return {**{name: code for name, code in short.items() if len(code) <= 3}, **_MORE}


@lru_cache(maxsize=1)
def _codes_by_own_name() -> Mapping[str, str]:
    """Codes by the names of languages in the language itself (Unicode CLDR)."""
    found = {}
    for code in _OWN_NAMES:
        own = Locale(code).languages.get(code)
        if own:
            found[own.casefold()] = code
    return found


def language_of(words: str) -> tuple[str, str] | None:
    """Code of ISO 639 (two or three letters) and English name; ``None`` for no known language."""
    text = " ".join(words.split())
    match = _WITH_CODE.fullmatch(text)
    if match:
        return match["code"].lower(), match["name"].strip() or _name(match["code"].lower())
    code = _codes_by_english_name().get(text.casefold())
    if code is None and _CODE.fullmatch(text):
        short = re.split(r"[-_]", text.lower())[0]
        code = short if short in Locale("en").languages else None
    code = code or _codes_by_own_name().get(text.casefold())
    return (code, _name(code)) if code else None


_NAMED = re.compile(r"[A-Za-z_ ]+::?(?P<name>[^()]+)\((?P<code>[a-z]{2,3})\)\s*")


def named_otherwise(header: str) -> str:
    """Why a header such as ``label::Egnlish (en)`` is odd: its name is not its code's. "" when it
    is right, or when nobody can tell because the code has no name (Unicode CLDR)."""
    match = _NAMED.fullmatch(header.strip())
    if match is None:
        return ""
    named, known = language_of(match["name"].strip()), language_of(match["code"])
    if known is None or (named is not None and named[0] == match["code"]):
        return ""
    return f"it is read by its code {match['code']}, which is {known[1]}"


def _name(code: str) -> str:
    return str(Locale("en").languages.get(code, code)).split(" (")[0].replace("(", "").strip()
