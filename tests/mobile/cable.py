"""Pulls and plugs a cable in a network namespace of this process and says what the tablet is told.

    unshare --user --map-root-user --net python -m tests.mobile.cable

Two ends of a virtual cable (veth); the tablet's end gets an address. Says one JSON line for each
step: what was done, what was told since, and how often the listening thread woke up.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from mobile.platform.network import NetlinkNetwork, NetworkState

STEPS = (
    ("look", ""),
    ("plug", "ip link add here type veth peer name there"),
    # without addresses the kernel makes by itself, and tells of a second later
    ("plug", "ip link set here addrgenmode none"),
    ("plug", "ip link set there addrgenmode none"),
    ("plug", "ip link set here up"),
    ("plug", "ip link set there up"),
    ("address", "ip addr add 192.0.2.7/24 dev here"),
    ("same again", "ip addr add 192.0.2.8/24 dev here"),
    ("rest", ""),
    ("pull", "ip link set there down"),
    ("plug again", "ip link set there up"),
    ("remove", "ip link del here"),
)


def main() -> None:
    """Every step in order."""
    told: list[NetworkState] = []
    network = NetlinkNetwork(lambda: datetime.fromtimestamp(1_790_000_000, UTC))
    network.start(told.append)
    for name, command in STEPS:
        woke_before = times_woken()
        if command:
            subprocess.run(command.split(), check=True)
        settle(lambda: len(told))
        said = [[state.is_there, state.since_s, state.is_metered] for state in told]
        told.clear()
        sys.stdout.write(json.dumps([name, said, times_woken() - woke_before]) + "\n")
    network.stop()


def settle(count: Callable[[], int]) -> None:
    """Waits until nothing more is told for a moment."""
    while True:
        before = count()
        time.sleep(0.2)
        if count() == before:
            return


def times_woken() -> int:
    """How often the listening thread has gone back to waiting."""
    thread = next(one for one in threading.enumerate() if one.name == "tally87-network")
    status = Path(f"/proc/self/task/{thread.native_id}/status").read_text()
    return next(
        int(line.split()[1])
        for line in status.splitlines()
        if line.startswith("voluntary_ctxt_switches")
    )


if __name__ == "__main__":
    main()
