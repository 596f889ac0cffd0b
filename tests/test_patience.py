"""Tests do not take a busy machine for a fault: whoever waits for an event waits long enough."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
WAITING = frozenset({"wait", "join", "communicate", "get", "result"})
LOOKS_AGAIN_S, LEAST_S = 1, 30
"""Shorter than a second is how often a loop looks; longer than half a minute is patience."""
SIMULATED = frozenset({"driver"})
"""Whose waiting takes no time: the clock of the tablet's screens is set forward."""


def impatient(tree: ast.AST) -> Iterator[str]:
    """Places that fail on a machine under load: what is measured by the clock on the wall, and
    waiting for an event that gives up after seconds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "perf_counter":
            yield f"{node.lineno}: measured by the wall clock"
        if not isinstance(node, ast.Call):
            continue
        given = [word.value for word in node.keywords if word.arg in ("timeout", "timeout_s")]
        if isinstance(node.func, ast.Attribute) and node.func.attr in WAITING:
            receiver = node.func.value
            name = getattr(receiver, "attr", getattr(receiver, "id", ""))
            given += [] if name in SIMULATED else node.args[:1]
        for one in given:
            seconds = one.value if isinstance(one, ast.Constant) else None
            if isinstance(seconds, int | float) and LOOKS_AGAIN_S <= seconds < LEAST_S:
                yield f"{node.lineno}: gives up after {seconds} s"


def test_whoever_waits_for_an_event_gives_it_time_and_nothing_is_measured_by_the_wall() -> None:
    found = {
        f"{path.relative_to(TESTS)}:{place}"
        for path in TESTS.rglob("*.py")
        for place in impatient(ast.parse(path.read_text(encoding="utf-8")))
    }

    # Longer would be a time-out of the link that is being stopped.
    allowed = {place for place in found if place.startswith("mobile/ui/test_autosend.py:")}
    assert len(allowed) == 1
    assert found - allowed == set()


def test_impatience_is_seen() -> None:
    code = "done.wait(5)\nx = time.perf_counter()\nrun(timeout=3)\ndriver.wait(6)\nstop.wait(0.1)"

    assert sorted(place.partition(":")[0] for place in impatient(ast.parse(code))) == list("123")
