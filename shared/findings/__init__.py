"""Findings: what is wrong with an answer, a draft or a record, tied to a question, in words.

Never raises for bad answers. Errors must be put right before finalising; warnings are to be read.
"""

from shared.findings.catalogue import SEVERITIES, Finding, Severity
from shared.findings.content import check_content
from shared.findings.drafts import check_draft

__all__ = [
    "SEVERITIES",
    "Finding",
    "Severity",
    "check_content",
    "check_draft",
]
