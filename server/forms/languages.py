"""Languages as people write them in a header (``Urdu``, ``Português (pt-BR)``) as codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from babel import Locale
from babel.core import get_global

_IN_BRACKETS = re.compile(r"(?P<name>[^()]*)\((?P<inner>[^()]*)\)\s*")
_CODE = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:[-_](?P<more>[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*))?"
)
_BETWEEN = re.compile(r"\s*[-/|,_]\s*|\s+")
_MORE: Mapping[str, str] = {
    **{"acholi": "ach", "afaan oromo": "om", "afaan oromoo": "om", "af-soomaali": "so"},
    **{"ateso": "teo", "bahasa indonesia": "id", "bahasa malaysia": "ms", "bahasa melayu": "ms"},
    **{"balochi": "bal", "bengali": "bn", "chichewa": "ny", "creole": "ht", "dagbani": "dag"},
    **{"dari": "fa", "dholuo": "luo", "dioula": "dyu", "farsi": "fa", "fulfulde": "ff"},
    **{"hindko": "hno", "isindebele": "nd", "isixhosa": "xh", "khmer": "km", "kikongo": "kg"},
    **{"kiswahili": "sw", "kreyol": "ht", "kreyòl": "ht", "kreyòl ayisyen": "ht"},
    **{"kurmanji": "ku", "lugbara": "lgg", "mandarin": "zh", "moore": "mos", "mooré": "mos"},
    **{"myanmar": "my", "nynorsk": "nn", "oriya": "or", "pidgin": "pcm", "runyankole": "nyn"},
    **{"saraiki": "skr", "sesotho": "st", "setswana": "tn", "shangaan": "ts", "sinhalese": "si"},
    **{"siswati": "ss", "sorani": "ckb", "tagalog": "tl", "tetun": "tet", "tshivenda": "ve"},
    **{"xitsonga": "ts", "عربي": "ar", "हिंदी": "hi", "ភាសាខ្មែរ": "km"},
}
"""Names in use that Unicode CLDR has otherwise."""
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
_NAMED_IN = ("fr", "es", "pt", "ar", "ru")
"""Languages in whose words the others are looked for too: ``Anglais``, ``Inglés``."""
_TERRITORIES = frozenset({"UK"})
"""Written for territories beside their codes of ISO 3166-1: United Kingdom."""


@lru_cache(maxsize=1)
def _codes_by_english_name() -> Mapping[str, str]:
    """Codes by the English names of languages (Unicode CLDR)."""
    english = Locale("en").languages
    short = {name.casefold(): code for code, name in english.items() if code.isalpha()}
    return {**{name: code for name, code in short.items() if len(code) <= 3}, **_MORE}


@lru_cache(maxsize=1)
def _codes_by_other_name() -> Mapping[str, str]:
    """Codes by the names of languages in the language itself, and in those many forms are written
    in (Unicode CLDR). A name that means two languages is left out."""
    found: dict[str, str] = {}
    unclear: set[str] = set()
    for place in _NAMED_IN:
        for code, name in Locale(place).languages.items():
            if (
                code.isalpha()
                and len(code) <= 3
                and found.setdefault(name.casefold(), code) != code
            ):
                unclear.add(name.casefold())
    found = {name: code for name, code in found.items() if name not in unclear}
    for code in _OWN_NAMES:
        own = Locale(code).languages.get(code)
        if own:
            found[own.casefold()] = code
    return found


def language_of(words: str) -> tuple[str, str] | None:
    """Code of ISO 639 (two letters where there are such) and a name; ``None`` for no known
    language. What says where or how it is written (``(UK)``, ``pt-BR``, ``(Simplified)``) is left
    out."""
    text = " ".join(words.split())
    match = _IN_BRACKETS.fullmatch(text)
    if match is None:
        code = _code_of_name(text) or _code_of_code(text) or _code_of_parts(text)
        return (code, _name(code)) if code else None
    name, inner = match["name"].strip(), match["inner"].strip()
    named = _code_of_name(name) or _code_of_parts(name)
    code = _code_in_brackets(inner, named)
    return (code, name or _name(code)) if code else None


def _code_in_brackets(inner: str, named: str | None) -> str | None:
    """The code that ``Name (inner)`` means. named: the code of the name before it."""
    read = _CODE.fullmatch(inner)
    if named and (read is None or _is_territory(inner)):
        return named
    return _right_code(read["language"].lower()) if read else None


def _is_territory(text: str) -> bool:
    """Whether it is a country in capitals: ``Français (CA)`` is French of Canada, not Catalan."""
    return text.isupper() and (text in Locale("en").territories or text in _TERRITORIES)


def _right_code(code: str) -> str:
    """The code in use for one that says the same: ``eng`` is ``en``, ``iw`` is ``he``."""
    same = str(get_global("language_aliases").get(code, code))
    return same if same.isalpha() else code


def _code_of_name(text: str) -> str | None:
    folded = text.casefold()
    return _codes_by_english_name().get(folded) or _codes_by_other_name().get(folded)


def _code_of_code(text: str) -> str | None:
    """Of ``pt``, ``fr-CA`` or ``zh_Hans``; not of a word that only begins like one."""
    read = _CODE.fullmatch(text)
    if read is None or not all(map(_is_subtag, re.split("[-_]", read["more"] or "US"))):
        return None
    code = _right_code(read["language"].lower())
    return code if code in Locale("en").languages else None


def _is_subtag(text: str) -> bool:
    """Whether it is a script or a territory of BCP 47."""
    english = Locale("en")
    return (
        text.upper() in english.territories
        or text.title() in english.scripts
        or text.upper() in _TERRITORIES
    )


def _code_of_parts(text: str) -> str | None:
    """Of ``Spanish/Español`` or ``Brazilian Portuguese``: where the parts name one language."""
    if text.count(" ") > 1:
        return None  # a sentence, such as "to be put into French"
    found = set(_named_parts(text))
    return found.pop() if len(found) == 1 else None


def _named_parts(text: str) -> Iterator[str]:
    for part in _BETWEEN.split(text):
        code = _code_of_name(part) if len(part) > 3 else None
        if code:
            yield code


_NAMED = re.compile(r"[A-Za-z_ ]+::?(?P<name>[^()]+)\((?P<code>[a-z]{2,3})\)\s*")


def named_otherwise(header: str) -> str:
    """Why a header such as ``label::Egnlish (en)`` is odd: its name is not its code's. "" when it
    is right, or when nobody can tell because the code has no name (Unicode CLDR)."""
    match = _NAMED.fullmatch(header.strip())
    if match is None:
        return ""
    named, known = language_of(match["name"].strip()), language_of(match["code"])
    if known is None or (named is not None and named[0] == known[0]):
        return ""
    return f"it is read by its code {match['code']}, which is {known[1]}"


def _name(code: str) -> str:
    return str(Locale("en").languages.get(code, code)).split(" (")[0].replace("(", "").strip()
