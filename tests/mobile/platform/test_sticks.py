"""What is not sealed goes to a stick or card, never to the tablet itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mobile.platform import sticks
from mobile.platform.sticks import is_on_a_stick


@pytest.mark.parametrize(
    ("folder", "mounts", "on_a_stick"),
    [
        ("/media/officer/STICK", ["/", "/media/officer/STICK"], True),
        ("/run/media/officer/STICK/papers", ["/", "/run/media/officer/STICK"], True),
        ("/storage/1A2B-3C4D", ["/", "/storage", "/storage/1A2B-3C4D"], True),
        ("/storage/emulated/0/Download", ["/", "/storage", "/storage/emulated"], False),
        ("/storage/self/primary", ["/", "/storage/self"], False),
        ("/media/officer/left_behind", ["/"], False),
        ("/media/officer", ["/", "/media"], False),
        ("/var/officer/Downloads", ["/", "/var"], False),
    ],
)
def test_a_stick_is_what_is_mounted_where_sticks_are_and_not_the_tablets_own_memory(
    monkeypatch: Any, folder: str, mounts: list[str], on_a_stick: bool
) -> None:
    class Other:
        def __init__(self, device: int) -> None:
            self.st_dev = device

    monkeypatch.setattr(Path, "resolve", lambda self: self)
    monkeypatch.setattr(Path, "stat", lambda self: Other(1 if "tablet" in str(self) else 2))
    there = [Path(mount) for mount in mounts]

    assert is_on_a_stick(Path(folder), Path("/data/tablet"), there.__contains__) == on_a_stick


def test_the_same_disk_shown_at_another_place_is_no_stick(tmp_path: Path) -> None:
    stick = tmp_path / "STICK"
    stick.mkdir()

    def is_mount(place: Path) -> bool:
        return place == stick

    roots = sticks.STICKS
    try:
        sticks.STICKS = (tmp_path,)
        assert not is_on_a_stick(stick, tmp_path, is_mount), "same device as the tablet's folder"
    finally:
        sticks.STICKS = roots


def test_nothing_is_a_stick_that_leads_back_to_the_tablet(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(Path.home())

    assert not is_on_a_stick(link, tmp_path)
