"""Making an edition again from its own sealed counts, bit for bit, whatever is counted now."""

from __future__ import annotations

import json

from server.db.engine import reading
from server.disclosure.protect import Policy
from server.office import Office
from server.programme.keys import keys_of
from server.releases import store
from server.releases.build import about, earlier_editions
from server.releases.counted import from_bytes
from server.releases.files import digest_of
from server.releases.making import NotPublishable, attack, make
from server.releases.provenance import software
from server.releases.sealing import CountsNotOpened, must_be_signed, unsealed
from server.releases.structure import STRUCTURE, structure_from
from shared.errors import SignatureInvalid


def verify(office: Office, number: int) -> list[str]:
    """Sentences about what does not hold of an edition; none when all does: its signature, every
    file's digest, the bytes made again from the sealed counts, and the attack on them.

    Raises store.NoSuchRelease.
    """
    keys = keys_of(office).programme
    with reading(office.engine) as connection:
        edition = store.edition_of(connection, number)
        release = store.release_of(connection, edition.release)
        files = store.files_of(connection, edition.release)
        sealed = store.sealed_of(connection, edition.release)
        manifest = json.loads(edition.manifest)
        beside = set(manifest["beside_editions"])
        earlier = earlier_editions(office, connection, lambda one: one in beside)
    remarks: list[str] = []
    try:
        must_be_signed(keys.public, edition.manifest, edition.signature)
    except SignatureInvalid:
        remarks.append("The signature is not this programme's.")
    digests = {name: digest_of(content) for name, content in files.items()}
    for name in sorted(digests.keys() | manifest["files"].keys()):
        if digests.get(name) != manifest["files"].get(name):
            remarks.append(f"{name} is not the file that was signed.")
    if any("not the file" in remark for remark in remarks):
        return remarks  # Nobody knows who wrote what stands there.
    try:
        counts = from_bytes(unsealed(keys, about(edition.release), sealed))
    except CountsNotOpened as error:
        return [*remarks, str(error)]
    levels = structure_from(files[STRUCTURE]).levels
    try:
        made = make(counts, release.declared, earlier, levels=levels)
    except NotPublishable as error:
        return [*remarks, f"It could not be made again: {error}"]
    for name, content in made.files.items():
        if files.get(name) != content:
            remarks.append(f"{name} comes out otherwise from the sealed counts.")
    if remarks and manifest["software"] != software():
        remarks.append(
            f"It was made with {manifest['software']}, here is {software()}: other versions of the "
            "solver may choose other cells."
        )
    found = attack(files, counts, earlier, Policy(release.declared.threshold))
    if not found.may_leave:
        remarks.append("The attack on its files finds what must not be known.")
    return remarks
