"""A privacy mark confirmed by a person, in the folder of a converted form."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from server.durable import replace_file
from server.forms.sheets import CONFIRMED, PRIVACY, PROPOSED
from shared.errors import QuestionnaireError


def confirm(
    folder: Path, names: Sequence[str], by: str, on: date, mark: str | None = None
) -> list[tuple[str, str]]:
    """Writes the proposed mark, or another, into ``survey.csv``, with who confirmed it and when.

    Gives names with the marks now in force. Raises QuestionnaireError for a name that is not there
    and for a folder that was not converted; then nothing is written. Whether the sheets load with
    the new marks is for the caller to check.
    """
    file = folder / "survey.csv"
    if not file.is_file():
        raise QuestionnaireError(f"there is no survey.csv in {folder.name}")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        header = list(reader.fieldnames or ())
        rows = list(reader)
    if PROPOSED not in header or CONFIRMED not in header:
        raise QuestionnaireError("the folder has no proposed marks; it was not converted")
    by_name = {row["name"]: row for row in rows if row["name"]}
    unknown = [name for name in names if not by_name.get(name, {}).get(PROPOSED)]
    if unknown:
        raise QuestionnaireError(f"no mark is proposed for {', '.join(sorted(unknown))}")
    done = []
    for name in names:
        row = by_name[name]
        row[PRIVACY] = mark or row[PROPOSED]
        row[CONFIRMED] = f"{' '.join(by.split())} {on.isoformat()}"
        done.append((name, row[PRIVACY]))
    stream_out = io.StringIO()
    writer = csv.DictWriter(stream_out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    replace_file(file, stream_out.getvalue().encode())
    return done
