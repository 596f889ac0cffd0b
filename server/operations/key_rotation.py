"""New keys in the place of old ones, while nobody who was met before counts twice.

The pepper is changed by nesting: every kept linkage code goes through one more secret, in one
transaction (server.intake.peppers). The office's key seals secrets in the database: all are sealed
again in one transaction, and the earlier keys stay able to open backups of before until they are
said to be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.intake import code_book
from server.intake.peppers import in_use, note_nesting, peppers_in_file
from server.office import Office
from server.office.key_files import is_sealed, passphrase_in, replace_key, write_key
from server.office.sealing import KEY_BYTES, MOST_KEYS, OFFICE_FILE, PEPPER_FILE, sealing_keys
from server.programme.enrolment import NotPossible
from server.programme.keys import KEY_FILES, read_key_file
from server.staff import audit, factors


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
