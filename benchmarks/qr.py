"""Parcels as QR codes: how many, how long, and how well simulated cameras read them.

Processor time for the work, pictures of real codes through a simulated lens (turned, tilted,
blurred, noisy). ``seconds_*`` are at the pace of the screens with no code missed.
"""

from __future__ import annotations

import io
import os
import random
import time
from collections.abc import Callable
from itertools import islice

import segno
from PIL import Image

from benchmarks.figures import Figures, benchmark
from benchmarks.records import many, written_visits
from mobile.transport.qr_drawing import frame_of
from mobile.transport.qr_reading import Reader, readers
from mobile.transport.qr_series import FRAMES_A_SECOND
from shared.identifiers import TabletId
from shared.wire.frames import Gathering, Series, bundle
from shared.wire.keys import ProgrammeKeys, TabletKeys
from shared.wire.parcels import seal_parcel
from tests.mobile.simulated_photographs import Eye

PICTURES = 60
HANDS = {
    "calm": Eye(turned=3, tilted=0.02, blur=0.5, noise=3),
    "usual": Eye(),
    "shaky": Eye(turned=25, tilted=0.07, blur=0.9, noise=8),
}


def measure() -> Figures:
    """Codes, seconds, milliseconds of processor time, shares of pictures read in hundredths."""
    figures: dict[str, float | int] = {}
    for cases in (1, 30, 300):
        series = Series(bundle([_parcel(cases)]))
        figures[f"codes_{cases}_cases"] = series.blocks
        figures[f"seconds_{cases}_cases"] = series.blocks / FRAMES_A_SECOND
        lossy = _codes_until_whole(series, lost=0.5)
        figures[f"seconds_{cases}_cases_half_missed"] = lossy / FRAMES_A_SECOND
    texts = [series.frame(number) for number in range(PICTURES)]
    figures["draw_ms_per_code"] = _ms(lambda: [frame_of(text) for text in texts]) / PICTURES
    figures["gather_ms_per_code"] = _ms(lambda: _gathered(texts)) / PICTURES
    for hand, eye in HANDS.items():
        for name, reader in readers().items():
            share, cost_ms = _read(reader, eye, texts)
            figures[f"{name}_{hand}_read_percent"] = share
            figures[f"{name}_{hand}_ms_per_picture"] = cost_ms
    return figures


def _parcel(cases: int) -> bytes:
    """A sealed parcel of so many cases and their visits."""
    reference, written = written_visits(os.urandom(32))
    records: list[bytes] = []
    done = 0
    for encoded in many(written, reference, cases):
        wanted = min(encoded.cases, cases - done)
        records += encoded.records[: 1 + wanted]
        done += wanted
    return seal_parcel(
        records,
        tablet_id=TabletId("a7" * 8),
        tablet_keys=TabletKeys.generate(os.urandom),
        programme_public=ProgrammeKeys.generate(os.urandom).public,
        clock_s=1_790_000_000,
        random=os.urandom,
    ).data


def _codes_until_whole(series: Series, lost: float) -> int:
    """How many codes are shown until a camera that misses so many has everything."""
    chance, gathering = random.Random(87), Gathering()
    number = 0
    while gathering.now.message is None:
        if chance.random() >= lost:
            gathering.take(series.frame(number))
        number += 1
    return number


def _gathered(texts: list[str]) -> None:
    gathering = Gathering()
    for text in texts:
        gathering.take(text)


def _read(reader: Reader, eye: Eye, texts: list[str]) -> tuple[float, float]:
    """Hundredths read, and milliseconds of processor time a picture."""
    chance, right, spent_ms = random.Random(87), 0, 0.0
    for text in islice(texts, PICTURES):
        drawn = io.BytesIO()
        segno.make_qr(text, error="l", boost_error=False, mask=2).save(
            drawn, kind="png", scale=6, border=4
        )
        with Image.open(drawn) as image:
            picture = eye.sees(image, chance)
        began = time.process_time()
        right += reader(picture) == (text,)
        spent_ms += (time.process_time() - began) * 1000
    return 100 * right / len(texts), spent_ms / len(texts)


def _ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


command = benchmark("Parcels as QR codes from screen to camera", measure)

if __name__ == "__main__":
    command()
