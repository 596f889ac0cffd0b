"""A simulated camera: it hands over pictures of what a screen or a sheet of paper really showed."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from mobile.transport.qr_reading import Picture
from tests.mobile.simulated_photographs import Eye, picture_file


class SimulatedCamera:
    """Sees one image after the other, again and again; misses some and catches some twice."""

    def __init__(
        self,
        images: Sequence[Image.Image],
        eye: Eye | None = None,
        *,
        missed: float = 0.0,
        twice: float = 0.0,
        seed: int = 1,
    ) -> None:
        self.texture: Any = None
        self.is_stopped = False
        self.taken = 0
        self._images, self._eye = list(images), eye or Eye()
        self._missed, self._twice, self._chance = missed, twice, random.Random(seed)
        self._at = 0

    def picture(self) -> Picture | None:
        """What stands before it now, as it sees it."""
        assert not self.is_stopped, "a camera that was let go of is used"
        if not self._images:
            return None
        image = self._images[self._at % len(self._images)]
        if self._chance.random() >= self._twice:
            self._at += 1
        if self._chance.random() < self._missed:
            return None
        self.taken += 1
        return self._eye.sees(image, self._chance)

    def stop(self) -> None:
        """Let go of."""
        self.is_stopped = True

    def opener(self) -> Callable[..., None]:
        """Stands in for mobile.ui.widgets.camera.open_camera."""
        return lambda ready, _missing: ready(self)


def shown_codes(driver: Any, count: int) -> list[Image.Image]:
    """The pixels of so many codes that follow each other on the screen, as a camera sees them."""
    images: list[Image.Image] = []
    code, last = driver.screen.code, None
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            driver.wait(0.2)
            driver.until(lambda: code.modules and code.modules is not last)  # noqa: B023
            last = code.modules
            driver.step(1)
            driver.bring(code)
            driver.step(1)
            shot = picture_file(Path(driver.window.screenshot(name=str(Path(folder) / "shot.png"))))
            x, y = code.to_window(code.x, code.y)
            left, top = max(int(x), 0), max(int(shot.height - y - code.height), 0)
            images.append(shot.crop((left, top, int(x + code.width), int(shot.height - y))))
    return images
