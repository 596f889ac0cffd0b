"""Names in any script as Latin letters a to z, by fixed tables.

Five scripts have tables here, since version 1; shared.linkage.letters has the others.

Not a transcription anybody would print: it only has to give the same letters for the same name,
however it was typed. Arabic and Urdu are written without short vowels and Ethiopic with them, so
across scripts only skeletons (shared.linkage.normalise) can agree.

The tables are frozen: changing one changes every code made from then on, and needs a new code
version (see shared.linkage.codes.VERSION).
"""

from __future__ import annotations

import unicodedata

from shared.linkage.letters import as_spoken, latin_of

# Arabic with the letters Persian, Urdu and Pashto add. Hamza and ayn are spelt as a vowel, as
# people do when they write these names in Latin letters; ta marbuta as the h it is heard as.
_ARABIC = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "i", "ٱ": "a", "ء": "", "ؤ": "u", "ئ": "y", "ب": "b",
    "پ": "p", "ت": "t", "ة": "h", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh",
    "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s",
    "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q",
    "ك": "k", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "ه": "h",
    "ہ": "h", "ھ": "h", "ۂ": "h", "ۃ": "h", "و": "w", "ي": "y", "ی": "y", "ى": "a",
    "ے": "e", "ۓ": "e", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ټ": "t", "ډ": "d", "ړ": "r",
    "ښ": "sh", "ځ": "z", "څ": "ts", "ڼ": "n", "ې": "e", "ۍ": "y",
    "َ": "a", "ِ": "i", "ُ": "u", "ً": "", "ٍ": "", "ٌ": "", "ّ": "", "ْ": "", "ـ": "", "ٰ": "a",
}  # fmt: skip

# Three letters are heard otherwise in Urdu and Persian (Zeeshan, Samina, Rizwan) than in Arabic
# (Dhul, Thabit, Ridwan). A name with a letter that Arabic lacks is not Arabic.
_URDU = {"ث": "s", "ذ": "z", "ض": "z"}
_NOT_ARABIC = frozenset("پچژگکیےںہھۂۃۓٹڈڑټډړښځڅڼېۍ")

# Devanagari (Hindi, Nepali, Marathi). A consonant carries an a unless a vowel sign or the virama
# follows, or the word ends: Ram, not Rama, is what is written in Latin letters.
_DEVANAGARI_CONSONANTS = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "ङ": "n", "च": "ch", "छ": "chh", "ज": "j",
    "झ": "jh", "ञ": "n", "ट": "t", "ठ": "th", "ड": "d", "ढ": "dh", "ण": "n", "त": "t",
    "थ": "th", "द": "d", "ध": "dh", "न": "n", "प": "p", "फ": "ph", "ब": "b", "भ": "bh",
    "म": "m", "य": "y", "र": "r", "ल": "l", "ळ": "l", "व": "v", "श": "sh", "ष": "sh",
    "स": "s", "ह": "h",
}  # fmt: skip
_DEVANAGARI_SIGNS = {
    "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "ृ": "ri", "े": "e", "ै": "ai",
    "ो": "o", "ौ": "au", "ॅ": "e", "ॉ": "o", "्": "",
}  # fmt: skip
_DEVANAGARI_OTHERS = {
    "अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ऋ": "ri", "ए": "e",
    "ऐ": "ai", "ओ": "o", "औ": "au", "ऍ": "e", "ऑ": "o", "ं": "n", "ँ": "n", "ः": "h",
}  # fmt: skip
_NUKTA = "\u093c"

