"""After locking, the data key is not in the process's memory: looked for byte by byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHILD = """
import os, random, sys
from datetime import UTC, datetime
from pathlib import Path
from demo.officers.cheap_keys import cheap_derivation
from mobile.tablet import Tablet
from shared.reference import load_reference

def regions():
    with open("/proc/self/maps") as maps:
        for line in maps:
            span, mode = line.split()[:2]
            if mode.startswith("rw") and "[vvar]" not in line:
                yield [int(end, 16) for end in span.split("-")]

def found(mask, masked):
    # the needle is kept xor-masked, so that looking for it does not put it into memory twice
    count = 0
    with open("/proc/self/mem", "rb", 0) as memory:
        for start, end in regions():
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except (OSError, ValueError):
                continue
            first = bytes([masked[0] ^ mask[0], masked[1] ^ mask[1], masked[2] ^ mask[2]])
            at = data.find(first)
            while at >= 0:
                window = data[at:at + 32]
                if len(window) == 32 and all(
                    window[i] ^ mask[i] == masked[i] for i in range(3, 32)
                ):
                    count += 1
                at = data.find(first, at + 1)
            del data
    return count

now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
tablet = Tablet(Path(sys.argv[1]), load_reference, lambda: now,
                os.urandom, derivation=cheap_derivation)
tablet.set_up("482913").lock()
session = tablet.unlock("482913")
mask = os.urandom(32)
key = session._sealer._data_key
masked = bytes(key[i] ^ mask[i] for i in range(32))
if sys.argv[2] == "after locking":
    session.lock()
    del session, key
print(found(mask, masked))
"""


def keys_found(folder: Path, when: str) -> int:
    """Copies of the data key in the memory of a process of its own. One look for each process: what
    looks copies what it finds."""
    run = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), when],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/mem")
def test_the_data_key_is_in_memory_while_unlocked_and_overwritten_after(tmp_path: Path) -> None:
    assert keys_found(tmp_path / "unlocked", "while unlocked") >= 1
    assert keys_found(tmp_path / "locked", "after locking") == 0
