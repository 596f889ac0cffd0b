"""The board of visits asked for: asked, drawn, ended and asked for again by stewards."""

from __future__ import annotations

import re

from tests.server.field import FieldTablet
from tests.server.web.conftest import Workplace

FRAME = "area,place_kind,words\nPK-PB-01,farm,One\nPK-PB-02,brick_kiln,Two\nPK-PB-03,farm,Three\n"


def test_steward_asks_draws_ends_and_asks_again(workplace: Workplace) -> None:
    client = workplace.sign_in("steward")
    assert "No tablet is in use" in client.get("/assignments").text
    tablet = FieldTablet.enrol(workplace.office)
    tablet.send(tablet.visit())
    asked = {"tablet": tablet.membership.tablet_id, "due": "2026-12-31"}
    place = {"area": "PK-PB-01", "place_kind": "brick_kiln", "words": "Behind  the mill"}

    page = workplace.post(client, "/assignments", **asked, **place)

    assert "Asked." in page
    assert "Behind the mill" in page
    assert "server." not in re.sub(r"<[^>]*>", "", page)
    assert workplace.last_act() == ("account steward", "visits_asked")
    assert "from the lists" in workplace.post(
        client, "/assignments", **asked, **place | {"area": "X"}
    )
    drawn = {"frame": FRAME, "number": "2", "seed": "7"}
    page = workplace.post(client, "/assignments/draw", **asked, **drawn)
    assert page.count("seed 7 line") == 2
    page = workplace.post(client, "/assignments/draw", **asked, **drawn | {"number": "9"})
    assert "fewer places than you asked for" in page
    for wrong in ({"seed": "x"}, {"frame": "area\n"}, {"number": ""}):
        assert "Nothing was drawn" in workplace.post(
            client, "/assignments/draw", **asked, **drawn | wrong
        )

    assert "Noted." in workplace.post(client, "/assignments/1", state="done")
    assert "changed it meanwhile" in workplace.post(client, "/assignments/1", state="closed")
    done = client.get("/assignments?state=done").text
    assert "Behind the mill" not in done
    assert "account steward" in done
    assert "Asked." in workplace.post(client, "/assignments/1", state="open", due="2027-01-31")
    assert "name the day" in workplace.post(
        client, "/assignments", **asked | {"due": "soon"}, **place
    )
    assert workplace.sign_in("statistician").get("/assignments").status_code == 403
