"""An edition fetched from the SDMX service of an office, over the network.

Nothing that a service says is signed, so nothing of it is taken on trust. It tells which edition is
out (the version of its flows); the files of that edition come from the same office and are taken
only with the signature of the country's key, as if they had come on a stick. Then every number of
the service is compared with the signed ones: an office, or somebody on the way, whose service tells
other numbers than it signed is named, and nothing is kept.

What the network can still do: give no answer, or an edition that is no longer the newest. The first
is said; of the second the caller is told which newer one is known.
"""

from __future__ import annotations

import csv
import http.client
import io
import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from server.exports.edition import ExportedEdition
from server.exports.sdmx.model import CONF_STATUS, OBS_STATUS, VALUE, sdmx_edition
from server.exports.sdmx.separated import rows_2_0
from server.exports.signed_edition import NotGenuine, signed_edition, signed_manifest
from server.releases.published import MANIFEST, SIGNATURE
from server.rollup.handed import MOST_BYTES, MOST_FILES
from shared.errors import ServiceError

Get = Callable[[str, str], bytes]
"""The body at an address, asked for as a media type. Raises NotFetched."""
WAIT_S, MOST_WAIT_S = 60, 600
"""Seconds until something comes, and until an answer is whole: drops of it never end."""
MOST_TOLD, MOST_PAGES, MOST_SHOWN = 5, 100, 80
MOST_LISTED = 5_000_000
"""Bytes of a list that nobody signed: what is read as JSON takes many times as much to hold."""
_FLOWS = "application/vnd.sdmx.structure+json;version=2.0.0"
_ROWS = "application/vnd.sdmx.data+csv;version=2.0.0"
_JSON, _ANY = "application/json", "*/*"
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_WORD = re.compile(r"[A-Za-z0-9_.@$-]{1,120}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NotFetched(ServiceError):
    """No edition could be fetched; nothing was kept."""


@dataclass(frozen=True)
class _Flow:
    agency: str
    id: str
    version: str


def fetched(address: str, signing_key: str, get: Get) -> dict[str, bytes]:
    """The files of the newest edition that an office publishes: signed by this key, and told by its
    SDMX service digit by digit as they were signed.

    address: of the office, or of its SDMX service. Raises NotFetched, NotGenuine.
    """
    root = _root(address)
    flows = _flows(root, get)
    number = _number(root, flows[0].version, get)
    files = _signed_files(root, number, signing_key, get)
    edition = signed_edition(files, signing_key)
    if edition.version != flows[0].version:
        raise NotFetched(
            f"The service tells version {flows[0].version}, and the files of edition {number} are "
            f"signed as version {edition.version}. Nothing was kept."
        )
    wrong = list(_differences(root, flows, edition, get))
    if wrong:
        more = f" and {len(wrong) - MOST_TOLD} more" if len(wrong) > MOST_TOLD else ""
        raise NotGenuine(
            f"The SDMX service tells other numbers than edition {number} was signed with: "
            f"{'; '.join(wrong[:MOST_TOLD])}{more}. Ask the country by another way; nothing was "
            "kept."
        )
    return files


def _root(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        is_none = not parts.hostname or "@" in parts.netloc or parts.port == 0
    except ValueError:
        raise _no_address() from None
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise NotFetched("An office is asked by https:// only. Nothing was asked.")
    if is_none or parts.query or parts.fragment:
        raise _no_address()
    path = parts.path.partition("/api/sdmx")[0].rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _no_address() -> NotFetched:
    return NotFetched(
        "Give the address of the office, such as https://office.example. Nothing was asked."
    )


def _flows(root: str, get: Get) -> list[_Flow]:
    told = _json(get(f"{root}/api/sdmx/3.0/structure/dataflow/all/all/latest", _FLOWS))
    try:
        found = [
            _Flow(str(one["agencyID"]), str(one["id"]), str(one["version"]))
            for one in told["data"]["dataflows"]
        ]
    except (KeyError, TypeError):
        raise NotFetched("What answers there is no SDMX 3.0 service. Nothing was kept.") from None
    if not found or len({(one.agency, one.version) for one in found}) != 1:
        raise NotFetched(
            "The service does not tell the tables of one edition of one agency. Nothing was kept."
        )
    if not all(
        _WORD.fullmatch(word) for one in found for word in (one.agency, one.id, one.version)
    ):
        raise NotFetched("The service names a table by letters SDMX does not have.")
    return found


def _number(root: str, version: str, get: Get) -> int:
    """The number of the edition of this version that holds."""
    before = ""
    for _ in range(MOST_PAGES):
        told = _json(get(f"{root}/api/editions?limit=100{before}", _JSON))
        try:
            rows = told["editions"]
            for one in rows:
                if one["version"] == version and not one["is_withdrawn"]:
                    return int(one["number"])
            if not told["next"] or not rows:
                break
            before = f"&before={int(rows[-1]['number'])}"
        except (KeyError, TypeError, ValueError, OverflowError):
            break
    raise NotFetched(
        f"The office has no list of editions with one of version {version}. Nothing was kept."
    )


def _signed_files(root: str, number: int, signing_key: str, get: Get) -> dict[str, bytes]:
    """Nothing but the list of files is fetched before its signature is checked."""
    files = {name: get(f"{root}/editions/{number}/{name}", _ANY) for name in (MANIFEST, SIGNATURE)}
    told = _json(signed_manifest(files, signing_key))
    named = told.get("files") if isinstance(told, dict) else None
    if not isinstance(named, dict) or len(named) > MOST_FILES:
        raise NotFetched("The edition names more files than an edition has. Nothing was kept.")
    size = 0
    for name in named:
        if not _FILE.fullmatch(name):
            raise NotFetched("The edition names a file that has no plain name. Nothing was kept.")
        files[name] = get(f"{root}/editions/{number}/{quote(name)}", _ANY)
        size += len(files[name])
        if size > MOST_BYTES:
            raise NotFetched("The edition is larger than an edition is. Nothing was kept.")
    return files


def _differences(
    root: str, flows: list[_Flow], edition: ExportedEdition, get: Get
) -> Iterator[str]:
    signed = sdmx_edition(edition)
    own = {flow.id: flow for flow in signed.flows}
    for name in sorted(own.keys() ^ {one.id for one in flows}):
        yield f"{name} is {'signed and not told' if name in own else 'told and not signed'}"
    for one in flows:
        if one.id not in own:
            continue
        address = f"{root}/api/sdmx/3.0/data/dataflow/{one.agency}/{one.id}/{one.version}/*"
        content, written = get(address, _ROWS), rows_2_0(signed, own[one.id])
        if len(content) > 2 * len(written) + MOST_SHOWN:
            # Not read at all: held as rows it takes many times as much.
            yield f"{one.id} has more numbers than were signed"
            continue
        told, right = _rows(content, one.id), _rows(written, one.id)
        for key in right.keys() | told.keys():
            if told.get(key) != right.get(key):
                where = _printed(", ".join(key))
                yield f"{one.id} {where}: {_shown(told, key)}, signed {_shown(right, key)}"


_Rows = Mapping[tuple[str, ...], tuple[str, ...]]


def _rows(content: bytes, flow: str) -> _Rows:
    """Value and both marks of each row, by the other cells that say where it stands."""
    marks = (VALUE, OBS_STATUS, CONF_STATUS)
    try:
        found = list(csv.DictReader(io.StringIO(content.decode())))
        named = list(found[0]) if found else []
        last = named.index(VALUE) if named else 0
        keys = named[3:last]
        rows = {tuple(row[one] for one in keys): tuple(row[one] for one in marks) for row in found}
        if any(None in (*row, *row.values()) for row in found):
            raise ValueError("a row with fewer or more cells than there are columns")
    except (UnicodeDecodeError, csv.Error, KeyError, ValueError, TypeError):
        raise NotFetched(f"The data of {flow} are no SDMX-CSV 2.0. Nothing was kept.") from None
    if len(rows) != len(found):
        raise NotFetched(f"The data of {flow} have a number twice. Nothing was kept.")
    return rows


def _shown(rows: _Rows, key: tuple[str, ...]) -> str:
    return _printed(" ".join(rows[key])) if key in rows else "nothing"


def _printed(said: str) -> str:
    """What nobody signed, as it may stand on a screen: no sign that steers one, and not long."""
    return "".join(one if one.isprintable() else "?" for one in said[:MOST_SHOWN])


def _json(content: bytes) -> Any:
    if len(content) > MOST_LISTED:
        raise NotFetched("What answers there sends a list without end. Nothing was kept.")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise NotFetched("What answers there writes no JSON. Nothing was kept.") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Nothing is asked of an address that nobody gave."""


def over_the_network(address: str, accept: str, most_wait_s: float = MOST_WAIT_S) -> bytes:
    """What stands at an address; bounded in time and bytes. Raises NotFetched."""
    came: list[bytes | NotFetched] = []

    def ask() -> None:
        try:
            came.append(_answer(address, accept))
        except NotFetched as problem:
            came.append(problem)

    # Beside: each wait of a connection is bounded, all of them together are not. Nobody waits for
    # what is left behind when the command ends.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(most_wait_s)
    found = came[0] if came else NotFetched(f"{_host(address)} takes too long. Nothing was kept.")
    if isinstance(found, NotFetched):
        raise found
    return found


def _answer(address: str, accept: str) -> bytes:
    opener = urllib.request.build_opener(_NoRedirect)
    where = _host(address)
    try:
        asked = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310, only https comes here
        with opener.open(asked, timeout=WAIT_S) as answer:
            content: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise NotFetched(
            f"{where} answers {error.code} where an office of Tally87 has "
            f"{urlsplit(address).path}. Nothing was kept."
        ) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        reason = _printed(str(getattr(error, "reason", error)))
        raise NotFetched(f"{where} cannot be reached: {reason}. Nothing was kept.") from error
    if len(content) > MOST_BYTES:
        raise NotFetched(f"{where} sends more than an edition has. Nothing was kept.")
    return content


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
