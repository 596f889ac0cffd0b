"""What of a published code list every later edition keeps: its codes, and where its areas lie."""

from __future__ import annotations

from collections.abc import Mapping

from server.programme.enrolment import NotPossible
from shared.codelists.lists import CodeList, Entry
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
        now = after.codelists[name].entries if name in after.codelists else {}
        lost = sorted(set(codes.entries) - set(now))
        if lost:
            raise NotPossible(
                f"The code list {name} had the code {lost[0]!r} and has it no longer"
                + (f" (and {len(lost) - 1} more)" if len(lost) > 1 else "")
                + ". Drafts on tablets and records at the office name it: put the row back, then "
                "publish again. Nothing was published."
            )
        _must_not_change_places(name, codes, now)


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


def _must_not_change_places(name: str, before: CodeList, now: Mapping[str, Entry]) -> None:
    """A name that wandered from one code to another, as in a list numbered anew in another order:
    every old record would speak of another thing."""
    english = {(one.parent, one.labels.get("en", "")): one.code for one in before}
    for code, entry in now.items():
        old = before.entries.get(code)
        said = entry.labels.get("en", "")
        was = english.get((entry.parent, said), code)
        if old is None or was == code or old.labels.get("en", "") == said or was not in now:
            continue
        if now[was].labels.get("en", "") != said:
            raise NotPossible(
                f"The code {code} of the list {name} meant {old.labels.get('en', '')!r}, and would "
                f"mean {said!r}, which was {was} until now. Records and drafts name both: give "
                "each its code back (tally87 country areas does, for areas). Nothing was published."
            )
