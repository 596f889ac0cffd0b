"""What is heard and seen beside the questions: recordings by language, and pictures of answers.

An office may add them; no interview needs them. Each file is a bundle of its own (as a part is,
``shared.wire.bundles``) that a tablet fetches by its digest when its officer wants it. An edition
lists them, so that they are signed with it, in one small part each:

    recordings/LANGUAGE   what an officer may let the person hear, in that language
    pictures              of answers, the same in every language

A tablet of a version before knows neither name, keeps the small part and asks for no file. The
list of a part is ``list.json`` in its bundle: key, digest, size, squeezed size, wording, for each
file. A key is ``QUESTION`` (its words to say) or ``LIST/CODE`` (one answer). ``wording`` is the
fingerprint of the words that were recorded (``shared.questionnaire.reading_aloud``): when the
questionnaire says something else by now, the recording is not played any more.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from shared.errors import ParcelUnreadable, QuestionnaireError
from shared.questionnaire.model import Question, Questionnaire
from shared.questionnaire.reading_aloud import fingerprint_of, fingerprint_of_words
from shared.wire.bundles import bundle, digest_of, squeezed, unbundle
from shared.wire.limits import MAX_APART_BYTES, MAX_APART_FILE_BYTES, MAX_APART_FILES

RECORDINGS, PICTURES = "recordings/", "pictures"
SOUNDS, IMAGES = (".ogg", ".mp3", ".wav"), (".png", ".jpg")
MOST_PIXELS = 512
"""Width and height of a picture: what a cheap tablet unpacks without running out of memory."""

_LIST_FILE = "list.json"
_PART = re.compile(r"recordings/[a-z]{2,3}|pictures")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}(?:/[A-Za-z0-9_-]{1,60})?")
_WORDING = re.compile(r"(?:[0-9a-f]{8})?")
_DIGEST = re.compile(r"[0-9a-f]{32}")
# JPEG: markers that begin a frame (ITU-T T.81, table B.1), all but DHT, JPG and DAC among them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class FileApart:
    """One file as the list has it. digest: of its bundle. size, squeezed_size: bytes of the bundle,
    and of what travels. wording: of the words that were recorded, "" for a picture."""

    key: str
    digest: str
    size: int
    squeezed_size: int
    wording: str = ""


Listed = Mapping[str, FileApart]
"""The files of one part, by key."""


def is_apart(part: str) -> bool:
    """Whether a part of that name lists files that are fetched apart."""
    return part == PICTURES or part.startswith(RECORDINGS)


def file_bundle(suffix: str, content: bytes) -> bytes:
    """A recording or picture as it is kept and fetched. suffix: as in SOUNDS and IMAGES."""
    return bundle({f"file{suffix}": content})


def file_in(bundled: bytes) -> tuple[str, bytes]:
    """Suffix and content. Raises ParcelUnreadable for anything ``file_bundle`` would not write."""
    files = unbundle(bundled)
    if len(files) == 1:
        ((path, content),) = files.items()
        suffix = path.removeprefix("file")
        if suffix in SOUNDS + IMAGES:
            return suffix, content
    raise ParcelUnreadable("This is no recording and no picture.")


def listed_part(part: str, listed: Listed) -> bytes:
    """The small part that lists them. Raises QuestionnaireError beyond the limits."""
    lines = [
        [one.key, one.digest, one.size, one.squeezed_size, one.wording]
        for _, one in sorted(listed.items())
    ]
    written = json.dumps(lines, separators=(",", ":")).encode()
    try:
        _listed(part, written)
    except ParcelUnreadable as beyond:
        raise QuestionnaireError(str(beyond)) from beyond
    return bundle({_LIST_FILE: written})


def listed_in(part: str, bundled: bytes) -> dict[str, FileApart]:
    """What such a part lists. Raises ParcelUnreadable."""
    return _listed(part, unbundle(bundled).get(_LIST_FILE, b""))


def _listed(part: str, written: bytes) -> dict[str, FileApart]:
    try:
        lines = json.loads(written)
        files = [FileApart(*line) for line in lines] if isinstance(lines, list) else []
        good = bool(files) and _PART.fullmatch(part) is not None and all(map(_is_sound, files))
    except (ValueError, TypeError, RecursionError) as wrong:
        raise ParcelUnreadable("A list of recordings or pictures cannot be read.") from wrong
    found = {one.key: one for one in files} if good else {}
    if not good or len(found) != len(files):
        raise ParcelUnreadable("A list of recordings or pictures is not laid out as it should be.")
    if len(files) > MAX_APART_FILES or sum(one.size for one in files) > MAX_APART_BYTES:
        raise ParcelUnreadable(
            f"{part} has {len(files)} files of {sum(one.size for one in files):,} bytes; allowed "
            f"are {MAX_APART_FILES} of {MAX_APART_BYTES:,} bytes together."
        )
    return found


def _is_sound(one: FileApart) -> bool:
    texts = (one.key, one.digest, one.wording)
    sizes = (one.size, one.squeezed_size)
    if not all(type(each) is str for each in texts) or not all(type(n) is int for n in sizes):
        return False
    return (
        _KEY.fullmatch(one.key) is not None
        and _DIGEST.fullmatch(one.digest) is not None
        and _WORDING.fullmatch(one.wording) is not None
        and 0 < one.size <= MAX_APART_FILE_BYTES + 64
        and 0 < one.squeezed_size <= one.size + one.size // 1000 + 64
    )


# -- made from files of an office


@dataclass(frozen=True)
class MadeApart:
    """part: the small part that lists them. files: bundles by digest. listed: what it says."""

    part: bytes
    files: Mapping[str, bytes]
    listed: Listed


def made_apart(
    part: str, files: Mapping[PurePosixPath, bytes], questionnaire: Questionnaire
) -> MadeApart:
    """A part from an office's files. files: content by path, ``QUESTION.ogg``, ``LIST/CODE.ogg``.

    Raises QuestionnaireError, naming the file, for a name the questionnaire has not, another kind
    of file than its ending says, one that is too large, and two files for the same words.
    """
    if not _PART.fullmatch(part):
        raise QuestionnaireError(f"{part!r} is neither recordings of a language nor pictures.")
    if not files:
        raise QuestionnaireError("There is no file to add.")
    bundles: dict[str, bytes] = {}
    listed: dict[str, FileApart] = {}
    for path, content in sorted(files.items()):
        key = str(path.with_suffix(""))
        if key in listed:
            raise QuestionnaireError(f"{path}: there are two files for the same words.")
        if part == PICTURES:
            wording = ""
            _must_be_picture(path, content)
            _must_be_answer(path, key, questionnaire)
        else:
            _must_be_recording(path, content)
            wording = _words_of(path, key, questionnaire, part.removeprefix(RECORDINGS))
        bundled = file_bundle(path.suffix, content)
        digest = digest_of(bundled)
        bundles[digest] = bundled
        listed[key] = FileApart(key, digest, len(bundled), len(squeezed(bundled)), wording)
    return MadeApart(listed_part(part, listed), bundles, listed)


def wording_of(questionnaire: Questionnaire, key: str, language: str) -> str:
    """The fingerprint of the words a recording of that key says now; "" when there are none in
    that language."""
    if "/" in key:
        choice = questionnaire.choice(*key.split("/", 1))
        if choice is None or not choice.labels.get(language):
            return ""
        if choice.say(language):
            return fingerprint_of(choice, language)
        return fingerprint_of_words(choice.label("en"), choice.label(language))
    question = questionnaire.questions.get(key)
    if question is None or not question.says.get(language):
        return ""
    return fingerprint_of(question, language)


def key_of_answer(question: Question, code: str) -> str:
    """The key of one answer of a question."""
    return f"{question.choice_list}/{code}"


def _words_of(path: PurePosixPath, key: str, questionnaire: Questionnaire, language: str) -> str:
    wording = wording_of(questionnaire, key, language)
    if not wording:
        raise QuestionnaireError(
            f"{path}: the questionnaire has no words to say of that name in {language!r}. A file "
            "is named by its question (QUESTION.ogg), or by list and code of an answer "
            "(LIST/CODE.ogg)."
        )
    return wording


def _must_be_answer(path: PurePosixPath, key: str, questionnaire: Questionnaire) -> None:
    if "/" not in key or questionnaire.choice(*key.split("/", 1)) is None:
        raise QuestionnaireError(
            f"{path}: the questionnaire has no such answer. A picture is named by the list and the "
            "code of its answer (LIST/CODE.png)."
        )


def _must_fit(path: PurePosixPath, content: bytes, suffixes: tuple[str, ...]) -> None:
    if path.suffix not in suffixes:
        raise QuestionnaireError(f"{path}: the name must end in one of {', '.join(suffixes)}.")
    if len(content) > MAX_APART_FILE_BYTES:
        raise QuestionnaireError(
            f"{path} has {len(content):,} bytes; allowed are {MAX_APART_FILE_BYTES:,}. Mono speech "
            "at 16 kHz as .ogg takes about 4,000 bytes a second."
        )


def _must_be_recording(path: PurePosixPath, content: bytes) -> None:
    _must_fit(path, content, SOUNDS)
    begins = {
        ".ogg": content[:4] == b"OggS",
        ".wav": content[:4] == b"RIFF" and content[8:12] == b"WAVE",
        ".mp3": content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0"),
    }
    if not begins[path.suffix]:
        raise QuestionnaireError(f"{path} is no {path.suffix} file, whatever its name says.")


def _must_be_picture(path: PurePosixPath, content: bytes) -> None:
    _must_fit(path, content, IMAGES)
    size = _png_size(content) if path.suffix == ".png" else _jpeg_size(content)
    if size is None:
        raise QuestionnaireError(f"{path} is no {path.suffix} file, whatever its name says.")
    if not 0 < max(size) <= MOST_PIXELS or min(size) < 1:
        raise QuestionnaireError(
            f"{path} is {size[0]} by {size[1]} pixels; allowed are {MOST_PIXELS} by {MOST_PIXELS}."
        )


def _png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG (W3C PNG 5.2 and 11.2.1), None for anything else."""
    if content[:16] != b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG (ITU-T T.81, B.2.2), None for anything else."""
    if content[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        if length < 2:
            return None
        at += 2 + length
    return None
