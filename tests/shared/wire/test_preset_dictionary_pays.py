"""The dictionary is built by a command, the same every time, and pays on today's questionnaire."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from shared.errors import ParcelUnreadable
from shared.reference import Reference, load_reference
from shared.wire.dictionary import build_dictionary, main, seeded_bytes
from shared.wire.packing import pack, unpack
from shared.wire.records import encode_record
from shared.wire.squeeze import (
    DICTIONARIES,
    LATEST_DICTIONARY,
    NO_DICTIONARY,
    deflate,
    dictionary_file,
    inflate,
    preset_dictionary,
)
from shared.wire.typical import typical_visits

DEFLATE_WINDOW_BYTES = 32_768


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference("PAK")


def packed_with(reference: Reference, dictionary: int, cases_each: list[int]) -> bytes:
    drawn = chain.from_iterable(typical_visits(reference, cases_each, seeded_bytes(b"others")))
    return pack([encode_record(r, reference.questionnaire) for r in drawn], dictionary)


def test_the_same_draws_build_the_same_dictionary(reference: Reference) -> None:
    built = build_dictionary(reference, seeded_bytes(b"seed"))

    assert built == build_dictionary(reference, seeded_bytes(b"seed"))
    assert len(built) <= DEFLATE_WINDOW_BYTES


def test_the_command_writes_the_next_number(tmp_path: Path) -> None:
    said: list[str] = []

    main(["--into", str(tmp_path)], said.append)

    written = dictionary_file(LATEST_DICTIONARY + 1, tmp_path)
    assert said == [f"{written.name}: {written.stat().st_size} bytes\n"]


def test_the_command_rebuilds_the_latest_when_told(tmp_path: Path) -> None:
    main(["--into", str(tmp_path), "--replace"], lambda line: None)

    assert [file.name for file in tmp_path.iterdir()] == [f"dictionary-{LATEST_DICTIONARY}.bin"]


def test_every_dictionary_ever_in_use_is_there() -> None:
    numbers = sorted(int(file.stem.split("-")[1]) for file in DICTIONARIES.glob("dictionary-*"))

    assert numbers == list(range(1, LATEST_DICTIONARY + 1))
    assert all(0 < len(preset_dictionary(number)) <= DEFLATE_WINDOW_BYTES for number in numbers)


@pytest.mark.parametrize("number", [-1, LATEST_DICTIONARY + 1, 10**9])
def test_a_dictionary_we_do_not_have_is_a_clear_refusal(number: int) -> None:
    with pytest.raises(ParcelUnreadable, match="dictionary"):
        preset_dictionary(number)


def test_a_first_case_takes_less_than_half_with_the_dictionary(reference: Reference) -> None:
    """If this fails, the questionnaire has moved on: build the next dictionary."""
    incompressible = 2 * 16 + 18 * 8
    without = len(packed_with(reference, NO_DICTIONARY, [1])) - incompressible
    with_it = len(packed_with(reference, LATEST_DICTIONARY, [1])) - incompressible

    assert with_it < without / 2


@pytest.mark.parametrize("dictionary", range(LATEST_DICTIONARY + 1))
def test_parcels_of_every_dictionary_open(reference: Reference, dictionary: int) -> None:
    packed = packed_with(reference, dictionary, [2, 0, 1])

    assert unpack(packed) == unpack(packed_with(reference, NO_DICTIONARY, [2, 0, 1]))


def test_inflating_stops_at_the_limit_and_at_damage() -> None:
    squeezed = deflate(b"some words, some words", b"some dictionary words")

    assert inflate(squeezed, 22, b"some dictionary words") == b"some words, some words"
    for bad, limit in ((squeezed, 21), (squeezed[:-1], 22), (squeezed + b"\x00", 22), (b"", 22)):
        with pytest.raises(ParcelUnreadable):
            inflate(bad, limit, b"some dictionary words")
    with pytest.raises(ParcelUnreadable):
        inflate(b"\xff" * 10, 22)
