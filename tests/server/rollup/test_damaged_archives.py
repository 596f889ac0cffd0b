"""A damaged file that was handed over is refused in a sentence, wherever the damage is."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from random import Random

import pytest

from server.exports.signed_edition import NotGenuine
from server.progress.signing import genuine_document
from server.rollup.handed import files_in

KEY = "00" * 32


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED]
)
def test_damage_anywhere_is_told_in_a_sentence(method: int) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as opened:
        for name in ("tally87/report.json", "tally87/signature.json"):
            opened.writestr(name, '{"signature": "abcabcabbacab"}' * 9)
    whole, random = archive.getvalue(), Random(1)

    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(random.choice((1, 2, 5))):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        damaged = damaged[: random.choice((len(damaged), random.randrange(len(damaged))))]
        with suppress(NotGenuine):
            files_in(bytes(damaged))
        with pytest.raises(NotGenuine):
            genuine_document("report.docx", bytes(damaged), b"", KEY)
