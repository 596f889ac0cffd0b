"""``tally87-tablet --headless``: reference data from a file, and onto one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mobile.cli import main
from mobile.tablet import Tablet
from shared.parts import parts_of
from tests.mobile.conftest import PIN, open_with_cheap_pins
from tests.mobile.office import MemoryOffice
from tests.mobile.published import with_helpline


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("TALLY87TABLET_PIN", PIN)
    first = ["--folder", str(tmp_path / "tablet"), "--headless"]
    return lambda *words: CliRunner().invoke(
        main, [*first, *map(str, words)], obj=open_with_cheap_pins
    )


def test_reference_data_are_taken_from_a_file_once_and_handed_on(
    make_tablet: Callable[..., Tablet],
    office: MemoryOffice,
    run: Callable[..., Result],
    tmp_path: Path,
) -> None:
    session = make_tablet().set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    session.lock()
    nothing_yet = run("save-reference", tmp_path / "stick")
    office.publish(with_helpline(parts_of("PAK"), "0777"), number=4)
    file = tmp_path / "an.edition"
    file.write_bytes(office.edition_as_file())

    taken = run("import-reference", file)
    again = run("import-reference", file)
    saved = run("save-reference", tmp_path / "stick")

    assert (nothing_yet.exit_code, taken.exit_code, again.exit_code, saved.exit_code) == (
        1,
        0,
        1,
        0,
    )
    assert "came with the app" in nothing_yet.output
    assert "Edition 4 is in use" in taken.output
    assert "not newer" in again.output
    assert (tmp_path / "stick" / "edition-4.edition").read_bytes()[:4] == b"T87F"
