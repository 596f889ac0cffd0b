"""The demonstration from the first to the last line that is printed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console

from demo import edition, national, promised
from demo.cast import ORGANISATIONS, TABLETS, Script
from demo.crew import Crew
from demo.figures import Figures, differences, merging, read_figures
from demo.link import Link
from demo.office import APPROVER, DemoFailed, DemoNotes, DemoOffice
from demo.story import CUT_TABLET, Recorded, Sent, Story, name_of, sum_by_organisation
from demo.tablets import TabletProcess
from demo.telling import Teller


def demonstration(
    folder: Path,
    port: int,
    script: Script,
    once: bool,
    console: Console,
    stay: Callable[[], None],
) -> None:
    """Runs the whole journey in the folder and then stays, or with once ends.

    Raises DemoFailed, TabletFailed or TabletGone with a sentence. All processes end with it.
    """
    teller = Teller(console)
    with ExitStack() as stack:
        office = DemoOffice(folder, port)
        stack.callback(office.close)
        notes = _notes(office, script.origin, folder)
        teller.heading("1  The national office")
        teller.line(_where_answers_come_from(script.survey))
        stack.enter_context(office.serving())
        teller.line(f"The server answers on {office.url}/ with its own database (SQLite).")
        link = stack.enter_context(Link(("127.0.0.1", port), port=notes.link_port))
        tablets, logs = folder / "tablets", folder / "logs"
        options = ("--cheap-pins",) if script.cheap_pins else ()
        with ExitStack() as working:
            crew = working.enter_context(Crew(tablets, logs, len(TABLETS), options))
            story = Story(office, notes, crew, link, teller)
            recorded = _offline_then_online(story, teller, script)
            faulty = working.enter_context(
                TabletProcess(tablets / "tablet-faulty", logs / "tablet-faulty.log", options)
            )
            bad = story.misbehave(faulty, script)
            practice = working.enter_context(
                TabletProcess(folder / "practice-tablet", logs / "practice-tablet.log", options)
            )
            story.prepare_practice_tablet(practice)
            stores = story.recount()
        _tell_bad_records(teller, bad)
        figures = read_figures(office)
        _tell_merging(teller, figures, recorded)
        _tell_agreement(teller, figures, stores)
        shown = national.tell_table(teller, office)
        number = edition.make_editions(teller, office, notes)
        promised.promise_and_estimate(teller, office)
        _tell_the_end(teller, office, notes, folder)
        if once:
            national.check_page(office, notes, shown)
            teller.line("The page of national counts answers with these counts.")
            edition.check_edition_page(office, number)
            teller.line(f"Without an account the page shows edition {number}, and nothing live.")
        else:
            stay()


def _notes(office: DemoOffice, origin: str, folder: Path) -> DemoNotes:
    notes = office.notes()
    if notes is None:
        # an earlier run that left no notes did not come far enough to go on with
        for name in ("office", "tablets", "practice-tablet"):
            shutil.rmtree(folder / name, ignore_errors=True)
        return office.make(origin)
    if notes.port != office.port:
        raise DemoFailed(
            f"The tablets of the last run know the server on port {notes.port}: go on with "
            f"PORT={notes.port}, or start clean with FRESH=1."
        )
    return notes


def _where_answers_come_from(survey: Path | None) -> str:
    if survey:
        return (
            "Answers: the interviews of the MICS child labour module, Punjab (Pakistan) 2014, read "
            "beside the project and replayed. Names, birth dates and typing errors are made up. "
            "What the survey did not ask, forced labour above all, is answered by simulation. The "
            "quarter after it is made up by drawing lots among the same interviews."
        )
    return (
        "Answers: SYNTHETIC, drawn from published shares (ILO and UNICEF). Every page says so. "
        "Names and birth dates are made up."
    )


def _offline_then_online(story: Story, teller: Teller, script: Script) -> Recorded:
    teams = ", ".join(f"{one.tablets} of {one.name}" for one in ORGANISATIONS)
    teller.heading("2  Tablets join the programme")
    teller.line(f"Each is a process of its own with its own encrypted store: {teams}.")
    story.join()

    teller.heading("3  Recording, offline")
    recorded = story.record([script.order(number) for number in range(len(TABLETS))])
    teller.line(
        f"Recorded: {recorded.cases} cases in {recorded.visits} visits, each answered question by "
        "question, classified on the spot and finalised. Nothing has left a tablet yet."
    )

    teller.heading("4  Sending, over HTTP")
    sent = story.send()
    _tell_sending(teller, recorded, sent)
    return recorded


def _tell_sending(teller: Teller, recorded: Recorded, sent: list[Sent]) -> None:
    for attempt, sentence in enumerate(sent[CUT_TABLET].cut, start=1):
        where = "in the middle of the request" if attempt == 1 else "before the reply"
        teller.line(f"{name_of(CUT_TABLET)}: link cut {where}. The officer reads:")
        teller.line(f"  [italic]{sentence}[/italic]")
    if sent[CUT_TABLET].cut:
        teller.line("  The link holds again: the same records were sent again, none was doubled.")
    columns = (
        *("recorded", "accepted", "rejected", "conflicts", "still_waiting"),
        *("bytes_up", "bytes_down"),
    )
    numbers = [
        {**one.report, "recorded": records}
        for one, records in zip(sent, recorded.by_tablet, strict=True)
    ]
    rows = [
        (name, *(f"{totals[column]:,}" for column in columns))
        for name, totals in sum_by_organisation(numbers)
    ]
    headings = ("", "recorded", "accepted", "rejected", "conflict", "waiting", "bytes up", "down")
    teller.table("Records of visits and cases, by organisation", headings, rows)
    for number, one in enumerate(sent):
        if one.report["still_waiting"]:
            teller.line(f"{name_of(number)}: {one.report['sentence']}")


def _tell_bad_records(teller: Teller, bad: list[Mapping[str, Any]]) -> None:
    teller.heading("5  Bad records get their own outcome, with the reason")
    teller.line("A simulated tablet with broken software sends one parcel on purpose:")
    rows = [
        (
            record["fault"] or "nothing",
            record["outcome"],
            national.sentences(record["findings"]),
        )
        for record in bad
    ]
    teller.table("One parcel", ("what is wrong", "outcome", "why"), rows, words=3)


def _tell_merging(teller: Teller, figures: Figures, recorded: Recorded) -> None:
    teller.heading("6  The same person, recorded by two organisations")
    quality = merging(figures, recorded.people)
    teller.line(
        f"{quality.recorded_twice} persons were recorded twice, by different organisations, under "
        f"other spellings or with typing errors. {quality.found} of them were found and merged "
        f"without any name reaching the server; {quality.wrongly_merged} persons were merged with "
        "somebody else."
    )
    teller.line(f"{len(figures.cases)} accepted cases are {figures.persons} persons.")


def _tell_agreement(teller: Teller, figures: Figures, stores: list[Mapping[str, Any]]) -> None:
    officers = [f"{organisation.code}-{number}" for organisation, number in TABLETS]
    different = differences(figures, stores, officers)
    if different:
        raise DemoFailed(
            f"Tablets and server do not agree on {len(different)} records, such as {different[0]}."
        )
    teller.line(
        "Recounted from the tablets' own stores: every finalised record is on the server exactly "
        "once, with the same class, and no other."
    )


def _tell_the_end(teller: Teller, office: DemoOffice, notes: DemoNotes, folder: Path) -> None:
    teller.panel(
        "Look around",
        {
            "Published, for anybody": f"{office.url}/",
            "What changed": f"{office.url}/trends",
            "Inside the office": f"{office.url}/sign-in",
            "Sign in as": f"{notes.account}, password {notes.password}",
            "Who approves": f"{APPROVER}, password {notes.approver_password}",
            "Open a tablet": f"make tablet TABLET={folder}/practice-tablet",
            "Its PIN": notes.practice_pin,
            "Logs": f"{folder}/server.log, {folder}/logs",
            "To end": "Ctrl-C; FRESH=0 goes on with these data",
        },
    )
