"""Makes the store that later versions must open.

Run (``python -m tests.mobile.make_store_of_this_format``) once for each new format, before the
release that brings it; the folder is then never changed.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from demo.officers.cheap_keys import cheap_derivation
from mobile.store import FORMAT
from mobile.tablet import Tablet
from shared.parts import parts_of
from shared.reference import load_reference
from shared.wire.bundles import bundle, unbundle
from tests.mobile.conftest import PIN, Clock
from tests.mobile.interviews import finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice

HELPLINE = '[[helplines]]\nname = "Published"\nnumber = "0777"\nsource = "test"\n'
STORES = Path(__file__).parent / "store" / "formats"


def main() -> None:
    """A draft, a finalised case, an accepted one, a returned one; reference data of the office."""
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
        derivation=cheap_derivation,
    )
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    finalised_case(session.casework, given_name="Accepted")
    returned = finalised_case(session.casework, given_name="Returned")
    office.reject.add(returned)
    parts = parts_of("PAK")
    profile = unbundle(parts["profile"]) | {"1/profile.toml": HELPLINE.encode()}
    office.publish(parts | {"profile": bundle(profile)}, number=3)
    session.sending.send()
    finalised_case(session.casework, given_name="Finalised")
    record_case(session.casework, record_visit(session.casework), given_name="Draft")
    session.set_setting("language", "en")
    session.lock()


if __name__ == "__main__":
    main()
