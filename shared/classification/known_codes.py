"""Codes that a rule asks for by name, by measure: what any other code says is not known to it.

Owns the lists in which a code that a country adds must not pass for one of the others: a new kind
of abuse for a harmless one, a new exception for one of C29, a new purpose of trafficking for one
that is not forced labour. A country tells what a code of its own stands for in the column
``tally:means`` of its choices; untold, it decides nothing (docs/how-to-add-a-country.md). In a list
that is not here every code but none and unknown is a yes: a new hazard is a hazard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shared.answers import NOT_SAID

_YES_OR_NO = frozenset({"yes", "no"})
_SETTINGS = frozenset(
    {
        *("rural", "supply_chain", "conflict", "migration", "sexual_exploitation"),
        *("domestic_work", "urban_informal", "other"),
    }
)

KNOWN_CODES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "interview.form": frozenset({"full", "short"}),
        "danger.kind": frozenset(
            {
                *("confined", "violence", "sexual_abuse", "injury_illness", "self_harm"),
                *("to_be_moved", "life_risk_work", "other"),
            }
        ),
        "migration.with": frozenset(
            {"parents", "relatives", "friends", "recruiter", "alone", "other"}
        ),
        "lodging": frozenset({"family", "employer", "hostel", "street", "shelter", "other"}),
        "chores.for": frozenset({"own", "other", "both"}),
        "work.with_parents": _YES_OR_NO,
        "work.employer": frozenset(
            {
                *("other_family", "employer", "contractor", "private_household", "self"),
                *("institution", "state", "other"),
            }
        ),
        "work.pay": frozenset({"money", "in_kind", "both", "training", "debt"}),
        "work.night_often": frozenset({"rarely", "monthly", "weekly"}),
        "work.abuse": frozenset({"yes", "shouted_at", "insulted", "beaten", "sexual"}),
        "work.legal_conditions": frozenset(
            {"permit", "holidays", "supervision", "list", "local_law"}
        ),
        "school.attending": _YES_OR_NO,
        "worst.slavery_form": frozenset(
            {
                *("sale_trafficking", "debt_bondage", "serfdom", "forced_labour"),
                *("armed_conflict", "other"),
            }
        ),
        "forced.involuntary": frozenset(
            {
                *("unfree_recruitment", "different_job", "abusive_overtime"),
                *("hazardous_without_consent", "very_low_or_no_wages"),
                *("degrading_living_conditions", "other_employers", "longer_than_agreed"),
                "no_freedom_to_leave",
            }
        ),
        "forced.free_to_leave": _YES_OR_NO,
        "forced.wages_due": frozenset(
            {"nothing", "below_1", "from_1_to_3", "from_3_to_12", "above_12"}
        ),
        "forced.who_applies": frozenset(
            {
                *("employer", "supervisor", "recruiter", "own_parents", "other_family"),
                *("community", "state_authority", "armed_forces", "armed_group"),
                *("criminal_group", "other"),
            }
        ),
        "forced.exception": frozenset(
            {
                *("yes", "military_service", "civic_obligations", "convict_labour"),
                *("emergency", "communal_services"),
            }
        ),
        "trafficking.purpose": frozenset(
            {
                *("yes", "forced_labour", "sexual_exploitation", "slavery_servitude"),
                *("debt_bondage", "forced_begging", "illicit_activities", "armed_conflict"),
                *("forced_marriage", "organ_removal", "other"),
            }
        ),
        "case.settings": _SETTINGS,
        "visit.setting": _SETTINGS,
    }
)
"""Beside none, no and what was not said, which every list may have."""

_EVERYWHERE = NOT_SAID | {"none", "no", "not_applicable"}

HARMLESS_YES = frozenset(
    {"work.with_parents", "school.attending", "forced.free_to_leave", "forced.exception"}
)
"""Measures of which a yes may make a class more harmless: a code nobody told is none there."""


def untold(measure: str, codes: Iterable[str]) -> frozenset[str]:
    """Those of the codes of a measure of which no rule knows what they say."""
    known = KNOWN_CODES.get(measure)
    if known is None:
        return frozenset()
    return frozenset(codes) - known - _EVERYWHERE
