"""What templates may say: translated sentences, numbers and moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask, g

from server.application import language, the_office
from shared.texts import plural, text


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
            "number": number,
            "moment": moment,
            "lang": lang,
            "who": g.get("signed_in"),
        }


def number(count: int) -> str:
    """A count with narrow no-break spaces between thousands (ISO 80000-1)."""
    return f"{count:,}".replace(",", "\u202f")


def moment(seconds: int | None) -> str:
    """A moment as date and time, UTC; a dash for none."""
    if seconds is None:
        return "–"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def banner() -> str | None:
    """Which warning every page and file carries about where its records come from."""
    programme = the_office().programme
    if programme.data_origin != "field":
        return programme.data_origin
    return "practice" if programme.practice else None
