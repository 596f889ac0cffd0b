"""Whether there is a network, told by event. Nobody here asks again and again.

Owns how each platform tells: Linux by a netlink route socket, Android by a broadcast. Elsewhere
there always seems to be one, and the schedule's waits are all there is. That a network is there
says nothing about whether the office can be reached over it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import select
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class NetworkState:
    """since_s: when the tablet saw it come, in seconds since 1970; 0 when it was there before the
    tablet looked. is_metered: whether bytes cost money; None where the platform cannot tell."""

    is_there: bool
    since_s: int = 0
    is_metered: bool | None = None


class Network(Protocol):
    """Tells of the network from start() to stop()."""

    tells_metered: bool

    def start(self, changed: Callable[[NetworkState], object]) -> None:
        """Tells at once how it is, then whenever it changes, from any thread."""

    def stop(self) -> None:
        """Tells no more."""


class UnknownNetwork:
    """A platform that tells nothing: there always seems to be a network."""

    tells_metered = False

    def start(self, changed: Callable[[NetworkState], object]) -> None:
        """Tells once."""
        changed(NetworkState(True))

    def stop(self) -> None:
        """There is nothing to stop."""


class _Telling:
    """Turns what the platform says into changes: the same said twice is no change."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._known: tuple[frozenset[str], bool | None] | None = None

    def state(self, ways: frozenset[str], is_metered: bool | None) -> NetworkState | None:
        """The new state, or None when nothing changed. ways: by what names one gets out."""
        before, self._known = self._known, (ways, is_metered)
        if before == self._known:
            return None
        came_before = before is None or not ways - before[0]
        since_s = 0 if came_before else int(self._clock().timestamp())
        return NetworkState(bool(ways), since_s if ways else 0, is_metered)


