"""The SDMX service, asked by a client that knows nothing of us, and by hand where none can."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import sdmx
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from server.db.engine import transaction
from server.exports.sdmx import markup
from server.exports.sdmx.model import SdmxEdition, SdmxFlow
from server.office import Office
from server.releases import store
from server.web import create_app
from tests.server.exports.invented import NEVER_TOLD, PUBLISHED_AT_S, publish_invented
from tests.server.field import Clock, make_office, seeded

DOCS = Path(__file__).parents[3] / "docs" / "exports.md"
DAY_S = 24 * 3600
V21, V30 = "/api/sdmx/2.1", "/api/sdmx/3.0"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with two editions, a day apart."""
    office = make_office(tmp_path_factory.mktemp("sdmx") / "office")
    publish_invented(office, 1, "1.0.0", PUBLISHED_AT_S)
    publish_invented(office, 2, "1.1.0", PUBLISHED_AT_S + DAY_S)
    return office


@pytest.fixture(scope="module")
def app(office: Office) -> Flask:
    return create_app(office.config, Clock(), seeded(7))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where the service answers over HTTP."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def rows(client: FlaskClient, path: str, **asked: str) -> list[dict[str, str]]:
    """What a request for data gives, by dimension and attribute."""
    accept = {"Accept": "application/vnd.sdmx.data+csv;version=1.0.0"}
    reply = client.get(path, query_string=asked, headers=accept)
    assert reply.status_code == 200, reply.data
    header, *lines = reply.get_data(as_text=True).splitlines()
    return [dict(zip(header.split(","), line.split(","), strict=False)) for line in lines]


def test_client_finds_the_flows_and_reads_one(address: str) -> None:
    sdmx.add_source({"id": "T87", "name": "An office", "url": f"{address}{V21}"}, override=True)
    asking = sdmx.Client("T87")

    found = asking.dataflow(agency_id="all")
    assert list(found.dataflow) == ["DF_CL_CLASS"]
    flow = asking.dataflow(
        "DF_CL_CLASS", agency_id="all", params={"references": "all"}, force=True
    ).dataflow["DF_CL_CLASS"]
    assert flow.version == "1.1.0"
    read = asking.data("DF_CL_CLASS", key={"REF_AREA": "PK-PB"}, dsd=flow.structure)
    values = {str(one.key): one.value for one in read.data[0].obs}
    assert set(values.values()) == {None, "0", "31"}
    assert all("REF_AREA=PK-PB" in key for key in values)


