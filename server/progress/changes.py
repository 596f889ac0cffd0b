"""What changed since the last report. Pure.

A number of an edition that was withdrawn since is not told again, not even as the one before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
ADDED, GONE, CHANGED, WITHDRAWN = "added", "gone", "changed", "withdrawn"
_KEYS: Mapping[str, tuple[str, ...]] = {
    "indicators": ("code",),
    "commitments": ("code",),
    "pilots": ("code",),
    "standards": ("instrument", "article"),
    "availability": ("theme", "data"),
}
_COMPARED: Mapping[str, tuple[str, ...]] = {
    "commitments": ("state", "due", "cost", "funded", "owner", "is_overdue"),
    "pilots": ("lesson",),
    "standards": ("conforms", "law"),
    "availability": ("representative", "year"),
}


_OF_INDICATOR = ("measure", "unit", "proxy_for", "baseline", "baseline_period", "table", "cell")


def changes_between(
    before: Document, now: Document, withdrawn: Collection[int]
) -> list[dict[str, Any]]:
    """Every line that was added, is gone or says something else, section by section.

    withdrawn: numbers of editions. Each change has ``section``, ``key``, ``what``, and of one that
    changed ``field``, ``before`` and ``now``.
    """
    found: list[dict[str, Any]] = []
    for section, key in _KEYS.items():
        old = {tuple(one[name] for name in key): one for one in before.get(section, [])}
        new = {tuple(one[name] for name in key): one for one in now[section]}
        for which in sorted(old.keys() | new.keys()):
            at = {"section": section, "key": " ".join(which)}
            if which not in old or which not in new:
                found.append(at | {"what": GONE if which in old else ADDED})
            else:
                found += [at | one for one in _of_one(section, old[which], new[which], withdrawn)]
    return found


def _of_one(
    section: str, old: Document, new: Document, withdrawn: Collection[int]
) -> Iterator[dict[str, Any]]:
    if section == "indicators":
        yield from _of_indicator(old, new, withdrawn)
        return
    for field in _in_every_language(_COMPARED[section], old, new):
        if old.get(field) != new.get(field):
            yield _changed(field, old.get(field), new.get(field))


def _in_every_language(fields: Iterable[str], old: Document, new: Document) -> Iterator[str]:
    """The fields, each followed by what it says in other languages: a definition can be moved in
    one language alone."""
    for field in fields:
        yield field
        yield from sorted(one for one in old.keys() | new.keys() if one.startswith(f"{field}::"))


def _of_indicator(
    old: Document, new: Document, withdrawn: Collection[int]
) -> Iterator[dict[str, Any]]:
    first, second = old.get("latest") or {}, new.get("latest") or {}
    told = ("period", "value", "state")
    if [first.get(one) for one in told] != [second.get(one) for one in told]:
        gone = first.get("edition") in withdrawn
        change = _changed("latest", None if gone else _said(first), _said(second))
        yield change | ({"what": WITHDRAWN} if gone else {})
    for field in _in_every_language(_OF_INDICATOR, old, new):
        if old.get(field) != new.get(field):
            yield _changed(field, old.get(field), new.get(field))
    were = {one["deadline"]: one for one in old.get("targets", [])}
    are = {one["deadline"]: one for one in new["targets"]}
    for deadline in sorted(were.keys() | are.keys()):
        for field in (
            "value",
            "state",
        ):  # A target that was moved is told, not only one that was met.
            was, now = (each.get(deadline, {}).get(field) for each in (were, are))
            if was != now:
                yield _changed(f"target {deadline} {field}", was, now)


def _said(figure: Document) -> str | None:
    if not figure:
        return None
    return f"{figure['period']}: {figure['value'] or figure['state']}"


def _changed(field: str, before: Any, now: Any) -> dict[str, Any]:
    return {"what": CHANGED, "field": field, "before": before, "now": now}
