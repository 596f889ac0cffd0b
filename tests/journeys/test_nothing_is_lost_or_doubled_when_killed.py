"""kill -9 of tablets and of the server, at random and at named moments, in the middle of a run.

Each time the same assertion: after going on, every finalised case is on the server exactly once,
and the server's counts agree with a recount from the tablets' own stores.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from demo.tablets import TabletProcess
from tests.journeys.surroundings import Journey, kill_server, obey_or_die, shift
from tests.patience import PATIENCE_S

VISITS = 8
SEEDS = range(int(os.environ.get("TALLY87_SEEDS_OF_KILLS", "1")))
"""Each decides when is killed; `make soak` tries eight."""

MOMENTS = ("during_finalise", "after_finalise", "before_request", "after_reply", "during_receipt")


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    journey = Journey(tmp_path)
    yield journey
    journey.office.close()


def kill_after(tablet: TabletProcess, seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, tablet.process.kill)
    timer.start()
    return timer


def assert_all_is_there_once(journey: Journey, tablets: list[int], cases: int) -> None:
    assert journey.disagreements(tablets) == []
    figures = journey.figures()
    assert len(figures.cases) == cases
    assert len(figures.visits) == VISITS * len(tablets)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_tablet_killed_again_and_again_records_and_sends_everything_once(
    journey: Journey, seed: int
) -> None:
    random = Random(seed)
    with journey.office.serving():
        journey.enrol(0)
        killed = 0
        done = None
        while done is None:
            with journey.tablet(0) as tablet:
                # longer each time, so that the run comes to an end; so short at first that no
                # machine is done before
                timer = kill_after(tablet, random.uniform(0.01, 0.12) + 0.2 * killed)
                done = obey_or_die(tablet, "record", **shift(0, VISITS))
                if done is not None:
                    done = obey_or_die(tablet, "send") and done
                timer.cancel()
                killed += done is None

        assert killed
        assert_all_is_there_once(journey, [0], done["cases"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_server_killed_while_tablets_send_counts_everything_once(
    journey: Journey, seed: int
) -> None:
    random = Random(100 + seed)
    tablets = [0, 3]
    cases = 0
    with journey.office.serving():
        for number in tablets:
            journey.enrol(number)
    for number in tablets:
        with journey.tablet(number) as tablet:
            cases += tablet.obey("record", **shift(number, VISITS))["cases"]

    waiting = True
    while waiting:
        with journey.office.serving() as server:
            timer = threading.Timer(random.uniform(0.0, 0.5), kill_server, [server])
            timer.start()
            for number in tablets:
                with journey.tablet(number) as tablet:
                    tablet.obey("send")
            timer.join()
        with journey.office.serving():
            left = 0
            for number in tablets:
                with journey.tablet(number) as tablet:
                    report = tablet.obey("send")
                    assert report["problem"] == ""
                    left += report["still_waiting"]
            waiting = left > 0

    assert_all_is_there_once(journey, tablets, cases)


def test_tablet_that_dies_at_a_named_moment_goes_on_where_it_was(journey: Journey) -> None:
    """A tablet for each moment, one after the other at the same office."""
    cases = 0
    with journey.office.serving():
        for number, milestone in enumerate(MOMENTS):
            journey.enrol(number)
            with journey.tablet(number) as tablet:
                times = 3 if "finalise" in milestone else 1
                tablet.obey("die_at", milestone=milestone, times=times)
                obey_or_die(tablet, "record", **shift(number, VISITS))
                obey_or_die(tablet, "send")
                assert tablet.process.wait(timeout=PATIENCE_S) < 0, milestone

            with journey.tablet(number) as tablet:
                cases += tablet.obey("record", **shift(number, VISITS))["cases"]
                assert tablet.obey("send")["problem"] == "", milestone

        assert_all_is_there_once(journey, list(range(len(MOMENTS))), cases)


def test_everything_dies_at_once_and_nothing_is_missing_afterwards(journey: Journey) -> None:
    with journey.office.serving() as server:
        journey.enrol(0)
        with journey.tablet(0) as tablet:
            done = tablet.obey("record", **shift(0, VISITS))
            sending = threading.Thread(target=obey_or_die, args=(tablet, "send"))
            sending.start()
            time.sleep(0.05)
            kill_server(server)
            tablet.kill()
            sending.join()

    with journey.office.serving():
        with journey.tablet(0) as tablet:
            assert tablet.obey("send")["problem"] == ""
        assert_all_is_there_once(journey, [0], done["cases"])
