"""One tablet: its folder, its lock, and what can be done once it is unlocked.

The facade that the app, the command line and the simulation use. Kivy is nowhere below it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mobile.casework import Casework
from mobile.enrolment import Enrolment
from mobile.sending import Sending
from shared.identifiers import RandomBytes
from shared.reference import Reference
from shared.wire.tickets import Membership

Milestone = Callable[[str], None]
"""Called with a name at the points where a power cut is tested; does nothing in earnest."""


class Session:
    """An unlocked tablet."""

    casework: Casework
    """Raises NotEnrolled before the tablet has joined a programme."""
    sending: Sending
    enrolment: Enrolment
    membership: Membership
    reference: Reference

    @property
    def is_enrolled(self) -> bool:
        """Whether the tablet has joined a programme."""
        raise NotImplementedError

    def change_pin(self, old: str, new: str) -> None:
        """Wraps the same data key anew. Raises WrongPin (counted as a try), WeakPin."""
        raise NotImplementedError

    def setting(self, name: str, default: str = "") -> str:
        """A setting of the app (language, theme, text size), kept sealed."""
        raise NotImplementedError

    def set_setting(self, name: str, value: str) -> None:
        """Keeps a setting."""
        raise NotImplementedError

    def lock(self) -> None:
        """Forgets the key and closes the store. The session cannot be used afterwards."""
        raise NotImplementedError


class Tablet:
    """A tablet that may be set up, and unlocked."""

    def __init__(
        self,
        folder: Path,
        reference: Reference | Callable[[str], Reference],
        clock: Callable[[], datetime],
        random_bytes: RandomBytes,
        *,
        milestone: Milestone = lambda _: None,
        insecure_fast_key_derivation: bool = False,
    ) -> None:
        """folder: everything the tablet keeps. reference: the country's, or what loads it by its
        ISO 3166 alpha-3 code. clock: local time with zone. random_bytes: os.urandom in earnest."""
        raise NotImplementedError

    @property
    def is_set_up(self) -> bool:
        """Whether a PIN was chosen on this tablet."""
        raise NotImplementedError

    @property
    def was_destroyed(self) -> bool:
        """Whether the key was destroyed after ten wrong PINs. Escrow copies can still be saved."""
        raise NotImplementedError

    def set_up(self, pin: str, membership: Membership | None = None) -> Session:
        """First use: makes the data key from the PIN. Raises WeakPin, AlreadySetUp."""
        raise NotImplementedError

    def unlock(self, pin: str) -> Session:
        """Raises WrongPin(wait_s, tries_left), TabletDestroyed, StoreDamaged, StoreTooNew."""
        raise NotImplementedError

    def wait_s(self) -> int:
        """Seconds until the next PIN may be tried; 0 when now."""
        raise NotImplementedError

    def save_escrow(self, folder: Path) -> list[Path]:
        """Without a PIN: writes the sealed copies of finalised records, for the office to read."""
        raise NotImplementedError
