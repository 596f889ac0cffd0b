"""The app is killed between any two taps of a whole day, and a thief looks at what is left."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from pathlib import Path

import pytest

from shared.reference import Reference, load_reference
from tests.mobile.ui.killing import (
    app_at_risk,
    check_reopened,
    data_key_of,
    differences,
    read_by_a_thief,
    times_in_memory,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="stops processes and reads /proc"),
]
TURNS = ("home", "hidden", "sent", "sent again")
"""Where it is looked at in any case."""
EVERY = 8
"""Of the steps of the day, one in so many is looked at; ``python -m tests.reliability taps`` looks
at each."""


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference("PAK")


def test_a_kill_between_any_two_taps_costs_at_most_the_answer_being_typed(
    tmp_path: Path, reference: Reference
) -> None:
    looked_at, read, key_held = 0, set(), {}
    with app_at_risk(tmp_path / "room", "en", reference) as app:
        for said in app.steps():
            what = said["what"]
            if said["step"] % EVERY and what not in TURNS:
                continue
            moment = app.snapshot(said, tmp_path / f"after-{said['step']}")
            read |= set(read_by_a_thief([app.room]))
            if what in ("home", "hidden"):
                key = data_key_of(moment.tablet, reference)
                key_held[what] = times_in_memory(app.process.pid, key) > 0
            if what == "sent again":
                app.kill()
                assert differences(app.tablet, moment.tablet) == []
                break
            check_reopened(moment, reference)
            shutil.rmtree(moment.tablet)
            looked_at += 1
    check_reopened(moment, reference)

    assert looked_at > 25
    assert read == set(), "a thief reads these in the files"
    assert key_held == {"home": True, "hidden": False}


@pytest.mark.parametrize("way", ["utf-8", "utf-16-le", "hex", "base64", "json", "file name"])
def test_a_thief_is_seen_to_read_what_is_written_in_clear(tmp_path: Path, way: str) -> None:
    for word in ("Bibi Gul", "مصنع الطوب 204"):
        written = {
            "utf-8": word.encode(),
            "utf-16-le": word.encode("utf-16-le"),
            "hex": word.encode().hex().encode(),
            "base64": base64.b64encode(b'{"name": "' + word.encode() + b'"}'),
            "json": json.dumps({"name": word}).encode(),
            "file name": b"",
        }[way]
        name = word if way == "file name" else "some.file"
        (tmp_path / name).write_bytes(b"\x00\x01" + written + b"\x02")

        assert any(found.startswith(f"{word} in ") for found in read_by_a_thief([tmp_path]))
