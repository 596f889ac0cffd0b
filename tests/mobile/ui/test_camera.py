"""What the camera and picture files give is a grey picture the right way round."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mobile.app import prepare_kivy
from mobile.transport.qr_reading import Picture, readers
from tests.mobile.simulated_photographs import code_of, plain
from tests.mobile.transport.test_codes_are_read_in_pictures import drawn

TEXT = "0123-4567-89AB"
"""zbar does not read a code in a mirror, so reading it says that up is up."""


@pytest.fixture(autouse=True)
def kivy() -> None:
    prepare_kivy()
    from kivy.core.window import Window

    assert Window is not None


def every_reader_reads(picture: Picture) -> bool:
    return all(reader(picture) == (TEXT,) for reader in readers().values())


def a_texture(image: Image.Image) -> Any:
    """As Kivy's camera providers make theirs: rows from the top, then flipped."""
    from kivy.graphics.texture import Texture

    texture = Texture.create(size=image.size, colorfmt="rgb")
    texture.flip_vertical()
    texture.blit_buffer(image.convert("RGB").tobytes(), colorfmt="rgb", bufferfmt="ubyte")
    return texture


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_picture_file_of_any_usual_kind_is_read(tmp_path: Path, ending: str, mode: str) -> None:
    from mobile.ui.widgets.camera import picture_from_file

    path = tmp_path / f"code.{ending}"
    drawn(code_of(TEXT), 7).convert(mode).save(path)

    assert every_reader_reads(picture_from_file(path))


def test_a_large_photograph_is_made_smaller_before_it_is_read(tmp_path: Path) -> None:
    from mobile.ui.widgets.camera import LONGEST_SIDE, picture_from_file

    page = Image.new("RGB", (4001, 3001), "white")
    code = drawn(code_of(TEXT), 40)
    page.paste(code.convert("RGB"), (900, 700))
    page.save(tmp_path / "photograph.jpg")

    picture = picture_from_file(tmp_path / "photograph.jpg")

    assert max(picture.width, picture.height) <= LONGEST_SIDE
    assert every_reader_reads(picture)


def test_a_picture_that_is_cut_off_or_none_is_refused(tmp_path: Path) -> None:
    from mobile.ui.widgets.camera import picture_from_file

    whole = tmp_path / "whole.png"
    drawn(code_of(TEXT)).save(whole)
    for name, content in (("cut.png", whole.read_bytes()[:60]), ("letter.jpg", b"Dear Sir")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="not a picture"):
            picture_from_file(tmp_path / name)


class SimulatedProvider:
    """Kivy's interface to a camera, with one picture in it."""

    def __new__(cls, **properties: Any) -> Any:
        from kivy.core.camera import CameraBase

        class Provider(CameraBase):
            released = False

            def show(self, texture: Any) -> None:
                self._texture = texture
                self.dispatch("on_texture")

            def _release_camera(self) -> None:
                Provider.released = True

        return Provider(**properties)


def test_a_camera_gives_each_picture_once_and_is_released() -> None:
    from mobile.ui.widgets.camera import KivyCamera

    camera = KivyCamera(SimulatedProvider)
    before = camera.picture()
    camera._camera.show(a_texture(drawn(code_of(TEXT))))
    picture, again = camera.picture(), camera.picture()
    camera.stop()

    assert before is None
    assert again is None
    assert picture is not None
    assert every_reader_reads(picture)
    assert camera._camera.released


def test_the_grey_plane_of_androids_pictures_stands_first() -> None:
    from mobile.ui.widgets.camera import grey_of_nv21

    grey = plain(drawn(code_of(TEXT)))
    colours = random.Random(1).randbytes(len(grey.luminance) // 2)

    assert grey_of_nv21(grey.luminance + colours, grey.width, grey.height) == grey
    assert grey_of_nv21(grey.luminance[:-1], grey.width, grey.height) is None


def test_a_computer_without_a_provider_has_no_camera_and_says_so() -> None:
    from kivy.core.camera import Camera

    from mobile.ui.widgets.camera import NoCamera, open_camera

    told: list[Any] = []
    open_camera(lambda camera: (told.append("camera"), camera.stop()), told.append)

    assert told == ([NoCamera.MISSING] if Camera is None else told)
    assert len(told) == 1
