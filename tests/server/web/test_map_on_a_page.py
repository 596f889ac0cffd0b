"""The office's own map, given on a page: taken whole or not at all, and drawn at once."""

from __future__ import annotations

import io
import json

from server.maps.shapes import MOST_ON_A_PAGE
from server.reference.in_force import reference_of
from tests.server.maps.test_shapes import collection, square
from tests.server.web.conftest import Workplace, token_of


def test_map_is_loaded_and_taken_away_on_a_page(workplace: Workplace) -> None:
    client = workplace.sign_in("administrator")
    codes = [one.code for one in reference_of(workplace.office).codelists["areas"]][:3]
    content = collection(*(square(code, at, 30) for at, code in enumerate(codes)))
    assert "drawn as squares" in client.get("/programme/map").text

    reply = client.post(
        "/programme/map",
        data={"csrf_token": token_of(client), "file": (io.BytesIO(content), "areas.geojson")},
    )

    assert reply.status_code == 303
    assert "Areas with a shape: 3" in client.get("/programme/map").text
    assert workplace.last_act() == ("account administrator", "map_loaded")
    gone = workplace.post(client, "/programme/map/remove", sure="yes")
    assert "Areas with a shape" not in gone


def test_file_that_is_no_map_changes_nothing_and_says_what_is_wrong(workplace: Workplace) -> None:
    client = workplace.sign_in("administrator")
    token = token_of(client)
    wrong = {
        b"": "No file",
        b"<kml>": "cannot be read as JSON",
        json.dumps({"type": "FeatureCollection", "features": [{}]}).encode(): "Feature 1",
        collection(square("NOWHERE", 0, 30)): "has no &#39;NOWHERE&#39;",
    }
    for content, sentence in wrong.items():
        reply = client.post(
            "/programme/map",
            data={"csrf_token": token, "file": (io.BytesIO(content), "a.geojson")},
            follow_redirects=True,
        )
        assert sentence in reply.text, content[:30]
        assert "Areas with a shape" not in reply.text


def test_file_larger_than_a_page_takes_is_refused_and_other_forms_stay_small(
    workplace: Workplace,
) -> None:
    client = workplace.sign_in("administrator")
    token = token_of(client)

    def status(path: str, size: int) -> int:
        form = {"csrf_token": token, "file": (io.BytesIO(b" " * size), "a.geojson")}
        return client.post(path, data=form).status_code

    # What is announced is refused before it is read.
    announced = client.post(
        "/programme/map",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(MOST_ON_A_PAGE + (1 << 17))},
    )
    assert announced.status_code == 413
    assert status("/programme/map", 400_000) == 409
    assert status("/programme/messages", 400_000) == 413
