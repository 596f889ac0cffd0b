"""The rows of the newest accepted revisions: what a record says, spread out for counting. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.intake.attributes import case_attributes, visit_attributes
from server.intake.reclassify import spread
from server.intake.said import classes_to_keep, rules_to_keep
from shared.questionnaire import Questionnaire
from shared.wire.records import Record


def visit_row(
    questionnaire: Questionnaire, record: Record, organisation: int, withdrawn: bool
) -> dict[str, Any]:
    """The row of ``VisitRecord``. questionnaire: the record's own; withdrawn: it stands nowhere."""
    visit = visit_attributes(questionnaire, record.content)
    return _row(record, organisation, withdrawn) | {
        "month": visit.month,
        "area": visit.area,
        "nobody_found": visit.nobody_found,
        "uncounted": True,
    }


def case_row(
    questionnaire: Questionnaire,
    record: Record,
    organisation: int,
    withdrawn: bool,
    classes: Mapping[str, str],
    classes_differ: bool,
) -> dict[str, Any]:
    """The row of ``CaseRecord``. classes: the office's own; classes_differ: from the tablet's."""
    case = case_attributes(questionnaire, record.content)
    return _row(record, organisation, withdrawn) | {
        "visit_id": record.visit_id,
        "danger": record.danger,
        "sex": case.sex,
        "age_years": case.age_years,
        "age_band": case.age_band,
        **spread(classes),
        "classes": classes_to_keep(classes, record.classes),
        "classes_differ": classes_differ,
        "rules_version": rules_to_keep(record.rules_version),
    }


def _row(record: Record, organisation: int, withdrawn: bool) -> dict[str, Any]:
    return {
        "record_id": record.record_id,
        "revision": record.revision,
        "organisation_number": organisation,
        "withdrawn": withdrawn,
        "content": None,
    }
