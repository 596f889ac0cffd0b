"""A form as it was written: rows of questions in blocks, and lists. Nothing decided yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.forms.types import TypeWords
from server.forms.workbooks import SheetTable


@dataclass(slots=True)
class FormRow:
    """A row of the survey sheet. cells: by the column's name in the reference.

    texts: label, hint... by column, then by language code. columns: the header as it was written,
    by column, for the report.
    """

    sheet: str
    number: int
    cells: dict[str, str]
    texts: dict[str, dict[str, str]]
    type_words: TypeWords
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name it was given; empty if none."""
        return self.cells.get("name", "")


@dataclass(slots=True)
class Block:
    """A group, repeat or loop with what stands in it. kind: ``group``, ``repeat`` or ``loop``.

    is_off: whether the row that begins it is switched off.
    """

    kind: str
    row: FormRow
    content: list[FormRow | Block] = field(default_factory=list)
    is_off: bool = False


@dataclass(slots=True)
class FormChoice:
    """A row of a choice list. columns: further ones, for choice filters."""

    sheet: str
    number: int
    code: str
    labels: dict[str, str]
    columns: dict[str, str]


@dataclass(slots=True)
class WrittenForm:
    """The whole form. languages: name by code, in the order of the columns.

    external: lists of the sheet external_choices. files: lists of CSV files beside the form.
    others: sheets that are no part of an XLSForm; others_why: the reason, by title.
    """

    content: list[FormRow | Block]
    choices: dict[str, list[FormChoice]]
    external: dict[str, list[FormChoice]]
    settings: dict[str, str]
    languages: dict[str, str]
    survey_sheet: str = "survey"
    settings_sheet: str = "settings"
    files: dict[str, list[FormChoice]] = field(default_factory=dict)
    others: list[SheetTable] = field(default_factory=list)
    others_why: dict[str, str] = field(default_factory=dict)

    def rows(self) -> list[FormRow]:
        """The rows that are not blocks, in document order."""
        return rows_of(self.content)


def rows_of(content: Sequence[FormRow | Block]) -> list[FormRow]:
    """The rows of what stands there that are not blocks, in document order."""
    found: list[FormRow] = []
    waiting: list[FormRow | Block] = list(reversed(content))
    while waiting:
        item = waiting.pop()
        if isinstance(item, Block):
            waiting.extend(reversed(item.content))
        else:
            found.append(item)
    return found
