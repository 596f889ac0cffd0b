"""Every sentence of the screens comes through here, in the language of the theme."""

from __future__ import annotations

from mobile.ui.widgets.theme import theme
from shared.texts import plural, text


def say(message_id: str, **values: object) -> str:
    """The text ``screens.<message_id>`` in the officer's language."""
    return text(f"screens.{message_id}", theme.language, **values)


def say_count(message_id: str, n: int, **values: object) -> str:
    """The same, in the plural form that fits ``n``."""
    return plural(f"screens.{message_id}", theme.language, n, **values)