class NetlinkNetwork:
    """Linux: the kernel's own messages about links and addresses (man 7 rtnetlink).

    There is a network when an interface other than loopback runs and has an address that is valid
    beyond its own wire.
    """

    tells_metered = False
    GROUPS = 0x1 | 0x10 | 0x100  # RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._telling = _Telling(clock)
        self._changed: Callable[[NetworkState], object] = lambda _: None
        self._waker: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self, changed: Callable[[NetworkState], object]) -> None:
        """Tells how it is, then waits for the kernel on a thread of its own."""
        self._changed = changed
        events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        events.bind((0, self.GROUPS))
        self._waker, woken = socket.socketpair()
        self._tell()
        self._thread = threading.Thread(
            target=self._listen, args=(events, woken), name="tally87-network", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        if self._waker is not None and self._thread is not None:
            self._waker.close()
            self._thread.join()
            self._waker = self._thread = None

    def _listen(self, events: socket.socket, woken: socket.socket) -> None:
        with closing(events), closing(woken):
            while True:
                ready, _, _ = select.select([events, woken], [], [])
                if woken in ready:
                    return
                # When more came than the kernel kept (ENOBUFS), how it is now is told all the same.
                with contextlib.suppress(OSError):
                    events.recv(65536)
                with contextlib.suppress(OSError):
                    self._tell()

    def _tell(self) -> None:
        state = self._telling.state(frozenset(_ways_out()), None)
        if state is not None:
            self._changed(state)


_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_LINK = struct.Struct("=BxHiII")  # family, type, index, flags, change
_ADDRESS = struct.Struct("=BBBBI")  # family, prefix, flags, scope, index
_GETLINK, _GETADDR, _ERROR, _DONE = 18, 22, 2, 3
_REQUEST_DUMP = 0x301
_UP, _LOOPBACK, _RUNNING = 0x1, 0x8, 0x40
_TENTATIVE = 0x40  # an IPv6 address that may still turn out to be somebody else's
_EVERYWHERE = 0


def _ways_out() -> set[str]:
    """The running interfaces with an address that is valid beyond them, by their numbers."""
    running = {
        index
        for _, _, index, flags, _ in map(_LINK.unpack_from, _dump(_GETLINK))
        if flags & _UP and flags & _RUNNING and not flags & _LOOPBACK
    }
    return {
        str(index)
        for _, _, flags, scope, index in map(_ADDRESS.unpack_from, _dump(_GETADDR))
        if scope == _EVERYWHERE and not flags & _TENTATIVE and index in running
    }


def _dump(kind: int) -> Iterator[bytes]:
    """The bodies of the kernel's answers to one question about everything."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as asking:
        body = bytes(_LINK.size)
        asking.settimeout(5)
        asking.send(_HEADER.pack(_HEADER.size + len(body), kind, _REQUEST_DUMP, 1, 0) + body)
        while True:
            data = asking.recv(1 << 18)
            while data:
                length, found, _, _, _ = _HEADER.unpack_from(data)
                if found in (_DONE, _ERROR) or length < _HEADER.size:
                    return
                yield data[_HEADER.size : length]
                data = data[(length + 3) & ~3 :]


class AndroidNetwork:
    """Android: a broadcast says that something changed, ConnectivityManager says how it is.

    pyjnius cannot make a subclass of the abstract ConnectivityManager.NetworkCallback; the
    broadcast reaches an app that runs on every version (it is closed to sleeping apps only).
    Written from the documentation and not run on a device: see docs/android.md.
    """

    tells_metered = True
    ACTION = "android.net.conn.CONNECTIVITY_CHANGE"
    NOT_METERED, INTERNET = 11, 12  # android.net.NetworkCapabilities

    def __init__(
        self, clock: Callable[[], datetime], jnius: Any = None, receiver: Any = None
    ) -> None:
        """jnius, receiver: pyjnius and android.broadcast.BroadcastReceiver, handed in by tests."""
        if jnius is None:
            import jnius  # type: ignore[no-redef]
        if receiver is None:
            from android.broadcast import BroadcastReceiver

            receiver = BroadcastReceiver
        self._telling = _Telling(clock)
        self._jnius, self._receiver_class = jnius, receiver
        self._receiver: Any = None
        self._manager: Any = None
        self._changed: Callable[[NetworkState], object] = lambda _: None

    def start(self, changed: Callable[[NetworkState], object]) -> None:
        """Tells how it is, then listens."""
        self._changed = changed
        # Classes are looked up here: on the broadcast's own thread Java does not find them.
        activity = self._jnius.autoclass("org.kivy.android.PythonActivity").mActivity
        context = self._jnius.autoclass("android.content.Context")
        self._manager = activity.getSystemService(context.CONNECTIVITY_SERVICE)
        self._tell()
        self._receiver = self._receiver_class(lambda *_: self._tell(), actions=[self.ACTION])
        self._receiver.start()

    def stop(self) -> None:
        """Listens no more."""
        if self._receiver is not None:
            self._receiver.stop()
            self._receiver = None

    def _tell(self) -> None:
        network = self._manager.getActiveNetwork()
        able = self._manager.getNetworkCapabilities(network) if network is not None else None
        ways, is_metered = frozenset[str](), None
        # Whether Google could be reached over it (VALIDATED) is not asked: an office's own network
        # need not lead there.
        if able is not None and able.hasCapability(self.INTERNET):
            ways = frozenset({str(network.getNetworkHandle())})
            is_metered = not able.hasCapability(self.NOT_METERED)
        state = self._telling.state(ways, is_metered)
        if state is not None:
            self._changed(state)


def network_here(clock: Callable[[], datetime]) -> Network:
    """What tells of the network on this machine."""
    if hasattr(sys, "getandroidapilevel"):
        return AndroidNetwork(clock)
    if sys.platform == "linux" and "ANDROID_ARGUMENT" not in os.environ:
        return NetlinkNetwork(clock)
    return UnknownNetwork()


def needs_network(url: str) -> bool:
    """Whether a server at that address is on another machine. False for one without a host."""
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host not in ("", "localhost")
