"""What templates may say: translated sentences, numbers and moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask, g

from server.programme.model import Programme
from server.programme.programme import programme_of
from server.web.application import language, the_office
from shared.texts import is_right_to_left, plural, text


def add_words(app: Flask) -> None:
    """Gives templates ``t``, ``n``, ``number``, ``moment``, ``lang`` and ``who``."""

    @app.context_processor
    def _words() -> dict[str, Any]:
        lang = language()
        return {
            "t": lambda message, **values: text(f"server.{message}", lang, **values),
            "n": lambda message, count, **values: plural(
                f"server.{message}", lang, count, **values
            ),
            "finding": lambda code: _finding(code, lang),
            "number": number,
            "moment": moment,
            "lang": lang,
            "direction": "rtl" if is_right_to_left(lang) else "ltr",
            "who": g.get("signed_in"),
        }


def _finding(code: str, lang: str) -> str:
    """What a finding means: the findings' own sentence, else the server's."""
    said = text(f"findings.{code}", lang)
    return said if said != f"findings.{code}" else text(f"server.finding.{code}", lang)


def number(count: int) -> str:
    """A count with narrow no-break spaces between thousands (ISO 80000-1)."""
    return f"{count:,}".replace(",", "\u202f")


def moment(seconds: int | None) -> str:
    """A moment as date and time, UTC; a dash for none."""
    if seconds is None:
        return "–"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def data_warning(programme: Programme) -> str | None:
    """Which warning every page and file carries about where its records come from."""
    if programme.data_origin != "field":
        return programme.data_origin
    return "practice" if programme.practice else None


def banner() -> str | None:
    """The warning of this office's programme."""
    return data_warning(programme_of(the_office()))
