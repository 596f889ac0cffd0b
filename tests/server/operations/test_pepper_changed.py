"""The pepper is changed: nobody met before counts twice, whatever happens meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from server.db.engine import reading
from server.intake import code_book, conflicts, peppers
from server.intake.model import CaseCodes, CodeSharer, Conflict
from server.office import Office
from server.office.key_files import KeyFileRefused
from server.operations import key_rotation
from server.programme import enrolment
from server.programme.keys import PEPPER_FILE, keys_of
from server.register.model import Person
from server.stewardship import doctor
from server.tables import recount
from shared.wire.tickets import request_enrolment
from tests.server.field import FieldTablet, somebody
from tests.server.intake.test_conflicts_decided import open_numbers, same_revision


def persons(office: Office) -> int:
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        return connection.scalar(select(func.count()).select_from(Person)) or 0


def every_code(office: Office) -> set[int]:
    with reading(office.engine) as connection:
        kept = [own for (own,) in connection.execute(select(CaseCodes.codes))]
        waiting = [own for (own,) in connection.execute(select(Conflict.codes)) if own]
        sharers = list(connection.scalars(select(CodeSharer.code)))
    return {*sharers, *(code for own in (*kept, *waiting) for code in own)}


def elsewhere(office: Office) -> Office:
    """Another process of the same office, which knows what it read when it began."""
    return Office(office.config, office.engine, office.clock, office.random_bytes)


def test_who_was_met_before_and_after_is_one_person_to_every_process(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    serving = elsewhere(office)
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(one)) for one in range(5)))
    assert persons(office) == 5
    peppers.peppers_of(serving)
    before = every_code(office)

    assert key_rotation.rotate_pepper(office, "test") == 5
    assert key_rotation.rotate_pepper(office, "test") == 5

    assert before.isdisjoint(every_code(office))
    again = tablet.visit()
    cases = [tablet.case(again, somebody(one)) for one in range(6)]
    tablet.send(again, *cases, office=serving)
    assert persons(office) == 6
    assert doctor.check(office) == []
    # A process that begins now, and one that goes on from before both changes.
    with reading(office.engine) as connection:
        kept = code_book.kept_of(connection, cases[5].record_id)
    assert len(peppers.peppers_of(elsewhere(office))) == 3
    held = peppers.peppers_in_file(office)
    assert kept == sorted(code_book.kept_code(code, held) for code in cases[5].linkage)


def test_change_that_was_cut_off_goes_on_with_the_secret_it_made(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    tablet.send(visit, tablet.case(visit, somebody(1)))

    class Killed(Exception):
        pass

    def killed(*_: object) -> int:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(code_book, "nest_all", killed)
        with pytest.raises(Killed):
            key_rotation.rotate_pepper(office, "test")
    made = peppers.peppers_in_file(office)
    assert (len(made), len(peppers.peppers_of(elsewhere(office)))) == (2, 1)
    tablet.send(visit, tablet.case(visit, somebody(1)))
    assert persons(office) == 1

    key_rotation.rotate_pepper(office, "test")

    assert peppers.peppers_in_file(office) == made
    tablet.send(visit, tablet.case(visit, somebody(1)))
    assert persons(office) == 1


def test_key_file_of_before_the_change_is_refused_and_told(office: Office) -> None:
    file = office.config.key_folder / PEPPER_FILE
    old = file.read_bytes()
    key_rotation.rotate_pepper(office, "test")
    new = file.read_bytes()
    file.write_bytes(old)

    with pytest.raises(KeyFileRefused, match=r"pepper\.key is not the one"):
        peppers.peppers_of(elsewhere(office))
    assert any("pepper.key is not the one" in one for one in doctor.check(office))
    file.write_bytes(new[:-1] + bytes([new[-1] ^ 1]))
    with pytest.raises(KeyFileRefused, match=r"pepper\.key is not the one"):
        peppers.peppers_of(elsewhere(office))


def test_codes_of_a_conflict_change_too_and_stand_when_it_is_taken(office: Office) -> None:
    first, second, visit, _, _ = same_revision(office)
    (number,) = open_numbers(office)
    key_rotation.rotate_pepper(office, "test")

    conflicts.take(office, number, "account steward")

    # Codes were those of nobody: the taken record is one person with nobody.
    met = second.case(visit, somebody(1))
    second.send(met)
    assert persons(office) == 2
    conflicts.take_back(office, number, "account steward")
    assert persons(office) == 1
    first.send(first.case(visit, somebody(1)))
    assert persons(office) == 1
    assert doctor.check(office) == []


def test_a_ticket_of_before_the_change_still_admits(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    serving = elsewhere(office)
    keys_of(serving)
    ticket = enrolment.issue_ticket(office, "OFFICER-0", "test")
    key_rotation.rotate_pepper(office, "test")
    fresh = elsewhere(office)
    later = enrolment.issue_ticket(fresh, "OFFICER-0", "test")

    last = enrolment.issue_ticket(fresh, "OFFICER-0", "test")
    for one, seed, here in ((ticket, 7, fresh), (later, 8, fresh), (last, 9, serving)):
        keys = type(tablet.keys).generate(lambda size, seed=seed: bytes([seed]) * size)
        assert enrolment.enrol(here, request_enrolment(one, keys))
    assert len(keys_of(fresh).peppers) == 2
