"""What of a published code list every later edition keeps: its codes, and where its areas lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.programme.enrolment import NotPossible
from shared.codelists.lists import CodeList
from shared.parts import CODELIST
from shared.reference import Reference

AREAS = "areas"


def lists_that_change(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The code lists of the edition before, by digest, that the next one has not as they were."""
    return {
        name: digest
        for name, digest in before.items()
        if name.startswith(CODELIST) and after.get(name) != digest
    }


def must_keep_codes(changed: Mapping[str, CodeList], after: Reference) -> None:
    """Every code that was published stays in its list. Raises NotPossible."""
    for name, codes in changed.items():
        now: Iterable[str] = after.codelists[name].entries if name in after.codelists else ()
        lost = sorted(set(codes.entries) - set(now))
        if lost:
            raise NotPossible(
                f"The code list {name} had the code {lost[0]!r} and has it no longer"
                + (f" (and {len(lost) - 1} more)" if len(lost) > 1 else "")
                + ". Drafts on tablets and records at the office name it: put the row back, then "
                "publish again. Nothing was published."
            )


def must_keep_tree(changed: Mapping[str, CodeList], after: Reference) -> None:
    """An area stays below the area it was published under, or every table of before would be of
    another one. A level that is new above all of a country moves nothing. Raises NotPossible."""
    if AREAS not in changed:
        return
    before, now = changed[AREAS], after.codelists[AREAS]
    for entry in before:
        above = now.entries[entry.code].parent or ""
        if above != (entry.parent or "") and (entry.parent or above in before):
            where = [f"below {one}" if one else "at the top" for one in (entry.parent, above)]
            raise NotPossible(
                f"The area {entry.code} stood {where[0]} and stands {where[1]} now: tables of "
                "before would count it elsewhere. Leave its row as it was, say there until when it "
                "stood and what it became (until, became), and give it a row with a code of its "
                "own and since where it lies now. Nothing was published."
            )
