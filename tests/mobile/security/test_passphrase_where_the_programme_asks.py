"""A programme that asks for a passphrase gets one at the next unlocking, before anything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from demo.officers.cheap_keys import cheap_derivation
from mobile.cli import main
from mobile.security.pins import PassphraseNeeded, WeakPin, is_passphrase
from mobile.tablet import Session, Tablet
from shared.wire.bundles import bundle, unbundle
from tests.mobile.conftest import PIN
from tests.mobile.office import MemoryOffice
from tests.mobile.security.test_keys import FakeKeystore

PASSPHRASE = "four kilns by a slow river"
ASKED = """[parameters.tablet_unlocking]
value = "{}"
source = "test"
as_of = 2026-11-01
confirmed = true
"""


def asking(standard: dict[str, bytes], for_what: str) -> dict[str, bytes]:
    """The standard parts, with a programme that asks for that."""
    own = ASKED.format(for_what).encode()
    files = unbundle(standard["profile"])
    return standard | {"profile": bundle(files | {"1/profile.toml": own})}


def published(
    session: Session, office: MemoryOffice, standard: dict[str, bytes], for_what: str
) -> None:
    """The office publishes an edition that asks for that, and the tablet takes it into use."""
    office.publish(asking(standard, for_what))
    session.sending.send()
    assert session.editions.reference.profile.tablet_unlocking == for_what


@pytest.mark.parametrize(
    ("secret", "is_one"),
    [
        (PASSPHRASE, True),
        ("آجر کی بھٹی کے پاس دریا", True),
        ("482913", False),
        ("four kilns by a", True),
        ("four kilns by ", False),
        ("030012345678901234", False),
        ("٠٣٠٠١٢٣٤٥٦٧٨٩٠١٢٣٤", False),
        ("aaaaaaaaaaaaaaaaaaaa", False),
        ("abcabcabcabcabcabc", False),
    ],
)
def test_passphrase_is_long_and_more_than_digits(secret: str, is_one: bool) -> None:
    assert is_passphrase(secret) is is_one


def test_pin_opens_the_tablet_once_more_and_asks_for_a_passphrase_first(
    session: Session,
    office: MemoryOffice,
    standard: dict[str, bytes],
    make_tablet: Callable[..., Tablet],
) -> None:
    published(session, office, standard, "passphrase")
    assert not session.asks_for_passphrase, "nobody is taken out of what he is doing"
    assert session.secret_falls_short
    session.lock()

    again = make_tablet().unlock(PIN)
    assert again.asks_for_passphrase
    for weak in ("739146", "73914682", "four kilns by"):
        with pytest.raises(PassphraseNeeded):
            again.change_pin(PIN, weak)
    again.change_pin(PIN, PASSPHRASE)
    assert not again.asks_for_passphrase
    again.lock()

    last = make_tablet().unlock(PASSPHRASE)
    assert not last.asks_for_passphrase
    last.lock()


def test_copy_of_such_a_tablet_needs_a_passphrase_and_the_new_tablet_one_too(
    session: Session,
    office: MemoryOffice,
    standard: dict[str, bytes],
    make_tablet: Callable[..., Tablet],
    tmp_path: Path,
) -> None:
    with pytest.raises(WeakPin):
        session.save_backup(tmp_path / "x.backup", "123456")
    published(session, office, standard, "hardware_or_passphrase")

    with pytest.raises(PassphraseNeeded):
        session.save_backup(tmp_path / "x.backup", "739146")
    session.save_backup(tmp_path / "x.backup", PASSPHRASE)

    restored = make_tablet("replacement").restore(tmp_path / "x.backup", PASSPHRASE, "918273")
    assert restored.asks_for_passphrase
    restored.lock()


def test_tablet_with_a_key_in_hardware_asks_for_no_passphrase_unless_the_programme_does(
    tmp_path: Path, office: MemoryOffice, standard: dict[str, bytes], reference: Any, clock: Any
) -> None:
    from mobile.security.hardware_key import AndroidKeystore

    def tablet() -> Tablet:
        return Tablet(
            tmp_path / "tablet",
            reference,
            clock,
            lambda count: bytes(range(7, 7 + count % 200)).ljust(count, b"\1"),
            link=lambda _: office,
            hardware=AndroidKeystore(FakeKeystore()),
            uptime=clock.uptime,
            derivation=cheap_derivation,
        )

    session = tablet().set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    published(session, office, standard, "hardware_or_passphrase")
    assert not session.secret_falls_short
    session.lock()
    unlocked = tablet().unlock(PIN)
    assert not unlocked.asks_for_passphrase
    office.publish(asking(standard, "passphrase"), number=2)
    unlocked.sending.send()
    unlocked.lock()

    again = tablet().unlock(PIN)
    assert again.asks_for_passphrase
    again.lock()


def test_commands_do_nothing_but_change_it_until_there_is_one(
    session: Session,
    office: MemoryOffice,
    standard: dict[str, bytes],
    make_tablet: Callable[..., Tablet],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published(session, office, standard, "passphrase")
    session.lock()
    monkeypatch.setenv("TALLY87TABLET_PIN", PIN)

    def run(*words: str, typed: str = "") -> Any:
        return CliRunner().invoke(
            main, list(words), obj=lambda _: make_tablet(), input=typed, standalone_mode=True
        )

    refused = run("status")
    assert refused.exit_code != 0
    assert isinstance(refused.exception, PassphraseNeeded) or "passphrase" in refused.output

    done = run("change-pin", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert done.exit_code == 0, done.output
    monkeypatch.setenv("TALLY87TABLET_PIN", PASSPHRASE)
    assert run("status").exit_code == 0
