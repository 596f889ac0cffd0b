"""`tally87 enrol` draws the ticket's code: in a file and in the terminal, both read by a camera."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from mobile.transport.qr_reading import readers
from server.cli import main
from shared.wire.tickets import Ticket
from tests.mobile.simulated_photographs import picture_file, plain

LIGHT = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
"""Upper and lower half of a letter: where it is painted."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An office with an officer, at an address."""
    settings = {
        "TALLY87_FOLDER": str(tmp_path / "office"),
        "TALLY87_PUBLIC_URL": "https://count.example.org",
    }
    for arguments in (
        ["programme", "create", "--name", "Trial", "--country", "PAK", "--data", "synthetic"],
        ["organisation", "add", "LAB", "--name", "Labour", "--list", "labour_inspectorate"],
        ["officer", "add", "O-1", "--organisation", "LAB"],
    ):
        result = CliRunner().invoke(main, arguments, env=settings)
        assert result.exit_code == 0, result.output
    return settings


def read(image: Image.Image) -> str:
    texts = {text for reader in readers().values() for text in reader(plain(image))}
    assert len(texts) == 1
    return texts.pop()


def painted(lines: list[str]) -> Image.Image:
    """What a terminal shows of these letters, light on dark, four pixels a module."""
    image = Image.new("L", (max(map(len, lines)), 2 * len(lines)), 255)
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            for half in (0, 1):
                image.putpixel((column, 2 * row + half), 255 * LIGHT[letter][half])
    return image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)


def test_the_code_in_the_file_and_in_the_terminal_is_the_ticket(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    path = tmp_path / "ticket.png"

    result = CliRunner().invoke(
        main, ["enrol", "--officer", "O-1", "--qr", str(path), "--show"], env=environment
    )

    ticket = result.stdout.strip()
    drawn = [line for line in result.stderr.splitlines() if set(line) & set("█▀▄")]
    lines = [line.removeprefix("\x1b[97m\x1b[40m").removesuffix("\x1b[0m") for line in drawn]
    assert Ticket.from_text(ticket).url == "https://count.example.org"
    assert read(picture_file(path)) == ticket
    assert read(painted(lines)) == ticket
    assert all(line.startswith("\x1b[97m\x1b[40m") for line in drawn)


def test_the_terminal_shows_no_code_unasked(environment: dict[str, str]) -> None:
    result = CliRunner().invoke(main, ["enrol", "--officer", "O-1"], env=environment)

    assert "█" not in result.output
    assert Ticket.from_text(result.stdout.strip())
