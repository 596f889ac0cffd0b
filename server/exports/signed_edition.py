"""An edition that somebody else handed over: genuine as a whole, or not read at all. Pure.

Needs no database and no office: whoever has the programme's public signing key from elsewhere (its
papers, a page of its own) can tell whether one digit of a saved edition was changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.disclosure.table_file import TableUnreadable
from server.exports.edition import ExportedEdition, edition_from
from server.releases.files import digest_of
from server.releases.published import MANIFEST, SIGNATURE
from server.releases.sealing import SIGNED
from shared.errors import ServiceError


class NotGenuine(ServiceError):
    """A folder of files that is not what a programme signed. Its text names everything wrong."""


def signed_edition(files: Mapping[str, bytes], signing_key: str) -> ExportedEdition:
    """The edition in these files, by name. signing_key: of the programme, 64 hexadecimal digits,
    known from elsewhere than from beside the files. Raises NotGenuine."""
    manifest = signed_manifest(files, signing_key)
    digests = _digests(manifest)
    missing = sorted(name for name in digests if name not in files)
    changed = sorted(
        name for name, said in digests.items() if name in files and digest_of(files[name]) != said
    )
    wrong = [f"{name} is missing." for name in missing]
    wrong += [f"{name} is not the file that was signed." for name in changed]
    if wrong:
        raise NotGenuine(" ".join([*wrong, "Ask for the files again; use none of these."]))
    try:
        return edition_from(manifest, {name: files[name] for name in digests})
    except (TableUnreadable, KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotGenuine(_UNREADABLE) from error


_UNREADABLE = (
    "The signature holds, and this program cannot read what was signed: perhaps it comes from a "
    "newer one."
)


def _digests(manifest: bytes) -> Mapping[str, str]:
    try:
        found: Mapping[str, str] = {**json.loads(manifest)["files"]}
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise NotGenuine(_UNREADABLE) from error
    return found


def signed_manifest(files: Mapping[str, bytes], signing_key: str) -> bytes:
    """The manifest among these files, by whose owner's key it was signed. Raises NotGenuine."""
    manifest = files.get(MANIFEST, b"")
    said = f"{MANIFEST} is not signed with this key: the edition was changed, or another programme "
    must_be_signed(SIGNED + manifest, files.get(SIGNATURE, b""), signing_key, f"{said}made it.")
    return manifest


def must_be_signed(message: bytes, signature: bytes, signing_key: str, otherwise: str) -> None:
    """Raises NotGenuine, saying ``otherwise``, unless the key's owner signed this message.

    signature: 128, signing_key: 64 hexadecimal digits."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signing_key.strip()))
    except ValueError:
        raise NotGenuine(
            "A programme's signing key is 64 hexadecimal digits, as in programme.pub."
        ) from None
    try:
        key.verify(bytes.fromhex(signature.decode("ascii").strip()), message)
    except (InvalidSignature, ValueError):
        raise NotGenuine(otherwise) from None
