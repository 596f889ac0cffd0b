"""Series of QR codes: any frames in any order give the message, and nothing else ever does."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable
from shared.wire.frames import (
    MAX_BLOCK_BYTES,
    MAX_SERIES_AT_ONCE,
    MAX_SHOWN_BYTES,
    Gathering,
    Series,
    _from_base45,
    _to_base45,
    bundle,
    in_series,
    unbundle,
)

ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
VERSION_15_LOW = 758
"""Letters an alphanumeric QR code of version 15, level L holds (ISO/IEC 18004, table 7)."""
IN_DOUBT = 40
"""More frames than blocks by so many are not enough once in a million million times."""

messages = st.builds(
    lambda size, seed: random.Random(seed).randbytes(size),
    st.integers(1, 12 * MAX_BLOCK_BYTES),
    st.integers(0, 2**32),
)


def read(gathering: Gathering, series: Series, numbers: list[int]) -> bytes | None:
    for number in numbers:
        assert gathering.take(series.frame(number))
        if gathering.now.message is not None:
            break
    return gathering.now.message


@given(messages)
def test_frames_without_a_loss_give_the_message_with_as_many_as_it_has_blocks(
    message: bytes,
) -> None:
    series, gathering = Series(message), Gathering()

    got = read(gathering, series, list(range(series.blocks)))

    assert got == message
    assert (gathering.now.have, gathering.now.needed) == (series.blocks, series.blocks)


@given(messages, st.integers(0, 2**32), st.floats(0, 0.9), st.integers(0, 5_000))
def test_any_loss_order_and_repetition_give_the_message_and_cost_only_the_missed_frames(
    message: bytes, seed: int, lost: float, begin: int
) -> None:
    """A camera that begins anywhere, misses up to nine of ten and sees some twice, mixed up."""
    series, gathering, chance = Series(message), Gathering(), random.Random(seed)
    seen: list[int] = []
    number = begin
    while len(seen) < series.blocks + IN_DOUBT:
        if chance.random() >= lost:
            seen.append(number)
        number += 1
    shown = seen + chance.choices(seen, k=len(seen) // 2)
    chance.shuffle(shown)

    assert read(gathering, series, shown) == message


@given(messages, st.data())
def test_fewer_frames_than_blocks_never_give_a_message(message: bytes, data: st.DataObject) -> None:
    series, gathering = Series(message), Gathering()
    numbers = data.draw(
        st.lists(st.integers(0, 10_000), unique=True, max_size=max(series.blocks - 1, 0))
    )

    assert read(gathering, series, numbers) is None
    assert gathering.now.have <= len(numbers)


def test_one_missed_frame_costs_one_frame_and_hardly_ever_two() -> None:
    more = []
    for seed in range(60):
        message = random.Random(seed).randbytes(30 * MAX_BLOCK_BYTES)
        series, gathering = Series(message), Gathering()
        numbers = [number for number in range(400) if number != seed % 30]
        used = 0
        for number in numbers:
            used += 1
            gathering.take(series.frame(number))
            if gathering.now.message is not None:
                break
        assert gathering.now.message == message
        more.append(used - series.blocks)

    assert min(more) == 0
    assert sum(more) / len(more) < 2


@given(st.text(max_size=900))
def test_a_text_that_is_no_frame_changes_nothing(text: str) -> None:
    gathering = Gathering()

    assert not gathering.take(text)
    assert gathering.now.needed == 0


@given(messages, st.integers(0, 754), st.sampled_from(sorted(ALPHANUMERIC)))
def test_a_frame_with_a_wrong_letter_is_passed_over(
    message: bytes, place: int, letter: str
) -> None:
    frame = Series(message).frame(0)
    place %= len(frame)
    wrong = frame[:place] + letter + frame[place + 1 :]
    gathering = Gathering()

    assert gathering.take(wrong) is (wrong == frame)


def test_a_frame_that_is_wrong_and_passes_its_check_spoils_one_try_and_no_message() -> None:
    """Nobody does this by accident; whoever does it on purpose delays, and gets nothing in."""
    message = random.Random(5).randbytes(5 * MAX_BLOCK_BYTES)
    series, gathering = Series(message), Gathering()
    body = bytearray(_from_base45(series.frame(2)) or b"")[:-4]
    body[60] ^= 1
    forged = _to_base45(bytes(body) + zlib.crc32(body).to_bytes(4, "big"))

    assert gathering.take(forged)
    assert read(gathering, series, [0, 1, 3, 4]) is None
    assert gathering.now.have == 0
    assert read(gathering, series, list(range(10, 60))) == message


@pytest.mark.parametrize("length", [0, MAX_SHOWN_BYTES + 1, (1 << 24) - 1])
def test_a_frame_that_asks_for_more_memory_than_the_limit_is_no_frame(length: int) -> None:
    body = bytearray(_from_base45(Series(b"x").frame(0)) or b"")[:-4]
    body[13:16] = length.to_bytes(3, "big")
    forged = _to_base45(bytes(body) + zlib.crc32(body).to_bytes(4, "big"))

    assert not Gathering().take(forged)


def test_frames_of_two_series_mixed_give_both() -> None:
    first, second = (random.Random(seed).randbytes(3_000) for seed in (1, 2))
    gathering, got = Gathering(), set()
    for number in range(60):
        for message in (first, second):
            gathering.take(Series(message).frame(number))
            got.add(gathering.now.message)

    assert got == {None, first, second}


def test_remains_of_many_series_are_not_kept() -> None:
    gathering = Gathering()
    for seed in range(100):
        gathering.take(Series(random.Random(seed).randbytes(3_000)).frame(0))

    assert len(gathering._partials) == MAX_SERIES_AT_ONCE


@given(messages, st.integers(0, (1 << 24) - 1))
def test_every_frame_fits_the_code_a_cheap_camera_reads(message: bytes, number: int) -> None:
    frame = Series(message).frame(number)

    assert set(frame) <= ALPHANUMERIC
    assert len(frame) <= VERSION_15_LOW


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_messages_put_together_come_apart_as_they_were(several: list[bytes]) -> None:
    assert unbundle(bundle(several)) == tuple(several)
    assert [part for data in in_series(several) for part in unbundle(data)] == several


def test_what_is_larger_than_a_series_goes_into_several() -> None:
    several = [bytes(200_000), bytes(62_000), bytes(1_000), bytes(1 << 18)]

    shown = in_series(several)

    assert [len(unbundle(data)) for data in shown] == [2, 1, 1]
    assert all(len(data) <= MAX_SHOWN_BYTES for data in shown)
    with pytest.raises(ValueError, match="larger"):
        in_series([bytes(MAX_SHOWN_BYTES)])


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x81\x01", b"\x82\x41a"])
def test_a_bundle_of_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ParcelUnreadable):
        unbundle(data)


@pytest.mark.parametrize(
    ("plain", "coded"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")]
)
def test_base_45_is_that_of_rfc_9285(plain: bytes, coded: str) -> None:
    assert _to_base45(plain) == coded
    assert _from_base45(coded) == plain
