"""What stands in an office's SQLite files, in clear: for tests of what must not stand there.

Some columns are kept squeezed (server.db.squeezed), where a search of the file would find nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from server.db.squeezed import DICTIONARIES, unsqueezed

NAMES = sorted({file.stem.rpartition("-")[0] for file in DICTIONARIES.glob("*.bin")})
"""Of the dictionaries something may be squeezed with."""


def cells_in_clear(database: Path) -> Iterator[tuple[str, bytes]]:
    """Every cell with the name of its table, as it stands and, where it is squeezed, opened."""
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        for (table,) in tables.fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                for cell in row:
                    data = cell if isinstance(cell, bytes) else str(cell).encode()
                    yield table, data
                    opened = {unsqueezed(data, name) for name in NAMES}
                    yield from ((table, plain) for plain in opened - {data})


def all_in_clear(folder: Path) -> bytes:
    """The bytes of the SQLite files in and below a folder, and all that is squeezed in them."""
    files = [file for file in folder.rglob("*.sqlite*") if file.is_file()]
    databases = [file for file in files if file.suffix == ".sqlite"]
    cells = [cell for one in databases for _, cell in cells_in_clear(one)]
    return b"\n".join([*(file.read_bytes() for file in files), *cells])
