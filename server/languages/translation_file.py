"""A language as one PO file (GNU gettext), which Poedit, Weblate, OmegaT and Pootle open, or as one
XLIFF file (``xliff``) that says the same.

The context (``msgctxt``) is the place of the sentence, ``msgid`` its English, ``msgstr`` what the
language says. A sentence nobody has reviewed is marked ``fuzzy``: the reviewer takes the mark away.
The header names the language as its speakers do (``X-Language-Name``), whether it is written from
the right (``X-Direction``), and who reviewed it (``X-Reviewed-By``); a comment above a sentence,
``# reviewed by A. Khan on 2026-11-20``, says who reviewed this one, and when.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from server.languages.reviews import review_in
from server.languages.sentences import Sentence
from server.languages.xliff import is_xliff, read_xliff, written_xliff
from shared.errors import QuestionnaireError

_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
_TWO_FORMS = "nplurals=2; plural=(n != 1);"
LONGEST_FILE = 20_000_000
OUR_HEADERS = ("Language", "Plural-Forms", "X-Language-Name", "X-Direction", "X-Reviewed-By")
"""Headers that are read."""
_NOTE = (
    "# Words of the tablet in one language.\n"
    "# msgctxt names the sentence, msgid is its English. Keep {words in braces} as they are.\n"
    "# Take the mark fuzzy away from a sentence that a speaker has reviewed, and write who it was\n"
    "# behind X-Reviewed-By; or, above one sentence: # reviewed by A. Khan on 2026-11-20\n"
)


@dataclass(frozen=True)
class Translation:
    """What a translation file says.

    language: its code. name: as its speakers write it. direction: 'ltr' or 'rtl'. plural_forms: the
    rule of gettext. reviewed_by: "" for nobody. sentences: by place; a sentence that is not
    translated has nothing said. headers: names of those the file has. without_place: English of
    sentences that do not say their place.
    """

    language: str
    name: str
    direction: str
    plural_forms: str
    reviewed_by: str
    sentences: Mapping[str, Sentence]
    headers: tuple[str, ...] = OUR_HEADERS
    without_place: tuple[str, ...] = ()

    @property
    def forms(self) -> int:
        """How many plural forms the language has."""
        return _forms_in(self.plural_forms)


def _forms_in(plural_forms: str) -> int:
    found = re.search(r"nplurals\s*=\s*(\d)", plural_forms)
    return int(found[1]) if found else 1


def written(
    language: str,
    sentences: Iterable[Sentence],
    name: str = "",
    standing: Path | None = None,
    xliff: str = "",
) -> str:
    """The file for a translator: every sentence, with what the language has already.

    language: ISO 639-1, or 639-3 where there is none. name: of the language by itself; that of the
    Unicode CLDR when empty. standing: a PO file whose header stays, of a language laid in before.
    xliff: version of XLIFF; "" for PO.
    Raises QuestionnaireError for what is no code of a language.
    """
    if not _LANGUAGE_CODE.fullmatch(language):
        raise QuestionnaireError(f"{language!r} is no code of a language: two or three letters.")
    known = locale_of(language)
    catalogue = Catalog(locale=known, fuzzy=False)
    headers = {
        "Project-Id-Version": "Tally87",
        "Language": language,
        "X-Language-Name": name or _own_name(known, language),
        "X-Direction": known.text_direction if known else "ltr",
        "X-Reviewed-By": "",
        "Plural-Forms": str(catalogue.plural_forms) if known else _TWO_FORMS,
    }
    if standing is not None:
        before = _headers(standing.read_text("utf-8-sig"))
        headers |= {key: words for key, words in before.items() if key in headers}
    if xliff:
        return written_xliff(headers, sentences, _forms_in(headers["Plural-Forms"]), xliff)
    for sentence in sentences:
        fuzzy = {"fuzzy"} if sentence.said and sentence.draft else set()
        told = [sentence.review.comment()] if sentence.review else []
        english, said = _message(sentence, catalogue.num_plurals)
        catalogue.add(english, said, context=sentence.place, flags=fuzzy, user_comments=told)
    return f"{_NOTE}{header_of(headers)}\n{body_of(catalogue, sort=False)}"


def _message(sentence: Sentence, forms: int) -> tuple[str | tuple[str, ...], str | tuple[str, ...]]:
    """``msgid`` and ``msgstr`` of a sentence."""
    if len(sentence.english) == 1:
        return sentence.english[0], "".join(sentence.said[:1])
    return sentence.english, _as_many(sentence.said or ("",), forms)


def _as_many(said: tuple[str, ...], forms: int) -> tuple[str, ...]:
    """What is said in so many plural forms. A form that our catalogues do not tell apart, as that
    of millions in Spanish (Unicode CLDR), says what the last one says: it is not untranslated."""
    return said + said[-1:] * (forms - len(said))


def header_of(headers: Mapping[str, str]) -> str:
    """The first message of a PO file."""
    told = {**headers, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8"}
    told["Content-Transfer-Encoding"] = "8bit"
    lines = "".join(f'"{name}: {words}\\n"\n' for name, words in told.items())
    return f'msgid ""\nmsgstr ""\n{lines}'


def body_of(catalogue: Catalog, *, sort: bool) -> str:
    """The other messages. sort: by id, else as they were added."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=0, sort_output=sort, omit_header=True)
    return stream.getvalue().decode()