# Ethiopic (Amharic, Tigrinya): blocks of eight code points a consonant, one per vowel order.
# A consonant of the sixth order has no vowel of its own in Latin spellings of names.
_ETHIOPIC_ROWS = {
    0x1200: "h", 0x1208: "l", 0x1210: "h", 0x1218: "m", 0x1220: "s", 0x1228: "r", 0x1230: "s",
    0x1238: "sh", 0x1240: "k", 0x1248: "k", 0x1250: "k", 0x1258: "k", 0x1260: "b", 0x1268: "v",
    0x1270: "t", 0x1278: "ch", 0x1280: "h", 0x1288: "h", 0x1290: "n", 0x1298: "n", 0x12A0: "",
    0x12A8: "k", 0x12B0: "k", 0x12B8: "h", 0x12C0: "h", 0x12C8: "w", 0x12D0: "", 0x12D8: "z",
    0x12E0: "zh", 0x12E8: "y", 0x12F0: "d", 0x12F8: "d", 0x1300: "j", 0x1308: "g", 0x1310: "g",
    0x1318: "g", 0x1320: "t", 0x1328: "ch", 0x1330: "p", 0x1338: "ts", 0x1340: "ts", 0x1348: "f",
    0x1350: "p",
}  # fmt: skip
_ETHIOPIC_VOWELS = ("e", "u", "i", "a", "e", "", "o", "wa")
# A vowel carrier (alf, ayn) of the first order is heard as a, and of the sixth as i.
_ETHIOPIC_BARE_VOWELS = ("a", "u", "i", "a", "e", "i", "o", "a")

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "ғ": "g", "д": "d", "е": "e", "ё": "e",
    "є": "e", "ж": "zh", "җ": "j", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "y", "ј": "j",
    "к": "k", "қ": "q", "л": "l", "љ": "l", "м": "m", "н": "n", "ң": "n", "њ": "n", "о": "o",
    "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u", "ў": "u", "ү": "u",
    "ұ": "u", "ф": "f", "х": "kh", "ҳ": "h", "һ": "h", "ц": "ts", "ч": "ch", "ҷ": "j", "ђ": "dj",
    "џ": "dz", "ш": "sh", "щ": "sh", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "ә": "a", "ӣ": "i", "ӯ": "u",
}  # fmt: skip

# Latin letters that NFKD leaves whole.
_LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h",
    "ı": "i", "ŋ": "ng", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ə": "a",
    "ɲ": "ny", "ŧ": "t", "ɖ": "d", "ƒ": "f", "ɣ": "g",
}  # fmt: skip

_LETTERS = _ARABIC | _DEVANAGARI_OTHERS | _CYRILLIC | _LATIN


def to_latin(text: str) -> str:
    """Lower-case text with every letter as Latin letters a to z.

    Accents are dropped (Unicode NFKD); spaces, hyphens and what is in no table are kept for the
    caller to judge.
    """
    # NFC first: it puts hamza and breve back on the letters the tables know them with.
    composed = as_spoken(unicodedata.normalize("NFC", text.lower()))
    if not _NOT_ARABIC.isdisjoint(composed):
        composed = "".join(_URDU.get(character, character) for character in composed)
    out: list[str] = []
    place = 0
    while place < len(composed):
        letters, taken = _next(composed, place)
        out.append(letters)
        place += taken
    return "".join(out)


def _next(text: str, place: int) -> tuple[str, int]:
    """Latin letters for the character at this place, and how many characters they stand for."""
    character = text[place]
    if character in _LETTERS:
        return _LETTERS[character], 1
    if character in _DEVANAGARI_CONSONANTS:
        return _devanagari(text, place)
    row, order = ord(character) & ~7, ord(character) & 7
    if row in _ETHIOPIC_ROWS and character.isalpha():
        consonant = _ETHIOPIC_ROWS[row]
        vowels = _ETHIOPIC_VOWELS if consonant else _ETHIOPIC_BARE_VOWELS
        return consonant + vowels[order], 1
    found = latin_of(character)
    if found is not None:
        return found, 1
    plain = unicodedata.normalize("NFKD", character)
    return "".join(_plain(part) for part in plain if not unicodedata.combining(part)), 1


def _plain(part: str) -> str:
    # The micro sign is no letter of a Greek name.
    known = _LETTERS[part] if part in _LETTERS else latin_of(part) if part != "μ" else None
    return part if known is None else known


def _devanagari(text: str, place: int) -> tuple[str, int]:
    consonant, taken = _DEVANAGARI_CONSONANTS[text[place]], 1
    if text[place + taken : place + taken + 1] == _NUKTA:
        taken += 1
    following = text[place + taken : place + taken + 1]
    if following in _DEVANAGARI_SIGNS:
        return consonant + _DEVANAGARI_SIGNS[following], taken + 1
    inherent = "a" if following.isalpha() or following in _DEVANAGARI_OTHERS else ""
    return consonant + inherent, taken
