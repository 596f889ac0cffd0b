"""What is known of each kind of source: its keys, its own columns, what an empty choice means.

Layouts: ODK Central (getodk/central-backend, lib/data/briefcase.js), KoboToolbox (kobotoolbox/
formpack; docs managing_repeat_groups.md), HTCDS 2.0 (UNMigration/HTCDS), CTDC (27 fields, 2025).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourceKind:
    """A kind of source. keys: columns that name a row for good, the best first. own: columns about
    the submission, never answers. parent: of repeats, the column that names the parent, and the
    column of the parent it names. left_out: column to values of rows that are not cases, in small
    letters.

    silence: words of the source, in any column, for nothing known. is_apart: ages are bands and
    there are no names: nobody in it can be linked.
    """

    name: str
    keys: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    never_keys: tuple[str, ...] = ()
    parent: tuple[str, str] = ("", "")
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    silence: tuple[str, ...] = ()
    is_apart: bool = False
    proposes: Mapping[str, str] = field(default_factory=dict)
    means: Mapping[str, str] = field(default_factory=dict)
    """For the proposal: column to question, "" to drop; and what the source's own codes say in
    ours, "" for nothing. A person decides about both."""


_KOBO_OWN = (
    *("start", "end", "today", "username", "deviceid", "phonenumber", "audit", "_id", "_uuid"),
    *("_submission_time", "_validation_status", "_notes", "_tags", "_status", "_submitted_by"),
    *("__version__", "rootUuid", "_index", "meta/instanceID", "meta/rootUuid"),
    *("_parent_table_name", "_parent_index", "_submission__id", "_submission__uuid"),
    *("_submission__submission_time", "_submission__validation_status", "_submission__notes"),
    *("_submission__status", "_submission__submitted_by", "_submission___version__"),
    *("_submission__tags", "_submission__rootUuid"),
)
_ODK_OWN = (
    *("SubmissionDate", "KEY", "PARENT_KEY", "SubmitterID", "SubmitterName", "Status"),
    *("AttachmentsPresent", "AttachmentsExpected", "ReviewState", "DeviceID", "Edits"),
    *("FormVersion", "meta-instanceID", "meta-instanceName", "instanceID"),
)
KINDS_OF_SOURCE: Mapping[str, SourceKind] = {
    one.name: one
    for one in (
        SourceKind(
            "kobo",
            keys=("rootUuid", "meta/rootUuid", "_uuid"),
            own=_KOBO_OWN,
            never_keys=("_index", "_id"),
            parent=("_parent_index", "_index"),
            left_out={"_validation_status": ("not approved", "validation_status_not_approved")},
        ),
        SourceKind(
            "odk",
            keys=("KEY",),
            own=_ODK_OWN,
            parent=("PARENT_KEY", "KEY"),
            left_out={
                "ReviewState": ("rejected",),
                "Status": ("not decrypted", "missing encrypted form data"),
            },
        ),
        SourceKind(
            "htcds",
            keys=("cas_Identifier", "cas_ID", "vic_ID"),
            is_apart=True,
            proposes={
                "cas_ID": "",
                "cas_Identifier": "",
                "vic_ID": "",
                "prs_Gender": "sex",
                "prs_Birthdate": "birth_date",
                "prs_Citizenship": "citizenship",
            },
            # Another gender than these two says nothing of the sex: it stays open.
            means={"Feminine": "female", "Masculine": "male", "NonSpecifiedUnknown": ""},
        ),
        SourceKind(
            "ctdc",
            silence=("-99", "NULL", "NA", "-"),
            is_apart=True,
            proposes={"gender": "sex", "ageBroad": "age_band", "citizenship": "citizenship"},
            means={"Woman": "female", "Man": "male"},
        ),
        SourceKind("table"),
    )
}
"""By name."""


def kind_that_fits(columns: tuple[str, ...]) -> str:
    """The kind of source that has these columns; ``table`` for any other."""
    there = {*columns}
    if "_submission_time" in there or "rootUuid" in there or "_uuid" in there:
        return "kobo"
    if "KEY" in there and ("SubmissionDate" in there or "PARENT_KEY" in there):
        return "odk"
    if any(name.startswith(("prs_", "vic_", "cas_")) for name in there):
        return "htcds"
    if "ageBroad" in there or "traffickMonths" in there:
        return "ctdc"
    return "table"
