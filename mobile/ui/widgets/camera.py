"""The tablet's camera, where there is one the app can use: pictures for reading, a view for aiming.

Kivy has a provider for Android and, on a computer, one for whatever of GStreamer and OpenCV is
installed. Nothing seen is stored. The Android half was written from the documentation and has not
been run on a device: see docs/android.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from kivy.utils import platform

from mobile.transport.qr_reading import Picture, texts_in

log = logging.getLogger("tally87.camera")

RESOLUTION = (640, 480)
"""What every camera has; five pixels for each module of the largest code the app shows."""
LONGEST_SIDE = 1600
"""Pictures from files are read at this size at most: a code on a photograph has modules enough."""


class NoCamera(Enum):
    """Why there is no camera."""

    MISSING = "scan.no_camera"
    REFUSED = "scan.camera_refused"


class Camera(Protocol):
    """A camera that is running."""

    texture: Any
    """What it sees now, to be shown; None before the first picture."""

    def picture(self) -> Picture | None:
        """The newest picture; None when there is none since the last one taken."""

    def stop(self) -> None:
        """Lets go of it."""


OpenCamera = Callable[[Callable[[Camera], None], Callable[[NoCamera], None]], None]
"""Calls the first with the running camera or the second with why there is none, now or later."""


def open_camera(ready: Callable[[Camera], None], missing: Callable[[NoCamera], None]) -> None:
    """The tablet's own camera; asks the officer for leave where the system wants that."""

    def start() -> None:
        try:
            camera = KivyCamera()
        except Exception as fault:  # noqa: BLE001 - providers raise what their libraries raise
            log.info("camera_missing kind=%s", type(fault).__name__)
            missing(NoCamera.MISSING)
        else:
            ready(camera)

    if platform == "android":
        _ask_for_leave(start, lambda: missing(NoCamera.REFUSED))
    else:
        start()


class KivyCamera:
    """Kivy's camera, whatever stands behind it."""

    def __init__(self, provider: Any = None) -> None:
        """provider: Kivy's class for cameras, found by itself unless handed in.

        Raises whatever the provider raises, and OSError when there is none.
        """
        from kivy.core.camera import Camera as FoundByKivy

        kind = provider or FoundByKivy
        if kind is None:
            raise OSError("no camera provider is installed")
        self.texture: Any = None
        self._fresh = False
        self._camera = kind(index=0, resolution=RESOLUTION, stopped=True)
        self._camera.bind(on_texture=self._came)
        self._camera.start()

    def _came(self, *_: object) -> None:
        self.texture, self._fresh = self._camera.texture, True

    def picture(self) -> Picture | None:
        """The newest picture, in grey."""
        if not self._fresh or self.texture is None:
            return None
        self._fresh = False
        if platform == "android":
            frame = self._camera.grab_frame()
            return None if frame is None else grey_of_nv21(frame, *RESOLUTION)
        return grey_of_texture(self.texture)

    def stop(self) -> None:
        """Lets go of the camera."""
        self._camera.unbind(on_texture=self._came)
        # Stopping keeps the device from other apps; the providers that hold it can release it.
        release = getattr(self._camera, "_release_camera", self._camera.stop)
        release()


def grey_of_nv21(frame: bytes, width: int, height: int) -> Picture | None:
    """The grey plane of Android's usual camera format, which stands first (ImageFormat.NV21).

    None for a frame that is too short.
    """
    grey = bytes(frame[: width * height])
    return Picture(width, height, grey) if len(grey) == width * height else None


def grey_of_texture(texture: Any) -> Picture:
    """A texture as a grey picture: its green, which is most of what the eye takes for bright."""
    width, height = texture.size
    return Picture(width, height, bytes(texture.pixels[1::4]))


def picture_from_file(path: Path) -> Picture:
    """A photograph or a drawn code from a picture file, in grey, made smaller if it is large.

    Raises ValueError for what is no picture the tablet can open.
    """
    from kivy.core.image import ImageLoader

    try:
        data = ImageLoader.load(str(path), keep_data=True, nocache=True)._data[0]
    except Exception as fault:
        raise ValueError("not a picture") from fault
    step = -(-max(data.width, data.height) // LONGEST_SIDE)
    colours = {"rgb": 3, "rgba": 4, "bgr": 3, "bgra": 4}.get(data.fmt)
    if colours is None or data.data is None:
        raise ValueError("a picture of another format")
    across = data.rowlength or data.width * colours
    grey = b"".join(
        bytes(data.data[y * across + 1 : y * across + data.width * colours : colours * step])
        for y in range(0, data.height, step)
    )
    return Picture(-(-data.width // step), -(-data.height // step), grey)


def texts_in_file(path: Path) -> tuple[str, ...]:
    """The texts of the codes in a picture file. Raises ValueError as above, NoReader."""
    return texts_in(picture_from_file(path))


def _ask_for_leave(granted: Callable[[], None], refused: Callable[[], None]) -> None:
    """Android asks the officer; the answer comes on another thread."""
    from android.permissions import Permission, check_permission, request_permissions

    from mobile.ui import background

    def answered(_permissions: list[str], grants: list[bool]) -> None:
        background.soon(granted if grants and all(grants) else refused)

    if check_permission(Permission.CAMERA):
        granted()
    else:
        request_permissions([Permission.CAMERA], answered)
