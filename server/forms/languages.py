"""Languages as people write them in a header (``Urdu``, ``Português (pt-BR)``) as codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError

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


@lru_cache(maxsize=1)
def _codes_by_name() -> Mapping[str, str]:
    """Codes by the names of languages, in English and in the language itself (Unicode CLDR)."""
    english = Locale("en").languages
    found: dict[str, str] = {}
    for code, name in english.items():
        if re.fullmatch(r"[a-z]{2,3}", code):
            found.setdefault(name.casefold(), code)
            try:
                own = Locale.parse(code).languages.get(code)
            except (UnknownLocaleError, ValueError):
                own = None
            if own:
                found.setdefault(own.casefold(), code)
    return {**found, **_MORE}


def language_of(words: str) -> tuple[str, str] | None:
    """Code of ISO 639 (two or three letters) and English name; ``None`` for no known language."""
    text = " ".join(words.split())
    match = _WITH_CODE.fullmatch(text)
    if match:
        return match["code"].lower(), match["name"].strip() or _name(match["code"].lower())
    code = _codes_by_name().get(text.casefold())
    if code is None and _CODE.fullmatch(text):
        short = re.split(r"[-_]", text.lower())[0]
        code = short if short in Locale("en").languages else None
    return (code, _name(code)) if code else None


def _name(code: str) -> str:
    return str(Locale("en").languages.get(code, code)).split(" (")[0].replace("(", "").strip()
