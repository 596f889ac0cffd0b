"""How long this machine has been running: time that nobody can set, not even backwards.

The wall clock of a tablet is set by hand, by the mobile network or by an empty battery. What has
passed since the machine was started cannot be changed: ``CLOCK_BOOTTIME`` (Linux and Android,
clock_gettime(2)) goes on through sleep, and the kernel's boot id says whether two readings are of
the same run of the machine (random(4)).
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PROCESS_ID = os.urandom(16).hex()
_PROCESS_BEGAN_S = time.monotonic()


@dataclass(frozen=True, slots=True)
class Uptime:
    """boot: a name of this run of the machine. seconds: since it began. Two readings can be
    compared only when they are of the same boot."""

    boot: str
    seconds: float

    def since(self, boot: str, seconds: float) -> float:
        """Seconds that have certainly passed since an earlier reading.

        Of another boot at least this one's own: it began after that reading.
        """
        if boot == self.boot:
            return max(0.0, self.seconds - seconds)
        return self.seconds


def uptime_here() -> Uptime:
    """Of this machine; where it tells no boot id, of this process."""
    try:
        boot = _BOOT_ID.read_text().strip()
        return Uptime(boot, time.clock_gettime(time.CLOCK_BOOTTIME))
    except (OSError, AttributeError):
        return Uptime(_PROCESS_ID, time.monotonic() - _PROCESS_BEGAN_S)
