"""Child labour, forced labour, trafficking and national law, from the answers of one case.

Owns the measures and the decision tables. Reads the statistical content through measures only,
so that the tablet and the server, given the same record, give the same classes.
"""

from shared.classification.child_labour import (
    ChildLabour,
    ChildLabourClass,
    ChildLabourInputs,
    ChildLabourParameters,
    SdgAnswer,
    classify_child_labour,
)
from shared.classification.classes import RULES_VERSION, Classification, classify, codes_of_visit
from shared.classification.explanation import explain
from shared.classification.forced_labour import (
    Actor,
    ForcedLabour,
    ForcedLabourClass,
    ForcedLabourInputs,
    Form,
    classify_forced_labour,
)
from shared.classification.measures import MEASURES
from shared.classification.national import NationalClass, NationalLegal
from shared.classification.trafficking import trafficking_flag

__all__ = [
    "MEASURES",
    "RULES_VERSION",
    "Actor",
    "ChildLabour",
    "ChildLabourClass",
    "ChildLabourInputs",
    "ChildLabourParameters",
    "Classification",
    "ForcedLabour",
    "ForcedLabourClass",
    "ForcedLabourInputs",
    "Form",
    "NationalClass",
    "NationalLegal",
    "SdgAnswer",
    "classify",
    "classify_child_labour",
    "classify_forced_labour",
    "codes_of_visit",
    "explain",
    "trafficking_flag",
]
