"""What the office itself chooses of a profile, on a page: it lies over all country folders.

A choice stands in the profile of the edition, as a layer of its own behind those of the folders;
every later edition keeps it (server.reference.chosen). Owns what tablets are unlocked with;
docs/privacy-tablet.md says what each way withstands.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

from server.office import Office
from server.programme.enrolment import NotPossible
from server.reference.chosen import with_choice
from server.reference.in_force import (
    NothingPublished,
    in_force,
    look_for_edition,
    reference_of,
)
from server.reference.publish import Bundles, one_at_a_time, publish_again
from server.staff import audit
from shared.parts import PROFILE
from shared.profiles.kinds import KINDS

UNLOCKING = "tablet_unlocking"
WAYS = KINDS[UNLOCKING].choices
"""Of unlocking a tablet, the weakest first."""


def unlocking(office: Office) -> str:
    """What tablets are unlocked with, by the edition in force."""
    look_for_edition(office)
    return reference_of(office).profile.tablet_unlocking


def choose_unlocking(office: Office, actor: str, way: str) -> None:
    """Publishes what tablets are to be unlocked with from now on: one of WAYS.

    Raises NotPossible when it is none of them or stands so already, NothingPublished.
    """
    if way not in WAYS:
        raise NotPossible("There is no such way to unlock a tablet. Nothing was changed.")
    with one_at_a_time(office) as connection:
        if in_force(connection) is None:
            raise NothingPublished("No edition is published yet: `tally87 reference publish`.")
        chosen = _layer(way, datetime.fromtimestamp(office.now_s(), UTC).date())
        if publish_again(connection, office, actor, partial(_with, chosen)) is None:
            raise NotPossible("It is so already. Nothing was changed.")
        audit.enter(connection, office.now_s(), actor, "unlocking_set", {"way": way})


def _with(chosen: bytes, parts: Bundles) -> dict[str, bytes | None]:
    return {PROFILE: with_choice(parts[PROFILE], chosen)}


def _layer(way: str, on: date) -> bytes:
    said = (
        f"[parameters.{UNLOCKING}]",
        f'value = "{way}"',
        'source = "Chosen by the office on its page"',
        f"as_of = {on.isoformat()}",
        "confirmed = true",
        "",
    )
    return "\n".join(said).encode()
