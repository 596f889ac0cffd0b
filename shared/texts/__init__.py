"""Every sentence a person reads, by message id and language.

A message id is ``domain.rest``; its domain names the catalogue
``shared/data/languages/<language>/<domain>.po``, whose msgids are the message ids. Only the
compiled ``.mo`` beside it is read, with the standard library; ``python -m shared.texts.compile``
makes it. Fallback: the language, then English, then the id itself.

A programme may have wording of its own (``lay_over``): it is looked up first, sentence by sentence.
That is the one thing this package remembers, for the whole process.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

LANGUAGES = Path(__file__).parent.parent / "data" / "languages"
ENGLISH = "en"
LANGUAGE_NAMES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "ar": "العربية",
    "sw": "Kiswahili",
    "hi": "हिन्दी",
    "ne": "नेपाली",
    "am": "አማርኛ",
    "ur": "اردو",
    "bn": "বাংলা",
}
"""What the languages that come with Tally87 call themselves."""
SCREENS = "screens"
"""The catalogue that makes a language one of the tablet's."""
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})
"""Languages written from right to left (Unicode CLDR, characterOrder)."""


def text(message_id: str, language: str, **values: object) -> str:
    """The sentence in that language, with ``{name}`` places filled from the values.

    A place for which no value is given stays visible rather than failing: a wrong translation
    must not stop an interview.
    """
    for candidate in _candidates(message_id, language):
        found = _said_by(candidate, message_id)
        if found is not None:
            return _filled(found, values)
    return message_id


def plural(message_id: str, language: str, n: int, **values: object) -> str:
    """The sentence in the plural form that language has for that number; ``{n}`` is the number."""
    for candidate in _candidates(message_id, language):
        found = candidate.ngettext(message_id, f"{message_id}#", n)
        if found not in (message_id, f"{message_id}#"):
            return _filled(found, {"n": n, **values})
    return message_id


def listed(parts: Iterable[str], language: str) -> str:
    """Things one after another, with that language's comma between them; where one of them has a
    comma of its own, with its semicolon, so that it is heard where one ends."""
    words = list(parts)
    heavy = any(comma in word for word in words for comma in _COMMAS)
    between = "tablet.list_separator_heavy" if heavy else "tablet.list_separator"
    return text(between, language).join(words)


_COMMAS = ",،፣"


def is_right_to_left(language: str) -> bool:
    """Whether this language, of any region, is written from right to left: as its catalogue says
    (``X-Direction``), else as the Unicode CLDR has it."""
    base = language.replace("_", "-").split("-")[0].lower()
    own = _laid_over.get((base, SCREENS))
    said = own.info().get("x-direction", "") if own is not None else ""
    return said == "rtl" if said else base in _RIGHT_TO_LEFT


def languages_laid_over() -> dict[str, str]:
    """The languages a programme's own catalogues say the screens in, each by its own name."""
    return {
        language: found.info().get("x-language-name", "") or language
        for (language, domain), found in sorted(_laid_over.items())
        if domain == SCREENS
    }


def is_reviewed(language: str, domain: str) -> bool:
    """Whether a speaker has reviewed the sentences of a domain in this language.

    English is what was written first. Another catalogue says who reviewed it in the header
    ``X-Reviewed-By``; without that its sentences are drafts.
    """
    base = language.partition("-")[0]
    return base == ENGLISH or any(
        found is not None and found.info().get("x-reviewed-by", "")
        for name in (language, base)
        for found in (_laid_over.get((name, domain)), _catalogue(name, domain))
    )


def catalogue_of(compiled: bytes) -> gettext.GNUTranslations:
    """The sentences in the bytes of an .mo file. Raises ValueError when they are not one."""
    try:
        return gettext.GNUTranslations(io.BytesIO(compiled))
    except Exception as wrong:  # gettext lets out whatever reading and decoding raise
        raise ValueError("These are not the bytes of a catalogue of sentences.") from wrong


def lay_over(catalogues: Mapping[tuple[str, str], gettext.NullTranslations]) -> None:
    """From now on these say their sentences, by (language, domain), instead of those laid over
    before; what they do not have is said as ever. In one step: every call sees all or none."""
    global _laid_over
    _laid_over = dict(catalogues)


_laid_over: Mapping[tuple[str, str], gettext.NullTranslations] = {}


def ids_of(domain: str) -> list[str]:
    """The ids of every sentence of a domain that has one form only, as English has them."""
    catalogue = _catalogue(ENGLISH, domain)
    kept = getattr(catalogue, "_catalog", {})
    return sorted(one for one in kept if isinstance(one, str) and one.startswith(f"{domain}."))


def has_text(message_id: str, language: str) -> bool:
    """Whether that language itself has the sentence, without falling back."""
    catalogue = _catalogue(language, message_id.partition(".")[0])
    return catalogue is not None and _said_by(catalogue, message_id) is not None


def _said_by(catalogue: gettext.NullTranslations, message_id: str) -> str | None:
    """The sentence in this catalogue; of one with plural forms, that for one thing.

    The Python of Debian 12 (3.11.2) answers ``gettext`` of a message with plural forms with its id,
    later ones with the form for one: asked for outright, it is the same everywhere.
    """
    found = catalogue.gettext(message_id)
    if found != message_id:
        return found
    form = catalogue.ngettext(message_id, f"{message_id}#", 1)
    return None if form in (message_id, f"{message_id}#") else form


class _Places(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _filled(sentence: str, values: dict[str, object]) -> str:
    try:
        return sentence.format_map(_Places(values)) if "{" in sentence else sentence
    except (ValueError, AttributeError, IndexError, KeyError):
        return sentence


def _candidates(message_id: str, language: str) -> list[gettext.NullTranslations]:
    domain = message_id.partition(".")[0]
    base = language.partition("-")[0]
    wanted = dict.fromkeys((language, base, ENGLISH))
    own = _laid_over
    return [
        found
        for name in wanted
        for found in (own.get((name, domain)), _catalogue(name, domain))
        if found is not None
    ]


@lru_cache(maxsize=256)
def _catalogue(language: str, domain: str) -> gettext.GNUTranslations | None:
    path = LANGUAGES / language / f"{domain}.mo"
    # A language or domain is a word of ours; anything else must not become a path.
    if not (language.replace("-", "").isalnum() and domain.isidentifier() and path.exists()):
        return None
    with path.open("rb") as stream:
        return gettext.GNUTranslations(stream)
