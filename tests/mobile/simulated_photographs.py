"""What a cheap camera makes of a picture: turned, tilted, blurred, noisy, unevenly lit, too small.

Simulated, but of real pixels: what goes in is what a screen or a file shows.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path

import numpy
import segno
from PIL import Image, ImageFilter

from mobile.transport.qr_drawing import Modules
from mobile.transport.qr_reading import Picture


def code_of(text: str) -> Modules:
    """A code as the office draws its tickets: level M, the mask the standard asks for."""
    return tuple(bytes(row) for row in segno.make_qr(text, error="m").matrix)


@dataclass(frozen=True)
class Eye:
    """How well a hand-held camera sees. size: of its pictures. share: of the height the subject
    takes up. turned, tilted: at most, in degrees and as a share of its size. blur: radius of a
    Gauss bell in pixels. noise: standard deviation, of 255."""

    size: tuple[int, int] = (640, 480)
    share: float = 0.9
    turned: float = 6.0
    tilted: float = 0.03
    blur: float = 0.6
    noise: float = 5.0

    def sees(self, subject: Image.Image, chance: random.Random) -> Picture:
        """One picture of the subject, somewhat different each time."""
        width, height = self.size
        angle = math.radians(chance.uniform(-self.turned, self.turned))
        reach = height * self.share / 2 / (abs(math.cos(angle)) + abs(math.sin(angle)))
        longer = max(subject.size)
        corners = []
        for across, down in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            x = across * reach * subject.width / longer * self._about_one(chance)
            y = down * reach * subject.height / longer * self._about_one(chance)
            corners.append(
                (
                    width / 2 + x * math.cos(angle) - y * math.sin(angle),
                    height / 2 + x * math.sin(angle) + y * math.cos(angle),
                )
            )
        seen = subject.convert("L").transform(
            self.size,
            Image.Transform.PERSPECTIVE,
            _seen_through(corners, subject.size),
            Image.Resampling.BILINEAR,
            fillcolor=90,
        )
        grey = numpy.asarray(seen.filter(ImageFilter.GaussianBlur(self.blur)), dtype=float)
        # A lamp at one side, blacks that are not black, and the noise of a small sensor.
        light = numpy.linspace(0.55, 0.75, width)[None, :]
        drawn = numpy.random.default_rng(chance.randrange(1 << 30))
        grey = 40 + grey * light + drawn.normal(0, self.noise, grey.shape)
        return Picture(width, height, numpy.clip(grey, 0, 255).astype("uint8").tobytes())

    def _about_one(self, chance: random.Random) -> float:
        return 1 + chance.uniform(-self.tilted, self.tilted)


def _seen_through(corners: list[tuple[float, float]], size: tuple[int, int]) -> tuple[float, ...]:
    """The eight numbers of the perspective that puts a picture's corners there."""
    width, height = size
    equations, values = [], []
    for (x, y), (u, v) in zip(
        corners, ((0, 0), (width, 0), (width, height), (0, height)), strict=True
    ):
        equations.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        equations.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return tuple(numpy.linalg.solve(numpy.array(equations, float), numpy.array(values, float)))


def plain(image: Image.Image) -> Picture:
    """The picture as it is, in grey."""
    grey = image.convert("L")
    return Picture(*grey.size, grey.tobytes())


def picture_file(path: Path) -> Image.Image:
    """A picture from a file, closed again."""
    with Image.open(path) as image:
        read: Image.Image = image.convert("RGB")
    return read
