"""Names that stand in databases, scripts and programmes' own wording: rooms move, these do not.

Each list was written down before modules moved into rooms. New names may come; one of these may go
only by being named here, with the reason.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path

import click

from mobile.casework.views import Counts
from mobile.cli import main as tablet
from server.cli import main as office
from server.db.locks import Lock
from server.db.schema import whole_schema
from shared.lifecycle import CaseState, Outcome
from shared.linkage.transliterate import to_latin
from shared.texts import ENGLISH, LANGUAGES
from shared.wire import http

HERE = Path(__file__).parent
RETIRED = {
    # Cases to link are jobs, like all work that nobody waits for.
    "link_queue.record_id",
    # The tables of a period are protected and kept together, with the parameters that made them.
    "protected_table.name",
    # Persons are counted in the cells of the declared tables only.
    *(f"person_period.{name}" for name in ("person_id", "period")),
    *("count_cell.period", "count_cell.persons"),
    *(
        f"{table}.{name}"
        for table in ("person_period", "count_cell")
        for name in ("area", "sex", "age_band", "child_labour", "forced_labour")
    ),
    # The codes of a case are one row of numbers, their types among them.
    *(f"linkage_code.{name}" for name in ("code_type", "code", "record_id")),
    "crowded_code.code_type",
    # A visit is taken back together with its cases; nobody has to take them back first.
    "tablet tablet.cases_first",
    # Weak keys are handed in by the simulated officers; no command of the product makes them.
    "tally87-tablet --insecure-fast-key-derivation",
}


def listed(name: str) -> set[str]:
    return set((HERE / name).read_text(encoding="utf-8").splitlines()) - RETIRED


def verbs_of(command: click.Command, path: str) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from (f"{path} {name}" for name in (*parameter.opts, *parameter.secondary_opts))
        else:
            yield f"{path} {str(parameter.name).upper()}"
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            within = command.get_command(context, name)
            assert within is not None
            yield f"{path} {name}"
            yield from verbs_of(within, f"{path} {name}")


def test_every_table_and_column_of_the_office_keeps_its_name() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in whole_schema().tables.values()
        for column in table.columns
    }

    assert listed("columns.txt") - columns == set()


def test_every_verb_argument_and_option_of_both_commands_is_still_there() -> None:
    verbs = {*verbs_of(office, "tally87"), *verbs_of(tablet, "tally87-tablet")}

    assert listed("verbs.txt") - verbs == set()


def test_every_sentence_keeps_the_id_by_which_programmes_lay_theirs_over_it() -> None:
    ids = {
        f"{file.stem} {line[7:-1]}"
        for file in (LANGUAGES / ENGLISH).glob("*.po")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith('msgid "') and line != 'msgid ""'
    }

    assert listed("message_ids.txt") - ids == set()


def test_keys_of_the_tablets_status_for_programs_are_the_same() -> None:
    keys = {field.name for field in dataclasses.fields(Counts)}

    assert keys >= {
        "drafts",
        "ready",
        "waiting",
        "stuck",
        "returned",
        "accepted",
        "withdrawn",
        "cases",
    }


def test_locks_of_servers_of_two_versions_are_the_same_locks() -> None:
    """While a new version is started beside an old one, both must wait for each other."""
    numbers = {lock.name: lock.value for lock in Lock}

    assert numbers["MIGRATION"] == 870_000
    assert numbers["AUDIT_LOG"] == 870_001
    assert numbers["LINKING"] == 870_002
    assert numbers["VISITS_IN_STEP"] == 870_003
    assert len(set(numbers.values())) == len(numbers)


def test_words_and_places_of_the_wire_are_the_same() -> None:
    assert [http.PREFIX + one for one in (http.PARCELS, http.ENROLMENTS, http.REFERENCE)] == [
        "/api/v1/parcels",
        "/api/v1/enrolments",
        "/api/v1/reference",
    ]
    assert {
        http.PARCEL_TYPE,
        http.RECEIPT_TYPE,
        http.REQUEST_TYPE,
        http.REPLY_TYPE,
        http.ASKING_TYPE,
        http.PIECE_TYPE,
    } == {
        f"application/vnd.tally87.{word}"
        for word in (
            *("parcel", "receipt", "enrolment-request", "enrolment-reply"),
            *("asking", "piece"),
        )
    }
    assert [outcome.value for outcome in Outcome] == [
        *("accepted", "already_accepted", "rejected", "conflict", "superseded"),
    ]
    assert [state.value for state in CaseState] == [
        *("draft", "finalised", "accepted", "rejected", "conflict", "withdrawn"),
    ]


def test_letters_of_a_name_become_the_same_latin_ones_for_ever() -> None:
    """Codes of persons recorded years apart must agree: a changed letter makes one person two."""
    letters = {
        chr(point): to_latin(chr(point))
        for low, high in (
            *((0x41, 0x24F), (0x400, 0x4FF)),
            *((0x600, 0x6FF), (0x900, 0x97F), (0x1200, 0x137F)),
        )
        for point in range(low, high + 1)
    }

    told = "\n".join(f"{one} {said}" for one, said in sorted(letters.items()))
    assert hashlib.sha256(told.encode()).hexdigest() == (
        "1b4c7bf39c62373fdf67a43fb5e4c283d833d8d6ae6d3c9a4831ade8e024bd44"
    )
