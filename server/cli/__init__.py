"""`tally87`: everything an office does from the command line.

Wires clock, randomness and settings; the verbs themselves are in the modules beside.
"""

from __future__ import annotations

import importlib

import click

from server.cli import parcels, programme, serving, tables
from shared.errors import TallyError


class Sentences(click.Group):
    """A group whose refusals are sentences, not tracebacks."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs a verb; what it refuses ends the process with status 1 and a sentence."""
        try:
            return super().invoke(ctx)
        except TallyError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Sentences)
def main() -> None:
    """Tally87: count child labour and forced labour from cases recorded offline."""


for verb in (*serving.VERBS, *programme.VERBS, *parcels.VERBS, *tables.VERBS):
    main.add_command(verb)

for module, name in (
    ("server.cli.questionnaire", "questionnaire"),
    ("server.cli.classify", "classify"),
    ("server.cli.profile", "profile"),
    ("server.demo.cli", "demo"),
):
    try:
        main.add_command(getattr(importlib.import_module(module), name))
    except ModuleNotFoundError as missing:
        if missing.name is None or not missing.name.startswith("server."):
            raise
