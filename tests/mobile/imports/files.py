"""Made-up case lists in the documented layouts of Kobo, ODK Central and others. Nobody is real."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

Row = Mapping[str, object]
ALWAYS = """
[always]
visit_reason = "other"
urban_rural = "rural"
place_kind = "brick_kiln"
setting = "rural"
access = "free"
nobody_found = "no"
consent_linkage = "yes"
"""
KOBO_VISITS: Sequence[Row] = [
    {"place/visit_date": "2026-10-05", "place/area": "PK-PB-05", "rootUuid": "uuid-1", "_index": 1},
    {"place/visit_date": "2026-10-06", "place/area": "PK-PB-07", "rootUuid": "uuid-2", "_index": 2,
     "_validation_status": "Not approved"},
    {"place/visit_date": "2026-10-07", "place/area": "PK-PB-07", "rootUuid": "uuid-3", "_index": 3},
]  # fmt: skip
KOBO_CHILDREN: Sequence[Row] = [
    {"given_name": "Zorblax", "family_name": "Qwertzin", "parent_given_name": "Vumpelik",
     "Sex": "Boy", "birth_date": "2014-05-17", "worked_own_farm": "1", "work_hours": 30,
     "hazards": "heavy dust", "hazards/heavy": 1, "hazards/dust": 1, "hazards/none": 0,
     "_index": 1, "_parent_index": 1},
    {"given_name": "Plimfa", "family_name": "Qwertzin", "parent_given_name": "Vumpelik",
     "Sex": "Girl", "birth_date": "2011-01-02", "worked_own_farm": "0",
     "hazards": "", "_index": 2, "_parent_index": 1},
    {"given_name": "Rejector", "Sex": "Girl", "birth_date": "2011-01-02",
     "_index": 3, "_parent_index": 2},
    {"given_name": "Gwendolor", "family_name": "Xylo", "parent_given_name": "Muntra",
     "Sex": "Girl", "birth_date": "2013-09-09", "worked_own_farm": "1", "work_hours": 12.5,
     "hazards": "none", "hazards/heavy": 0, "hazards/dust": 0, "hazards/none": 1,
     "_index": 4, "_parent_index": 3},
]  # fmt: skip
KOBO_MAPPING = (
    """source = "kobo"
cases = "Survey"
persons = "children"
key = "rootUuid"
"""
    + ALWAYS
    + """
[[column]]
name = "place/visit_date"
question = "visit_date"
[[column]]
name = "place/area"
question = "area"
[[column]]
name = "given_name"
sheet = "children"
question = "given_name"
[[column]]
name = "family_name"
sheet = "children"
question = "family_name"
[[column]]
name = "parent_given_name"
sheet = "children"
question = "parent_given_name"
[[column]]
name = "Sex"
sheet = "children"
question = "sex"
codes = { Boy = "male", Girl = "female" }
[[column]]
name = "birth_date"
sheet = "children"
question = "birth_date"
[[column]]
name = "worked_own_farm"
sheet = "children"
question = "worked_own_farm"
codes = { 1 = "yes", 0 = "no" }
[[column]]
name = "work_hours"
sheet = "children"
question = "work_hours"
[[column]]
name = "hazards"
sheet = "children"
drop = true
[[column]]
name = "hazards/heavy"
sheet = "children"
question = "hazards"
code = "heavy_loads"
[[column]]
name = "hazards/dust"
sheet = "children"
question = "hazards"
code = "dust_fumes_gas"
[[column]]
name = "hazards/none"
sheet = "children"
question = "hazards"
code = "none"
"""
)
ODK_ROWS: Sequence[Row] = [
    {"SubmissionDate": "2026-10-06T08:00:00Z", "g1-day": "2026-10-05", "g1-area": "PK-PB-05",
     "KEY": "uuid:1", "ReviewState": "approved", "Status": ""},
    {"SubmissionDate": "2026-10-06T09:00:00Z", "g1-day": "2026-10-06", "g1-area": "PK-PB-05",
     "KEY": "uuid:2", "ReviewState": "rejected", "Status": ""},
    {"SubmissionDate": "2026-10-06T10:00:00Z", "g1-day": "", "g1-area": "",
     "KEY": "uuid:3", "ReviewState": "", "Status": "not decrypted"},
]  # fmt: skip
ODK_REPEATS: Sequence[Row] = [
    {"given_name": "Zorblax", "sex": "male", "born": "2014-05-17", "farm": "yes",
     "PARENT_KEY": "uuid:1", "KEY": "uuid:1/g2/child[1]"},
    {"given_name": "Plimfa", "sex": "female", "born": "2012-05-17", "farm": "no",
     "PARENT_KEY": "uuid:1", "KEY": "uuid:1/g2/child[2]"},
    {"given_name": "Rejector", "sex": "female", "born": "2012-05-17", "farm": "no",
     "PARENT_KEY": "uuid:2", "KEY": "uuid:2/g2/child[1]"},
    {"given_name": "Orphana", "sex": "female", "born": "2012-05-17", "farm": "no",
     "PARENT_KEY": "uuid:9", "KEY": "uuid:9/g2/child[1]"},
]  # fmt: skip
ODK_MAPPING = (
    """source = "odk"
