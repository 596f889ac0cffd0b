"""Calls between Python and Java as they are on Android: real pyjnius, a real JVM, stand-ins for
Android's own classes with its signatures. Whether a device's hardware does its part is not shown.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

JAVA = Path(__file__).parent / "java"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-ins, compiled."""
    javac = shutil.which("javac")
    if javac is None or importlib.util.find_spec("jnius") is None:
        pytest.skip("needs a JDK (tests/system_libraries.sh) and pyjnius")
    folder = tmp_path_factory.mktemp("classes")
    sources = sorted(map(str, JAVA.rglob("*.java")))
    subprocess.run([javac, "-Werror", "-d", str(folder), *sources], check=True)
    return folder


@pytest.mark.parametrize(
    "scenario",
    [
        "key_is_made_once_and_wraps_every_byte",
        "what_was_changed_or_wrapped_elsewhere_is_no_secret",
        "pin_is_not_counted_while_the_hardware_fails",
        "position_comes_alone_or_in_a_list",
        "nobody_who_stopped_asking_is_told",
        "network_comes_and_goes",
        "number_is_handed_to_the_telephone_and_not_called",
        "voice_on_the_tablet_speaks_and_one_of_the_network_never",
        "window_is_kept_out_of_pictures_by_its_own_thread",
    ],
)
def test_android_code_and_java_understand_each_other(
    classes: Path, tmp_path: Path, scenario: str
) -> None:
    folder = [str(tmp_path)] if scenario.startswith("pin") else []
    run = subprocess.run(
        [sys.executable, "-m", "tests.mobile.android.scenarios", scenario, *folder],
        cwd=ROOT,
        env=os.environ | {"TALLY87_CLASSES": str(classes)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    # pyjnius tells of a method Java calls and Python has not, and goes on.
    assert "method missing" not in run.stdout + run.stderr, run.stdout
