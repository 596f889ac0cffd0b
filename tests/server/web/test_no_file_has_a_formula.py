"""No file that people open in a spreadsheet has a cell that is worked out, or read as a day."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from server.forms.report import safe
from server.packs.packing import pack_of, take_pack
from server.programme.keys import keys_of
from server.progress.cells import as_text, from_text
from server.progress.entering import enter
from server.web import create_app
from shared.formulas import FORMULA_SIGNS, no_formula
from tests.server.exports.invented import PUBLISHED_AT_S, publish_invented
from tests.server.field import Clock, make_office, seeded
from tests.server.progress.declared import PILOTS

FORMULA = '=HYPERLINK("https://example.org","x")'


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_words_that_begin_like_a_formula_are_text_and_read_back_as_they_were(sign: str) -> None:
    said = f"{sign}1+1"

    assert no_formula(said) == safe(said) == as_text(said) == f"'{said}"
    assert from_text(as_text(said)) == said


def test_selection_of_a_table_has_no_formula_and_no_band_of_ages_that_is_a_day(
    tmp_path: Path,
) -> None:
    office = make_office(tmp_path / "office")
    publish_invented(office, 1, "1.0.0", PUBLISHED_AT_S)
    reader = create_app(office.config, Clock(), seeded(7)).test_client()

    reply = reader.get("/explore/1/CL-CLASS_2026-10/selection.csv?rows=area&columns=age_band")

    lines = list(csv.DictReader(io.StringIO(reply.text.lstrip("\ufeff"))))
    assert '\'=HYPERLINK("x")' in {line["area_label"] for line in lines}
    assert "12–14" in {line["age_band_label"] for line in lines}
    assert not any(cell.startswith(FORMULA_SIGNS) for line in lines for cell in line.values())


def test_pack_of_a_country_has_no_formula_and_is_entered_as_it_was(tmp_path: Path) -> None:
    office, other = make_office(tmp_path / "office"), make_office(tmp_path / "other", seed=2)
    lines = list(csv.DictReader(io.StringIO(PILOTS)))
    lines[0]["title"] = FORMULA
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    enter(office, "pilot", out.getvalue().encode(), "Statistics office")

    key = keys_of(office).programme.public.signing.hex()
    take_pack(pack_of(office), key, tmp_path / "new")

    lessons = (tmp_path / "new" / "lessons.csv").read_bytes()
    cells = [cell for row in csv.reader(io.StringIO(lessons.decode())) for cell in row]
    assert f"'{FORMULA}" in cells
    assert not any(cell.startswith(FORMULA_SIGNS) for cell in cells)
    assert enter(other, "pilot", lessons, "Other office") >= 1
    take_pack(pack_of(other), keys_of(other).programme.public.signing.hex(), tmp_path / "again")
    assert (tmp_path / "again" / "lessons.csv").read_bytes() == lessons
    other.close()
    office.close()