def test_lines_of_the_documentation_run_as_they_stand(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = DOCS.read_text(encoding="utf-8")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert snippets
    for snippet in snippets:
        assert "https://office.example" in snippet
        exec(snippet.replace("https://office.example", address), {})
    assert "31" in capsys.readouterr().out


def test_lines_of_python_on_the_page_for_programs_run_as_they_stand(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with urlopen(f"{address}/api") as reply:
        page = html.unescape(reply.read().decode())
    (snippet,) = re.findall(r'<code id="python">(.*?)</code>', page, re.DOTALL)
    assert f'office = "{address}"' in snippet

    exec(snippet, {})

    assert re.search(r"/editions/2/\S+\.csv \d+ rows", capsys.readouterr().out)


def test_page_for_programs_describes_what_anybody_may_ask_and_nothing_of_tablets(
    client: FlaskClient,
) -> None:
    page, said = client.get("/api").text, client.get("/api/public.json").json
    assert said is not None
    assert set(said["paths"]) == {"/api/editions", "/api/editions/{number}"}
    for path in said["paths"]:
        assert path in page
    assert "enrolments" not in page
    assert "<script" not in page
    tried = client.get("/api/try")
    for there in re.findall(r'(?:src|href)="(/static/(?:swagger/|try)[^"]+)"', tried.text):
        assert client.get(there).status_code == 200
    assert "script-src 'self'" in tried.headers["Content-Security-Policy"]
    assert "unsafe" not in tried.headers["Content-Security-Policy"]


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed here")
def test_lines_of_r_run_as_they_stand(address: str) -> None:
    text = DOCS.read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```r\n(.*?)```", text, re.DOTALL)
    assert "https://office.example" in snippet
    lines = snippet.replace("https://office.example", address)
    told = subprocess.run(
        ["Rscript", "--vanilla", "-e", lines], capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stderr
    assert re.search(r"PK-PB +31 +A\b", told.stdout)
    assert re.search(r"PK-SD +NA +O\b", told.stdout)  # Not yet published, and never a zero.


@pytest.mark.parametrize(
    ("path", "asked", "expected"),
    [
        (f"{V21}/data/DF_CL_CLASS/M.PK-PB.Y12T14.LIGHT_WORK", {}, 2),
        (f"{V21}/data/DF_CL_CLASS/..Y12T14+Y5T11.LIGHT_WORK", {}, 12),
        (f"{V21}/data/DF_CL_CLASS/all", {"startPeriod": "2026-11"}, 46),
        (f"{V21}/data/DF_CL_CLASS", {"endPeriod": "2026-M10"}, 46),
        (f"{V21}/data/DF_CL_CLASS", {"startPeriod": "2026-Q4", "endPeriod": "2026"}, 92),
        (f"{V30}/data/dataflow/*/DF_CL_CLASS/+/M.PK-PB.*.LIGHT_WORK", {}, 10),
        (f"{V30}/data/dataflow/*/DF_CL_CLASS/~/*.PK-PB,*.PK-SD", {"c[AGE]": "Y12T14"}, 12),
        (f"{V30}/data/dataflow/*/DF_CL_CLASS", {"c[AGE]": "ne:_T+ne:Y5T14,Y12T14"}, 54),
        (f"{V30}/data/dataflow/*/DF_CL_CLASS", {"c[REF_AREA]": "sw:PK"}, 62),
        (f"{V30}/data/dataflow/*/DF_CL_CLASS", {"c[TIME_PERIOD]": "ge:2026-11"}, 46),
    ],
)
def test_numbers_are_chosen(
    client: FlaskClient, path: str, asked: dict[str, str], expected: int
) -> None:
    assert len(rows(client, path, **asked)) == expected


def test_withheld_number_is_a_row_with_its_status(client: FlaskClient) -> None:
    (row,) = rows(client, f"{V21}/data/DF_CL_CLASS/.PK-PB._T._T", startPeriod="2026-11")
    assert (row["OBS_VALUE"], row["OBS_STATUS"], row["CONF_STATUS"]) == ("", "Q", "C")


def test_time_travel_leads_to_the_edition_of_then(client: FlaskClient) -> None:
    def version(**asked: str) -> str:
        return rows(client, f"{V21}/data/DF_CL_CLASS", **asked)[0]["DATAFLOW"][-6:-1]

    assert version() == "1.1.0"
    assert version(asOf="2026-11-22T13:00:00Z") == "1.0.0"
    path = f"{V30}/data/dataflow/*/DF_CL_CLASS/1.0.0"
    assert rows(client, path)[0]["DATAFLOW"].endswith("(1.0.0)")
    before = client.get(f"{V21}/data/DF_CL_CLASS?asOf=2026-11-01")
    assert before.status_code == 404
    same = client.get(f"{V21}/data/DF_CL_CLASS?updatedAfter=2026-11-24T00:00:00Z")
    assert same.status_code == 204


def test_every_format_is_given_as_it_is_asked_for_and_kept_by_its_tag(client: FlaskClient) -> None:
    path = f"{V30}/data/dataflow/*/DF_CL_CLASS/1.1.0"
    begins = {
        "application/vnd.sdmx.structurespecificdata+xml;version=2.1": b"<?xml",
        "application/vnd.sdmx.data+xml;version=3.0.0": b"<?xml",
        "application/vnd.sdmx.data+json;version=1.0.0": b"{",
        "application/vnd.sdmx.data+json": b"{",
        "application/vnd.sdmx.data+csv;version=2.0.0": b"STRUCTURE,",
        "*/*": b"{",
        "text/html, application/xml;q=0.9": b"<?xml",
    }
    for asked, begin in begins.items():
        reply = client.get(path, headers={"Accept": asked})
        assert reply.data.startswith(begin), asked
        assert {"Accept", "Accept-Language", "Cookie"} <= set(reply.vary)
        kept = {"Accept": asked, "If-None-Match": reply.headers["ETag"]}
        assert client.get(path, headers=kept).status_code == 304
        assert not any(str(number).encode() in reply.data for number in NEVER_TOLD)
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{V21}/data/DF_NOTHING", 404, ""),
        (f"{V21}/data/SOMEBODY,DF_CL_CLASS,1.0.0", 404, ""),
        (f"{V21}/data/DF_CL_CLASS/M.NOWHERE", 404, ""),
        (f"{V21}/data/DF_CL_CLASS/1.2.3.4.5.6", 400, "6 places"),
        (f"{V21}/data/DF_CL_CLASS?startPeriod=soon", 400, "'soon' is no period"),
        (f"{V21}/data/DF_CL_CLASS?asOf=then", 400, "'then' is no moment"),
        (f"{V30}/data/dataflow/*/DF_CL_CLASS?c[NOTHING]=1", 400, "There is no dimension 'NOTHING'"),
        (f"{V30}/data/dataflow/*/DF_CL_CLASS?c[AGE]=like:Y", 400, "There is no operator 'like'"),
        (f"{V30}/data/dataflow/*/DF_CL_CLASS?limit=5", 501, "limit"),
        (f"{V30}/structure/metadataflow", 501, "metadataflow"),
        (f"{V30}/structure/dataflow?detail=allstubs", 501, "detail=full"),
        (f"{V30}/structure/codelist/*/CL_NOTHING", 404, ""),
    ],
)
def test_what_cannot_be_answered_says_why(
    client: FlaskClient, path: str, status: int, said: str
) -> None:
    reply = client.get(path)
    assert reply.status_code == status
    assert said in reply.get_json()["message"]


def test_key_outside_the_structure_is_no_content_in_3_0(client: FlaskClient) -> None:
    reply = client.get(f"{V30}/data/dataflow/*/DF_CL_CLASS/*/M.NOWHERE")
    assert (reply.status_code, reply.data) == (204, b"")


def test_structures_come_alone_or_with_what_they_are_made_of(client: FlaskClient) -> None:
    alone = client.get(f"{V30}/structure/dataflow/*/DF_CL_CLASS").get_json()["data"]
    assert list(alone) == ["dataflows"]
    path = f"{V30}/structure/datastructure/*/DSD_CL_CLASS/+?references=all"
    whole = client.get(path).get_json()["data"]
    assert set(whole) == {"codelists", "conceptSchemes", "dataStructures", "dataflows"}
    lists = client.get(f"{V30}/structure/codelist/SDMX/CL_OBS_STATUS/2.2").get_json()["data"]
    assert [one["id"] for one in lists["codelists"]] == ["CL_OBS_STATUS"]


def test_withdrawn_edition_answers_no_more(tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    publish_invented(office, 1, "1.0.0", PUBLISHED_AT_S)
    with office.engine.begin() as connection:
        store.change_edition(
            connection, 1, withdrawal={"reason": "linkage"}, withdrawn_at_s=PUBLISHED_AT_S + 1
        )
    client = create_app(office.config, Clock(), seeded(8)).test_client()
    for path in ("data/DF_CL_CLASS", "data/all,DF_CL_CLASS,1.0.0", "dataflow/all/all/1.0.0"):
        assert client.get(f"{V21}/{path}").status_code == 404
    office.close()


def test_editions_are_listed_a_slice_at_a_time_and_described(client: FlaskClient) -> None:
    first = client.get("/api/editions?limit=1")
    assert [one["version"] for one in first.get_json()["editions"]] == ["1.1.0"]
    following = first.get_json()["next"]
    assert following in first.headers["Link"]
    second = client.get(following).get_json()
    assert [one["version"] for one in second["editions"]] == ["1.0.0"]
    assert second["next"] is None
    again = client.get("/api/editions?limit=1", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    for wrong in ("limit=0", "limit=x", "before=x"):
        reply = client.get(f"/api/editions?{wrong}")
        assert (reply.status_code, reply.get_json()["code"]) == (422, "not_acceptable")
    described = client.get("/api/openapi.json").get_json()
    assert {"/api/editions", "/api/editions/{number}"} <= set(described["paths"])


def test_edition_says_where_its_files_are(client: FlaskClient) -> None:
    told = client.get("/api/editions/2").get_json()
    assert told["manifest"]["version"] == "1.1.0"
    addresses = [one["url"] for one in told["files"]]
    addresses += [url for one in told["formats"] for url in one["urls"]]
    assert len(addresses) > 12
    for url in addresses:
        assert client.get(url).status_code == 200, url
    assert client.get("/api/editions/9").status_code == 404


def test_whole_table_is_written_once_and_gone_with_its_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office(tmp_path / "office")
    publish_invented(office, 1, "1.0.0", PUBLISHED_AT_S)
    reader = create_app(office.config, Clock(), seeded(7)).test_client()
    written: list[str] = []
    plain = markup.data

    def counted(sdmx: SdmxEdition, flow: SdmxFlow, version: markup.MarkupVersion) -> bytes:
        written.append(flow.id)
        return plain(sdmx, flow, version)

    monkeypatch.setattr(markup, "data", counted)
    first = reader.get(f"{V21}/data/DF_CL_CLASS/all")
    assert first.status_code == 200
    assert reader.get(f"{V21}/data/DF_CL_CLASS").data == first.data
    assert written == ["DF_CL_CLASS"]
    # another selection, another form: nothing of the first answer
    assert reader.get(f"{V21}/data/DF_CL_CLASS/.PK-PB").data != first.data
    assert rows(reader, f"{V21}/data/DF_CL_CLASS")

    with transaction(office.engine) as connection:
        store.change_edition(
            connection, 1, withdrawal={"reason": "linkage"}, withdrawn_at_s=PUBLISHED_AT_S + 1
        )
    assert reader.get(f"{V21}/data/DF_CL_CLASS/all").status_code == 404
