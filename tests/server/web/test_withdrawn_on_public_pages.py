"""What readers find in the place of an edition that was withdrawn."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

from server.releases import approval, published, selection
from server.web import create_app
from tests.server.field import Clock, make_office, seeded
from tests.server.releases.register import APPROVER, DECLARER, Field, released, work

YEARS = ("2025", "2026")
ATOM = "{http://www.w3.org/2005/Atom}"


def test_feed_tells_a_withdrawal_under_the_same_name(tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    Field.begin(office).meet(120)
    work(office)
    edition = released(office)
    reader = create_app(office.config, Clock(), seeded(8)).test_client()
    (before,) = Xml.fromstring(reader.get("/editions/feed.atom").data).findall(f"{ATOM}entry")
    approval.ask_withdrawal(office, DECLARER, edition, "linkage", {"en": "Merged by\x0bmistake."})
    approval.withdraw(office, APPROVER, edition)

    framed = reader.get(f"/explore/{edition}/CL-CLASS_2026/embed")

    (after,) = Xml.fromstring(reader.get("/editions/feed.atom").data).findall(f"{ATOM}entry")

    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    told = create_app(office.config, Clock(), seeded(7)).test_client().get(f"/glance/{edition}")
    assert "Merged by" in told.text
    assert 'class="figure"' not in told.text
    assert "Merged by mistake." in after.findtext(f"{ATOM}summary", "")
    assert "mistake." in framed.text
    assert "<table" not in framed.text
    office.close()


def test_trend_shows_each_period_once_with_the_classes_all_of_them_have(
    tmp_path: Path,
) -> None:
    office = make_office(tmp_path / "office")
    field = Field.begin(office)
    field.meet(120, "2025-11")
    work(office)
    released(office, periods=("2025",))
    field.meet(240, "2026-11")
    work(office)
    released(office, periods=("2026",))
    reader = create_app(office.config, Clock(), seeded(9)).test_client()
    tables = {period: published.tables_of(office, at)[1][0] for at, period in enumerate(YEARS, 1)}
    series = selection.series_of(tables["2026"])
    numbers = {
        period: table.rows[tuple("Total" for _ in table.dimensions)][1]
        for period, table in tables.items()
    }

    page = reader.get(f"/explore/series/{series}").text
    row = r'<tr><th scope="row"[^>]*><a[^>]*>(\d{4})</a></th>(.*?)</tr>'
    rows = re.findall(row, page, re.DOTALL)

    assert [period for period, _ in rows] == ["2026", "2025"]
    for period, cells in rows:
        assert f">{numbers[period]}<" in cells
    assert "no measure of progress" in page
    assert reader.get("/explore/series/nothing").status_code == 404
    office.close()


def test_link_to_the_newest_leads_to_the_reason_when_all_was_withdrawn(tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    Field.begin(office).meet(120)
    work(office)
    edition = released(office)
    reader = create_app(office.config, Clock(), seeded(8)).test_client()
    approval.ask_withdrawal(office, DECLARER, edition, "linkage", {"en": "Merged by mistake."})
    approval.withdraw(office, APPROVER, edition)

    series = "CL-CLASS-by-area-child_labour"
    for link in (
        f"/explore/latest/{series}",
        f"/explore/latest/{series}?period=2026",
        f"/explore/series/{series}",
        f"/map/{edition}/{series}_2026",
    ):
        page = reader.get(link, follow_redirects=True)
        assert page.status_code == 200, link
        assert "Merged by mistake." in page.text, link
        assert "<table" not in page.text, link
    for link in ("/explore/latest/NOTHING", f"/explore/latest/{series}?period=2020"):
        assert reader.get(link).status_code == 404
    office.close()
