"""Every change a program makes to the files of a folder, in order, as strace saw it.

What is recorded are the system calls themselves: what Python, SQLite and the C library really
asked the kernel for, not what they say they do.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CALLS = (
    *("open", "openat", "creat", "write", "pwrite64", "ftruncate", "truncate", "lseek"),
    *("fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat"),
    *("mkdir", "mkdirat", "rmdir", "link", "linkat"),
    # not understood below; recorded so that a change made by one of them is not overlooked
    *("writev", "pwritev", "pwritev2", "fallocate", "copy_file_range", "sendfile", "splice"),
    *("symlink", "symlinkat", "sync_file_range", "openat2"),
)
_SHARED_MEMORY = "mmap"  # a file written through memory would not be seen at all
_LINE = re.compile(rb"^\d+\s+(\w+)\((.*)\)\s+= (-?\d+)(?:<([^>]*)>)?")
_UNFINISHED = re.compile(rb"^(\d+)\s+(\w+\(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(rb"^(\d+)\s+<\.\.\. \w+ resumed>(.*)$")
_STRING = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_HANDLE = re.compile(rb"^(\d+|AT_FDCWD)<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Operation:
    """One change. kind: create, write, cut, sync, rename, remove, folder, remove_folder, link.

    path, to: inside the folder. at: where a write begins, or the length a file is cut to.
    """

    kind: str
    path: str
    at: int = 0
    data: bytes = b""
    to: str = ""


@cache
def cannot_record() -> str:
    """Why file operations cannot be recorded here, or an empty string."""
    if shutil.which("strace") is None:
        return "no strace: apt-get install strace"
    tried = subprocess.run(
        ["strace", "-f", "-e", "trace=none", "true"], capture_output=True, check=False
    )
    return "" if tried.returncode == 0 else "strace may not watch a process here (ptrace)"


def recording(log: Path, command: Sequence[str]) -> list[str]:
    """The command with a recorder around it that writes into the log."""
    return [
        *("strace", "-f", "-y", "-xx", "-s", "4000000", "--seccomp-bpf", "-o", str(log)),
        *("-e", f"trace={','.join((*_CALLS, _SHARED_MEMORY))}"),
        *command,
    ]


def killing(call: str, count: int, command: Sequence[str]) -> list[str]:
    """The command, killed with SIGKILL at its count-th system call of that name."""
    watch = ("strace", "-f", "-o", os.devnull)  # its seccomp filter and injection do not mix
    return [*watch, f"--trace={call}", f"--inject={call}:signal=SIGKILL:when={count}", *command]


def operations(log: Path, root: Path) -> list[Operation]:
    """What happened in that folder, from the log. Raises AssertionError for a call that is not
    understood: nothing may be left out silently."""
    return list(_Reader(root).read(_calls(log)))


def _calls(log: Path) -> Iterator[tuple[str, bytes, int, bytes]]:
    """Name, arguments, result and the result's path of each call; when it ended counts."""
    begun: dict[bytes, bytes] = {}
    with log.open("rb") as lines:
        for raw in lines:
            line = raw.rstrip(b"\n")
            if unfinished := _UNFINISHED.match(line):
                begun[unfinished[1]] = unfinished[2]
                continue
            if resumed := _RESUMED.match(line):
                line = resumed[1] + b" " + begun.pop(resumed[1], b"") + resumed[2]
            if call := _LINE.match(line):
                yield call[1].decode(), call[2], int(call[3]), _plain(call[4] or b"")


def _plain(text: bytes) -> bytes:
    return bytes.fromhex(text.replace(b"\\x", b"").decode())


class _Reader:
    """Follows handles and positions."""

    def __init__(self, root: Path) -> None:
        self.root = os.fsencode(os.path.realpath(root)) + b"/"
        self.position: dict[bytes, int] = {}

    def read(self, calls: Iterator[tuple[str, bytes, int, bytes]]) -> Iterator[Operation]:
        exists: set[str] = set()
        for name, arguments, result, opened in calls:
            if result < 0:
                continue
            for one in self._one(name, arguments, result, opened):
                # O_CREAT on a file that is there changes nothing
                if one.kind == "create":
                    if one.path in exists:
                        continue
                    exists.add(one.path)
                elif one.kind in ("rename", "link"):
                    exists.add(one.to)
                if one.kind in ("rename", "remove"):
                    exists.discard(one.path)
                yield one

    def _one(self, name: str, said: bytes, result: int, opened: bytes) -> Iterator[Operation]:
        handle = _HANDLE.match(said)
        at_handle = self._inside(_plain(handle[2])) if handle else None
        if name in ("open", "openat", "creat"):
            yield from self._open(name, said, result, opened)
        elif name == "mmap":
            shared = b"MAP_SHARED" in said and b"PROT_WRITE" in said
            place = re.search(rb"(\d+)<([^>]*)>", said)
            assert not (shared and place and self._inside(_plain(place[2]))), said[:200]
        elif name in ("rename", "renameat", "renameat2", "link", "linkat"):
            paths = [self._inside(_plain(path)) for path in _STRING.findall(said)]
            if any(path is not None for path in paths):
                before, after = paths
                assert before is not None, said
                assert after is not None, said
                kind = "rename" if name.startswith("rename") else "link"
                yield Operation(kind, before, to=after)
        elif name in ("unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "truncate"):
            yield from self._by_path(name, said)
        elif at_handle is None:
            return
        elif name in ("write", "pwrite64"):
            text = _STRING.search(said)
            assert text is not None, said[:200]
            data = _plain(text[1])[:result]
            if name == "pwrite64":
                yield Operation("write", at_handle, int(said.rsplit(b",", 1)[1]), data)
                return
            at = self.position[said.split(b",")[0]]
            self.position[said.split(b",")[0]] = at + result
            yield Operation("write", at_handle, at, data)
        elif name == "lseek":
            self.position[said.split(b",")[0]] = result
        elif name in ("fsync", "fdatasync"):
            yield Operation("sync", at_handle)
        elif name == "ftruncate":
            yield Operation("cut", at_handle, int(said.rsplit(b",", 1)[1]))
        else:
            raise AssertionError(f"{name} is not understood: {said[:200]!r}")

    def _open(self, name: str, said: bytes, result: int, opened: bytes) -> Iterator[Operation]:
        path = self._inside(opened)
        if path is None:
            return
        assert b"O_APPEND" not in said, said
        key = b"%d<%s>" % (result, b"".join(b"\\x%02x" % byte for byte in opened))
        self.position[key] = 0
        if b"O_CREAT" in said or name == "creat":
            yield Operation("create", path)
        if b"O_TRUNC" in said or name == "creat":
            yield Operation("cut", path)

    def _by_path(self, name: str, said: bytes) -> Iterator[Operation]:
        text = _STRING.search(said)
        assert text is not None, said
        path = self._inside(_plain(text[1]))
        if path is None:
            return
        if name == "truncate":
            yield Operation("cut", path, int(said.rsplit(b",", 1)[1]))
        elif name.startswith("mkdir"):
            yield Operation("folder", path)
        else:
            folder = name == "rmdir" or b"AT_REMOVEDIR" in said
            yield Operation("remove_folder" if folder else "remove", path)

    def _inside(self, path: bytes) -> str | None:
        path = path.removesuffix(b" (deleted)")
        if path + b"/" == self.root:
            return ""
        return os.fsdecode(path[len(self.root) :]) if path.startswith(self.root) else None
