"""A country and a language that come with no app, by a new user: the commands of the docs, each in
a process of its own, and the lines they print to go on with; no code, no new app, and timed.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from demo.link import free_port
from mobile.tablet import Tablet
from shared.reference import reference_that_came
from shared.texts import text
from tests.test_docs import ROOT

PIN = "482913"
WITHIN_S = 3600
"""The goal: in under an hour, with the time to type and to translate; the commands take a small
part of it."""
AREAS = "Province;District\nHarare;Harare\nMasvingo;Chiredzi\nMasvingo;Gutu\n"
LAW = (
    "parameter,value,source,as_of\n"
    'minimum_age,16,"Labour Act, section 11",2024-01-01\n'
    'light_age_from,none,"Labour Act, section 11",2024-01-01\n'
    "night_window,20:00-06:00,Labour Regulations,2024-01-01\n"
)
LINES = "name,number,source\nChildline Zimbabwe,116,childline.org.zw\n"
SHONA = {"Back": "Dzokera", "Yes": "Hongu", "No": "Kwete", "child labour": "basa revana"}


class User:
    """Somebody at a terminal. clock: seconds that their commands took."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.clock = folder, 0.0
        self.settings = {
            **os.environ,
            "TALLY87_FOLDER": str(folder / "office"),
            "TALLY87_KEYS": str(folder / "keys"),
            "TALLY87_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TALLY87_PRODUCTION": "no",
            "TALLY87TABLET_PIN": PIN,
        }

    def types(self, line: str) -> str:
        """Runs a line as a shell would; what it said."""
        words = shlex.split(line)
        if words[0] == "export":
            self.settings |= dict(one.split("=", 1) for one in words[1:])
            return ""
        began = time.monotonic()
        done = subprocess.run(
            [program(words[0]), *words[1:]],
            cwd=self.folder,
            env=self.settings,
            capture_output=True,
            text=True,
            check=False,
        )
        self.clock += time.monotonic() - began
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        return done.stdout

    @contextmanager
    def serving(self, port: int) -> Iterator[None]:
        """The office, until it is not needed any more."""
        with (self.folder / "serve.log").open("wb") as log:
            office = subprocess.Popen(
                [program("tally87"), "serve", "--port", str(port)],
                cwd=self.folder,
                env=self.settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            for _ in range(240):
                try:
                    urlopen(f"http://127.0.0.1:{port}/healthz").close()
                    break
                except URLError:
                    time.sleep(0.5)
            yield
        finally:
            os.killpg(office.pid, signal.SIGTERM)
            office.wait()


def program(name: str) -> str:
    """As it is installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def docs_say(line: str) -> bool:
    """Whether the page a new user follows has such a command."""
    page = (ROOT / "docs" / "how-to-add-a-country.md").read_text("utf-8")
    return " ".join(line.split()[:3]) in page


def test_a_new_user_brings_a_country_and_a_language_to_a_tablet(tmp_path: Path) -> None:
    port = free_port()
    user = User(tmp_path, port)
    for name, content in (("areas", AREAS), ("law", LAW), ("lines", LINES)):
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")

    told = user.types(
        "tally87 country new ZWE --out zimbabwe --areas areas.csv --law law.csv"
        " --helplines lines.csv"
    )
    user.types("tally87 language new sn --out shona.po --country ZWE --folder zimbabwe")
    translated(tmp_path / "shona.po")
    for line in (
        "tally87 language check shona.po --country ZWE --folder zimbabwe",
        "tally87 language add shona.po --country ZWE --folder zimbabwe",
        "tally87 country check ZWE zimbabwe",
    ):
        assert docs_say(line)
        told = user.types(line)
    # What is printed is typed as it stands.
    following = re.findall(r"^  ((?:tally87|export) .*)$", told, re.MULTILINE)
    assert len(following) == 4, told
    for line in following:
        user.types(line)
    user.types('tally87 organisation add LABOUR --name "Inspectorate" --list labour_inspectorate')
    user.types("tally87 officer add LABOUR-1 --organisation LABOUR")
    ticket = user.types("tally87 enrol --officer LABOUR-1").split()[-1]
    with user.serving(port):
        user.types(f"tally87-tablet --folder tablet enrol {ticket}")
        (tmp_path / "case.json").write_text(example_of_the_docs("ZW-02-01"), "utf-8")
        user.types("tally87-tablet --folder tablet record case.json")
        sent = user.types("tally87-tablet --folder tablet send")
        changed(tmp_path / "zimbabwe" / "areas.csv")
        user.types("tally87 reference publish")
        # Of a day before the change, by a tablet that has not heard of it.
        user.types("tally87-tablet --folder tablet record case.json")
        again = user.types("tally87-tablet --folder tablet send")

    assert "accepted 3" in sent
    assert "accepted 3" in again
    assert "New questions, lists and helplines came" in again
    assert user.clock < WITHIN_S
    with opened(tmp_path / "tablet") as session:
        areas = session.reference.codelists["areas"]
        assert areas.label("ZW-02-03", "en") == "Chiredzi East"
        assert session.reference.profile.minimum_age == 16
        assert session.reference.questionnaire.choice("yes_no", "yes").label("sn") == "Hongu"
        assert text("screens.bar.back", "sn") == "Dzokera"


@contextmanager
def opened(folder: Path) -> Iterator[object]:
    session = Tablet(folder, reference_that_came, lambda: datetime.now(UTC), os.urandom).unlock(PIN)
    try:
        yield session
    finally:
        session.lock()


def translated(file: Path) -> None:
    """A speaker begins: what is not translated is said in English."""
    content = file.read_text("utf-8")
    for english, shona in SHONA.items():
        content = content.replace(
            f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{shona}"'
        )
    file.write_text(content, "utf-8")


def changed(file: Path) -> None:
    """Chiredzi is split, as the docs say it."""
    lines = file.read_text("utf-8").splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("code,"))
    rows = [f"{line}{',since,until,became' if n == at else ',,,'}" for n, line in enumerate(lines)]
    rows = [*lines[:at], *rows[at:]]
    old = next(place for place, line in enumerate(rows) if line.startswith("ZW-02-01,"))
    rows[old] = rows[old].removesuffix(",,,") + ",,2026-12-01,ZW-02-03;ZW-02-04"
    commas = "," * (lines[at].count(",") - 3)
    for code, name in (("ZW-02-03", "Chiredzi East"), ("ZW-02-04", "Chiredzi West")):
        rows.append(f"{code},ZW-02,admin2,{name}{commas},2026-12-01,,")
    file.write_text("\n".join(rows) + "\n", "utf-8")


def example_of_the_docs(area: str) -> str:
    """The script of docs/tablet.md, in an area of this country."""
    page = (ROOT / "docs" / "tablet.md").read_text("utf-8")
    found = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert found is not None
    script = found[1].replace("PK-PB-05", area)
    json.loads(script)
    return script


@pytest.mark.parametrize("verb", ["country new", "country check", "country seats", "language add"])
def test_the_page_names_every_command_of_the_way(verb: str) -> None:
    assert docs_say(f"tally87 {verb}")
