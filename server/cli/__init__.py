"""`tally87`: everything an office does from the command line.

Owns the list of verbs. A verb's module is loaded when it is used: nobody who issues a ticket
waits for the solver of disclosure control to load. What stands beside the product brings its verb
by an entry point of the group ``tally87.verbs``: the product never imports it.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from importlib.metadata import entry_points

import click

from shared.errors import TallyError

# Before any verb reads numpy, and for the processes a verb starts: the matrices are small, and
# threads that wait for each other on a busy machine make a release or an estimate ten times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

VERBS: Mapping[str, str] = {
    "account": "server.cli.programme:account",
    "alarm": "server.cli.notes:alarm",
    "backup": "server.cli.backups:backup",
    "breach": "server.cli.data_protection:breach",
    "clerical": "server.cli.linkage_errors:clerical",
    "check-edition": "server.cli.edition_check:command",
    "classify": "server.cli.classify:classify",
    "country": "server.cli.country:country",
    "doctor": "server.cli.tables:doctor",
    "answer-enrolment": "server.cli.programme:answer_enrolment",
    "enrol": "server.cli.programme:enrol",
    "estimate": "server.cli.estimate:command",
    "estimate-register": "server.cli.estimate_register:command",
    "export": "server.cli.export:command",
    "import-parcels": "server.cli.parcels:import_parcels",
    "migrate": "server.cli.programme:migrate",
    "jobs": "server.cli.jobs:jobs",
    "language": "server.cli.language:language",
    "keys": "server.cli.keys:keys",
    "link": "server.cli.link:link",
    "map": "server.cli.maps:map_",
    "message": "server.cli.reference:message",
    "note": "server.cli.notes:note",
    "officer": "server.cli.programme:officer",
    "pack": "server.cli.pack:pack",
    "pair": "server.cli.pairs:pair",
    "persons": "server.cli.linkage_errors:persons",
    "organisation": "server.cli.programme:organisation",
    "profile": "server.cli.profile:profile",
    "protect": "server.cli.protect:command",
    "programme": "server.cli.programme:programme",
    "quarantine": "server.cli.parcels:quarantined",
    "questionnaire": "server.cli.questionnaire:questionnaire",
    "reclassify": "server.cli.reclassify:command",
    "reference": "server.cli.reference:reference",
    "report": "server.cli.report:report",
    "restore": "server.cli.backups:restore",
    "release": "server.cli.release:release",
    "rollup": "server.cli.rollup:rollup",
    "seeds": "server.cli.linkage_errors:seeds",
    "set-aside": "server.cli.parcels:quarantined",
    "serve": "server.cli.serving:serve",
    "subject": "server.cli.data_protection:subject",
    "tablet": "server.cli.tablets:tablet",
    "tables": "server.cli.declared_tables:tables",
    "tabulate": "server.cli.tables:tabulate",
    "terms": "server.cli.data_protection:terms",
    "trace": "server.cli.release:trace",
    "wording": "server.cli.wording:wording",
    "work": "server.cli.jobs:work",
}
"""Verb to where it is. A test loads every one."""
BESIDE = "tally87.verbs"
"""The entry point group of verbs that are not the product's: the demonstration."""


class Verbs(click.Group):
    """A group that loads a verb when it is asked for, and whose refusals are sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs by name."""
        return sorted({*VERBS, *entry_points(group=BESIDE).names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, loaded."""
        if cmd_name in VERBS:
            module, _, name = VERBS[cmd_name].partition(":")
            command = getattr(importlib.import_module(module), name)
        else:
            beside = entry_points(group=BESIDE, name=cmd_name)
            if not beside:
                return None
            command = beside[cmd_name].load()
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Runs a verb; what it refuses ends the process with status 1 and a sentence."""
        try:
            return super().invoke(ctx)
        except TallyError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Verbs)
@click.version_option(package_name="tally87", message="Tally87 %(version)s")
def main() -> None:
    """Tally87: count child labour and forced labour from cases recorded offline."""
