"""The classes of one case in plain sentences, each with its rule and source."""

from __future__ import annotations

from shared.classification.classes import Classification


def explain(classification: Classification, language: str) -> list[str]:
    """Sentences an officer can read out, in that language; English where not translated."""
    from shared.texts import text

    child, forced = classification.child_labour, classification.forced_labour
    ids = [
        f"classification.class.{child.sna}",
        f"classification.rule.{child.sna_rule}",
        *([f"classification.rule.{child.general_rule}"] if child.general_rule else []),
        f"classification.class.{forced.labour_class}",
        f"classification.rule.{forced.rule}",
        f"classification.trafficking.{classification.trafficking}",
        f"classification.national.{classification.national.legal_class}",
        *(f"classification.flag.{flag}" for flag in classification.flags),
    ]
    return [text(message, language) for message in ids]
