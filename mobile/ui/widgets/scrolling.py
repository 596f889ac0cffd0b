"""How a page goes on after the finger has let go, and comes back over its end: steady at any speed.

Kivy's damped effect takes the time since the last frame in one step. Its friction takes away
``0.05 * dt / 0.017`` of the speed: after 0.34 s the page turns round, after 0.68 s it goes faster
with every frame, and the page is blank. A tablet that loads a list has such frames.
"""

from __future__ import annotations

from typing import Any

from kivy.effects.dampedscroll import DampedScrollEffect
from kivy.metrics import dp
from kivy.uix.widget import Widget

LONGEST_STEP_S = 1 / 30
"""The speed is worked out for no longer a time than this: friction takes a tenth of it."""
MOST_STEPS = 15
"""Of one frame: half a second of movement. A page that is drawn later stands where it was then."""
FARTHEST_BEYOND = 0.4
"""How far over its end a page may be thrown, as a share of what is seen of it."""
FASTEST = 20.0
"""Of a throw, as times what is seen of the page, in a second."""


class SteadyEffect(DampedScrollEffect):
    """Kivy's effect in short steps, with something of the page always in sight."""

    value: Any  # Kivy's properties: numbers when they are read
    velocity: Any

    def update_velocity(self, dt: float) -> None:
        """One frame of ``dt`` seconds, however long it was."""
        left, steps = dt, 0
        while left > 0 and steps < MOST_STEPS:
            step = min(left, LONGEST_STEP_S)
            self._stay_near()
            super().update_velocity(step)
            left, steps = left - step, steps + 1
        self._stay_near()

    def _stay_near(self) -> None:
        seen = self._seen()
        if not seen:
            return
        low, high = sorted((self.min, self.max))
        beyond = seen * FARTHEST_BEYOND
        stands = float(self.value)
        near = min(max(stands, low - beyond), high + beyond)
        if near != stands:
            self.value, self.velocity = near, 0.0
        fastest = seen * FASTEST
        self.velocity = min(max(self.velocity, -fastest), fastest)

    def _seen(self) -> float:
        """What is seen of the page along the way it scrolls; 0 while nobody knows."""
        holder = self.target_widget.parent if self.target_widget is not None else None
        if holder is None:
            return 0.0
        across = getattr(holder, "effect_x", None) is self
        return float(holder.width if across else holder.height)


def bring_into_sight(scroll: Any, first: Widget, last: Widget, *, enough: float = 0) -> None:
    """Scrolls until both stand in sight, or the first where there is no room for both. enough: so
    many pixels of the first in sight are not scrolled away from."""
    top, bottom = first.to_window(first.x, first.top)[1], last.to_window(last.x, last.y)[1]
    floor = scroll.to_window(scroll.x, scroll.y)[1] + dp(8)
    ceiling = floor + scroll.height - dp(16)
    hidden = scroll.children[0].height - scroll.height
    if enough and floor + enough < top <= ceiling:
        return
    if hidden > 0 and (top > ceiling or bottom < floor):
        down = min(floor - bottom, ceiling - top) if bottom < floor else ceiling - top
        scroll.scroll_y = min(max(scroll.scroll_y - down / hidden, 0), 1)
