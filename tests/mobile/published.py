"""Editions as an office might publish them, made of the standard parts and a country folder."""

from __future__ import annotations

import io
import random
from pathlib import Path, PurePosixPath

from PIL import Image

from mobile.tablet import Session
from shared.apart import made_apart
from shared.parts import parts_of
from shared.wire.bundles import bundle, squeezed, unbundle
from tests.mobile.office import MemoryOffice

SURVEY = """type,name,label::English (en),label::French (fr),bind::tally:privacy
begin_repeat,case,,,
begin_group,work,,,
select_one yes_no,{name},{label},Travaille au four,keep
end_group,,,
end_repeat,,,
"""
HELPLINE = '[[helplines]]\nname = "Own line"\nnumber = "{}"\nsource = "test"\n'


def parts_with(
    country: Path, question: str = "", helpline: str = "", label: str = "Works at a kiln"
) -> dict[str, bytes]:
    """The parts of a country folder with that question and that helpline."""
    survey, profile = country / "questionnaire" / "survey.csv", country / "profile.toml"
    survey.unlink(missing_ok=True)
    profile.unlink(missing_ok=True)
    if question:
        survey.write_text(SURVEY.format(name=question, label=label), encoding="utf-8")
    if helpline:
        profile.write_text(HELPLINE.format(helpline), encoding="utf-8")
    return parts_of("PAK", [country])


def with_helpline(standard: dict[str, bytes], number: str) -> dict[str, bytes]:
    """The standard parts with one helpline more, made without reading everything again."""
    files = unbundle(standard["profile"]) | {"1/profile.toml": HELPLINE.format(number).encode()}
    return standard | {"profile": bundle(files)}


def helplines(session: Session) -> list[str]:
    return [line.number for line in session.reference.profile.helplines]


def asked_parts(office: MemoryOffice) -> list[str]:
    """Names of the parts that were asked for, in order, the manifest left out."""
    assert office.edition is not None
    names = {part.digest: part.name for part in office.edition.parts}
    return [names[wanted.digest] for wanted in office.asked if wanted.digest]


def publish_apart(
    office: MemoryOffice,
    standard: dict[str, bytes],
    added: dict[str, dict[str, bytes]],
    number: int = 1,
) -> None:
    """An edition with these files beside: content by path, by name of the part."""
    parts = dict(standard)
    for name, files in added.items():
        made = made_apart(
            name,
            {PurePosixPath(path): content for path, content in files.items()},
            office.reference.questionnaire,
        )
        parts[name] = made.part
        office.parts |= {digest: squeezed(data) for digest, data in made.files.items()}
    office.publish(parts, number)


def ogg(words: str, size: int = 3000) -> bytes:
    """Bytes that begin like a recording and can be told from others; nothing squeezes them."""
    return b"OggS" + random.Random(words).randbytes(size)


def png(width: int = 64, height: int = 64) -> bytes:
    """A picture of one colour."""
    shown = io.BytesIO()
    Image.new("RGB", (width, height), (200, 60, 30)).save(shown, "PNG")
    return shown.getvalue()
