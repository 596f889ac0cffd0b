"""Reading QR codes in a picture: the one place that knows which library does it.

On a computer zxing-cpp (Apache-2.0; its wheels carry everything); on Android, and where that is
missing, zbar (LGPL-2.1, loaded as the shared library it is; python-for-android has a recipe). A
tablet with neither says so, and offers files and typing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from shared.errors import TallyError

ZBAR_NAMES = ("libzbar.so.0", "libzbar.so", "libzbar.0.dylib", "libzbar-64.dll")
"""Debian's, Android's (from the package's own folder), macOS's, Windows's."""


class NoReader(TallyError):
    """No library that reads codes is installed here."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey picture, rows from the top. luminance: width × height bytes, 0 black to 255 white."""

    width: int
    height: int
    luminance: bytes

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 1 or len(self.luminance) != self.width * self.height:
            raise ValueError("a picture has a byte for each of its points")


Reader = Callable[[Picture], tuple[str, ...]]


def can_read() -> bool:
    """Whether a library that reads codes is there."""
    return bool(readers())


def texts_in(picture: Picture) -> tuple[str, ...]:
    """The texts of the QR codes in the picture; none when there are none, or none are legible.

    Raises NoReader.
    """
    if not readers():
        raise NoReader("No library that reads QR codes is installed.")
    return next(iter(readers().values()))(picture)


@cache
def readers() -> dict[str, Reader]:
    """Every reader that works here by its name, the best first."""
    found: dict[str, Reader] = {}
    for name, make in (("zxing-cpp", _zxing), ("zbar", _zbar)):
        try:
            found[name] = make()
        except (ImportError, OSError, AttributeError):
            continue
    return found


def _zxing() -> Reader:
    """Raises ImportError."""
    import zxingcpp

    def read(picture: Picture) -> tuple[str, ...]:
        rows = memoryview(picture.luminance).cast("B", (picture.height, picture.width))
        # Made anew each time: one that is kept is reported as a leak when the process ends.
        kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        results = zxingcpp.read_barcodes(rows, kinds, text_mode=zxingcpp.TextMode.Plain)
        return tuple(result.text for result in results)

    return read


_GREY = int.from_bytes(b"Y800", "little")
_EVERY_KIND, _QR_CODE, _ENABLE = 0, 64, 0
"""Constants of zbar.h, the same since its version 0.10."""


def _zbar() -> Reader:
    """Raises OSError when there is no such library, AttributeError when it is another."""
    library = _first_library(ZBAR_NAMES)
    handle, number = ctypes.c_void_p, ctypes.c_uint
    for name, gives, takes in (
        ("image_scanner_create", handle, ()),
        ("image_scanner_destroy", None, (handle,)),
        ("image_scanner_set_config", ctypes.c_int, (handle,) + (ctypes.c_int,) * 3),
        ("scan_image", ctypes.c_int, (handle, handle)),
        ("image_create", handle, ()),
        ("image_destroy", None, (handle,)),
        ("image_set_format", None, (handle, ctypes.c_ulong)),
        ("image_set_size", None, (handle, number, number)),
        ("image_set_data", None, (handle, ctypes.c_char_p, ctypes.c_ulong, handle)),
        ("image_first_symbol", handle, (handle,)),
        ("symbol_next", handle, (handle,)),
        ("symbol_get_data", handle, (handle,)),
        ("symbol_get_data_length", number, (handle,)),
    ):
        function = getattr(library, f"zbar_{name}")
        function.restype, function.argtypes = gives, takes

    def symbols(image: int) -> Iterator[str]:
        symbol = library.zbar_image_first_symbol(image)
        while symbol:
            length = library.zbar_symbol_get_data_length(symbol)
            data = ctypes.string_at(library.zbar_symbol_get_data(symbol), length)
            yield data.decode("utf-8", "replace")
            symbol = library.zbar_symbol_next(symbol)

    def read(picture: Picture) -> tuple[str, ...]:
        # A scanner for each picture: what it learns of one must not be seen from another thread.
        scanner = library.zbar_image_scanner_create()
        image = library.zbar_image_create()
        try:
            library.zbar_image_scanner_set_config(scanner, _EVERY_KIND, _ENABLE, 0)
            library.zbar_image_scanner_set_config(scanner, _QR_CODE, _ENABLE, 1)
            library.zbar_image_set_format(image, _GREY)
            library.zbar_image_set_size(image, picture.width, picture.height)
            data = picture.luminance  # kept alive until the image is gone: zbar does not copy it
            library.zbar_image_set_data(image, data, len(data), None)
            library.zbar_scan_image(scanner, image)
            return tuple(symbols(image))
        finally:
            library.zbar_image_destroy(image)
            library.zbar_image_scanner_destroy(scanner)

    return read


def _first_library(names: tuple[str, ...]) -> ctypes.CDLL:
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise OSError(f"none of {', '.join(names)} is installed")
