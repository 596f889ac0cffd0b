"""Transport from screen to camera: parcels and receipts as a series of QR codes.

Owns the pace, and what a camera's pictures make of a series. The layout of a frame is in
shared/wire/frames.py; what is carried is sealed, as by every other transport.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mobile.transport.qr_drawing import Modules, frame_of
from mobile.transport.qr_reading import Picture, texts_in
from shared.errors import ParcelUnreadable
from shared.wire.frames import MAX_FRAME_NUMBER, Gathering, Series, in_series, unbundle

FRAMES_A_SECOND = 6
"""Each code stands for five pictures of a camera of 30 a second: one of them is sharp and whole."""


class Showing:
    """Messages to be shown, in one or (rarely) several series."""

    def __init__(self, messages: Sequence[bytes]) -> None:
        """Raises ValueError when there is nothing to show."""
        if not messages:
            raise ValueError("nothing to show")
        self._series = [Series(data) for data in in_series(messages)]
        self._number = -1
        self.part = 0

    @property
    def parts(self) -> int:
        """How many series there are; ``part`` is the one shown, from 0."""
        return len(self._series)

    @property
    def codes(self) -> int:
        """How many codes of this series a camera needs at least."""
        return self._series[self.part].blocks

    @property
    def seconds(self) -> float:
        """How long that takes when none is missed."""
        return self.codes / FRAMES_A_SECOND

    def next_code(self) -> Modules:
        """The next code to show, without end."""
        self._number = (self._number + 1) % (MAX_FRAME_NUMBER + 1)
        return frame_of(self._series[self.part].frame(self._number))

    def next_part(self) -> None:
        """The other tablet has this one; after the last comes the first again."""
        self.part, self._number = (self.part + 1) % self.parts, -1


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pictures gave so far. have, needed: codes. messages: when it is everything.
    foreign: this picture had a code, and it belongs to something else."""

    have: int = 0
    needed: int = 0
    foreign: bool = False
    messages: tuple[bytes, ...] = ()


class Filming:
    """Takes the pictures of a camera until a series is whole."""

    def __init__(self) -> None:
        self._gathering = Gathering()

    def look(self, picture: Picture) -> Seen:
        """Looks for codes in one picture. Raises NoReader."""
        return self.take(texts_in(picture))

    def take(self, texts: Sequence[str]) -> Seen:
        """The texts of the codes in one picture."""
        taken = [self._gathering.take(text) for text in texts]
        now = self._gathering.now
        foreign = bool(texts) and not any(taken)
        if now.message is None:
            return Seen(now.have, now.needed, foreign)
        try:
            messages = unbundle(now.message)
        except ParcelUnreadable:
            # Whole, but of a later version of this app: as strange as any other code.
            self._gathering = Gathering()
            return Seen(foreign=True)
        return Seen(now.have, now.needed, foreign, messages)
