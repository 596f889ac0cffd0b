"""Knowledge: open documents and tables in one catalogue, found by search, for machines as well."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

from server.office.config import config_for
from server.reference.in_force import reference_of
from server.web import create_app
from tests.server.field import Clock, seeded
from tests.server.web.conftest import Workplace


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_documents_are_whole_and_open_to_anybody(workplace: Workplace) -> None:
    reader, reference = workplace.app.test_client(), reference_of(workplace.office)
    questions = rows_of(reader.get("/knowledge/questionnaire.csv").data)
    asked = [one for one in questions if one["kind"] not in ("section", "answer")]
    assert [one["name"] for one in asked] == list(reference.questionnaire.questions)
    for one in asked:
        question = reference.questionnaire.questions[one["name"]]
        assert one["en"].lstrip("'") == question.labels.get("en", "")
        assert one["privacy"] == question.privacy.kind.value
    rules = rows_of(reader.get("/knowledge/profile.csv").data)
    plain = {one["name"]: one for one in rules if not one["where"]}
    assert plain.keys() == reference.profile.parameters.keys()
    for name, one in plain.items():
        assert one["confirmed"] == ("yes" if reference.profile.parameters[name].confirmed else "no")
    for found in reference.codelists.values():
        codes = rows_of(reader.get(f"/knowledge/lists/{found.name}.csv").data)
        assert [one["code"].lstrip("'") for one in codes] == list(found.entries)
    assert reader.get("/knowledge/lists/nothing.csv").status_code == 404
    assert reader.get("/knowledge/lists/..%2Fkeys.csv").status_code == 404


def test_search_finds_what_has_every_word_and_works_without_a_script(workplace: Workplace) -> None:
    reader = workplace.app.test_client()
    every = reader.get("/knowledge").text
    assert "<script" not in every
    titles = re.findall(r'<h2><a href="[^"]+">([^<]+)', every)
    assert "areas" in titles
    found = reader.get("/knowledge?q=AREAS&kind=list").text
    assert "areas" in re.findall(r'<h2><a href="[^"]+">([^<]+)', found)
    nothing = reader.get("/knowledge?q=%3Cscript%3E+nothinglikeit").text
    assert "Nothing has all of these words" in nothing
    assert "<script" not in nothing
    assert len(re.findall(r"<h2><a", reader.get("/knowledge?kind=profile").text)) == 1


def test_catalogue_for_machines_names_every_document_with_its_file(workplace: Workplace) -> None:
    reader = workplace.app.test_client()
    reply = reader.get("/knowledge/catalogue.jsonld")
    assert reply.mimetype == "application/ld+json"
    said = json.loads(reply.data)
    entries = [*said["dcat:dataset"], *said["dct:hasPart"]]
    pages = re.findall(r'<h2><a href="([^"]+)"', reader.get("/knowledge").text)
    assert {one["@id"] for one in entries} == {f"http://localhost{link}" for link in pages}
    for one in entries:
        assert one["dct:title"]["@value"]
        assert one["schema:citation"].endswith(one["@id"])
        (file,) = one["dcat:distribution"]
        there = file["schema:contentUrl"].removeprefix("http://localhost")
        assert reader.get(there).status_code == 200
        assert "dct:license" not in one, "nobody stated a licence"


def test_licence_of_the_office_is_said_on_the_page_and_in_the_catalogue(
    office_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(office_folder, tmp_path / "office")
    licence = "https://creativecommons.org/licenses/by/4.0/"
    app = create_app(config_for(folder, licence=licence), Clock(), seeded(3))
    reader = app.test_client()

    assert f'<a href="{licence}" rel="license">' in reader.get("/knowledge").text
    assert json.loads(reader.get("/knowledge/catalogue.jsonld").data)["dct:license"] == licence
    app.extensions["tally87"].close()


def test_pages_of_those_who_are_signed_in_are_kept_and_squeezed_by_nobody(
    workplace: Workplace,
) -> None:
    client, seen = workplace.sign_in("statistician"), 0
    for link in ("/account", "/releases", "/bench", "/estimates", "/counts", "/releases/new"):
        reply = client.get(link, headers={"Accept-Encoding": "gzip"})
        seen += reply.status_code == 200
        assert reply.headers["Cache-Control"] == "no-store", link
        assert "ETag" not in reply.headers, link
        assert "Content-Encoding" not in reply.headers, "its token would show in its length"
    assert seen >= 4
