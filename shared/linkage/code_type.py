"""What a type of linkage code is, and what texts of types have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.linkage.fields import Fields, with_one_letter_less

Texts = list[tuple[str, ...]]

MOST_LETTERS = 11
"""Letters of a name that are left out one by one; the name itself makes the twelfth code."""
MOST_SKELETON_LETTERS = 6
"""As many as a skeleton has; with the skeleton itself seven codes."""


@dataclass(frozen=True)
class CodeType:
    """A kind of code.

    codes: how many it gives a person; padded: made up to that number with codes that mean
    nothing, so that the number does not tell how long a name is. strength: 1 (many persons share
    one) to 5 (hardly two do); an order for reading, not a weight: weights are learnt. version:
    stands in every hashed text; a change of tables, skeleton or fields is another.
    """

    name: str
    doc: str
    codes: int
    strength: int
    texts: Callable[[Fields], Texts]
    version: str = "v1"
    padded: bool = False


def each_year(fields: Fields, *parts: str) -> Texts:
    """These parts with each bucket of the birth year: give or take one."""
    return [(*parts, bucket) for bucket in fields.buckets]


def less_a_letter(name: str, most: int, *parts: str) -> Texts:
    """These parts with the name, whole and with each letter left out; at most so many."""
    return [(*parts, variant) for variant in with_one_letter_less(name, most)] if name else []


def either_name(fields: Fields, *parts: str) -> Texts:
    """Skeleton of the given name, then of the family name, each with these parts."""
    return [(name, *parts) for name in (fields.given_skeleton, fields.family_skeleton)]


def of_version_2(
    name: str,
    doc: str,
    codes: int,
    strength: int,
    texts: Callable[[Fields], Texts],
    *,
    padded: bool = False,
) -> CodeType:
    """A type of version 2."""
    return CodeType(name, doc, codes, strength, texts, "v2", padded)
