"""Files to read from: on the disk, or held in memory.

Owns what the loaders of questionnaires, profiles and code lists need of a folder or file.
``pathlib.Path`` has all of it; ``FileInMemory`` is the same over bytes in memory, so that a tablet
reads reference data out of its sealed store and never writes them in clear.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Protocol, Self, TextIO


class Place(Protocol):
    """A file or a folder, as far as reading needs it. Every ``pathlib.Path`` is one."""

    @property
    def name(self) -> str:
        """The last part of its path."""

    @property
    def parent(self) -> Self:
        """The folder it lies in."""

    def __truediv__(self, key: str, /) -> Self:
        """What lies below it under that name, or path with ``/``."""

    def is_file(self) -> bool:
        """Whether it is a file that can be read."""

    def is_dir(self) -> bool:
        """Whether it is a folder."""

    def read_bytes(self) -> bytes:
        """All of a file. Raises FileNotFoundError."""

    def read_text(self, *, encoding: str) -> str:
        """All of a file as text. Raises FileNotFoundError, UnicodeDecodeError."""

    def open(self, *, encoding: str, newline: str) -> TextIO:
        """A file for reading text; newline: as for ``open``. Raises FileNotFoundError."""


class FileInMemory:
    """A file or a folder in memory. files: contents by path with ``/``, without a leading one."""

    def __init__(self, files: Mapping[str, bytes], path: str = "") -> None:
        self._files, self._path = files, path

    def __repr__(self) -> str:
        return f"FileInMemory({self._path!r})"

    @property
    def name(self) -> str:
        """The last part of its path; "" at the top."""
        return self._path.rpartition("/")[2]

    @property
    def parent(self) -> FileInMemory:
        """The folder it lies in; the top lies in itself."""
        return FileInMemory(self._files, self._path.rpartition("/")[0])

    def __truediv__(self, key: str, /) -> FileInMemory:
        """What lies below it."""
        return FileInMemory(self._files, f"{self._path}/{key}" if self._path else key)

    def is_file(self) -> bool:
        """Whether there are bytes of that path."""
        return self._path in self._files

    def is_dir(self) -> bool:
        """Whether something lies below it."""
        return not self._path or any(path.startswith(f"{self._path}/") for path in self._files)

    def read_bytes(self) -> bytes:
        """The bytes. Raises FileNotFoundError."""
        try:
            return self._files[self._path]
        except KeyError:
            raise FileNotFoundError(self._path) from None

    def read_text(self, *, encoding: str) -> str:
        """The bytes as text, with every end of line as one ``\\n``, as reading a file gives."""
        with self.open(encoding=encoding, newline=None) as text:
            return text.read()

    def open(self, *, encoding: str, newline: str | None) -> TextIO:
        """The bytes as an open text file."""
        return io.TextIOWrapper(io.BytesIO(self.read_bytes()), encoding=encoding, newline=newline)
