"""The colour roles of Material 3 in light and dark, as its own library makes them from one colour.

Written down, because making them anew at each start took a third of a second on a cheap tablet. A
test makes them again with materialyoucolor (scheme "tonal spot", spec 2025) and compares.
"""

from __future__ import annotations

SEED = "#00687A"
"""A calm deep teal: far from the red of danger and readable in the sun."""

ROLES = {
    "primary": ("#206777", "#9ECEDC"),
    "on_primary": ("#EFFBFF", "#114652"),
    "primary_container": ("#ABEDFF", "#285965"),
    "on_primary_container": ("#075A69", "#BAEBF9"),
    "secondary_container": ("#CEE7EF", "#283F45"),
    "on_secondary_container": ("#3E555C", "#ABC3CB"),
    "background": ("#F6FAFB", "#0A0F10"),
    "card": ("#FFFFFF", "#000000"),
    "low": ("#EFF4F7", "#0E1416"),
    "middle": ("#E8EFF2", "#141B1D"),
    "high": ("#E1E9EC", "#192123"),
    "highest": ("#DAE4E8", "#1E272A"),
    "text": ("#2B3437", "#DDE7EB"),
    "quiet": ("#576164", "#A3ADB0"),
    "outline": ("#727C7F", "#6D777A"),
    "line": ("#AAB4B7", "#40494C"),
}
"""By role: in light, in dark. card is the lowest container, low to highest those above it; quiet is
the colour of text that matters less, line that of a quiet outline."""
