"""Verbs about key files: sealing them at rest, new keys in the place of old ones."""

from __future__ import annotations

import click

from server.cli.opening import the_office
from server.db.shape import current_revision
from server.office import Office
from server.office.key_files import is_sealed
from server.operations import key_rotation
from server.programme.keys import KEY_FILES

ACTOR = "command line"


@click.group()
def keys() -> None:
    """The office's key files. Back them up, apart from the database, after every change."""


@keys.command("show")
def show() -> None:
    """Say which key files there are and whether they are sealed; nothing of what is in them."""
    with the_office(migrated=False) as office:
        folder = office.config.key_folder
        for name in KEY_FILES:
            file = folder / name
            state = "is missing" if not file.exists() else "is open"
            if file.exists() and is_sealed(file):
                state = "is sealed by a passphrase"
            click.echo(f"{name} {state}.")
        _say_how_linkage_stands(office)


def _say_how_linkage_stands(office: Office) -> None:
    if current_revision(office.engine) is None:
        return
    state = key_rotation.linkage_key_state(office)
    if state is None:
        return
    if state.ended:
        click.echo(f"Linkage codes are made with key {state.number} alone.")
        return
    click.echo(
        f"Linkage codes are made with keys {state.number - 1} and {state.number} through "
        f"{state.through_year}."
    )
    if state.waiting:
        click.echo(f"Not told yet: tablets {', '.join(state.waiting)}.")


@keys.command("seal")
def seal() -> None:
    """Seal the key files with the passphrase in TALLY87_KEY_PASSPHRASE_FILE. Stop the server first.

    Who copies the key folder alone has nothing then; who forgets the passphrase has nothing either.
    """
    with the_office() as office:
        names = key_rotation.seal_key_files(office, ACTOR)
    click.echo(f"Sealed: {', '.join(names)}." if names else "All key files were sealed before.")


@keys.command("rotate-pepper")
def rotate_pepper() -> None:
    """Send every kept linkage code through a new secret, too. No tablet and no link changes.

    The server may go on working; while the codes change, parcels are answered that they shall come
    again. The earlier secrets stay in pepper.key: without them nothing new could be compared.
    """
    with the_office() as office:
        cases = key_rotation.rotate_pepper(office, ACTOR)
    click.echo(f"The codes of {cases} cases went through a new secret. Back pepper.key up.")


@keys.command("rotate-linkage")
@click.option(
    "--through",
    "through_year",
    type=int,
    required=True,
    help="The last year in which tablets make codes with both keys.",
)
def rotate_linkage(through_year: int) -> None:
    """Have tablets make linkage codes with a new key, beside the one before through that year.

    Each learns it with its next receipt. Afterwards the daily job leaves the key before out.
    """
    with the_office() as office:
        told = key_rotation.rotate_linkage_key(office, ACTOR, through_year)
    click.echo(
        f"{told} tablets will make codes with both keys through {through_year}. "
        "Back linkage.key up."
    )


@keys.command("rotate-office")
@click.option(
    "--forget-earlier",
    is_flag=True,
    help="Keep no earlier key: nobody whose second factor stands in an older backup can use it.",
)
def rotate_office(forget_earlier: bool) -> None:
    """Seal the secrets in the database with a new key. The server may go on working."""
    with the_office() as office:
        sealed = key_rotation.rotate_office_key(office, ACTOR, forget_earlier)
    click.echo(f"{sealed} secrets are sealed with a new key. Back office.key up.")
