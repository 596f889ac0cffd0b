"""Writing systems: which one a letter belongs to, and how its lines run.

Python's Unicode database has no property Script; the names of letters begin with it. Codes are
those of ISO 15924, which HarfBuzz is told. Scripts nobody writes any more are left out.
"""

from __future__ import annotations

import unicodedata

_BY_NAME = """
ADLAM Adlm ARABIC Arab ARMENIAN Armn BALINESE Bali BAMUM Bamu BASSA Bass BATAK Batk BENGALI Beng
BOPOMOFO Bopo BUGINESE Bugi BUHID Buhd CANADIAN Cans CHAKMA Cakm CHAM Cham CHEROKEE Cher CJK Hani
COPTIC Copt CYRILLIC Cyrl DESERET Dsrt DEVANAGARI Deva ETHIOPIC Ethi GEORGIAN Geor GREEK Grek
GUJARATI Gujr GUNJALA Gong GURMUKHI Guru HANGUL Hang HANIFI Rohg HANUNOO Hano HEBREW Hebr
HIRAGANA Hira JAVANESE Java KANNADA Knda KATAKANA Kana KAYAH Kali KHMER Khmr LAO Laoo LATIN Latn
LEPCHA Lepc LIMBU Limb LISU Lisu MALAYALAM Mlym MANDAIC Mand MASARAM Gonm MEETEI Mtei MENDE Mend
MIAO Plrd MONGOLIAN Mong MRO Mroo MYANMAR Mymr NEW Talu NEWA Newa NKO Nkoo NYIAKENG Hmnp OL Olck
ORIYA Orya OSAGE Osge OSMANYA Osma PAHAWH Hmng PAU Pauc REJANG Rjng SAURASHTRA Saur SINHALA Sinh
SORA Sora SUNDANESE Sund SYLOTI Sylo SYRIAC Syrc TAGALOG Tglg TAGBANWA Tagb TAKRI Takr TAMIL Taml
TELUGU Telu THAANA Thaa THAI Thai TIBETAN Tibt TIFINAGH Tfng TIRHUTA Tirh TOTO Toto VAI Vaii
WANCHO Wcho WARANG Wara YEZIDI Yezi YI Yiii
"""
_words = _BY_NAME.split()
_CODES = dict(zip(_words[::2], _words[1::2], strict=True))
_CODES_OF_TWO_WORDS = {"TAI LE": "Tale", "TAI THAM": "Lana", "TAI VIET": "Tavt"}

UNSPACED = frozenset(
    {"Bopo", "Hani", "Hira", "Kana", "Khmr", "Laoo", "Mymr", "Thai", "Tibt", "Yiii"}
)
"""Scripts without a space between words: a line ends between two syllables (UAX 14, classes ID and
SA)."""
JOINED_FROM_THE_RIGHT = frozenset({"Adlm", "Mand", "Nkoo", "Rohg", "Syrc"})
"""Scripts from the right whose letters join, beside Arabic."""


def script_code(letter: str) -> str:
    """ISO 15924 code of the script of a letter or of a mark on letters; "" for what every script
    shares, and for scripts nobody writes any more."""
    if unicodedata.category(letter)[0] not in "LM":
        return ""
    words = unicodedata.name(letter, "").split(" ")
    return _CODES.get(words[0]) or _CODES_OF_TWO_WORDS.get(" ".join(words[:2]), "")


def runs_from_the_right(letter: str) -> bool:
    """Whether the letter's line runs from right to left (Unicode bidirectional class)."""
    return unicodedata.bidirectional(letter) in ("R", "AL")
