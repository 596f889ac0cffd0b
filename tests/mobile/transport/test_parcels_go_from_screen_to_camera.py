"""The road of QR codes without a screen: real codes, simulated pictures, real tablets."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence

import pytest
import segno
from PIL import Image

from mobile.tablet import Session, Tablet
from mobile.transport.qr_drawing import Modules
from mobile.transport.qr_series import FRAMES_A_SECOND, Filming, Seen, Showing
from shared.lifecycle import CaseState
from shared.wire.frames import MAX_SHOWN_BYTES, Series
from tests.mobile.conftest import PIN
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice
from tests.mobile.simulated_photographs import Eye, code_of, plain


def image_of(modules: Modules) -> Image.Image:
    side = len(modules)
    image = Image.frombytes("L", (side, side), b"".join(modules)).point(
        lambda dark: 255 * (1 - dark)
    )
    page = Image.new("L", (side + 8, side + 8), 255)
    page.paste(image, (4, 4))
    return page.resize((page.width * 5,) * 2, Image.Resampling.NEAREST)


def filmed(
    messages: Sequence[bytes], eye: Eye, *, missed: float, twice: float, seed: int
) -> tuple[Seen, int]:
    """What a camera gets that misses some codes and catches others twice; how many were shown."""
    showing, filming, chance = Showing(messages), Filming(), random.Random(seed)
    seen, shown = Seen(), 0
    while not seen.messages:
        image, shown = image_of(showing.next_code()), shown + 1
        if chance.random() < missed:
            continue
        for _ in range(1 + (chance.random() < twice)):
            seen = filming.look(eye.sees(image, chance))
    return seen, shown


def test_several_parcels_arrive_whole_though_codes_are_missed_and_seen_twice() -> None:
    parcels = [
        random.Random(seed).randbytes(size) for seed, size in ((1, 3_000), (2, 450), (3, 900))
    ]

    seen, shown = filmed(parcels, Eye(), missed=0.3, twice=0.3, seed=4)

    assert seen.messages == tuple(parcels)
    assert seen.have == seen.needed == Showing(parcels).codes
    assert shown < 3 * seen.needed


def test_progress_only_grows_and_ends_at_what_is_needed() -> None:
    showing, filming = Showing([bytes(4_000)]), Filming()

    told = [filming.look(plain(image_of(showing.next_code()))) for _ in range(showing.codes)]

    assert [seen.have for seen in told] == list(range(1, showing.codes + 1))
    assert {seen.needed for seen in told} == {showing.codes}
    assert showing.seconds == pytest.approx(showing.codes / FRAMES_A_SECOND)


def test_a_code_of_another_kind_is_told_and_changes_nothing() -> None:
    showing, filming = Showing([bytes(2_000)]), Filming()
    filming.look(plain(image_of(showing.next_code())))

    seen = filming.look(plain(image_of(code_of("https://example.org/menu"))))

    assert (seen.foreign, seen.have, seen.messages) == (True, 1, ())


def test_a_whole_series_that_carries_no_messages_is_told_as_foreign() -> None:
    filming = Filming()

    seen = filming.take([Series(b"a later version of this app").frame(0)])

    assert seen == Seen(foreign=True)


def test_an_empty_picture_tells_nothing_new() -> None:
    filming = Filming()

    assert filming.look(plain(Image.new("L", (64, 64)))) == Seen()


def test_nothing_to_show_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Showing([])


def test_more_than_a_series_holds_is_shown_in_parts() -> None:
    parcels = [bytes((number,)) * (MAX_SHOWN_BYTES // 2) for number in range(3)]
    showing = Showing(parcels)
    got: list[bytes] = []
    for _ in range(showing.parts):
        filming, seen = Filming(), Seen()
        series = showing._series[showing.part]
        for number in range(series.blocks):
            seen = filming.take([series.frame(number)])
        got += seen.messages
        showing.next_part()

    assert showing.parts == 3
    assert showing.part == 0
    assert got == parcels


def test_a_code_as_any_other_program_draws_it_is_read() -> None:
    """segno's own picture file, not our drawing."""
    file = io.BytesIO()
    segno.make_qr(Series(bytes((0x81, 0x41, 7))).frame(0)).save(file, kind="png", scale=3)
    with Image.open(file) as image:
        assert Filming().look(plain(image)).messages == (b"\x07",)


@pytest.fixture
def supervisor(make_tablet: Callable[..., Tablet], office: MemoryOffice) -> Iterator[Session]:
    session = make_tablet("supervisor").set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    yield session
    session.lock()


@pytest.mark.parametrize(("missed", "twice"), [(0.0, 0.0), (0.4, 0.4)])
def test_cases_reach_the_office_through_two_screens_and_are_counted_once(
    session: Session, supervisor: Session, office: MemoryOffice, missed: float, twice: float
) -> None:
    cases = [finalised_case(session.casework) for _ in range(3)]
    way = {"missed": missed, "twice": twice, "seed": 8}

    over, _ = filmed(session.sending.parcels(), Eye(), **way)
    assert supervisor.relay.take_all(over.messages) == 1
    assert supervisor.relay.take_all(over.messages) == 1  # shown again is taken once
    assert supervisor.relay.load().parcels == 1
    assert supervisor.relay.deliver().delivered == 1
    back, _ = filmed(supervisor.relay.receipts(), Eye(), **way)
    report = session.sending.take_receipts(back.messages)
    again = session.sending.take_receipts(back.messages)

    assert (report.accepted, report.totals_agree) == (6, True)
    assert (again.accepted, again.rejected) == (0, 0)
    assert {session.casework.row(case).state for case in cases} == {CaseState.ACCEPTED}
    assert len(office.accepted()) == 6
    assert session.sending.parcels() == []


def test_shown_to_a_supervisor_and_sent_over_the_network_is_counted_once(
    session: Session, supervisor: Session, office: MemoryOffice
) -> None:
    finalised_case(session.casework)
    over, _ = filmed(session.sending.parcels(), Eye(), missed=0.0, twice=0.0, seed=1)
    supervisor.relay.take_all(over.messages)

    sent = session.sending.send()
    supervisor.relay.deliver()
    late = session.sending.take_receipts(supervisor.relay.receipts())

    assert (sent.accepted, late.totals_agree) == (2, True)
    assert len(office.accepted()) == 2


def test_what_is_no_parcel_among_the_codes_is_left_and_the_rest_taken(
    session: Session, supervisor: Session
) -> None:
    finalised_case(session.casework)
    (parcel,) = session.sending.parcels()

    assert supervisor.relay.take_all([b"holiday photo", parcel, b"", b"T87R\x01"]) == 1
