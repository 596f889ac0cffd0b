"""Levels of a release on a page: what each shows is told before one is declared at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from server.db.engine import reading
from server.disclosure.joint import shown
from server.disclosure.protect import Policy
from server.disclosure.release_protect import protect_release
from server.office import Office
from server.releases import store
from server.releases.counted import at_levels, for_protection
from server.releases.declaration import DeclarationRefused
from server.releases.source import read_source
from server.releases.structure import STRUCTURE, structure_from
from server.staff import accounts
from server.web import create_app
from server.workshop import level_trials, trials
from tests.server.field import Clock, make_office, seeded
from tests.server.releases.register import TABLES, Field, declaration, work
from tests.server.web.conftest import PASSWORD, Workplace


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    office: Office = make_office(tmp_path_factory.mktemp("levels") / "office")
    Field.begin(office).meet(240)
    work(office)
    for name, role in (("Amina", "statistician"), ("Chandra", "steward")):
        accounts.add_account(office, name, role, PASSWORD)
    app = create_app(office.config, Clock(), seeded(7))
    yield Workplace(office, app)
    app.extensions["tally87"].close()
    office.close()


@pytest.fixture(scope="module")
def weighed(workplace: Workplace) -> trials.KeptTrial:
    number = level_trials.ask(workplace.office, "Amina", declaration(), None)
    work(workplace.office)
    return trials.trial_of(workplace.office, number)


def test_every_level_is_told_with_what_all_tables_show_together(
    workplace: Workplace, weighed: trials.KeptTrial
) -> None:
    outcome = weighed.outcome
    assert outcome is not None
    assert outcome["state"] == "safe"
    with reading(workplace.office.engine) as connection:
        counts = read_source(workplace.office, connection, TABLES, ["2026"], 10)
    name = "child_labour"
    others = {
        one: levels[outcome["places"][one]]["words"]
        for one, levels in outcome["levels"].items()
        if levels[outcome["places"][one]]["words"]
    }
    for level in outcome["levels"][name]:
        levels = {**others, name: level["words"]}
        now = {one: at_levels(table, levels) for one, table in counts.tables.items()}
        withheld = protect_release(
            for_protection(now, counts.tables, levels),
            *(counts.inclusions, (), Policy(10)),
            steps=20_000,
        )
        for one, table in now.items():
            share = shown(table.cube, withheld[one])
            assert level["shown"][one] == {"cells": share.cells, "persons": share.persons}
    assert len(outcome["levels"][name]) > 1
    assert all(one["state"] == "safe" for one in outcome["levels"][name])


def test_levels_chosen_on_the_page_are_those_of_the_files(workplace: Workplace) -> None:
    amina = workplace.sign_in("Amina")
    form = {"table": list(TABLES), "period": "2026", "threshold": "10"}
    page = workplace.post(amina, "/releases/levels", **form)  # type: ignore[arg-type]
    assert "<progress" in page
    work(workplace.office)
    here = re.search(r"/releases/levels/\d+", page)
    assert here is not None
    page = amina.get(here[0]).text
    assert "proposed" in page
    assert "server." not in re.sub(r"<[^>]*>", " ", page)
    fields = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page))
    names = {unescape(one) for one in re.findall(r'name="(level:[^"]+)"', page)}
    assert "level:child_labour" in names
    trial = trials.trial_of(workplace.office, int(fields["trial"]))
    assert trial.outcome is not None
    coarsest = len(trial.outcome["levels"]["child_labour"]) - 1

    tried = workplace.post(
        amina, "/releases/levels", **form, areas="today", **{"level:child_labour": str(coarsest)}
    )
    work(workplace.office)
    here = re.search(r"/releases/levels/\d+", tried)
    assert here is not None
    again = amina.get(here[0]).text
    assert "chosen" in again
    number = re.search(r'name="trial" value="(\d+)"', again)
    assert number is not None
    declared = workplace.post(
        amina,
        "/releases/new",
        **form,
        areas="today",
        trial=number[1],
        **{"level:child_labour": str(coarsest)},
    )
    assert "Declared." in declared
    work(workplace.office)

    with reading(workplace.office.engine) as connection:
        release = store.releases(connection)[0]
        content = store.file_of(connection, release.number, STRUCTURE)
    assert release.declared.areas == "today"
    assert content is not None
    words = trial.outcome["levels"]["child_labour"][coarsest]["words"]
    assert structure_from(content).levels["child_labour"] == words


def test_finest_levels_that_are_chosen_are_no_proposal(
    workplace: Workplace, weighed: trials.KeptTrial
) -> None:
    assert weighed.outcome is not None
    finest = dict.fromkeys(weighed.outcome["levels"], 0)
    chosen = level_trials.levels_chosen(weighed, finest)
    assert chosen["child_labour"]
    assert all(code == word for code, word in chosen["child_labour"].items())
    for wrong in ({"child_labour": 99}, {"nothing": 0}):
        with pytest.raises(DeclarationRefused):
            level_trials.levels_chosen(weighed, wrong)


def test_what_was_tried_is_sealed_and_for_those_who_declare(
    workplace: Workplace, weighed: trials.KeptTrial
) -> None:
    here = f"/releases/levels/{weighed.number}"
    assert workplace.sign_in("Chandra").get(here).status_code == 403
    with reading(workplace.office.engine) as connection:
        sealed = connection.exec_driver_sql("SELECT sealed FROM trial").scalars().all()
    assert sealed
    assert all(b"persons" not in bytes(one) for one in sealed if one is not None)
    amina = workplace.sign_in("Amina")
    assert amina.get("/releases/levels/999").status_code == 404
    gone = amina.post(
        "/releases/new",
        data={
            "csrf_token": re.findall(r'csrf_token" value="(\w+)', amina.get("/account").text)[0],
            "table": TABLES[0],
            "period": "2026",
            "trial": "999",
        },
    )
    assert gone.status_code == 409
    assert "no longer kept" in gone.text
