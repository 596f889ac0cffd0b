"""Through which of the office's secrets a linkage code goes before it is kept.

The pepper is changed by nesting: every kept code goes through one more secret, and what comes later
goes through all of them in their order, so that equal codes stay equal and no tablet is needed
(server.operations.key_rotation). The key file holds the secrets, the database how many are in use:
both are read together, and whoever wrote codes with fewer is told before anything is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, func, insert, select

from server.db.engine import reading
from server.intake.model import PepperNesting
from server.office import Office
from server.office.key_files import KeyFileRefused, passphrase_in
from server.office.sealing import PEPPER_FILE
from server.programme.keys import apart, read_key_file

_Result = TypeVar("_Result")

NESTINGS = select(func.count()).select_from(PepperNesting).scalar_subquery()
"""How many secrets were added to the first one."""


class PeppersChanged(Exception):
    """The pepper was changed while codes were written: the same work is done again, with the newer
    ones."""


def peppers_of(office: Office) -> tuple[bytes, ...]:
    """The secrets in use, the first one first. Raises KeyFileRefused when the key file is not that
    of this database."""
    return office.once(_in_use)


def must_be_current(office: Office, nestings: int) -> None:
    """Asked in the transaction that wrote codes, after they were written: nobody adds a secret
    before it ends. nestings: what NESTINGS gives there. Raises PeppersChanged."""
    if nestings != len(peppers_of(office)) - 1:
        office.replace(_in_use, _in_use(office))
        raise PeppersChanged


def with_current_peppers(office: Office, work: Callable[[], _Result]) -> _Result:
    """What this work gives, which writes codes in a transaction of its own."""
    peppers_of(office)  # Read before the transaction, which would otherwise wait for the file.
    try:
        return work()
    except PeppersChanged:
        return work()


def peppers_in_file(office: Office) -> tuple[bytes, ...]:
    """All secrets in the key file: those in use, and one more after a change that was cut off."""
    config = office.config
    held = read_key_file(config.key_folder, PEPPER_FILE, passphrase_in(config.key_passphrase_file))
    return apart(held)


def mark_of(peppers: Sequence[bytes]) -> str:
    """A hash over these secrets that tells nothing of them."""
    return hashlib.sha256(b"tally87/1 peppers\x00" + b"".join(peppers)).hexdigest()[:32]


def note_nesting(connection: Connection, used: Sequence[bytes], now_s: int) -> None:
    """Notes that every kept code went through the last of these secrets, too."""
    row = {"number": len(used) - 1, "mark": mark_of(used), "made_at_s": now_s}
    connection.execute(insert(PepperNesting).values(row))


def in_use(connection: Connection, held: Sequence[bytes]) -> tuple[bytes, ...]:
    """Of these secrets, those that the kept codes of this database went through.

    Raises KeyFileRefused when they are others.
    """
    last = connection.execute(
        select(PepperNesting.number, PepperNesting.mark).order_by(PepperNesting.number.desc())
    ).first()
    if last is None:
        return tuple(held[:1])
    used = tuple(held[: last.number + 1])
    if len(used) <= last.number or mark_of(used) != last.mark:
        raise KeyFileRefused(
            f"{PEPPER_FILE} is not the one this database goes with: put back the newest one from "
            "your backup. Nothing was changed."
        )
    return used


def _in_use(office: Office) -> tuple[bytes, ...]:
    held = peppers_in_file(office)
    with reading(office.engine) as connection:
        return in_use(connection, held)
