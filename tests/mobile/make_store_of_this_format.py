"""Makes the store that later versions must open.

Run (``python -m tests.mobile.make_store_of_this_format``) once for each new format, before the
release that brings it; the folder is then never changed.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from mobile.store import FORMAT
from mobile.tablet import Tablet
from shared.reference import load_reference
from tests.mobile.conftest import PIN, Clock
from tests.mobile.interviews import finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice

STORES = Path(__file__).parent / "stores"


def main() -> None:
    """A draft, a finalised case, an accepted one, a returned one."""
    folder = STORES / f"format-{FORMAT}"
    shutil.rmtree(folder, ignore_errors=True)
    reference = load_reference("PAK")
    office = MemoryOffice(reference, seed=87)
    tablet = Tablet(
        folder,
        reference,
        Clock(),
        random.Random(FORMAT).randbytes,
        link=lambda _: office,
        insecure_fast_key_derivation=True,
    )
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    finalised_case(session.casework, given_name="Accepted")
    returned = finalised_case(session.casework, given_name="Returned")
    office.reject.add(returned)
    session.sending.send()
    finalised_case(session.casework, given_name="Finalised")
    record_case(session.casework, record_visit(session.casework), given_name="Draft")
    session.set_setting("language", "en")
    session.lock()


if __name__ == "__main__":
    main()
