"""Tables as a form: every sheet, header, type and cell understood, or named in the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from server.forms.columns import (
    CHOICES,
    COLUMNS,
    EXTERNAL,
    LOOKS,
    SETTINGS,
    SURVEY,
    TRANSLATED,
    Header,
    header_of,
)
from server.forms.ends import unread_at_end
from server.forms.languages import language_of, named_otherwise
from server.forms.letters import seen
from server.forms.model import Block, FormChoice, FormRow, WrittenForm, rows_of
from server.forms.report import Report
from server.forms.styling import without_styling
from server.forms.types import TypeWords, type_of
from server.forms.which_sheets import known_sheets
from server.forms.workbooks import SheetTable
from shared.errors import QuestionnaireError

MOST_COLUMNS = 2_000
LINES_ABOVE = 10
"""Rows among which the header is looked for."""
DEEPEST = 30
"""Blocks in blocks; nobody can follow more, and nor can the stack."""
SWITCHED_OFF = "it is switched off"
_OF_THE_BLOCK = {"score__row": "kobo--score-choices", "rank__level": "kobo--rank-items"}
"""Kobo's rows of a table whose list stands at the beginning of the block."""
_READ_OF_A_BLOCK = frozenset(
    {"type", "name", "label", "relevant", "disabled", *_OF_THE_BLOCK.values(), "kobo--matrix_list"}
)
_NO_LABEL = "NO_LABEL"
_ON = frozenset({"yes", "true", "true()", "1", "on"})
_OFF = frozenset({"no", "false", "false()", "0", "off"})


def form_of(tables: Sequence[SheetTable], report: Report) -> WrittenForm:
    """The form these sheets hold.

    Raises QuestionnaireError when there is nothing that could be a form.
    """
    sheets, others = known_sheets(tables, report)
    if SURVEY not in sheets:
        names = ", ".join(table.title for table in tables) or "none"
        raise QuestionnaireError(f"there is no sheet called survey; the sheets are: {names}")
    reader = _Reader(report)
    settings = reader.settings(sheets.get(SETTINGS))
    choices = reader.choices(sheets.get(CHOICES), CHOICES, settings)
    external = reader.choices(sheets.get(EXTERNAL), EXTERNAL, settings)
    content = reader.survey(sheets[SURVEY], settings)
    if not content:
        raise QuestionnaireError("the survey sheet has no question", sheet=sheets[SURVEY].title)
    form = WrittenForm(content, choices, external, settings, reader.languages, sheets[SURVEY].title)
    if SETTINGS in sheets:
        form.settings_sheet = sheets[SETTINGS].title
    form.others = [table for table, _ in others]
    form.others_why = {table.title: why for table, why in others}
    return form


def is_on(cell: str) -> bool:
    """Whether a cell of yes and no says yes."""
    return cell.casefold() in _ON


def is_off(cell: str) -> bool:
    """Whether a cell of yes and no says no."""
    return cell.casefold() in _OFF


