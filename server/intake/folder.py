"""The file road at the office: parcels in a folder, receipts written beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from server.durable import replace_file
from server.intake.receive import TakenIn, take_in
from server.office import Office
from shared.errors import TallyError
from shared.wire.limits import MAX_PARCEL_BYTES

PARCEL_SUFFIX, RECEIPT_SUFFIX = ".parcel", ".receipt"


def take_in_folder(office: Office, folder: Path) -> Iterator[tuple[str, TakenIn | None, str]]:
    """For each parcel file, by name: what came of it, or the sentence why it was not taken.

    A receipt is written whole or not at all, under the parcel's file name with ``.receipt``. One
    file that cannot be read does not keep the others back.
    """
    for path in sorted(folder.glob(f"*{PARCEL_SUFFIX}")):
        try:
            with path.open("rb") as file:
                data = file.read(MAX_PARCEL_BYTES + 1)
            taken = take_in(office, data)
            replace_file(path.with_suffix(RECEIPT_SUFFIX), taken.receipt)
        except TallyError as error:
            yield path.name, None, str(error)
        except OSError as error:
            yield path.name, None, error.strerror or "The file cannot be read or written."
        else:
            yield path.name, taken, ""
