"""A driver that counts what the hand does."""

from __future__ import annotations

from typing import Any

from tests.mobile.ui.driver import Driver


class Counting(Driver):
    """taps: touches. scrolls: pages moved by the finger until something was in sight."""

    def __init__(self, app: Any, size: tuple[int, int]) -> None:
        self.taps = self.scrolls = 0
        super().__init__(app, size)

    def tap(self, widget: Any) -> None:
        """A tap, counted."""
        self.taps += 1
        super().tap(widget)

    def hold(self, widget: Any, seconds: float) -> None:
        """Counted as a tap."""
        self.taps += 1
        super().hold(widget, seconds)

    def still_place_of(self, widget: Any) -> tuple[float, float]:
        """A person looks for it once the page stands still, and moves the page only then."""
        before = None
        while (place := widget.to_window(*widget.center)) != before:
            before = place
            self.step(2)
        return super().still_place_of(widget)

    def bring(self, widget: Any) -> None:
        """Counted where the page has to be moved."""
        from kivy.uix.scrollview import ScrollView

        pages: list[tuple[Any, float]] = []
        parent = widget.parent
        while parent is not None and parent is not self.window:
            if isinstance(parent, ScrollView):
                pages.append((parent, parent.scroll_y))
            parent = parent.parent
        super().bring(widget)
        self.scrolls += any(page.scroll_y != before for page, before in pages)
