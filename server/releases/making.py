"""From true counts to the files that may leave, and the attack on them. Pure.

The same counts, declaration, levels and earlier editions give the same bytes on the same versions
of solver and arithmetic: that is how an edition is verified years later.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from server.disclosure.cube import Bools
from server.disclosure.joint import SharesShown
from server.disclosure.methods import CHOSEN_AGAIN
from server.disclosure.protect import Policy
from server.disclosure.readings import ReaderBeside
from server.disclosure.release_attackers import AuditedRelease
from server.disclosure.release_audit import ReleaseFindings, audit_release
from server.disclosure.release_book import CodesOverlap
from server.disclosure.suppress import Unprotectable
from server.releases.counted import (
    Levels,
    QualityRow,
    ReleaseCounts,
    at_levels,
    changed_persons,
)
from server.releases.declaration import ReleaseDeclaration
from server.releases.files import changes_text, coverage_text, marked, table_text
from server.releases.levels import LevelsFound, NoSafeLevel, after_recount, find_levels
from server.releases.protection import MOST_CHOICES, Protection, is_chosen_once
from server.releases.provenance import made_up, method_of
from server.releases.structure import (
    CHANGES,
    COVERAGE,
    ENDING,
    QUALITY,
    STRUCTURE,
    EditionRead,
    before_audit,
    finest_of,
    own_of,
    structure_from,
    structure_text,
    truth_of,
)
from server.releases.told_quality import told_quality
from server.tables.declaration import DeclaredDimension
from server.tables.levels import wanted_for
from shared.errors import ServiceError
from shared.texts import ENGLISH, text


class NotPublishable(ServiceError):
    """No safe files came of it. code, values: why (``server.releases.because.*``); proposal: what
    to try instead."""

    def __init__(self, code: str, proposal: Mapping[str, Any], **values: object) -> None:
        why = because(code, **values)
        super().__init__(str(why["reason"]))
        self.proposal = {**why, **proposal}


def because(code: str, **values: object) -> dict[str, Any]:
    """Why nothing came of a release, as it is kept: in English, and as a page says it in any
    language."""
    sentence = text(f"server.releases.because.{code}", ENGLISH, **values)
    return {"reason": sentence, "code": code, "values": values}


class TooFewNewPersons(NotPublishable):
    """The register differs by too few persons from what is published of the same period."""


@dataclass(frozen=True)
class ReleaseMade:
    """Files by name, the levels they are at, what the attackers found, and how much is shown."""

    files: Mapping[str, bytes]
    levels: Levels
    findings: ReleaseFindings
    shown: Mapping[str, SharesShown]

    def audit(self, digest: str) -> dict[str, Any]:
        """For the office: what was found in the files of that digest."""
        return {
            "digest": digest,
            "findings": asdict(self.findings),
            "may_leave": self.findings.may_leave,
            "shown": {name: asdict(one) for name, one in self.shown.items()},
        }


def must_be_new_enough(counts: ReleaseCounts, earlier: Sequence[EditionRead], least: int) -> None:
    """Raises TooFewNewPersons when some but too few persons changed since any earlier edition of
    the same period: whoever knows of one new record would find its cell."""
    guarded = {name: table for name, table in counts.tables.items() if not table.is_open}
    for edition in earlier:
        for name, table in guarded.items():
            for before in edition.counts.tables.values():
                if (before.code, before.population) != (table.code, table.population):
                    continue
                changed = changed_persons(before, table)
                if 0 < changed < least:
                    raise TooFewNewPersons(
                        "too_few",
                        {"waits_for_persons": least},
                        word=name,
                        number=edition.number,
                        least=least,
                    )


def make(
    counts: ReleaseCounts,
    declared: ReleaseDeclaration,
    earlier: Sequence[EditionRead],
    *,
    levels: Levels | None = None,
    dimensions: Mapping[str, DeclaredDimension] | None = None,
    go_on: Callable[[], None] = lambda: None,
    told: Callable[[str], None] = lambda phase: None,
) -> ReleaseMade:
    """The files of a release, audited. levels: those to use; else the declared ones, else the
    finest that show enough. dimensions: what each may be brought to. told: what is being done now.
    Raises NotPublishable.
    """
    must_be_new_enough(counts, earlier, declared.least_new)
    policy = Policy(declared.threshold)
    protection = Protection(counts, earlier, policy, steps=declared.steps, go_on=go_on)
    fixed = levels
    if fixed is None and declared.levels:
        fixed = after_recount(declared.levels, counts.recount)
    made: list[tuple[LevelsFound, ReleaseMade]] = []
    tried: list[ReleaseFindings] = []

    def accept(found: LevelsFound) -> LevelsFound | None:
        beside: list[ReaderBeside] = []
        for _ in range(MOST_CHOICES):
            told("audit")
            files = _files(counts, found, declared, earlier)
            subject = _attacked(files, counts, earlier)
            findings = audit_release(subject, policy.threshold, policy.interval, go_on)
            tried.append(findings)
            told("protect")
            if findings.may_leave:
                release = ReleaseMade(files, found.levels, findings, found.shown)
                made.append((found, release))
                return found
            gives_up = fixed is None and is_chosen_once(found)
            if protection.method < CHOSEN_AGAIN or gives_up:
                return None
            try:
                more = protection.who_finds(subject)
                if not more:
                    return None
                beside += more
                found = protection.again(found, beside)
            except (Unprotectable, ArithmeticError, CodesOverlap):
                return None
        return None

    told("protect")
    persons = max(int(table.cube.counts.ravel()[0]) for table in counts.tables.values())
    if fixed is None:
        try:
            taken = find_levels(
                counts.tables,
                dimensions or {},
                counts.inclusions,
                protection.before,
                policy,
                wanted_for(persons),
                accept,
                steps=declared.steps,
                go_on=go_on,
                recount=counts.recount,
            )
        except NoSafeLevel as error:
            raise NotPublishable(
                "no_level",
                {"levels": error.levels},
            ) from error
        return next(one for found, one in made if found is taken)
    if accept(protection.at(fixed)) is None:
        raise NotPublishable(
            "attacked",
            {"findings": asdict(tried[-1]), "levels": fixed},
        )
    return made[-1][1]


def attack(
    files: Mapping[str, bytes],
    counts: ReleaseCounts,
    earlier: Sequence[EditionRead],
    policy: Policy,
    go_on: Callable[[], None] = lambda: None,
) -> ReleaseFindings:
    """What the attackers find in exactly these bytes."""
    subject = _attacked(files, counts, earlier)
    return audit_release(subject, policy.threshold, policy.interval, go_on)


def _attacked(
    files: Mapping[str, bytes], counts: ReleaseCounts, earlier: Sequence[EditionRead]
) -> AuditedRelease:
    structure = structure_from(files[STRUCTURE])
    tables = {name: at_levels(t, structure.levels) for name, t in counts.tables.items()}
    return AuditedRelease(
        {
            name: structure.read_table(name, files[layout.file])
            for name, layout in structure.tables.items()
        },
        {name: truth_of(table) for name, table in tables.items()},
        own_of(tables),
        counts.inclusions,
        [before_audit(edition) for edition in earlier],
        method_of(counts.provenance),
        {name: finest_of(table) for name, table in counts.tables.items()},
    )


def _files(
    counts: ReleaseCounts,
    found: LevelsFound,
    declared: ReleaseDeclaration,
    earlier: Sequence[EditionRead],
) -> dict[str, bytes]:
    texts = {
        name + ENDING: _table(counts, found, name, found.withheld[name]) for name in found.tables
    }
    corrected = next((one for one in earlier if one.number == declared.corrects), None)
    if corrected is not None:
        before = {
            layout.file: corrected.files[layout.file].decode()
            for layout in corrected.structure.tables.values()
        }
        texts[CHANGES] = changes_text(before, {name: texts[name] for name in texts})
    texts[COVERAGE] = coverage_text(counts.coverage)
    texts[QUALITY] = _quality_text(told_quality(counts, found.tables, found.withheld))
    texts = {name: marked(said, made_up(counts.provenance)) for name, said in texts.items()}
    texts[STRUCTURE] = structure_text(counts, found.levels)
    return {name: said.encode() for name, said in texts.items()}


def _table(counts: ReleaseCounts, found: LevelsFound, name: str, withheld: Bools) -> str:
    table = found.tables[name]
    covered = {
        code for d in counts.tables[name].cube.dimensions if d.name == "area" for code in d.codes
    }
    missing = {
        dimension: [code for code in codes if code not in covered]
        for dimension, codes in counts.not_collected.items()
    }
    return table_text(table.cube, withheld, table.impossible, missing)


def _quality_text(rows: Iterable[QualityRow]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["measure", "period", "by", "unit", "value", "status"])
    for measure, period, by, unit, value in rows:
        state = "withheld" if value is None else "published"
        writer.writerow([measure, period, by, unit, "" if value is None else value, state])
    return out.getvalue()