class _Reader:
    def __init__(self, report: Report) -> None:
        self._report = report
        self.languages: dict[str, str] = {}
        self._default = ("en", "English")

    def settings(self, table: SheetTable | None) -> dict[str, str]:
        if table is None or not table.rows:
            return {}
        headers, rows = self._headers(table, SETTINGS)
        found: dict[str, str] = {}
        for number, cells in rows[:1]:
            for index, cell in enumerate(cells):
                header = headers.get(index)
                if cell and header is not None:
                    found[header.column] = cell
                    self._tell_dropped(table, SETTINGS, number, header, cell)
        for number, _ in rows[1:]:
            self._report.tell(table.title, number, "", "dropped: row", "settings have one row")
        language = found.get("default_language", "")
        if language:
            known = language_of(language)
            if known is None and language.casefold() != "default":
                self._report.tell(
                    table.title,
                    2,
                    "default_language",
                    f"dropped: default_language {language}",
                    "no language of that name is known; write 'Name (code)'",
                )
            elif known is not None:
                self._default = known
        return found

    def choices(
        self, table: SheetTable | None, kind: str, settings: Mapping[str, str]
    ) -> dict[str, list[FormChoice]]:
        found: dict[str, list[FormChoice]] = {}
        if table is None or not table.rows:
            return found
        headers, rows = self._headers(table, kind)
        for number, cells in rows:
            values, texts, _ = self._row(table, kind, number, cells, headers)
            listed, code = values.pop("list_name", ""), values.pop("name", "")
            if not listed or not code:
                missing = "list_name" if not listed else "name"
                if listed or code or texts:
                    self._report.tell(
                        table.title, number, missing, "dropped: row", f"a choice needs a {missing}"
                    )
                continue
            found.setdefault(listed, []).append(
                FormChoice(table.title, number, code, texts.get("label", {}), values)
            )
        return found

    def survey(self, table: SheetTable, settings: Mapping[str, str]) -> list[FormRow | Block]:
        headers, rows = self._headers(table, SURVEY)
        written_headers = table.rows[self._header_row(table, SURVEY)][1]
        columns = {h.column: written_headers[index] for index, h in headers.items()}
        if "type" not in columns:
            raise QuestionnaireError("there is no column called type", sheet=table.title, row=1)
        content: list[FormRow | Block] = []
        open_blocks: list[Block] = []
        for number, cells in rows:
            values, texts, _ = self._row(table, SURVEY, number, cells, headers)
            written = values.get("type", "")
            inside = open_blocks[-1].content if open_blocks else content
            if not written or written.startswith("#"):
                why = "a type that begins with # is a comment" if written else "it has no type"
                self._tell(table, number, "type", "dropped: row", why)
                continue
            row = FormRow(table.title, number, values, texts, type_of(written), columns)
            kind = row.type_words.kind
            disabled = values.get("disabled", "")
            if disabled and not is_on(disabled) and not is_off(disabled):
                why = f"{disabled[:30]!r} is neither yes nor no; it is asked"
                self._tell(table, number, "disabled", f"dropped: disabled of {row.name}", why)
            is_off_here = is_on(disabled)
            if is_off_here and not kind.startswith(("begin", "end")):
                self._tell(table, number, "disabled", f"dropped: {row.name}", SWITCHED_OFF)
                continue
            if kind in _OF_THE_BLOCK:
                around = open_blocks[-1].row.cells if open_blocks else {}
                listed = around.get(_OF_THE_BLOCK[kind], "")
                row.type_words = TypeWords("select_one", listed)
            if kind == "begin loop" and not row.type_words.choice_list:
                row.type_words = TypeWords(kind, values.get("kobo--matrix_list", ""))
            if kind.startswith("begin "):
                if len(open_blocks) >= DEEPEST:
                    raise QuestionnaireError(
                        f"more than {DEEPEST} groups in groups", sheet=table.title, row=number
                    )
                block = Block(kind.removeprefix("begin "), row, is_off=is_off_here)
                self._tell_unread_of(table, block)
                inside.append(block)
                open_blocks.append(block)
            elif kind.startswith("end "):
                ended = self._close(table, row, open_blocks)
                outside = open_blocks[-1].content if open_blocks else content
                if ended is not None and ended.is_off:
                    outside[-1:] = self._left_of(table, ended, end_is_off=is_off_here)
            else:
                inside.append(row)
        while open_blocks:
            block = open_blocks.pop()
            if block.is_off:
                outside = open_blocks[-1].content if open_blocks else content
                outside[-1:] = self._left_of(table, block, end_is_off=False)
            self._tell(
                table,
                block.row.number,
                "type",
                f"adapted: {block.kind} {block.row.name}",
                f"the {block.kind} is never closed; it ends with the sheet",
            )
        return content

    def _tell_unread_of(self, table: SheetTable, block: Block) -> None:
        """What is written at a group and means nothing there."""
        row, read = block.row, _READ_OF_A_BLOCK
        if block.kind in {"repeat", "loop"}:
            read = read | {"repeat_count"}
        for column, cell in {**row.cells, **row.texts}.items():
            if column in read or COLUMNS[SURVEY].get(column, "") or not cell:
                continue
            if column in {"readonly", "required"} and is_off(str(cell)):
                continue
            why = LOOKS if column == "appearance" else f"it has no meaning at a {block.kind}"
            header = row.columns.get(column) or column
            what = f"dropped: {column} of {block.kind} {row.name}"
            self._tell(table, row.number, header, what, why)

    def _close(self, table: SheetTable, row: FormRow, open_blocks: list[Block]) -> Block | None:
        kind = row.type_words.kind.removeprefix("end ")
        if not open_blocks:
            self._tell(table, row.number, "type", "dropped: row", f"ends a {kind} that is not open")
            return None
        block = open_blocks.pop()
        for column, why in unread_at_end(row, block):
            header = row.columns.get(column) or column
            self._tell(table, row.number, header, f"dropped: {column} of end {kind}", why)
        if block.kind != kind:
            self._tell(
                table,
                row.number,
                "type",
                f"adapted: end {kind}",
                f"what is open here is a {block.kind} of row {block.row.number}; it is closed",
            )
        return block

    def _left_of(
        self, table: SheetTable, block: Block, *, end_is_off: bool
    ) -> list[FormRow | Block]:
        """What stays of a block whose beginning is switched off: what stands in it where its end
        is switched off too (so XLSForm has it), else nothing."""
        number, what = block.row.number, f"dropped: {block.kind} {block.row.name}"
        if end_is_off:
            why = f"{SWITCHED_OFF} and its end too: what stands in it is asked without it"
            self._tell(table, number, "disabled", what, why)
            return block.content
        self._tell(table, number, "disabled", what, f"{SWITCHED_OFF}, and all that stands in it")
        for row in rows_of(block.content):
            why = f"stands in the {block.kind} {block.row.name}, which is switched off"
            self._tell(table, row.number, "type", f"dropped: {row.name}", why)
        return []

    # Headers and cells

    def _headers(
        self, table: SheetTable, kind: str
    ) -> tuple[dict[int, Header], list[tuple[int, list[str]]]]:
        first = self._header_row(table, kind)
        number, cells = table.rows[first]
        rows = table.rows[first + 1 :]
        if len(cells) > MOST_COLUMNS:
            raise QuestionnaireError(
                f"more than {MOST_COLUMNS} columns", sheet=table.title, row=number
            )
        width = max((len(filled) for _, filled in rows), default=0)
        cells = cells + [""] * min(width - len(cells), MOST_COLUMNS)
        there = {header_of(cell, kind).column for cell in cells if cell}
        headers: dict[int, Header] = {}
        taken: dict[tuple[str, str], str] = {}
        for index, cell in enumerate(cells):
            if not cell:
                self._tell_headless(table, number, index, rows)
                continue
            header = header_of(cell, kind)
            language = header.language[0] if header.language else header.unknown_language
            key = (header.column, language)
            if header.known and header.column in COLUMNS[kind] and key in taken:
                if header.column in {"bind", "instance", "body", "control"}:
                    headers[index] = header
                    continue
                self._tell(
                    table,
                    number,
                    cell,
                    f"dropped: column {cell}",
                    f"says the same as the column {taken[key]}",
                )
                continue
            taken[key] = cell
            headers[index] = header
            if header.near in there - TRANSLATED:
                header = replace(header, near="")
            self._tell_header(table, kind, number, cell, header)
            if why := named_otherwise(cell):
                self._tell(table, number, cell, f"adapted: column {cell}", why)
        return headers, rows

    def _header_row(self, table: SheetTable, kind: str, *, told: bool = False) -> int:
        """Which row is the header: the first, or below a title that somebody put above it."""
        needed = {SURVEY: "type", CHOICES: "list_name", EXTERNAL: "list_name"}.get(kind)
        for index, (_, cells) in enumerate(table.rows[:LINES_ABOVE] if needed else ()):
            if any(header_of(cell, kind).column == needed for cell in cells if cell):
                for above, _ in table.rows[: 0 if told else index]:
                    self._tell(table, above, "", "dropped: row", "stands above the header")
                return index
        return 0

    def _tell_headless(
        self, table: SheetTable, number: int, index: int, rows: Sequence[tuple[int, list[str]]]
    ) -> None:
        first = next((n for n, cells in rows if index < len(cells) and cells[index]), None)
        if first is not None:
            self._tell(
                table,
                first,
                f"column {index + 1}",
                f"dropped: column {index + 1}",
                "the column has no header",
            )

    def _tell_header(
        self, table: SheetTable, kind: str, number: int, cell: str, header: Header
    ) -> None:
        if header.unknown_language:
            self._tell(
                table,
                number,
                cell,
                f"dropped: column {cell}",
                f"no language called {header.unknown_language} is known; "
                "write 'label::Name (code)' with its code of ISO 639",
            )
        elif header.language is not None:
            self.languages.setdefault(*header.language)
        if header.known:
            return
        meant = f"; did you mean {header.near}?" if header.near else ""
        if kind in {CHOICES, EXTERNAL}:
            why = f"choice filters and lookups can read it, nothing else does{meant}"
            self._tell(table, number, cell, f"taken for filters: column {cell}", why)
            return
        self._tell(
            table,
            number,
            cell,
            f"dropped: column {cell}",
            f"the reference has no column of that name{meant}",
        )

    def _row(
        self,
        table: SheetTable,
        kind: str,
        number: int,
        cells: Sequence[str],
        headers: Mapping[int, Header],
    ) -> tuple[dict[str, str], dict[str, dict[str, str]], int]:
        values: dict[str, str] = {}
        texts: dict[str, dict[str, str]] = {}
        written = table.rows[self._header_row(table, kind, told=True)][1]
        for index, cell in enumerate(cells):
            header = headers.get(index)
            if not cell or header is None or header.unknown_language:
                continue
            if header.column in {"label", "hint", "guidance_hint", "constraint_message", "say"}:
                code, name = header.language or self._default
                self.languages.setdefault(code, name)
                cell = self._words(table, number, written[index], cell)
                if not cell:
                    continue
                if texts.setdefault(header.column, {}).setdefault(code, cell) != cell:
                    what = f"dropped: {header.column} {cell[:40]}"
                    why = f"another column has the {header.column} in this language ({code})"
                    self._tell(table, number, written[index], what, why)
            elif not header.known and kind == SURVEY:
                continue
            else:
                values.setdefault(header.column, seen(cell))
                self._tell_dropped(table, kind, number, header, cell)
        return values, texts, len(values)

    def _words(self, table: SheetTable, number: int, header: str, cell: str) -> str:
        """Words as a tablet says them."""
        if cell == _NO_LABEL:
            why = "so forms of CHT say that there are no words"
            self._tell(table, number, header, f"dropped: {cell}", why)
            return ""
        plain = without_styling(cell)
        if plain != cell:
            why = "a tablet draws all words alike: signs of styling are left out"
            self._tell(table, number, header, f"adapted: {header} {cell[:40]}", why)
        return plain

    def _tell_dropped(
        self, table: SheetTable, kind: str, number: int, header: Header, cell: str
    ) -> None:
        why = COLUMNS[kind].get(header.column, "")
        if why:
            what = f"dropped: {header.column} {cell[:40]}"
            self._tell(table, number, header.column, what, why)

    def _tell(self, table: SheetTable, number: int, column: str, what: str, why: str) -> None:
        self._report.tell(table.title, number, column, what, why)
