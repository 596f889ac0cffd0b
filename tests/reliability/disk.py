"""What a disk holds after a power cut: what was asked for, what had to be there, and in between.

live       everything that was written: what kill -9 of the program leaves
durable    only what was brought to the disk: of a file what it held at its last sync, of a
           folder the names it had at its last sync (POSIX fsync promises no more)
between    the power went while the disk was writing: any part of the rest may be there
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.reliability.file_operations import Operation

Files = dict[str, bytes]
"""Content by path."""


@dataclass
class Inode:
    """A file: what was written, what is on the disk for sure, and the writes after that."""

    live: bytearray = field(default_factory=bytearray)
    durable: bytes = b""
    waiting: list[Operation] = field(default_factory=list)


class Disk:
    """Follows operations one by one."""

    def __init__(self) -> None:
        self.names: dict[str, Inode] = {}
        self.durable_names: dict[str, Inode] = {}

    def apply(self, one: Operation) -> None:
        if one.kind == "create":
            self.names[one.path] = Inode()
        elif one.kind in ("write", "cut"):
            inode = self.names[one.path]
            _change(inode.live, one)
            inode.waiting.append(one)
        elif one.kind == "sync":
            self._sync(one.path)
        elif one.kind == "rename" and one.path not in self.names:
            # a folder: its files go with it, at once, which is all the same to who opens them
            for names in (self.names, self.durable_names):
                for path in [path for path in names if path.startswith(one.path + "/")]:
                    names[one.to + path[len(one.path) :]] = names.pop(path)
        elif one.kind in ("rename", "link"):
            self.names[one.to] = self.names[one.path]
            if one.kind == "rename":
                del self.names[one.path]
        elif one.kind == "remove":
            self.names.pop(one.path, None)
        else:
            assert one.kind in ("folder", "remove_folder"), one

    def _sync(self, path: str) -> None:
        if path in self.names:
            inode = self.names[path]
            inode.durable, inode.waiting = bytes(inode.live), []
            return
        # a folder: its entries now are its entries for ever
        for kept in [name for name in self.durable_names if _parent(name) == path]:
            del self.durable_names[kept]
        for name, inode in self.names.items():
            if _parent(name) == path:
                self.durable_names[name] = inode

    # -- what may be there when the power comes back

    def live(self) -> Files:
        return {path: bytes(inode.live) for path, inode in self.names.items()}

    def durable(self) -> Files:
        return {path: inode.durable for path, inode in self.durable_names.items()}

    def after_power_loss(self) -> Iterator[tuple[str, Files]]:
        """Each way the disk may be found, with its name. The first is ``live``."""
        live = self.live()
        yield "live", live
        yield "durable", self.durable()
        # The names reached the disk before the contents, and the other way round.
        yield "names_first", {path: inode.durable for path, inode in self.names.items()}
        yield (
            "contents_first",
            {path: bytes(inode.live) for path, inode in self.durable_names.items()},
        )
        for path, inode in self.names.items():
            if not inode.waiting:
                continue
            # Files are written back in any order: of this one nothing yet, of the others all.
            yield f"without:{path}", live | {path: inode.durable}
            *earlier, last = inode.waiting
            if last.kind == "write":
                torn = Operation("write", path, last.at, last.data[: len(last.data) // 2])
                yield f"torn:{path}", live | {path: _written(inode.durable, [*earlier, torn])}
            # Pages of one file too: any single write may be the one that is missing.
            for place in range(len(earlier)):
                others = inode.waiting[:place] + inode.waiting[place + 1 :]
                yield f"hole{place}:{path}", live | {path: _written(inode.durable, others)}


def _change(content: bytearray, one: Operation) -> None:
    if one.kind == "cut":
        del content[one.at :]
        content.extend(bytes(one.at - len(content)))
        return
    content.extend(bytes(max(0, one.at - len(content))))
    content[one.at : one.at + len(one.data)] = one.data


def _written(before: bytes, changes: Sequence[Operation]) -> bytes:
    content = bytearray(before)
    for one in changes:
        _change(content, one)
    return bytes(content)


def _parent(path: str) -> str:
    parent = str(PurePosixPath(path).parent)
    return "" if parent == "." else parent


def lay_out(files: Files, folder: Path) -> None:
    """Puts the files into a folder."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
