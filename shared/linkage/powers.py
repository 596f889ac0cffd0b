"""Which kinds of organisations may record by a power of inspection, without anybody's consent.

Inspectors may enter a workplace and examine whom they find there (ILO C81, Article 12; C129,
Article 16). Nobody else may: without consent an NGO records nothing of a person, and no linkage
codes are made, sent or kept of one. Tablet and office both go by it.
"""

from __future__ import annotations

WITHOUT_POWER = frozenset(
    {
        "ngo",
        "trade_union",
        "employer",
        "helpline",
        "community_monitor",
        "international_organisation",
        "general_public",
    }
)
"""Kinds of organisations (code list source_lists) that no law gives it to."""
