"""Whether a folder lies on a stick or card that is taken out, or on the tablet itself.

What is not sealed is written to the former only: whoever takes the tablet must not find it there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

STICKS = (Path("/media"), Path("/run/media"), Path("/mnt"), Path("/storage"), Path("/Volumes"))
"""Where systems show sticks and cards."""
_OWN = (Path("/storage/emulated"), Path("/storage/self"), Path("/mnt/user"), Path("/mnt/sdcard"))
"""Where Android shows its own memory among them."""


def is_on_a_stick(
    folder: Path, tablet_folder: Path, is_mount: Callable[[Path], bool] = os.path.ismount
) -> bool:
    """Whether the folder is on something plugged in, and not where the tablet keeps its own.

    False as well when the machine cannot tell.
    """
    folder = folder.resolve()
    mount = next((place for place in (folder, *folder.parents) if is_mount(place)), Path("/"))
    shown = any(mount.is_relative_to(root) and mount != root for root in STICKS)
    if not shown or any(mount.is_relative_to(own) for own in _OWN):
        return False
    try:
        return folder.stat().st_dev != tablet_folder.stat().st_dev
    except OSError:
        return False
