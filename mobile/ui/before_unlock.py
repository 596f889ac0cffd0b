"""What the tablet has to say before it is unlocked, kept in a small file in clear beside the store.

The numbers to call in the country, where the programme lets them be read then
(``helplines_while_locked`` of the country's profile), and the words of a language that came with
the office's edition. Both are the same on every tablet of the country: nothing about any case,
officer or programme.
"""

from __future__ import annotations

import contextlib
import gettext
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mobile.platform.durable import replace_file
from mobile.tablet import Session
from shared.profiles import Helpline
from shared.texts import (
    ENGLISH,
    SCREENS,
    has_text,
    ids_of,
    is_right_to_left,
    languages_laid_over,
    lay_over,
    text,
)

FILE_NAME = "before_unlock.json"
ALL, EMERGENCY, NONE = "all", "emergency", "none"
"""What the parameter ``helplines_while_locked`` may be; all of them where a country says nothing:
whoever holds a locked tablet and needs help is not asked for a PIN first."""
EMERGENCY_KINDS = frozenset({"emergency", "police"})
SAID = ("bar", "danger", "dialog", "files", "hidden", "set_up", "settings", "unlock")
"""Parts of the screens' words that are needed before unlocking."""


@dataclass(frozen=True, slots=True)
class NumberToCall:
    """A line of the danger screen. area: its name, "" for the whole country."""

    name: str
    number: str
    area: str
    confirmed: bool


class _Words(gettext.NullTranslations):
    """The sentences of a language, as they were kept."""

    def __init__(self, name: str, rtl: bool, said: Mapping[str, str]) -> None:
        super().__init__()
        self._said = dict(said)
        self._about = {"x-language-name": name, "x-direction": "rtl" if rtl else ""}

    def gettext(self, message: str) -> str:
        return self._said.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._said.get(msgid1, msgid1)

    def info(self) -> dict[str, str]:
        return self._about


def keep_before_unlock(folder: Path, session: Session, language: str) -> None:
    """Writes what holds now, in one step; nothing is written when nothing changed, and a full disk
    stops nobody."""
    said = json.dumps(_what_is_said(session, language), ensure_ascii=False, sort_keys=True)
    content = said.encode()
    target = folder / FILE_NAME
    with contextlib.suppress(OSError):
        # Bytes, not text: whatever somebody wrote there keeps no officer from unlocking.
        if target.exists() and target.read_bytes() == content:
            return
        replace_file(target, content)


def numbers_before_unlock(folder: Path) -> list[NumberToCall]:
    """Whom to call, in order; none where nothing is kept or the programme keeps it locked."""
    with contextlib.suppress(TypeError, AttributeError):
        found = [NumberToCall(**one) for one in _read(folder).get("numbers", ())]
        if _are_texts(text for one in found for text in (one.name, one.number, one.area)):
            return found
    return []


def speak_before_unlock(folder: Path, language: str) -> None:
    """The screens speak the language that was chosen, also one the app did not come with."""
    with contextlib.suppress(TypeError, AttributeError, KeyError, ValueError):
        words = _read(folder)["words"]
        if not _are_texts((words["name"], *dict(words["said"]).values())):
            return
        if words["language"] == language and language not in languages_laid_over():
            kept = _Words(words["name"], words["rtl"], words["said"])
            lay_over({(language, SCREENS): kept})


def numbers_of(
    session: Session, helplines: tuple[Helpline, ...], language: str
) -> list[NumberToCall]:
    """The lines of the danger screen, in that order."""
    areas = session.reference.codelists.get("areas")
    return [
        NumberToCall(
            _name_of(line, language),
            line.number,
            areas.label(line.area, language) if line.area and areas is not None else line.area,
            line.confirmed,
        )
        for line in helplines
    ]


def _name_of(line: Helpline, language: str) -> str:
    """Its own name; in another language than English with a word for what it is, because names
    stand in a profile as they are written in the country's office."""
    words = f"{SCREENS}.helpline.{line.kind}"
    if language == ENGLISH or not has_text(words, ENGLISH):
        return line.name
    kind = text(words, language)
    return line.name if kind in line.name else f"{kind}: {line.name}"


def _what_is_said(session: Session, language: str) -> dict[str, Any]:
    profile = session.reference.profile
    choice = profile.value("helplines_while_locked") or ALL
    lines = profile.helplines_for(None)
    if choice == EMERGENCY:
        lines = tuple(line for line in lines if line.kind in EMERGENCY_KINDS)
    said: dict[str, Any] = {
        "numbers": []
        if choice == NONE
        else [asdict(one) for one in numbers_of(session, lines, language)]
    }
    own = languages_laid_over()
    if language in own and language != ENGLISH:
        wanted = [one for one in ids_of(SCREENS) if one.split(".")[1] in SAID]
        said["words"] = {
            "language": language,
            "name": own[language],
            "rtl": is_right_to_left(language),
            "said": {one: text(one, language) for one in wanted},
        }
    return said


def _read(folder: Path) -> Any:
    try:
        return json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _are_texts(said: Iterable[object]) -> bool:
    return all(isinstance(one, str) for one in said)
