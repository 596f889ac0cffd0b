"""The classes of one case in plain sentences, each with its rule and source."""

from __future__ import annotations

from collections.abc import Iterator

from shared.answers import Trilean
from shared.classification.child_labour import ChildLabourClass
from shared.classification.classes import Classification
from shared.classification.forced_labour import (
    IN_FORCED_LABOUR,
    ForcedLabour,
    ForcedLabourClass,
    Form,
)
from shared.classification.national import national_message_parts
from shared.texts import text


def explain(classification: Classification, language: str) -> list[str]:
    """Sentences an officer can read out: each class, then why, with rule and source.

    language: ISO 639-1; a sentence that is not translated is in English.
    """
    return [text(f"classification.{part}", language) for part in message_parts(classification)]


def message_parts(classification: Classification) -> Iterator[str]:
    """The ids of the sentences, without their domain, in the order they are read."""
    child = classification.child_labour
    yield f"class.{child.general}"
    if child.general is not ChildLabourClass.OUT_OF_SCOPE:
        if child.general_rule:
            yield f"rule.{child.general_rule}"
        if child.general_rule != "G1" or child.sna is not ChildLabourClass.NOT_WORKING:
            yield f"rule.{child.sna_rule}"
    yield from _forced_labour_parts(classification.forced_labour, classification.flags)
    assessed = "trafficking_not_assessed" not in classification.flags
    if classification.trafficking is Trilean.YES or (
        classification.trafficking is Trilean.UNKNOWN and assessed
    ):
        yield f"trafficking.{classification.trafficking}"
    yield from national_message_parts(classification.national, child.general)
    for flag in classification.flags:
        yield f"flag.{flag}"


def _forced_labour_parts(found: ForcedLabour, flags: tuple[str, ...]) -> Iterator[str]:
    if found.labour_class is ForcedLabourClass.UNDETERMINED and (
        "forced_labour_not_assessed" in flags
    ):
        return
    if found.form is Form.ARMED_CONFLICT:
        yield "forced.FL_ARMED_CONFLICT"
    else:
        yield f"forced.{found.labour_class}"
    if found.rule in ("F2", "F2m", "F2v"):
        word = Trilean.of(found.labour_class in IN_FORCED_LABOUR)
        yield f"rule.{found.rule}.{word}"
    else:
        yield f"rule.{found.rule}"