def read_translation(file: Path) -> Translation:
    """What the file says. Raises QuestionnaireError for what is no translation file."""
    if file.stat().st_size > LONGEST_FILE:
        raise QuestionnaireError(f"{file.name} is larger than any translation; nothing was read.")
    data = file.read_bytes()
    if is_xliff(data):
        return _of_xliff(file.name, data)
    try:
        headers = _headers(data.decode("utf-8-sig"))
        language = _language_in(file.name, headers, "the header Language")
        known = locale_of(language)
        catalogue = read_po(io.BytesIO(data), locale=known, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as broken:
        raise QuestionnaireError(
            f"{file.name} cannot be read as a PO file in UTF-8: {broken}. Nothing was read."
        ) from broken
    found = {}
    without_place = []
    for message in catalogue:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        if not message.context:
            without_place.append(str(english[0]))
            continue
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        words = tuple(map(str, said)) if all(said) else ()
        place = str(message.context)
        review = None if message.fuzzy else review_in(message.user_comments)
        found[place] = Sentence(place, tuple(map(str, english)), words, message.fuzzy, review)
    if not found:
        raise QuestionnaireError(
            f"{file.name} cannot be read as a PO file of Tally87: no sentence in it says its place "
            "(msgctxt). Nothing was read."
        )
    return _translation(headers, found, without_place)


def _of_xliff(name: str, data: bytes) -> Translation:
    try:
        found = read_xliff(data)
    except QuestionnaireError as wrong:
        raise QuestionnaireError(f"{name} {wrong}. Nothing was read.") from wrong
    _language_in(name, found.headers, "target-language (in 2.0: trgLang)")
    if not found.sentences:
        raise QuestionnaireError(f"{name} has no sentence that says its place. Nothing was read.")
    return _translation(found.headers, found.sentences, found.without_place)


def _language_in(name: str, headers: Mapping[str, str], where: str) -> str:
    language = headers.get("Language", "")
    if not _LANGUAGE_CODE.fullmatch(language):
        raise QuestionnaireError(
            f"{name} does not say which language it is in: {where} is a code of two or three "
            "letters. Nothing was read."
        )
    return language


def _translation(
    headers: Mapping[str, str], found: Mapping[str, Sentence], without_place: Sequence[str]
) -> Translation:
    language = headers["Language"]
    known = locale_of(language)
    return Translation(
        language,
        headers.get("X-Language-Name", "") or _own_name(known, language),
        headers.get("X-Direction", "") or (known.text_direction if known else "ltr"),
        headers.get("Plural-Forms", "") or _TWO_FORMS,
        headers.get("X-Reviewed-By", ""),
        found,
        tuple(headers),
        tuple(without_place),
    )


def is_draft(translation: Translation, sentence: Sentence) -> bool:
    """Whether nobody has reviewed it: it is marked so, or nobody is named who did."""
    return sentence.draft or not (sentence.review or translation.reviewed_by)


def english_name(language: str) -> str:
    """What English calls the language; its code where the Unicode CLDR has no name."""
    return str(Locale("en").languages.get(language, language))


def is_unheard_of(language: str) -> bool:
    """Whether no language of the Unicode CLDR has this code, though it could be one."""
    return bool(_LANGUAGE_CODE.fullmatch(language)) and language not in Locale("en").languages


def locale_of(language: str) -> Locale | None:
    """What the Unicode CLDR knows of the language; None for nothing."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


def _own_name(known: Locale | None, language: str) -> str:
    return str(known.get_display_name(known) or language) if known else english_name(language)


def _headers(text: str) -> dict[str, str]:
    """The header of a PO file: the message with the empty id, its lines joined as tools wrap them.
    Our own are found in any case."""
    block = text.split('\nmsgid "', 2)
    told = block[1] if block[0].lstrip().startswith("#") and len(block) > 1 else block[0]
    _, _, said = told.partition("msgstr")
    lines = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', said)).split("\\n")
    ours = {name.casefold(): name for name in OUR_HEADERS}
    found: dict[str, str] = {}
    for line in lines:
        name, colon, words = line.partition(":")
        if colon:
            found[ours.get(name.strip().casefold(), name.strip())] = words.strip()
    return found
