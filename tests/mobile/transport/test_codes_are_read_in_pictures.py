"""Codes drawn by us, read by every reader there is here, as a camera would see them."""

from __future__ import annotations

import random
import string
import subprocess
import sys

import pytest
from PIL import Image

from mobile.transport.qr_drawing import QUIET, Modules, frame_of
from mobile.transport.qr_reading import NoReader, Picture, can_read, readers, texts_in
from shared.wire.frames import Series
from tests.mobile.simulated_photographs import Eye, code_of, plain

TICKET = "https://count.example.org#0410-6105-000G-40R4-0M30-E209-M2GT-58X4-MPKA-FA59-CKZ4"
CALM = Eye(turned=3, tilted=0.02, blur=0.5, noise=3)
SHAKY = Eye(turned=30, tilted=0.08, blur=0.9, noise=8)
LARGE = Eye(size=(1280, 720), turned=12, tilted=0.04, blur=1.0, noise=5)


def drawn(modules: Modules, scale: int = 6) -> Image.Image:
    side = len(modules) + 2 * QUIET
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(modules):
        for x, module in enumerate(row):
            if module:
                image.putpixel((x + QUIET, y + QUIET), 0)
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def a_frame(seed: int) -> str:
    return Series(random.Random(seed).randbytes(20_000)).frame(seed)


@pytest.fixture(params=["zxing-cpp", "zbar"])
def reader(request: pytest.FixtureRequest):
    if request.param not in readers():
        pytest.skip(f"{request.param} is not installed here")
    return readers()[request.param]


def share_read(reader, eye: Eye, texts: list[str], draw) -> float:
    chance = random.Random(11)
    right = 0
    for text in texts:
        got = reader(eye.sees(drawn(draw(text)), chance))
        assert got in ((), (text,)), "it read something that is not there"
        right += bool(got)
    return right / len(texts)


def test_at_least_one_reader_is_installed_with_the_tablet() -> None:
    assert can_read()
    assert "zxing-cpp" in readers()


@pytest.mark.parametrize("text", [TICKET, a_frame(1), "नमस्ते ሰላም مرحبا", string.printable])
def test_a_code_is_read_as_it_was_drawn(reader, text: str) -> None:
    assert reader(plain(drawn(code_of(text)))) == (text,)


def test_a_calm_hand_has_nearly_every_frame_read(reader) -> None:
    assert share_read(reader, CALM, [a_frame(seed) for seed in range(12)], frame_of) >= 0.9


def test_a_ticket_on_paper_is_read_by_a_calm_hand(reader) -> None:
    assert share_read(reader, CALM, [TICKET] * 8, code_of) >= 0.75


@pytest.mark.parametrize("eye", [SHAKY, LARGE])
def test_the_reader_of_computers_reads_frames_that_are_tilted_blurred_and_noisy(eye: Eye) -> None:
    frames = [a_frame(seed) for seed in range(12)]

    assert share_read(readers()["zxing-cpp"], eye, frames, frame_of) >= 0.9


@pytest.mark.parametrize("kind", ["empty", "noise", "page"])
def test_a_picture_without_a_code_gives_nothing(reader, kind: str) -> None:
    size = 320, 240
    if kind == "noise":
        picture = Picture(*size, random.Random(1).randbytes(size[0] * size[1]))
    else:
        picture = plain(Image.new("L", size, 0 if kind == "empty" else 255))

    assert reader(picture) == ()


def test_a_picture_with_two_codes_gives_both(reader) -> None:
    one, two = drawn(code_of("ONE")), drawn(code_of("TWO"))
    both = Image.new("L", (one.width + two.width, one.height), 255)
    both.paste(one, (0, 0))
    both.paste(two, (one.width, 0))

    assert sorted(reader(plain(both))) == ["ONE", "TWO"]


def test_a_picture_of_the_wrong_size_is_refused_before_any_library_sees_it() -> None:
    with pytest.raises(ValueError, match="each of its points"):
        Picture(10, 10, bytes(99))


def test_a_tablet_without_a_reader_says_so() -> None:
    """In a process of its own, in which neither library can be loaded."""
    script = """
import sys
sys.modules["zxingcpp"] = None
from mobile.transport import qr_reading
qr_reading.ZBAR_NAMES = ("libnothing.so",)
assert not qr_reading.can_read()
try:
    qr_reading.texts_in(qr_reading.Picture(1, 1, b"x"))
except qr_reading.NoReader:
    print("no reader")
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "no reader"
    assert issubclass(NoReader, Exception)


def test_the_best_reader_is_the_one_that_is_used() -> None:
    assert texts_in(plain(drawn(code_of(TICKET)))) == (TICKET,)
    assert next(iter(readers())) == "zxing-cpp"
