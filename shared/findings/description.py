"""The findings as a page for people: ``python -m shared.findings.description``.

Its output is docs/findings.md; a test fails while that page and the catalogue differ.
"""

from __future__ import annotations

import sys

from shared.findings.catalogue import SEVERITIES
from shared.texts import text

HEADER = """# Findings

What Tally87 says about an answer, a case, a visit or a record. Made from
`shared/findings/catalogue.py` by `python -m shared.findings.description`; do not edit by hand.

An **error** must be put right before a case is finalised; the office rejects a record with one. A
**warning** asks to look again and never stands in the way. Codes are stable: they are stored with
outcomes and never used again for something else. Where the questionnaire has a message of its own
for a constraint, that is shown in place of the general sentence. Codes that begin with `record.`
are the office's.
"""


def described() -> str:
    """The page in Markdown."""
    rows = [
        f"| `{code}` | {severity.value} | {text(f'findings.{code}', 'en')} |"
        for code, severity in SEVERITIES.items()
    ]
    return (
        "\n".join([HEADER, "| code | severity | sentence |", "| --- | --- | --- |", *rows]) + "\n"
    )


if __name__ == "__main__":
    sys.stdout.write(described())
