"""The network told by event: a real cable in a network namespace; Android's words simulated."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from mobile.platform.network import (
    AndroidNetwork,
    NetworkState,
    UnknownNetwork,
    needs_network,
)
from tests.mobile.conftest import Clock

ROOT = Path(__file__).resolve().parents[3]
NAMESPACE = ["unshare", "--user", "--map-root-user", "--net"]


def test_linux_tells_of_a_cable_that_is_pulled_and_plugged_and_sleeps_in_between() -> None:
    run = subprocess.run(
        [*NAMESPACE, sys.executable, "-m", "tests.mobile.cable"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if run.returncode and ("unshare" in run.stderr or "'ip" in run.stderr):
        pytest.skip(f"no network namespace with a virtual cable here: {run.stderr[-200:]}")
    assert run.returncode == 0, run.stderr
    steps = [json.loads(line) for line in run.stdout.splitlines()]
    there, gone = [True, 1_790_000_000, None], [False, 0, None]

    assert [(name, said) for name, said, _ in steps if name != "plug"] == [
        ("look", [gone]),
        ("address", [there]),
        ("same again", []),
        ("rest", []),
        ("pull", [gone]),
        ("plug again", [there]),
        ("remove", [gone]),
    ]
    assert all(said == [] for name, said, _ in steps if name == "plug")
    woken = {name: times for name, _, times in steps}
    assert woken["rest"] == 0


class SimulatedAndroid:
    """What pyjnius and ConnectivityManager would say; no Java runs."""

    def __init__(self) -> None:
        self.handle: int | None = None
        self.able: set[int] = set()
        self.broadcast: Callable[..., None] | None = None
        self.actions: list[str] = []

    def autoclass(self, name: str) -> object:
        activity = SimpleNamespace(getSystemService=lambda _: self)
        return SimpleNamespace(mActivity=activity, CONNECTIVITY_SERVICE="connectivity")

    def getActiveNetwork(self) -> object:
        if self.handle is None:
            return None
        return SimpleNamespace(getNetworkHandle=lambda: self.handle)

    def getNetworkCapabilities(self, _network: object) -> object:
        return SimpleNamespace(hasCapability=self.able.__contains__)

    def receiver(self, told: Callable[..., None], actions: list[str]) -> object:
        self.actions = actions

        def start() -> None:
            self.broadcast = told

        def stop() -> None:
            self.broadcast = None

        return SimpleNamespace(start=start, stop=stop)

    def becomes(self, handle: int | None, *able: int) -> None:
        self.handle, self.able = handle, set(able)
        assert self.broadcast is not None
        self.broadcast(None, None)


def test_android_tells_of_mobile_data_wifi_and_nothing(clock: Clock) -> None:
    android, told = SimulatedAndroid(), list[NetworkState]()
    network = AndroidNetwork(clock, android, android.receiver)
    now_s = int(clock().timestamp())

    network.start(told.append)
    android.becomes(100, 12)
    android.becomes(100, 12)
    android.becomes(101, 11, 12)
    android.becomes(102)  # a network without a way to anywhere
    network.stop()

    assert told == [
        NetworkState(False),
        NetworkState(True, now_s, True),
        NetworkState(True, now_s, False),
        NetworkState(False),
    ]
    assert android.actions == ["android.net.conn.CONNECTIVITY_CHANGE"]
    assert android.broadcast is None


def test_where_nothing_is_told_the_schedule_is_relied_on() -> None:
    told: list[NetworkState] = []
    network = UnknownNetwork()
    network.start(told.append)
    network.stop()

    assert told == [NetworkState(True)]


@pytest.mark.parametrize(
    ("url", "needed"),
    [
        ("https://tally.example.org", True),
        ("http://192.0.2.2:8087", True),
        ("http://127.0.0.1:8087/", False),
        ("http://[::1]:8087", False),
        ("http://localhost:8087", False),
        ("", False),
    ],
)
def test_office_on_the_same_machine_needs_no_network(url: str, needed: bool) -> None:
    assert needs_network(url) is needed
