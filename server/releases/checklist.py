"""What must be so before a release is approved: errors that nobody can pass, warnings that somebody
has to have read. Pure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.releases.declaration import ReleaseDeclaration
from server.releases.files import digest_of_all
from server.releases.structure import COVERAGE, QUALITY, STRUCTURE, structure_from
from shared.errors import ServiceError


class ReleaseError(StrEnum):
    """What keeps a release from being approved; each with its sentence in ``server.po``."""

    NOT_AUDITED = "not_audited"
    AUDIT_NOT_OF_THESE_BYTES = "audit_not_of_these_bytes"
    AUDIT_FOUND = "audit_found"
    AUDIT_WITHOUT_LATEST_EDITION = "audit_without_latest_edition"
    ANOTHER_IS_APPROVED = "another_is_approved"
    CORRECTED_ALREADY = "corrected_already"
    CORRECTION_WITHOUT_NOTE = "correction_without_note"
    TABLE_WITHOUT_COVERAGE = "table_without_coverage"
    UNCONFIRMED_LAW_UNMARKED = "unconfirmed_law_unmarked"
    NO_QUALITY_REPORT = "no_quality_report"


class ReleaseWarning(StrEnum):
    """What the approver must have read, one by one."""

    SHOWS_LITTLE = "shows_little"
    NO_NEXT_DATE = "no_next_date"
    RECORDS_CAME_SINCE = "records_came_since"
    NOT_FROM_THE_FIELD = "not_from_the_field"
    RULES_OF_BEFORE = "rules_of_before"
    LAW_OF_BEFORE = "law_of_before"


UNCONFIRMED_LAW = "unconfirmed_law"
"""A mark: the country's profile has values that nobody who knows has confirmed."""
LITTLE = 0.8
"""Share of non-zero cells; less is little."""


class NotApproved(ServiceError):
    """The checklist has errors, or warnings that were not read; nothing was changed."""


@dataclass(frozen=True)
class Checklist:
    """What was found, in the order of the lists above."""

    errors: tuple[ReleaseError, ...]
    warnings: tuple[ReleaseWarning, ...]

    def must_be_passed(self, read: Collection[str]) -> None:
        """Raises NotApproved with the names of what stands against it."""
        if self.errors:
            names = ", ".join(one.value for one in self.errors)
            raise NotApproved(f"Not approved, for these errors: {names}. Nothing was changed.")
        unread = [one.value for one in self.warnings if one.value not in read]
        if unread:
            raise NotApproved(
                f"Read these warnings first, and say so: {', '.join(unread)}. Nothing was changed."
            )


def check_release(
    declared: ReleaseDeclaration,
    files: Mapping[str, bytes],
    audit: Mapping[str, Any] | None,
    *,
    law_is_open: bool,
    editions: Collection[int],
    corrected: Collection[int] = (),
    others_approved: bool = False,
    records_came_since: bool,
    from_the_field: bool,
    rules_of_before: bool,
    law_of_before: bool,
) -> Checklist:
    """The checklist of a release as it stands.

    audit: what is kept of the attack. law_is_open: whether the country's profile has values nobody
    confirmed. editions: those out. rules_of_before: whether some of the cases were classified by
    other rules than the rest (``tally87 reclassify``). law_of_before: or under the country's law as
    it was published before.
    """
    errors: list[ReleaseError] = []
    if audit is None or not files:
        errors.append(ReleaseError.NOT_AUDITED)
    elif audit["digest"] != digest_of_all(files):
        # What is in such files is not looked at: nobody knows who wrote it.
        errors.append(ReleaseError.AUDIT_NOT_OF_THESE_BYTES)
    else:
        if not audit["may_leave"]:
            errors.append(ReleaseError.AUDIT_FOUND)
        if set(audit.get("beside_editions", ())) != set(editions):
            errors.append(ReleaseError.AUDIT_WITHOUT_LATEST_EDITION)
        if others_approved:
            errors.append(ReleaseError.ANOTHER_IS_APPROVED)
        if _without_coverage(files):
            errors.append(ReleaseError.TABLE_WITHOUT_COVERAGE)
        if law_is_open and UNCONFIRMED_LAW not in marks_of(files):
            errors.append(ReleaseError.UNCONFIRMED_LAW_UNMARKED)
        if QUALITY not in files:
            errors.append(ReleaseError.NO_QUALITY_REPORT)
    if declared.corrects in corrected:
        errors.append(ReleaseError.CORRECTED_ALREADY)
    if declared.corrects is not None and not declared.note.get("en"):
        errors.append(ReleaseError.CORRECTION_WITHOUT_NOTE)
    warnings: list[ReleaseWarning] = []
    shares = (audit or {}).get("shown", {}).values()
    if any(one["cells"] < LITTLE for one in shares):
        warnings.append(ReleaseWarning.SHOWS_LITTLE)
    if not declared.next_due:
        warnings.append(ReleaseWarning.NO_NEXT_DATE)
    if records_came_since:
        warnings.append(ReleaseWarning.RECORDS_CAME_SINCE)
    if not from_the_field:
        warnings.append(ReleaseWarning.NOT_FROM_THE_FIELD)
    if rules_of_before:
        warnings.append(ReleaseWarning.RULES_OF_BEFORE)
    if law_of_before:
        warnings.append(ReleaseWarning.LAW_OF_BEFORE)
    return Checklist(tuple(errors), tuple(warnings))


def marks_of(files: Mapping[str, bytes]) -> list[str]:
    """What readers must be told beside the numbers, from the report on quality."""
    rows = csv.DictReader(io.StringIO(files.get(QUALITY, b"").decode()))
    open_ = any(row["measure"] == "law_unconfirmed" and row["value"] != "0" for row in rows)
    return [UNCONFIRMED_LAW] if open_ else []


def _without_coverage(files: Mapping[str, bytes]) -> bool:
    """Whether somebody would read numbers of a period without how often anybody looked."""
    structure = structure_from(files[STRUCTURE])
    rows = files.get(COVERAGE, b"").decode().splitlines()[1:]
    covered = {row.split(",")[0] for row in rows if row.split(",")[2:3] not in ([], ["0"])}
    return any(layout.period not in covered for layout in structure.tables.values())
