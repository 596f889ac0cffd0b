"""Whether the audit log is still the one whose head was signed with each edition.

The chain of hashes shows that an entry was changed, not that the whole log was written anew or cut
at its end. Each edition's manifest therefore holds the hash of the newest entry when it was
published, under the programme's signature, and editions are kept by readers outside the office.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from server.db.engine import reading
from server.office import Office
from server.programme.keys import keys_of
from server.releases import store
from server.releases.published import MANIFEST, SIGNATURE
from server.releases.sealing import must_be_signed
from server.staff import audit
from shared.errors import ServiceError, SignatureInvalid
from shared.wire.keys import PublicKeys


class NoSavedEdition(ServiceError):
    """A folder in which no saved edition can be read."""


@dataclass(frozen=True)
class SignedManifest:
    """A manifest and its signature, as they are kept somewhere. of: where, for people."""

    of: str
    manifest: bytes
    signature: bytes


def saved_edition(folder: Path) -> SignedManifest:
    """An edition as `tally87 release save` wrote it, or somebody fetched it. Raises
    NoSavedEdition."""
    try:
        return SignedManifest(
            str(folder), (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_bytes()
        )
    except OSError:
        raise NoSavedEdition(
            f"There is no edition in {folder}: {MANIFEST} and {SIGNATURE} are what "
            "`tally87 release save` writes."
        ) from None


def remarks(
    office: Office, saved: Sequence[SignedManifest] = (), heads: Sequence[str] = ()
) -> list[str]:
    """A sentence for everything that does not hold of the audit log: none when its chain is whole
    and goes through every head that was signed. saved: editions kept outside the database too;
    heads: those the worker wrote to the system's log every hour."""
    public = keys_of(office).programme.public
    with reading(office.engine) as connection:
        broken = audit.broken_at(connection)
        found = [f"The audit log was changed at entry {broken}."] if broken is not None else []
        kept = store.editions(connection)
        numbers = [one.number for one in kept]
        missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
        found += [f"Edition {number} is gone from the database." for number in missing]
        own = [SignedManifest(f"edition {one.number}", one.manifest, one.signature) for one in kept]
        found += _not_passed(connection, public, (*own, *saved))
        return found + [
            f"The audit log never had the head {head[:16]}...: it was cut or written anew since."
            for head in heads
            if not audit.has_been_head(connection, head)
        ]


def _not_passed(
    connection: Connection, public: PublicKeys, signed: Iterable[SignedManifest]
) -> Iterable[str]:
    for one in signed:
        try:
            must_be_signed(public, one.manifest, one.signature)
        except SignatureInvalid:
            yield f"The manifest of {one.of} is not signed by this programme."
            continue
        head = json.loads(one.manifest).get("audit_log")
        # Editions of earlier versions hold none.
        if head is not None and not audit.has_been_head(connection, str(head)):
            yield (
                f"The audit log is not the one that was signed with {one.of}: it was cut or "
                "written anew since."
            )
