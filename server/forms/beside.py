"""The CSV files beside a form, which its questions and expressions name, as choice lists."""

from __future__ import annotations

import re
from pathlib import Path

from server.forms.model import FormChoice, WrittenForm
from server.forms.report import Report
from server.forms.workbooks import SheetTable, read_form


def files_beside(form: WrittenForm, path: Path, report: Report) -> dict[str, list[FormChoice]]:
    """The CSV files that questions and expressions name and that lie beside the form."""
    wanted = {
        re.sub(r"\.csv$", "", row.type_words.choice_list, flags=re.IGNORECASE)
        for row in form.rows()
        if row.type_words.kind.endswith("_from_file")
    }
    for row in form.rows():
        for cell in row.cells.values():
            wanted |= set(re.findall(r"(?:pulldata|instance)\s*\(\s*['\"]([^'\"]+)", cell))
    found = {}
    for name in sorted(wanted):
        file = path.parent / f"{name}.csv"
        if "/" not in name and "\\" not in name and file.is_file():
            tables = read_form(file, report)
            found[name] = _file_list(tables[0]) if tables else []
    return found


def _file_list(table: SheetTable) -> list[FormChoice]:
    if not table.rows:
        return []
    header = [cell.strip() for cell in table.rows[0][1]]
    key = next((name for name in ("name", "value", "code") if name in header), header[0])
    found = []
    for number, cells in table.rows[1:]:
        values = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
        code = values.get(key, "")
        if code:
            labels = {"en": values["label"]} if "label" in values else {}
            columns = {name: text for name, text in values.items() if name not in {key, "label"}}
            columns.setdefault(key, code) if key not in {"name", "value"} else None
            found.append(FormChoice(table.title, number, code, labels, columns))
    return found
