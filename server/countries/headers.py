"""What the columns of a file of areas say, whoever named them.

A header is read by its words: a level (a number, or a word such as province or município), and what
is told of it (its name, its code, another name). Without a level it tells of the area itself.
Sources: the common operational datasets (ADM1_PCODE, admin1Name_en), GADM (NAME_1, GID_2),
geoBoundaries (shapeName, shapeISO), Natural Earth (iso_3166_2), the statistics office of Brazil
(NM_UF, CD_MUN), the local government directory of India (State Name (In English)).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

WORDED = 11
"""Levels from here on are words, below it numbers."""
NAME, CODE, ALIAS, PARENT, LEVEL, LAT, LON = (
    *("name", "code", "alias"),
    *("parent", "level", "lat", "lon"),
)

_ITSELF: Mapping[str, tuple[str, ...]] = {
    CODE: (
        *("code", "iso", "iso code", "iso 3166 2", "shapeiso", "pcode", "p code", "id"),
        *("codigo", "cod", "codigo ibge", "ibge", "geocodigo", "geocode", "msimbo", "رمز", "كود"),
        *("कोड", "কোড", "کوڈ", "ኮድ"),
    ),
    PARENT: ("parent", "parent code", "parent pcode", "parent id", "parent name", "above"),
    LEVEL: ("level", "shapetype", "admin level", "adm level", "nivel", "niveau"),
    NAME: (
        *("name", "label", "shapename", "area", "name en", "nome", "nombre", "nom", "jina"),
        *("اسم", "نام", "नाम", "নাম", "ስም"),
    ),
    LAT: ("lat", "latitude"),
    LON: ("lon", "long", "lng", "longitude"),
    ALIAS: ("alias", "aliases", "other names"),
}
_WORDS_OF_LEVELS: tuple[tuple[str, ...], ...] = (
    ("region", "regions"),
    (
        *("province", "state", "governorate", "department", "departement", "departamento"),
        *("estado", "provincia", "uf", "st", "state ut", "county", "division", "oblast"),
        *("emirate", "prefecture", "محافظة", "ولاية", "منطقة", "राज्य", "प्रदेश", "অঞ্চল"),
        *("বিভাগ", "صوبہ", "ክልል", "mkoa"),
    ),
    (
        *("district", "municipality", "municipio", "mun", "distrito", "zone", "dist", "dt"),
        *("sub county", "subcounty", "lga", "zilla", "kabupaten", "raion", "cercle", "wilaya"),
        *("مديرية", "بلدية", "قضاء", "जिला", "ज़िला", "जिल्ला", "জেলা", "ضلع", "ዞን"),
    ),
    (
        *("commune", "woreda", "ward", "upazila", "tehsil", "taluka", "payam", "arrondissement"),
        *("kata", "subdistrict", "sub district", "parish", "ወረዳ", "উপজেলা", "تحصیل"),
    ),
)
"""Words of levels, the widest first."""
_IS_NAME = frozenset({"name", "nome", "nombre", "nom", "nm", "label"})
_IS_CODE = frozenset({"code", "codigo", "cod", "cd", "pcode", "iso", "id", "sigla", "gid"})
_IS_OTHER = frozenset(
    {"alt", "altname", "ref", "refname", "local", "varname", "nl", "hasc", "cc", "native", "var"}
)
_FILLING = frozenset({"in", "of", "the", "completo", "de", "do", "da", "du", "lgd"})
_NUMBERED = re.compile(r"(?:admin|adm|level|nivel|niveau) ?(?P<number>[0-5])(?P<rest>.*)")
_NUMBER_LAST = re.compile(r"(?P<rest>name|gid|iso|hasc|cc|nl name|varname) (?P<number>[0-5])")
_COUNTRY = 0


@dataclass(frozen=True)
class AreaColumn:
    """level: 0 for the area itself, else 1 for the widest the header names, 10 and more for words
    (11 a region, 12 a province, 13 a district). field: what it tells. language: of a name; "" is
    the language of the file."""

    field: str
    level: int = 0
    language: str = ""


def column_of(header: str) -> AreaColumn | None:
    """What a header says; None when nothing is read below it."""
    tagged = re.fullmatch(r"(?:label|name)(?:::|:|_|\s)+(.+)", header.strip(), re.IGNORECASE)
    if tagged and (language := language_of(tagged[1])) is not None:
        return AreaColumn(NAME, 0, language)
    words = _plain(header)
    if words in _itself():
        return AreaColumn(_itself()[words])
    numbered = _NUMBERED.fullmatch(words) or _NUMBER_LAST.fullmatch(words)
    if numbered:
        level = int(numbered["number"])
        told = None if level == _COUNTRY else _told(numbered["rest"].split())
        return None if told is None else AreaColumn(told[0], level, told[1])
    return _with_a_word(words.split())


def columns_of(headers: Iterable[str]) -> dict[str, AreaColumn]:
    """What each header says, those nothing is read below left out.

    A bare word (``UF``) beside a name of that level (``Nome_UF``) is its code.
    """
    found = {header: column for header in headers if (column := column_of(header)) is not None}
    named = {
        column.level
        for header, column in found.items()
        if column.field == NAME and set(_plain(header).split()) & _IS_NAME
    }
    for header, column in found.items():
        bare = column.level >= WORDED and column.field == NAME and not column.language
        if bare and column.level in named and not set(_plain(header).split()) & _IS_NAME:
            found[header] = AreaColumn(CODE, column.level)
    return found


def language_of(word: str) -> str | None:
    """ISO 639 code of 'French (fr)', 'French', 'fr' or 'FR'; None for another word."""
    tag = re.search(r"\((?P<tag>[A-Za-z]{2,3})\)\s*$", word)
    code = (tag["tag"] if tag else word).strip().casefold()
    known = Locale("en").languages
    if code in known and len(code) <= 3:
        return code
    return next((one for one, name in known.items() if name.casefold() == code), None)


def _with_a_word(words: Sequence[str]) -> AreaColumn | None:
    """'state name in english': a word of a level, and what is told of it around it."""
    for rank, level in enumerate(_levels(), start=WORDED):
        for length in (2, 1):
            for start in range(len(words) - length + 1):
                if " ".join(words[start : start + length]) not in level:
                    continue
                told = _told([*words[:start], *words[start + length :]])
                if told is not None:
                    return AreaColumn(told[0], rank, told[1])
    short = re.fullmatch(r"(st|dt|dist|state|district)(name|code)", words[0]) if words else None
    return _with_a_word(short.groups()) if short and len(words) == 1 else None


def _told(words: Sequence[str]) -> tuple[str, str] | None:
    """Field and language of the words around a level; None for words that say neither."""
    left = [one for part in words for one in _apart(part) if one not in _FILLING]
    field, language = NAME, ""
    for word in left:
        if word in _IS_OTHER or re.fullmatch(r"(?:alt|ref)name\d?", word):
            field = ALIAS
        elif word in _IS_CODE:
            field = CODE if field == NAME else field
        elif word in _IS_NAME:
            continue
        elif (found := language_of(word)) is not None:
            language = found
        else:
            return None
    return field, language


def _apart(word: str) -> Sequence[str]:
    """'namefr' is a name in French, as some builds write it."""
    glued = re.fullmatch(r"(name)([a-z]{2})", word)
    return glued.groups() if glued else (word,)


def _plain(header: str) -> str:
    """In small letters, without accents, vowel signs and the Arabic article; words apart."""
    letters = unicodedata.normalize("NFKD", header).casefold()
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    bare = "".join(one for one in bare if unicodedata.category(one) not in ("Mc", "Mn"))
    words = re.sub(r"[\W_]+", " ", bare.replace("ة", "ه")).split()
    return " ".join(re.sub(r"^ال(?=\w{3})", "", word) for word in words)


@lru_cache(maxsize=1)
def _itself() -> Mapping[str, str]:
    return {_plain(name): field for field, names in _ITSELF.items() for name in names}


@lru_cache(maxsize=1)
def _levels() -> Sequence[frozenset[str]]:
    return [frozenset(map(_plain, words)) for words in _WORDS_OF_LEVELS]
