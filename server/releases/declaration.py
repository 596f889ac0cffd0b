"""What somebody declares when they declare a release, as it is written down. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from shared.errors import ServiceError

REASONS = ("late_records", "recording_error", "linkage", "classification", "definition", "words")
"""Why an edition is corrected or withdrawn; each with its sentence in every language."""
AREAS = ("period", "today")
"""Whether areas are those of the period, with their names of then, or what has become of them:
an area that was renamed, moved or merged is counted in the one that took its place, one that was
split in the area above."""
LEAST_NEW, NEVER_BELOW = 50, 20
"""Persons by whom an edition must differ from the one before it of the same period, and the least
that an office may set: below, a reader who knows of one new record finds its cell (methods: one
new case of twenty is found in four of ten tries)."""


_PERIOD = re.compile(r"[12][0-9]{3}(-Q[1-4]|-(0[1-9]|1[0-2]))?")


class DeclarationRefused(ServiceError):
    """A release that cannot be declared like this; nothing was kept."""


@dataclass(frozen=True)
class ReleaseDeclaration:
    """Which tables of which periods, how they are protected, and what readers are told.

    levels: for each dimension its finest codes by the word they are published under; nothing: the
    office takes the proposal. corrects: the edition this one takes the place of; reason: of
    REASONS; note: by language, for the public. due: the day it is announced for. least_new: see
    LEAST_NEW. steps: of the solver, spent on withholding less. limit_s: seconds of processor.
    areas: of AREAS.
    """

    tables: tuple[str, ...]
    periods: tuple[str, ...]
    threshold: int
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    corrects: int | None = None
    reason: str | None = None
    note: Mapping[str, str] = field(default_factory=dict)
    due: str | None = None
    next_due: str | None = None
    least_new: int = LEAST_NEW
    steps: int = 20_000
    limit_s: int = 900
    areas: str = AREAS[0]

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self) | {"tables": list(self.tables), "periods": list(self.periods)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ReleaseDeclaration:
        """The inverse of ``as_json``."""
        said = dict(kept)
        return cls(tuple(said.pop("tables")), tuple(said.pop("periods")), **said)


def checked(declared: ReleaseDeclaration, least_threshold: int) -> ReleaseDeclaration:
    """The declaration when it can be worked with. Raises DeclarationRefused with a sentence."""
    if not declared.tables:
        raise DeclarationRefused("Name the tables of a release. Nothing was kept.")
    if not declared.periods or len(set(declared.periods)) < len(declared.periods):
        raise DeclarationRefused("Name the periods of a release, each once.")
    for period in declared.periods:
        if not _PERIOD.fullmatch(period):
            raise DeclarationRefused(f"{period} is no period: write 2026, 2026-Q4 or 2026-11.")
    if declared.threshold < least_threshold:
        raise DeclarationRefused(
            f"No release shows cells of fewer than {least_threshold} persons: choose that or more."
        )
    if not _are_levels(declared.levels):
        raise DeclarationRefused(
            "Levels say for each dimension under which code each finest code is published, such as "
            '{"area": {"PK-PB-01": "PK-PB"}}. Nothing was kept.'
        )
    if declared.areas not in AREAS:
        raise DeclarationRefused(f"Areas are those of one of: {', '.join(AREAS)}.")
    if declared.least_new < NEVER_BELOW:
        raise DeclarationRefused(
            f"An edition must differ from the one before it by {NEVER_BELOW} persons at least."
        )
    if declared.corrects is not None and declared.reason is None:
        raise DeclarationRefused(f"A correction needs a reason: {', '.join(REASONS)}.")
    if declared.reason is not None and declared.reason not in REASONS:
        raise DeclarationRefused(f"Reasons are: {', '.join(REASONS)}.")
    for day in (declared.due, declared.next_due):
        try:
            _ = day and date.fromisoformat(day)
        except ValueError:
            raise DeclarationRefused(f"{day} is no day: write 2026-12-31.") from None
    return declared


def _are_levels(said: object) -> bool:
    """Whether this is what levels are: somebody wrote them by hand."""
    return isinstance(said, Mapping) and all(
        isinstance(codes, Mapping) and all(isinstance(word, str) for word in codes.values())
        for codes in said.values()
    )
