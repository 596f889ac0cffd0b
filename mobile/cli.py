"""``tally87-tablet``: opens the tablet; with a verb, does one thing without a screen, for scripts.

Wires clock, randomness and the platform. The PIN comes from TALLY87TABLET_PIN (the
passphrase of a backup from TALLY87TABLET_PASSPHRASE) or is asked for, never from the command line,
where other people's process lists would show it.

Exit status: 0 done; 1 not possible, with a sentence; 2 misused; 3 the office was not reached or
did not take everything, all is safe; 4 the PIN does not open it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from datetime import datetime
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any

import click
import platformdirs

from mobile.casework import Casework
from mobile.casework.scripted import ScriptedRecord, ScriptRefused, read_script
from mobile.casework.scripted import record as record_one
from mobile.import_commands import imports
from mobile.security.derivation import KeyDerivation, calibrate
from mobile.security.hardware_key import hardware_key
from mobile.security.keys import TabletDestroyed, WrongPin
from mobile.sending.send import SendReport
from mobile.sentences import sentence_of
from mobile.tablet import Tablet
from mobile.unlocking import ask_pin, unlocked
from shared.errors import TallyError
from shared.reference import reference_that_came
from shared.texts import ENGLISH, LANGUAGES

NOT_POSSIBLE, MISUSED, NOT_SENT, WRONG_PIN = 1, 2, 3, 4
FOLDER = Path(platformdirs.user_data_dir("tally87-tablet", appauthor=False))


def open_tablet(folder: Path, derivation: Callable[[], KeyDerivation] = calibrate) -> Tablet:
    """The tablet of that folder with this machine's clock, randomness and hardware key."""
    return Tablet(
        folder,
        reference_that_came,
        lambda: datetime.now().astimezone(),
        os.urandom,
        hardware=hardware_key(),
        derivation=derivation,
    )


class Sentences(click.Group):
    """A group whose refusals are sentences, not tracebacks."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs a verb; what it refuses ends the process with a sentence and a status."""
        try:
            return super().invoke(ctx)
        except (WrongPin, TabletDestroyed) as error:
            click.echo(error.sentence(language_of_machine()), err=True)
            sys.exit(WRONG_PIN)
        except TallyError as error:
            click.echo(sentence_of(error, language_of_machine()), err=True)
            sys.exit(NOT_POSSIBLE)
        except OSError as error:
            click.echo(_of_the_disk(error), err=True)
            sys.exit(NOT_POSSIBLE)


def language_of_machine() -> str:
    """The language the machine speaks (LC_ALL, LC_MESSAGES, LANG), in which refusals are said;
    English where Tally87 does not come with it."""
    said = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    code = re.split(r"[_.@]", said)[0].lower()
    return code if code.isalpha() and (LANGUAGES / code).is_dir() else ENGLISH


def _of_the_disk(error: OSError) -> str:
    """What the disk refused, as a sentence that names the place but no file of a case."""
    reason = "there is no room" if error.errno in (ENOSPC, EDQUOT) else (error.strerror or "failed")
    place = f" in {Path(os.fsdecode(error.filename)).parent}" if error.filename else ""
    return (
        f"Nothing could be read or written{place}: {reason[0].lower()}{reason[1:]}. What was saved "
        "before is safe. Choose another folder or stick, or make this one writable, and try again."
    )


@click.group(cls=Sentences, invoke_without_command=True)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    envvar="TALLY87TABLET_FOLDER",
    show_default=True,
    help="Everything the tablet keeps.",
)
@click.option("--headless", is_flag=True, help="Never open a window.")
@click.pass_context
def main(ctx: click.Context, folder: Path, headless: bool) -> None:
    """Record cases offline and send them. Without a verb: open the tablet.

    Scripts hand the PIN over in TALLY87TABLET_PIN, the passphrase of a backup in
    TALLY87TABLET_PASSPHRASE; both are asked for otherwise.
    """
    ctx.obj = (ctx.obj or open_tablet)(folder)  # whoever calls this as a function may hand one in
    if ctx.invoked_subcommand is not None:
        return
    if headless:
        raise click.UsageError("Without a window there must be a verb; see --help.")
    from mobile.app import main as open_app

    open_app(folder=folder)