cases = "visits"
persons = "visits-child"
key = "KEY"
"""
    + ALWAYS
    + """
[[column]]
name = "g1-day"
question = "visit_date"
[[column]]
name = "g1-area"
question = "area"
[[column]]
name = "given_name"
sheet = "visits-child"
question = "given_name"
[[column]]
name = "sex"
sheet = "visits-child"
question = "sex"
[[column]]
name = "born"
sheet = "visits-child"
question = "birth_date"
[[column]]
name = "farm"
sheet = "visits-child"
question = "worked_own_farm"
"""
)
TABLE_MAPPING = (
    """source = "table"
cases = "list"
key = "no"
dates = "day-month-year"
"""
    + ALWAYS
    + """
[[column]]
name = "no"
drop = true
[[column]]
name = "day"
question = "visit_date"
[[column]]
name = "district"
question = "area"
[[column]]
name = "name"
question = "given_name"
[[column]]
name = "sex"
question = "sex"
codes = { m = "male", f = "female", "?" = "" }
[[column]]
name = "age"
question = "age_stated"
[[column]]
name = "hours"
question = "work_hours"
[[column]]
name = "farm"
question = "worked_own_farm"
"""
)
BROKEN: Sequence[Mapping[str, str]] = [
    *({"day": day} for day in ("31/02/2026", "10/13/2026", "yesterday", "", "5.10.26")),
    *({"district": code} for code in ("PK-PB-999", "Lahore", "0")),
    *({"sex": said} for said in ("x", "malef", "1")),
    *({"age": said} for said in ("twelve", "-3", "12-14", "1e2", "400")),
    *({"hours": said} for said in ("190", "many", "1,2,3")),
    {"day": "05/10/2099"},
]
"""What is wrong with twenty rows, one after the other."""


def workbook(path: Path, sheets: Mapping[str, Sequence[Row]]) -> Path:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    book.save(path)
    return path


def csv_text(rows: Sequence[Row], separator: str = ",") -> str:
    """Rows as CSV."""
    out = io.StringIO()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(out, columns, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def kobo(path: Path, visits: Sequence[Row] = (), children: Sequence[Row] = ()) -> Path:
    """A Kobo export."""
    return workbook(path, {"Survey": visits or KOBO_VISITS, "children": children or KOBO_CHILDREN})


def odk(path: Path) -> Path:
    """A zip of ODK Central."""
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("visits.csv", csv_text(ODK_ROWS))
        opened.writestr("visits-child.csv", csv_text(ODK_REPEATS))
    return path


def table(path: Path, good: int = 10) -> tuple[Path, list[int]]:
    """A list with good rows and, after each of the first, a broken one; the lines of the broken."""
    rows: list[Row] = []
    broken: list[int] = []
    for number in range(max(good, len(BROKEN))):
        fine = {
            "no": f"A{number}", "day": "05/10/2026", "district": "PK-PB-05",
            "name": f"Zorblax{number}", "sex": "m", "age": "12", "hours": "20", "farm": "yes",
        }  # fmt: skip
        if number < good:
            rows.append(fine)
        if number < len(BROKEN):
            rows.append({**fine, "no": f"B{number}", **BROKEN[number]})
            broken.append(len(rows) + 1)
    path.write_text(csv_text(rows, ";"), encoding="utf-8-sig")
    return path, broken
