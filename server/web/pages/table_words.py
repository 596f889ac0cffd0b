"""What a table that is asked for, whole or as a margin, is called."""

from __future__ import annotations

from dataclasses import replace

from server.office import Office
from server.tables import labels
from server.tables.generations import declarations_of


def title_of_asked(office: Office, said: str, language: str) -> str:
    """The title of ``CL-CLASS`` or of its margin ``CL-CLASS:area,child_labour``; what was said when
    nothing of that name is declared any more."""
    declarations = declarations_of(office)
    code, _, by = said.partition(":")
    table = declarations.tables.get(code)
    if table is None:
        return said
    chosen = tuple(name for name in by.split(",") if name in declarations.dimensions)
    if chosen:
        table = replace(table, dimensions=chosen, titles={})
    return labels.title_of(declarations, table, language)
