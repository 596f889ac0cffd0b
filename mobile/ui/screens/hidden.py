"""Quick hide: the tablet is locked and shows the time, nothing else."""

from __future__ import annotations

from typing import Any

from mobile.ui import background
from mobile.ui.shell import Screen
from mobile.ui.widgets.questions.dates import in_words


class HiddenScreen(Screen):
    """A clock. A tap leads to the PIN."""

    has_back = False
    is_covered = True

    def prepare(self, **_arguments: Any) -> None:
        """Starts the clock."""
        self._tick()
        self._clock = background.every(1, self._tick)

    def leave(self) -> None:
        """Stops the clock."""
        self._clock.cancel()

    def on_touch_up(self, touch: Any) -> bool:
        """Anywhere."""
        if self.collide_point(*touch.pos):
            self.app.show_first()
            return True
        return bool(super().on_touch_up(touch))

    def _tick(self) -> None:
        now = self.app.clock()
        self.ids.time.words = f"{now:%H:%M}"
        self.ids.day.words = in_words(now.date())
