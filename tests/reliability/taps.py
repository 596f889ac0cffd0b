"""``python -m tests.reliability taps``: the app killed after every tap of a whole day.

Every step is looked at by a snapshot of the stopped process, in both languages; then the app is
killed in earnest while it works, at moments drawn from the seed, each time in a new process.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from shared.reference import Reference, load_reference
from tests.mobile.ui.killing import (
    Moment,
    app_at_risk,
    check_reopened,
    copied_office,
    read_by_a_thief,
)

LANGUAGES = ("en", "ar")
LONGEST_S = 0.25
"""A step takes less: the kill comes while it is done, or just after."""


def main(seed: int, kills: int) -> int:
    """The exit status: 0 when at most the answer being typed was lost at every step."""
    began, reference, total = time.monotonic(), load_reference("PAK"), Counter[str]()
    print(json.dumps({"run": "taps", "seed": seed}), flush=True)
    steps = {language: _after_every_step(language, reference, total) for language in LANGUAGES}
    draw = random.Random(seed)
    for _ in range(kills):
        language = draw.choice(LANGUAGES)
        at = draw.randrange(steps[language])
        _in_earnest(language, at, draw.random() * LONGEST_S, reference)
        total["killed in earnest"] += 1
        print(json.dumps({"killed": at, "language": language}), flush=True)
    seconds = round(time.monotonic() - began)
    print(json.dumps({"run": "taps", "seed": seed, **total, "lost": 0, "seconds": seconds}))
    return 0


def _after_every_step(language: str, reference: Reference, total: Counter[str]) -> int:
    steps = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        app_at_risk(Path(folder) / "room", language, reference) as app,
    ):
        for said in app.steps():
            moment = app.snapshot(said, Path(folder) / "left")
            assert not (read := read_by_a_thief([app.room])), read
            check_reopened(moment, reference)
            shutil.rmtree(moment.tablet)
            steps += 1
            total[f"steps in {language}"] += 1
    return steps


def _in_earnest(language: str, at: int, after_s: float, reference: Reference) -> None:
    """Killed so long after the step before was over: in the middle of one, most times."""
    with (
        tempfile.TemporaryDirectory() as folder,
        app_at_risk(Path(folder) / "room", language, reference) as app,
    ):
        for said in app.steps():
            if said["step"] == at:
                app.go_on()
                time.sleep(after_s)
                app.kill()
                break
        moment = Moment(said, app.tablet, copied_office(app.http.office))
        check_reopened(moment, reference, under_way=1)
        assert not (read := read_by_a_thief([app.room])), read