@main.command()
@click.argument("ticket", default="-")
@click.pass_obj
def enrol(tablet: Tablet, ticket: str) -> None:
    """Join a programme with a TICKET (- reads it from standard input); chooses a PIN first."""
    words = sys.stdin.readline() if ticket == "-" else ticket
    with unlocked(tablet, may_set_up=True) as session:
        membership = session.enrolment.enrol(words.strip())
    click.echo(f"Tablet {membership.tablet_id} records for {membership.organisation_code}.")


@main.command("save-request")
@click.argument("ticket")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def save_request(tablet: Tablet, ticket: str, folder: Path) -> None:
    """Enrol without network: write the request of a TICKET into FOLDER."""
    with unlocked(tablet, may_set_up=True) as session:
        click.echo(session.enrolment.save_request(ticket, folder))


@main.command("read-reply")
@click.argument("reply", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def read_reply(tablet: Tablet, reply: Path) -> None:
    """Enrol without network: read the office's REPLY file."""
    with unlocked(tablet) as session:
        membership = session.enrolment.read_reply(reply)
    click.echo(f"Tablet {membership.tablet_id} records for {membership.organisation_code}.")


@main.command()
@click.argument("script", type=click.File("r", encoding="utf-8"))
@click.pass_obj
def record(tablet: Tablet, script: Any) -> None:
    """Record the visits and cases of a JSON SCRIPT (- for standard input) and finalise them.

    {"visits": [{"answers": {"area": "PK-PB-05", ...}, "cases": [{"answers": {...}}]}]}

    A whole example is in docs/tablet.md. A script that is refused records nothing.
    """
    with unlocked(tablet) as session:
        try:
            visits = read_script(script.read(), session.reference.questionnaire)
        except (ScriptRefused, UnicodeDecodeError) as wrong:
            raise click.UsageError(str(wrong)) from wrong
        work = session.casework
        told = [_say(done, work) for visit in visits for done in record_one(work, visit)]
        left = told.count(False)
    if left:
        click.echo(f"{left} could not be finalised and are drafts.", err=True)
        sys.exit(NOT_POSSIBLE)


@main.command()
@click.pass_obj
def send(tablet: Tablet) -> None:
    """Send what is finalised to the office. Safe to repeat at any time."""
    with unlocked(tablet) as session:
        report = session.sending.send()
    _tell(report)


@main.command("save-parcels")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def save_parcels(tablet: Tablet, folder: Path) -> None:
    """Write what is finalised as parcel files into FOLDER, to be carried to the office."""
    with unlocked(tablet) as session:
        written = session.sending.save_parcels(folder)
    click.echo(f"{len(written)} parcel files are in {folder}.")


@main.command("read-receipts")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def read_receipts(tablet: Tablet, folder: Path) -> None:
    """Read the office's receipt files in FOLDER."""
    with unlocked(tablet) as session:
        report = session.sending.read_receipts(folder)
    _tell(report)


@main.command("import-reference")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_reference(tablet: Tablet, file: Path) -> None:
    """Take questions, lists and helplines from a FILE of the office or of another tablet."""
    with unlocked(tablet) as session:
        number = session.editions.take_file(file)
    click.echo(f"Edition {number} is in use.")


@main.command("save-reference")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def save_reference(tablet: Tablet, folder: Path) -> None:
    """Write the edition in use into FOLDER, for tablets without network."""
    with unlocked(tablet) as session:
        click.echo(session.editions.save_file(folder))


@main.command("save-escrow")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def save_escrow(tablet: Tablet, folder: Path) -> None:
    """Without a PIN: write the sealed copies of finalised records for the office into FOLDER."""
    written = tablet.save_escrow(folder)
    click.echo(f"{len(written)} sealed copies are in {folder}; only the office can read them.")


@main.command("list")
@click.option("--search", default="", help="Words in name, place or number.")
@click.option("--names", is_flag=True, help="Show names and places too.")
@click.pass_obj
def list_cases(tablet: Tablet, search: str, names: bool) -> None:
    """List the cases, newest change first."""
    with unlocked(tablet) as session:
        for row in session.casework.list_cases(search):
            line = f"{row.number:04} {row.day} {row.state.value:9} {row.on_the_way.value}"
            click.echo(f"{line} {row.name} {row.place}" if names else line)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def status(tablet: Tablet, as_json: bool) -> None:
    """Show how many drafts there are, how many wait to be sent, how many came back."""
    with unlocked(tablet) as session:
        counts = session.casework.counts()
        last_s = session.sending.last_success_s
    numbers = {name: getattr(counts, name) for name in counts.__slots__} | {"last_answer_s": last_s}
    if as_json:
        click.echo(json.dumps(numbers))
        return
    for name in counts.__slots__:
        click.echo(f"{name:14} {getattr(counts, name)}")
    answered = datetime.fromtimestamp(last_s).astimezone().isoformat(" ", "minutes")
    click.echo(f"{'last answer':14} {answered if last_s else 'the office has not answered yet'}")


@main.command("change-pin")
@click.pass_obj
def change_pin(tablet: Tablet) -> None:
    """Choose another PIN; everything on the tablet stays."""
    old = ask_pin("PIN until now")
    new = click.prompt("New PIN", hide_input=True, confirmation_prompt=True)
    tablet.change_pin(old, new)
    click.echo("The PIN is changed.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(tablet: Tablet, file: Path) -> None:
    """Write everything on this tablet, sealed by a passphrase, into FILE."""
    with unlocked(tablet) as session:
        session.save_backup(file, _ask_passphrase(twice=True))
    click.echo(f"The backup is in {file}. Keep it and its passphrase apart.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def restore(tablet: Tablet, file: Path) -> None:
    """Make this new tablet the one the backup in FILE was made of."""
    passphrase = _ask_passphrase()
    tablet.restore(file, passphrase, ask_pin("Choose a PIN", twice=True)).lock()
    click.echo("Restored. The tablet that was replaced must not be used any more.")


@main.command()
@click.pass_obj
def rescue(tablet: Tablet) -> None:
    """Save what can be read of a damaged store."""
    report = tablet.rescue(ask_pin("PIN"))
    click.echo(
        f"{report.readable} cases and visits are saved, {report.without_answers} without their "
        f"answers. {report.to_send} will be sent again. The damaged files are in {report.kept_as}."
    )


main.add_command(imports)


@main.group()
def carry() -> None:
    """Carry other tablets' parcels to the office, and receipts back."""


@carry.command("take")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def carry_take(tablet: Tablet, folder: Path) -> None:
    """Take over the parcel files in FOLDER."""
    with unlocked(tablet) as session:
        click.echo(f"{session.relay.take_folder(folder)} parcels are taken over.")


@carry.command("deliver")
@click.pass_obj
def carry_deliver(tablet: Tablet) -> None:
    """Send the parcels that are carried."""
    with unlocked(tablet) as session:
        delivery, load = session.relay.deliver(), session.relay.load()
    click.echo(f"{delivery.delivered} parcels are delivered, {load.parcels} are still carried.")
    if load.parcels:
        sys.exit(NOT_SENT)


@carry.command("hand-back")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def carry_hand_back(tablet: Tablet, folder: Path) -> None:
    """Write the receipts of carried parcels into FOLDER, for their tablets to read."""
    with unlocked(tablet) as session:
        click.echo(f"{len(session.relay.hand_back(folder))} receipts are in {folder}.")


def _ask_passphrase(*, twice: bool = False) -> str:
    passphrase = os.environ.get("TALLY87TABLET_PASSPHRASE")
    return passphrase or click.prompt(
        "Passphrase of the backup", hide_input=True, confirmation_prompt=twice, err=True
    )


def _tell(report: SendReport) -> None:
    click.echo(report.sentence)
    click.echo(
        f"sent {report.sent}, accepted {report.accepted}, rejected {report.rejected}, "
        f"conflicts {report.conflicts}, waiting {report.still_waiting}, "
        f"bytes {report.bytes_up} up and {report.bytes_down} down"
    )
    if report.problem or report.still_waiting:
        sys.exit(NOT_SENT)


def _say(recorded: ScriptedRecord, casework: Casework) -> bool:
    result = recorded.result
    click.echo(f"{recorded.number:04} {'finalised' if result.done else 'draft'}")
    for finding in result.findings:
        where = f" at {finding.question}" if finding.question else ""
        sentence = finding.sentence(casework.language)
        click.echo(f"     {finding.severity}{where}: {sentence}")
    return result.done
