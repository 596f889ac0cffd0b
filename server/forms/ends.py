"""Rows that end a group or repeat: what they say beside that is heeded by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from server.forms.model import Block, FormRow


def unread_at_end(row: FormRow, block: Block) -> Iterator[tuple[str, str]]:
    """Columns of the row that are filled in vain, each with the reason. block: what it ends; a name
    that is not the block's is mostly the end of another one, moved or misspelt."""
    for column, cell in {**row.cells, **row.texts}.items():
        if column == "name" and cell and row.name != block.row.name:
            yield column, f"it ends {block.row.name or f'a {block.kind} without a name'}"
        elif column not in ("type", "name") and cell:
            yield column, f"nothing reads it where a {block.kind} ends"
