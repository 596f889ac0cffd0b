"""Colours, type sizes and writing direction of the whole app, in one place.

The colour roles are Material 3's (mobile.ui.widgets.palette); the four meanings (good, attention,
danger, information) are our own pairs, checked for contrast by a test. Values are read when a
widget is built: changing the language, the theme or the text size rebuilds the screen.
"""

from __future__ import annotations

from kivy.metrics import dp
from kivy.metrics import sp as metric_sp
from kivy.utils import get_color_from_hex

from mobile.ui.widgets.palette import ROLES
from shared.calendars import GREGORIAN
from shared.texts import is_right_to_left

TOUCH_TARGET_DP = 48
"""Material 3 and WCAG 2.2 (2.5.5, enhanced: 44 px): nothing to tap is smaller."""

WIDE_FROM_DP = 840
"""From this width on there are two panes: Material 3's expanded window class."""

TYPE_SCALE_SP = {
    "display": 40,
    "headline": 26,
    "title": 20,
    "subtitle": 17,
    "body": 16,
    "small": 14,
    "label": 15,
}
"""Roles of text, in sp. A little above Material's own sizes: read at arm's length, outdoors."""

BOLD_ROLES = frozenset({"display", "headline", "title", "subtitle", "label"})

TEXT_SIZES = (1.0, 1.2, 1.4, 1.6)

MEANINGS = {
    # meaning: light (colour, on it, container, on container), dark (the same four)
    "good": (
        ("#1B6B3A", "#FFFFFF", "#CDEFD5", "#00401C"),
        ("#8FD8A4", "#00391A", "#17512C", "#C3F2CE"),
    ),
    "attention": (
        ("#8A5100", "#FFFFFF", "#FFE3BF", "#5A3400"),
        ("#FFB95F", "#472A00", "#5F3C00", "#FFE3BF"),
    ),
    "danger": (
        ("#B3261E", "#FFFFFF", "#FFDAD6", "#7A0A0A"),
        ("#FFB4AB", "#690005", "#8C1D18", "#FFDAD6"),
    ),
    "information": (
        ("#2A5DA8", "#FFFFFF", "#D9E6FF", "#0B3A7A"),
        ("#A9C7FF", "#00305F", "#1D447F", "#D9E6FF"),
    ),
}
"""Colours with a meaning; a word or a sign always stands beside them."""


class Theme:
    """What every widget reads when it is built."""

    def __init__(self) -> None:
        self.dark = False
        self.language = "en"
        self.text_scale = 1.0
        self.calendar = GREGORIAN
        """The one the country of an unlocked tablet lives by (shared.calendars)."""
        self._colours: dict[str, list[float]] = {}

    def __getattr__(self, name: str) -> list[float]:
        try:
            found: list[float] = self.__dict__["_colours"][name]
        except KeyError:
            raise AttributeError(name) from None
        return found

    @property
    def rtl(self) -> bool:
        """Whether the language is written from right to left."""
        return is_right_to_left(self.language)

    @property
    def start(self) -> str:
        """The side a line begins at, in Kivy's words."""
        return "right" if self.rtl else "left"

    @property
    def end(self) -> str:
        """The side a line ends at, in Kivy's words."""
        return "left" if self.rtl else "right"

    def font_size(self, role: str) -> float:
        """The size of a text role in pixels, with the officer's own text size."""
        return float(metric_sp(TYPE_SCALE_SP[role] * self.text_scale))

    def pair(self, meaning: str) -> tuple[list[float], list[float]]:
        """The container colour of a meaning (or "neutral"), and the colour of text on it."""
        if meaning == "neutral":
            return self.high, self.quiet
        if meaning == "primary":
            return self.secondary_container, self.on_secondary_container
        return self._colours[f"{meaning}_container"], self._colours[f"on_{meaning}_container"]

    def wear(self, *, dark: bool, language: str, text_scale: float) -> None:
        """Takes the colours of the palette and sets language and text size."""
        self.dark, self.language, self.text_scale = dark, language, text_scale
        self._colours = {role: get_color_from_hex(both[dark]) for role, both in ROLES.items()}
        if dark:
            # Material's lowest container is black: cards would be holes in the page.
            self._colours["card"] = self._colours["middle"]
        # In the dark the secondary container can hardly be told from what it lies on.
        lies = "primary" if dark else "secondary"
        self._colours["chosen"] = self._colours[f"{lies}_container"]
        self._colours["on_chosen"] = self._colours[f"on_{lies}_container"]
        for meaning, (light, dark_four) in MEANINGS.items():
            four = dark_four if dark else light
            names = (meaning, f"on_{meaning}", f"{meaning}_container", f"on_{meaning}_container")
            self._colours.update(zip(names, map(get_color_from_hex, four), strict=True))
        self._colours["clear"] = [0, 0, 0, 0]


theme = Theme()
"""The one theme of the process."""


def touch_height() -> float:
    """The least height of anything to tap, in pixels; grows with large text."""
    return float(dp(TOUCH_TARGET_DP) * max(1.0, theme.text_scale * 0.92))
