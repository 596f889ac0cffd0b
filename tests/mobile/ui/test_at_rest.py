"""A tablet nobody touches draws few frames, and all of them again from the first touch on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

STORY = """
import os, sys
from datetime import datetime
from pathlib import Path
from tests.mobile.ui.driver import Driver, without_a_display
without_a_display()
os.environ["KCFG_GRAPHICS_MAXFPS"] = "60"
from mobile.app import make_app, prepare_kivy
from mobile.platform.uptime import Uptime
from mobile.tablet import Tablet
from shared.reference import reference_that_came
prepare_kivy()
now = [0.0]
folder, clock = Path(sys.argv[1]), lambda: datetime.now().astimezone()
tablet = Tablet(folder, reference_that_came, clock, os.urandom)
app = make_app(folder, tablet, clock, uptime=lambda: Uptime("b", now[0]))
driver = Driver(app, (600, 800))
from kivy.clock import Clock
app.idle._look()
paces = [Clock._max_fps]
now[0] = 4
app.idle._look()
paces.append(Clock._max_fps)
driver.tap(driver.screen.ids.language_button)
paces.append(Clock._max_fps)
print([float(one) for one in paces])
driver.close()
"""


def test_untouched_tablet_draws_few_frames_until_it_is_touched(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]

    told = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path)], cwd=root, capture_output=True, text=True
    )

    assert told.stdout.strip() == "[60.0, 10.0, 60.0]", told.stderr[-2000:]
