"""An identity made ready for comparing: what the texts behind the codes are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from shared.linkage.identity import Identity
from shared.linkage.normalise import letters_of, skeleton

START_LETTERS = 3
"""Letters taken from the start or the end of a name. A slip spoils one of the two, not both."""

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True)
class Fields:
    """The comparable parts of one identity; empty strings for what is not known."""

    given: str
    family: str
    given_skeleton: str
    family_skeleton: str
    parent_skeleton: str
    sex: str
    area: str
    year: str
    buckets: tuple[str, ...]
    birth_date: str
    """Year, then day and month in ascending order, so that swapping them changes nothing."""
    day_month: str
    year_month: str
    year_day: str

    @cached_property
    def names(self) -> str:
        """Both names, sorted: swapping them changes nothing. Empty unless both are known."""
        return " ".join(sorted((self.given, self.family))) if self.given and self.family else ""

    @cached_property
    def skeletons(self) -> str:
        """Both skeletons, sorted. Empty unless both are known."""
        both = sorted((self.given_skeleton, self.family_skeleton))
        return " ".join(both) if all(both) else ""

    @cached_property
    def some_letters(self) -> str:
        """Letters 2, 3 and 5 of one name, 2 and 3 of the other, 2 where there is none (SLK-581).

        The names are sorted first, so that swapping them changes nothing.
        """
        if not (self.given and self.family):
            return ""
        first, second = sorted((self.given, self.family))
        return "".join(
            name[place] if place < len(name) else "2"
            for name, places in ((first, (1, 2, 4)), (second, (1, 2)))
            for place in places
        )

    @property
    def given_start(self) -> str:
        """The first letters of the given name."""
        return self.given[:START_LETTERS]

    @property
    def given_end(self) -> str:
        """The last letters of the given name."""
        return self.given[-START_LETTERS:]

    @property
    def family_start(self) -> str:
        """The first letters of the family name."""
        return self.family[:START_LETTERS]

    @property
    def family_end(self) -> str:
        """The last letters of the family name."""
        return self.family[-START_LETTERS:]


def letters_and_skeleton(name: str) -> tuple[str, str]:
    """A name in the two forms in which it is compared."""
    letters = letters_of(name)
    return letters, skeleton(letters)


def fields_of(
    identity: Identity, both_forms: Callable[[str], tuple[str, str]] = letters_and_skeleton
) -> Fields:
    """The comparable parts of this identity.

    A birth date is taken as written, also one that no calendar has: two records of one person may
    carry the same slip. both_forms: what gives a name's forms; a reader of long files remembers
    them, a tablet never does.
    """
    written = _DATE.fullmatch(identity.birth_date or "")
    year, month, day = written.groups() if written else ("", "", "")
    day_month = " ".join(sorted((month, day))) if written else ""
    given, given_skeleton = both_forms(identity.given_name or "")
    family, family_skeleton = both_forms(identity.family_name or "")
    birth_year = identity.birth_year
    return Fields(
        given=given,
        family=family,
        given_skeleton=given_skeleton,
        family_skeleton=family_skeleton,
        parent_skeleton=both_forms(identity.parent_given_name or "")[1],
        sex=identity.sex or "",
        area=(identity.area or "").replace("|", ""),
        year="" if birth_year is None else str(birth_year),
        # Years a and a+1 always share one bucket: the even pair or the odd pair they stand in.
        buckets=()
        if birth_year is None
        else (f"even{birth_year // 2}", f"odd{(birth_year + 1) // 2}"),
        birth_date=f"{year} {day_month}" if written else "",
        day_month=day_month,
        year_month=f"{year} {month}" if written else "",
        year_day=f"{year} {day}" if written else "",
    )


def with_one_letter_less(name: str, most: int) -> list[str]:
    """The name and every way to leave one letter out, ascending, at most so many.

    Two names that differ by one letter wrong, missing or too many share one of them (Bocek, Hunt
    and Stiller 2007, FastSS).
    """
    whole = name[: most - 1]
    return sorted({whole, *(whole[:at] + whole[at + 1 :] for at in range(len(whole)))})
