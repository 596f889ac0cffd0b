"""Where shapes lie: which of the wide ones holds a small one. Nothing of a shape is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Point = tuple[float, float]
Ring = Sequence[Point]
_MOST_POINTS = 1500
"""Points of a ring that are looked at; a coast of 100,000 is no other province."""
_ASKED = 9
"""Points of a small shape that are looked for."""


def holder_of(wide: Mapping[int, Sequence[Ring]], small: Sequence[Ring]) -> int | None:
    """The key of the shape that most of the small one lies in; None when there is none."""
    votes: dict[int, int] = {}
    asked = _points_within(small)
    for point in asked:
        for key, rings in wide.items():
            if _is_inside(point, rings):
                votes[key] = votes.get(key, 0) + 1
                break
    best = max(votes, key=lambda key: votes[key], default=None)
    return best if best is not None and votes[best] * 2 > len(asked) else None


def thinned(ring: Ring) -> Ring:
    """At most so many points of a ring, evenly."""
    step = -(-len(ring) // _MOST_POINTS)
    return ring[::step] if step > 1 else ring


def _points_within(rings: Sequence[Ring]) -> list[Point]:
    """Points of the edge of the largest ring drawn a third of the way to its middle: borders that
    two files draw differently do not decide."""
    if not rings:
        return []
    ring = max(rings, key=len)
    x = sum(point[0] for point in ring) / len(ring)
    y = sum(point[1] for point in ring) / len(ring)
    step = max(1, len(ring) // _ASKED)
    return [(px + (x - px) / 3, py + (y - py) / 3) for px, py in ring[::step]]


def _is_inside(point: Point, rings: Sequence[Ring]) -> bool:
    """Even-odd rule over all rings, holes among them."""
    x, y = point
    inside = False
    for ring in rings:
        before = ring[-1]
        for now in ring:
            if (now[1] > y) != (before[1] > y):
                cross = (before[0] - now[0]) * (y - now[1]) / (before[1] - now[1]) + now[0]
                inside ^= x < cross
            before = now
    return inside
