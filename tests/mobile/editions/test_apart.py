"""Recordings and pictures of an office: only what was chosen, on through a bad link, sealed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mobile.editions import Offered
from mobile.tablet import Session, Tablet
from mobile.transport.http import LinkDown
from shared.apart import wording_of
from shared.wire.bundles import bundle, unbundle
from tests.mobile.conftest import PIN
from tests.mobile.office import MemoryOffice
from tests.mobile.published import ogg, png, publish_apart

KEY, ANSWER = "attends_school", "hazards/heavy_loads"
SPOKEN = {"recordings/en": {f"{KEY}.ogg": ogg("school"), f"{ANSWER}.ogg": ogg("heavy")}}
SHOWN = {"pictures": {f"{ANSWER}.png": png()}}


def wording(office: MemoryOffice, key: str, language: str = "en") -> str:
    return wording_of(office.reference.questionnaire, key, language)


def test_nothing_is_fetched_before_it_is_chosen_and_then_that_alone(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    publish_apart(office, standard, SPOKEN | SHOWN)
    session.sending.send()
    apart, listing = session.editions.apart, len(office.asked)
    assert [(one.name, one.files, one.here, one.chosen) for one in apart.offered()] == [
        ("recordings/en", 2, 0, False),
        ("pictures", 1, 0, False),
    ]
    session.sending.send()
    assert len(office.asked) == listing

    apart.choose("recordings/en", True)
    session.sending.send()

    assert len(office.asked) - listing == 2
    assert apart.recording("en", KEY, wording(office, KEY)) == (".ogg", ogg("school"))
    assert apart.recording("en", ANSWER, wording(office, ANSWER)) == (".ogg", ogg("heavy"))
    assert apart.picture(ANSWER) is None
    apart.choose("pictures", True)
    session.sending.send()
    assert apart.picture(ANSWER) == (".png", png())


def test_a_link_that_is_cut_again_and_again_costs_a_piece_and_never_the_rest(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    long = ogg("a minute of speech", 250_000)
    publish_apart(office, standard, {"recordings/en": {f"{KEY}.ogg": long}})
    session.sending.send()
    session.editions.apart.choose("recordings/en", True)
    tries = 0
    while not session.editions.apart.has_recording("en", KEY, wording(office, KEY)):
        office.asked.clear()
        office.before_piece = [None, None, None, *[LinkDown()] * 4]
        report = session.sending.send()
        tries += 1
        assert tries < 20
        assert report.news.problem == (
            ""
            if session.editions.apart.has_recording("en", KEY, wording(office, KEY))
            else "tablet.apart_waits"
        )
        assert report.problem == "", "what is recorded was sent all the same"
    assert tries > 1
    assert session.editions.apart.recording("en", KEY, wording(office, KEY)) == (".ogg", long)


def test_a_killed_tablet_goes_on_with_the_next_file_and_what_is_not_wanted_leaves_the_disk(
    make_tablet: Callable[..., Tablet],
    office: MemoryOffice,
    standard: dict[str, bytes],
    tmp_path: Path,
) -> None:
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    publish_apart(office, standard, SPOKEN)
    session.sending.send()
    session.editions.apart.choose("recordings/en", True)
    office.before_piece = [None, *[LinkDown()] * 4]
    session.sending.send()
    session.lock()

    session = tablet.unlock(PIN)
    apart = session.editions.apart
    assert [(one.files, one.here) for one in apart.offered()] == [(2, 1)]
    office.asked.clear()
    session.sending.send()
    assert len({wanted.digest for wanted in office.asked}) == 1, "the other one is here"
    assert [(one.files, one.here) for one in apart.offered()] == [(2, 2)]

    apart.choose("recordings/en", False)
    assert apart.recording("en", KEY, wording(office, KEY)) is None
    assert apart.offered()[0].here == 0
    session.lock()


def test_nothing_of_a_recording_is_on_the_disk_in_clear(
    session: Session, office: MemoryOffice, standard: dict[str, bytes], tmp_path: Path
) -> None:
    said = ogg("school")
    publish_apart(office, standard, {"recordings/en": {f"{KEY}.ogg": said}})
    session.sending.send()
    session.editions.apart.choose("recordings/en", True)
    session.sending.send()
    assert session.editions.apart.recording("en", KEY, wording(office, KEY)) == (".ogg", said)

    written = b"".join(
        file.read_bytes() for file in (tmp_path / "tablet").rglob("*") if file.is_file()
    )
    assert said[:64] not in written
    assert said[1000:1064] not in written


def test_a_recording_of_other_words_than_today_is_not_played(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    publish_apart(office, standard, SPOKEN)
    session.sending.send()
    session.editions.apart.choose("recordings/en", True)
    session.sending.send()

    apart = session.editions.apart
    assert apart.recording("en", KEY, "0" * 8) is None
    assert not apart.has_recording("en", KEY, "0" * 8)
    assert apart.recording("en", KEY, "") is None


def test_an_edition_with_other_recordings_keeps_what_is_the_same_and_drops_the_rest(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    publish_apart(office, standard, SPOKEN)
    session.sending.send()
    session.editions.apart.choose("recordings/en", True)
    session.sending.send()
    changed = SPOKEN["recordings/en"] | {f"{ANSWER}.ogg": ogg("heavy, said better")}
    publish_apart(office, standard, {"recordings/en": changed}, number=2)
    office.asked.clear()

    session.sending.send()

    assert len(office.asked) == 3, "the list of parts, the list of recordings, one recording"
    apart = session.editions.apart
    assert apart.recording("en", ANSWER, wording(office, ANSWER)) == (
        ".ogg",
        ogg("heavy, said better"),
    )
    assert apart.recording("en", KEY, wording(office, KEY)) == (".ogg", ogg("school"))
    office.publish(standard, number=3)
    session.sending.send()
    session.sending.send()
    assert apart.offered() == []
    assert apart._keeping.state.parts == {}


def test_a_list_that_cannot_be_read_is_as_none_and_the_edition_is_taken(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    office.publish(standard | {"recordings/ur": bundle({"list.json": b"[[1]]"})})

    report = session.sending.send()

    assert (report.news.edition, report.news.problem) == (1, "")
    assert session.editions.apart.offered() == []


def test_forged_pieces_of_a_recording_are_thrown_away(
    session: Session, office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    publish_apart(office, standard, {"recordings/en": {f"{KEY}.ogg": ogg("school")}})
    session.sending.send()
    session.editions.apart.choose("recordings/en", True)
    office.before_piece = ["wrong", "wrong"]

    report = session.sending.send()

    assert report.news.problem == "tablet.apart_waits"
    assert session.editions.apart.recording("en", KEY, wording(office, KEY)) is None
    session.sending.send()
    assert session.editions.apart.has_recording("en", KEY, wording(office, KEY))


def test_lost_knowledge_about_recordings_costs_fetching_them_again_and_nothing_else(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, standard: dict[str, bytes]
) -> None:
    tablet = make_tablet()
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    publish_apart(office, standard, SPOKEN)
    session.sending.send()
    session.editions.apart.choose("recordings/en", True)
    session.sending.send()
    with session._store.transaction():
        session._store.reference.put("apart state", b"{broken")
        session._store.reference.put("apart chosen", b"{broken")
    session.lock()

    session = tablet.unlock(PIN)

    apart = session.editions.apart
    (offered,) = apart.offered()
    assert offered == Offered("recordings/en", "en", 2, 0, offered.bytes, chosen=False)
    session.lock()


def test_a_tablet_of_before_takes_the_edition_and_has_no_use_for_its_lists(
    standard: dict[str, bytes], office: MemoryOffice
) -> None:
    from shared.parts import unpacked

    publish_apart(office, standard, SPOKEN | SHOWN)
    assert office.edition is not None
    listing = [p for p in office.edition.parts if p.name in SPOKEN | SHOWN]
    assert sum(part.squeezed_size for part in listing) < 500
    with_lists = {p.name: standard.get(p.name, b"\x80") for p in office.edition.parts}
    assert unbundle(b"\x80") == {}

    made = unpacked("PAK", with_lists)

    assert made.reference.questionnaire.digest == office.reference.questionnaire.digest
