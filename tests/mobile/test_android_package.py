"""What of the Android package can be checked without Google's tools: its specification."""

from __future__ import annotations

import ast
import configparser
import json
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
OURS = {"mobile", "shared"}
PACKAGE_OF = {"arabic_reshaper": "arabic-reshaper", "bidi": "python-bidi", "jnius": "pyjnius"}
"""Distribution by the name it is imported with, where the two differ."""
ON_COMPUTERS_ONLY = {"zxingcpp": "libzbar"}
"""Imported where it is installed -> what does the same on Android and is required there."""
ON_COMPUTERS_OF_ORGANISATIONS = {"openpyxl"}
"""Read by ``tally87-tablet import`` alone, a command that no Android tablet has."""


def specification() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "buildozer.spec", encoding="utf-8")
    return parser["app"]


def requirements() -> set[str]:
    return {
        re.split(r"[=<>]", each.strip())[0] for each in specification()["requirements"].split(",")
    }


def imported() -> dict[str, str]:
    """Top-level packages the tablet imports, each with a file that does."""
    found: dict[str, str] = {}
    for path in (path for folder in OURS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                found.setdefault(name.split(".")[0], str(path.relative_to(ROOT)))
    return found


def test_everything_the_tablet_imports_is_required() -> None:
    # Babel compiles translations before a package is built; it is not needed on the tablet.
    known = set(sys.stdlib_module_names) | OURS | {"babel", "__future__"}
    known |= ON_COMPUTERS_OF_ORGANISATIONS

    missing = {
        name: where
        for name, where in imported().items()
        if name not in known
        and PACKAGE_OF.get(name, ON_COMPUTERS_ONLY.get(name, name)) not in requirements()
    }

    assert missing == {}


def resolved() -> dict[str, Any]:
    pinned = [each.strip() for each in specification()["requirements"].split(",")]
    told = subprocess.run(
        [sys.executable, "-m", "tests.mobile.android_recipes", *pinned],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert told.returncode == 0, told.stderr
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def test_python_for_android_would_build_exactly_these_recipes() -> None:
    """What is compiled, by the resolver of the release that is pinned in the container."""
    container = (ROOT / "android/Containerfile").read_text(encoding="utf-8")
    assert f"python-for-android=={metadata.version('python-for-android')}" in container

    recipes = resolved()["recipes"]
    assert recipes["python3"] == recipes["hostpython3"] == "3.14.2"
    assert recipes["openssl"].startswith("3.5.")
    assert recipes.items() >= {"kivy": "2.3.1", "cryptography": "46.0.3"}.items()
    assert recipes.keys() == {
        *("hostpython3", "python3", "setuptools", "openssl", "sqlite3", "libffi", "libiconv"),
        *("sdl2", "sdl2_image", "sdl2_mixer", "sdl2_ttf", "libzbar", "pyjnius", "android"),
        *("kivy", "cryptography", "cffi", "pycparser"),
    }


def test_everything_that_has_no_recipe_is_pure_python() -> None:
    """pip takes it for the tablet as it is: a compiled part would be the computer's."""
    from_pip = set(resolved()["pure"])
    # Named by Kivy's recipe; the tablet uses none of it, and both are pure Python.
    assert from_pip - requirements() == {"chardet", "filetype"}
    for name in from_pip & requirements():
        if name == "python-bidi":
            continue  # pinned to the last version without Rust
        files = metadata.files(name) or []
        # charset-normalizer brings a compiled part beside its pure one, where there is a wheel
        compiled = {each.name.split(".")[0] for each in files if each.suffix == ".so"}
        assert not compiled or name == "charset-normalizer", (name, compiled)


def test_nothing_of_the_server_and_no_simulated_officer_is_packaged() -> None:
    excluded = specification()["source.exclude_dirs"].split(",")

    assert {"server", "demo"} <= set(excluded)
    assert not {"flask", "sqlalchemy", "psycopg", "gunicorn"} & requirements()


def test_backup_is_off_and_permissions_are_network_camera_and_coarse_place() -> None:
    permissions = {each.strip() for each in specification()["android.permissions"].split(",")}

    assert specification()["android.allow_backup"] == "False"
    assert permissions == {
        "android.permission.INTERNET",
        "android.permission.ACCESS_NETWORK_STATE",
        "android.permission.CAMERA",
        "android.permission.ACCESS_COARSE_LOCATION",
    }


ANDROID = "{http://schemas.android.com/apk/res/android}"


def manifest() -> ElementTree.Element:
    """What is added to the manifest that python-for-android writes."""
    extra = (ROOT / specification()["android.extra_manifest_xml"]).read_text(encoding="utf-8")
    return ElementTree.fromstring(f'<manifest xmlns:android="{ANDROID[1:-1]}">{extra}</manifest>')


def test_a_tablet_without_a_camera_may_install_the_app() -> None:
    """The permission alone would make Android ask for a camera (uses-feature is implied)."""
    features = {
        element.get(f"{ANDROID}name"): element.get(f"{ANDROID}required")
        for element in manifest().iter("uses-feature")
    }

    assert features == {
        "android.hardware.camera": "false",
        "android.hardware.camera.autofocus": "false",
    }


def test_the_app_may_see_the_voice_that_is_on_the_tablet() -> None:
    """Since Android 11 an app sees other apps only where its manifest names what it asks them."""
    asked = {element.get(f"{ANDROID}name") for element in manifest().iterfind("queries/intent/*")}

    assert asked == {"android.intent.action.TTS_SERVICE"}


def test_every_kind_of_file_the_tablet_reads_is_packaged() -> None:
    packaged = set(specification()["source.include_exts"].split(","))
    needed = {
        path.suffix.lstrip(".")
        for folder in OURS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in (".md", ".pyc") and "__pycache__" not in path.parts
    }

    assert needed <= packaged


def test_tools_in_the_container_are_pinned_as_the_documentation_says() -> None:
    container = (ROOT / "android/Containerfile").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"([a-z-]+)==([0-9.]+)", container))

    assert {"buildozer", "python-for-android", "cython"} <= set(pinned)
    documented = (ROOT / "docs/android.md").read_text(encoding="utf-8")
    for name, version in re.findall(r"([a-z-]+)==([0-9.]+[0-9])", documented):
        assert pinned[name] == version
    assert specification()["android.release_artifact"] == "apk"


def test_build_says_what_is_missing_before_it_begins(tmp_path: Path) -> None:
    shell = shutil.which("sh")
    assert shell is not None
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("dirname", "mkdir", "basename", "ls"):
        (tools / name).symlink_to(str(shutil.which(name)))

    def build(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shell, str(ROOT / "android/build"), *arguments],
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
        )

    assert "debug or release" in build("realese").stderr
    without_engine = build()
    assert without_engine.returncode == 1
    assert "neither podman nor docker" in without_engine.stderr
    (tools / "podman").write_text(f"#!{shell}\nexit 0\n", encoding="utf-8")
    (tools / "podman").chmod(0o755)
    assert "TALLY87_KEYSTORE" in build("release").stderr
