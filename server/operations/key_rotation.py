"""New keys in the place of old ones, while nobody who was met before counts twice.

The linkage key is changed by making codes with both for whole years
(server.programme.linkage_keys). The pepper is changed by nesting: every kept linkage code goes
through one more secret, in one transaction (server.intake.peppers). The office's key seals secrets
in the database: all are sealed again in one transaction, and the earlier keys stay able to open
backups of before until they are said to be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from server import notes
from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.intake import code_book
from server.intake.peppers import in_use, note_nesting, peppers_in_file
from server.office import Office
from server.office.key_files import KeyFileRefused, is_sealed, passphrase_in, replace_key, write_key
from server.office.sealing import KEY_BYTES, MOST_KEYS, OFFICE_FILE, PEPPER_FILE, sealing_keys
from server.programme import linkage_keys
from server.programme.enrolment import NotPossible
from server.programme.keys import KEY_FILES, LINKAGE_FILE, apart, read_key_file
from server.staff import audit, factors
from shared.linkage.codes import MOST_LINKAGE_KEYS

MOST_YEARS_OF_BOTH = 10
KEYS_TERM_DAYS = 3650
"""Also a tablet that lay in a drawer for years must make codes that can be compared."""


def rotate_office_key(office: Office, actor: str, forget_earlier: bool = False) -> int:
    """Seals every secret in the database with a new key; how many there are.

    Killed at any moment, every secret can still be opened: the new key stands in the file before
    anything is sealed with it. forget_earlier: the keys of before are gone then, and with them the
    second factors of backups of before. Raises KeyFileRefused, NotUnsealed.
    """
    config = office.config
    passphrase = passphrase_in(config.key_passphrase_file)
    file = config.key_folder / OFFICE_FILE
    new = office.random_bytes(KEY_BYTES)
    kept = (new, *sealing_keys(office))[:MOST_KEYS]
    write = replace_key if file.exists() else write_key
    write(file, b"".join(kept), office.random_bytes, passphrase)
    with transaction(office.engine) as connection:
        sealed = factors.seal_again(connection, office)
        details = {"key": OFFICE_FILE, "earlier_keys": 0 if forget_earlier else len(kept) - 1}
        audit.enter(connection, office.now_s(), actor, "key_rotated", details)
    if forget_earlier:
        replace_key(file, new, office.random_bytes, passphrase)
    return sealed


def rotate_pepper(office: Office, actor: str) -> int:
    """Sends every kept linkage code through a new secret, too; of how many cases.

    Who has the pepper of before and a database of from now on finds no name; a database of before
    goes on being opened by what is in the file. Killed at any moment, either nothing or all of it
    is done. While it works nobody else writes codes: parcels are answered 503 and come again.
    Raises KeyFileRefused, NotPossible.
    """
    config, held = office.config, peppers_in_file(office)
    with reading(office.engine) as connection:
        used = in_use(connection, held)
    if len(used) == MOST_KEYS:
        raise NotPossible(f"The pepper was changed {MOST_KEYS - 1} times: that is as often as can.")
    if len(held) == len(used):
        # Durable before any code goes through it; one that is there was made for a change that was
        # cut off.
        held = (*used, office.random_bytes(KEY_BYTES))
        passphrase = passphrase_in(config.key_passphrase_file)
        file = config.key_folder / PEPPER_FILE
        replace_key(file, b"".join(held), office.random_bytes, passphrase)
    with transaction(office.engine) as connection:
        hold(connection, Lock.LINKING)
        hold(connection, Lock.PEPPERS)
        if in_use(connection, held) != used:
            raise NotPossible("Somebody else changed it just now. Nothing was changed here.")
        cases = code_book.nest_all(connection, held[len(used)])
        now_s, number = office.now_s(), len(used)
        note_nesting(connection, held[: number + 1], now_s)
        details = {"key": PEPPER_FILE, "earlier_keys": number}
        audit.enter(connection, now_s, actor, "key_rotated", details)
    return cases


@dataclass(frozen=True)
class LinkageKeyState:
    """How a change of the linkage key stands. waiting: tablets that do not know of it yet; ended:
    whether codes are made with the new key alone."""

    number: int
    through_year: int
    waiting: Sequence[str]
    ended: bool


def rotate_linkage_key(office: Office, actor: str, through_year: int) -> int:
    """Has tablets make codes with a new key beside the one before, until that year is over; how
    many of them are told.

    Whole years, because a person is counted once in each: all that is recorded in one year can then
    be compared. Killed at any moment, either nothing or all of it is done. Raises KeyFileRefused,
    NotPossible.
    """
    if not office.today().year <= through_year <= office.today().year + MOST_YEARS_OF_BOTH:
        raise NotPossible(
            "Codes are made with both keys until the end of this year at least, and of one of the "
            f"next {MOST_YEARS_OF_BOTH} at most. Nothing was changed."
        )
    config, now_s = office.config, office.now_s()
    passphrase = passphrase_in(config.key_passphrase_file)
    with reading(office.engine) as connection:
        number = _next_number(connection)
    held = apart(read_key_file(config.key_folder, LINKAGE_FILE, passphrase))
    if len(held) < number - 1:
        raise KeyFileRefused(f"{LINKAGE_FILE} is older than the database: take the newest one.")
    if len(held) == number - 1:
        secret = b"".join((*held, office.random_bytes(KEY_BYTES)))
        replace_key(config.key_folder / LINKAGE_FILE, secret, office.random_bytes, passphrase)
    with transaction(office.engine) as connection:
        hold(connection, Lock.PEPPERS)
        if _next_number(connection) != number:
            raise NotPossible("Somebody else changed it just now. Nothing was changed here.")
        linkage_keys.begin(connection, number, through_year, now_s)
        told = linkage_keys.members(connection)
        _tell(connection, office, told, (number - 1, number))
        details = {"key": LINKAGE_FILE, "number": number, "through_year": through_year}
        audit.enter(connection, now_s, actor, "key_rotated", details)
    return len(told)


def leave_the_key_before(office: Office, actor: str) -> bool:
    """Has tablets make codes with the new linkage key alone, when the declared time is over and
    every tablet that was heard since knows it; whether it was so."""
    with transaction(office.engine) as connection:
        hold(connection, Lock.PEPPERS)
        state = _state(connection)
        if state is None or state.ended or state.waiting:
            return False
        if office.today().year <= state.through_year:
            return False
        linkage_keys.end(connection, state.number, office.now_s())
        _tell(connection, office, linkage_keys.members(connection), (state.number,))
        details = {"key": LINKAGE_FILE, "number": state.number, "alone": True}
        audit.enter(connection, office.now_s(), actor, "key_rotated", details)
    return True


def linkage_key_state(office: Office) -> LinkageKeyState | None:
    """How the newest change stands; None before the first."""
    with reading(office.engine) as connection:
        return _state(connection)


def _state(connection: Connection) -> LinkageKeyState | None:
    last = linkage_keys.change_of(connection)
    if last is None:
        return None
    waiting = notes.not_acknowledged(connection, _subject((last.number - 1, last.number)))
    heard = linkage_keys.members(connection, last.made_at_s)
    ended = last.ended_at_s is not None
    here = [] if ended else [one for one in heard if one in waiting]
    return LinkageKeyState(last.number, last.through_year, here, ended)


def _next_number(connection: Connection) -> int:
    last = linkage_keys.change_of(connection)
    if last is not None and last.ended_at_s is None:
        raise NotPossible(
            f"Codes are made with two keys until the end of {last.through_year}: a third one comes "
            "after that. Nothing was changed."
        )
    number = linkage_keys.FIRST + 1 if last is None else last.number + 1
    if number > MOST_LINKAGE_KEYS:
        raise NotPossible(
            f"The linkage key was changed {MOST_LINKAGE_KEYS - 1} times: that is as often as can."
        )
    return number


def _subject(numbers: Sequence[int]) -> str:
    return f"linkage keys {' '.join(map(str, numbers))}"


def _tell(
    connection: Connection, office: Office, tablets: Sequence[str], numbers: Sequence[int]
) -> None:
    for tablet_id in tablets:
        notes.say(
            connection,
            office.random_bytes,
            tablet_id,
            linkage_keys.without_keys(numbers),
            subject=_subject(numbers),
            now_s=office.now_s(),
            term_days=KEYS_TERM_DAYS,
        )


def seal_key_files(office: Office, actor: str) -> Sequence[str]:
    """Seals the key files that are not yet, with the passphrase that is set; their names.

    Raises KeyFileRefused; NotPossible when no passphrase is set.
    """
    config = office.config
    passphrase = passphrase_in(config.key_passphrase_file)
    if passphrase is None:
        raise NotPossible(
            "Name a file with the passphrase in TALLY87_KEY_PASSPHRASE_FILE first. Nothing was "
            "changed."
        )
    open_ones = [
        name
        for name in KEY_FILES
        if (config.key_folder / name).exists() and not is_sealed(config.key_folder / name)
    ]
    for name in open_ones:
        secret = read_key_file(config.key_folder, name, passphrase)
        replace_key(config.key_folder / name, secret, office.random_bytes, passphrase)
    with transaction(office.engine) as connection:
        audit.enter(connection, office.now_s(), actor, "keys_sealed", {"files": open_ones})
    return open_ones
