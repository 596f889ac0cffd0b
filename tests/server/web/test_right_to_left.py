"""What is written from left to right keeps its order among words that run the other way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.web import create_app
from tests.server.exports.invented import PUBLISHED_AT_S, publish_invented
from tests.server.field import Clock, make_office, seeded

PAGES = ("/editions", "/editions/1", "/explore", "/explore/latest/CL-CLASS", "/glance/1", "/trends")
ISOLATED = re.compile(r"\u2066[12][0-9]{3}-(Q[1-4]|[0-9]{2})\u2069|<bdi>[^<]*</bdi>")
PERIOD = re.compile(r"\b20[0-9]{2}-(Q[1-4]|[0-9]{2})\b(?!-)")


@pytest.mark.parametrize("language", ["ar", "ur"])
def test_periods_are_set_apart_on_pages_from_right_to_left(tmp_path: Path, language: str) -> None:
    office = make_office(tmp_path / "office")
    publish_invented(office, 1, "1.0.0", PUBLISHED_AT_S)
    reader = create_app(office.config, Clock(), seeded(7)).test_client()
    seen = 0
    for path in PAGES:
        reply = reader.get(path, headers={"Accept-Language": language}, follow_redirects=True)
        assert reply.status_code == 200, path
        shown = re.sub(r"<code>.*?</code>|<[^b/][^>]*>|<b[^d][^>]*>", " ", reply.text, flags=re.S)
        seen += len(ISOLATED.findall(shown))
        rest = ISOLATED.sub(" ", shown)
        assert not PERIOD.search(rest), (path, PERIOD.search(rest))
    assert seen
    assert "\u2066" not in reader.get("/editions").text
