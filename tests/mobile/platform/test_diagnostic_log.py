"""The diagnostic log: what happened is in it, what was recorded is not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobile.platform.log import MOST_LINES, DiagnosticLog


@pytest.fixture
def kept() -> Iterator[DiagnosticLog]:
    log = DiagnosticLog(lambda: datetime(2026, 11, 18, 9, 30, tzinfo=UTC))
    log.start()
    yield log
    log.stop()


def test_a_fault_is_told_by_its_places_in_the_code_and_not_by_its_words(
    kept: DiagnosticLog, tmp_path: Path
) -> None:
    try:
        raise ValueError("Sana Bibi")
    except ValueError as fault:
        logging.getLogger("tally87.screens").error("unforeseen_fault", exc_info=fault)
    logging.getLogger("some.library").error("Sana Bibi")

    text = kept.save(tmp_path, "Tally87 1").read_text()

    assert text.startswith("Tally87 1\n2026-11-18T09:30:00+00:00 ERROR tally87.screens")
    assert "test_diagnostic_log.py" in text
    assert "Sana" not in text


def test_only_the_newest_lines_are_kept(kept: DiagnosticLog, tmp_path: Path) -> None:
    for number in range(MOST_LINES + 5):
        logging.getLogger("tally87.app").info("line %d.", number)

    lines = kept.save(tmp_path, "Tally87 1").read_text().splitlines()

    assert len(lines) == MOST_LINES + 1
    assert lines[-1].endswith(f"line {MOST_LINES + 4}.")
