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
from tests.server.web.conftest import Workplace, token_of


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
    assert "Areas" in titles
    found = reader.get("/knowledge?q=AREAS&kind=list").text
    assert "Areas" in re.findall(r'<h2><a href="[^"]+">([^<]+)', found)
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


def test_study_stands_in_the_catalogue_as_the_office_saw_it_and_no_longer_when_it_changes(
    workplace: Workplace,
) -> None:
    client, reader = workplace.sign_in("statistician"), workplace.app.test_client()
    study = {
        "code": "BRICK-1",
        "title": "Children at brick kilns <of one district>",
        "organisation": "An institute",
        "period": "2025",
        "theme": "forced_labour",
        "about": "Interviews at 60 kilns.",
        "link": "https://institute.example/kilns?lang=en",
        "licence": "CC BY 4.0",
        "on": "2026-02-03",
    }
    bad = client.post(
        "/progress/study",
        data={"csrf_token": token_of(client), **study, "link": "javascript:alert(1)"},
    )
    assert bad.status_code == 409
    assert "An address begins with https://" in bad.text
    workplace.post(client, "/progress/study", **study)
    (number,) = re.findall(r"/progress/study/(\d+)", client.get("/progress?kind=study").text)
    assert "brick kilns" not in reader.get("/knowledge").text

    told = workplace.post(client, f"/progress/study/{number}/catalogue", decision="list")

    assert "The study stands in the catalogue" in told
    page = reader.get("/knowledge?q=kilns+institute&kind=study").text
    assert "Children at brick kilns &lt;of one district&gt;" in page
    assert 'rel="external nofollow noopener"' in page
    (found,) = (
        one
        for one in json.loads(reader.get("/knowledge/catalogue.jsonld").data)["dct:hasPart"]
        if one["@id"] == study["link"]
    )
    assert found["schema:author"]["schema:name"] == "An institute"
    assert found["dct:license"] == "CC BY 4.0"
    assert "schema:Report" in found["@type"]
    workplace.post(client, "/progress/study", **{**study, "title": "Other"}, number=number)
    assert "brick kilns" not in reader.get("/knowledge").text
    assert ">Other<" not in reader.get("/knowledge").text


def test_contributor_enters_a_study_of_its_own_and_cannot_list_it(workplace: Workplace) -> None:
    client = workplace.sign_in("contributor")
    workplace.post(
        client,
        "/progress/study",
        code="OWN-1",
        title="Our study",
        period="2025",
        theme="child_labour",
        link="https://ngo.example/study",
        on="2026-02-03",
    )
    (number,) = re.findall(r"/progress/study/(\d+)", client.get("/progress?kind=study").text)

    assert "Public catalogue" not in client.get(f"/progress/study/{number}").text
    refused = client.post(
        f"/progress/study/{number}/catalogue",
        data={"csrf_token": token_of(client), "decision": "list"},
    )
    assert refused.status_code == 403
