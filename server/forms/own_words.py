"""Words a converted form says of its own, in those of its languages that have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.texts import ENGLISH, has_text, text


def said(what: str, languages: Iterable[str], **values: str) -> dict[str, str]:
    """The words (``server.form.*``) by language. English is always there: it shows where a language
    of the form has none."""
    message = f"server.form.{what}"
    there = [ENGLISH, *(code for code in languages if code != ENGLISH and has_text(message, code))]
    return {code: text(message, code, **values) for code in there}


def said_of(
    what: str, languages: Iterable[str], labels: Mapping[str, str], name: str
) -> dict[str, str]:
    """The same of a question or group with these labels; one without words is called by name."""
    english = labels.get(ENGLISH, name)
    return {
        code: said(what, (code,), label=labels.get(code, english))[code]
        for code in said(what, languages)
    }
