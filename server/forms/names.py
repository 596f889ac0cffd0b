"""Names of questions, groups and lists: kept where they are right and free, mapped where not."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 48


def plain(text: str) -> str:
    """Small letters, digits and ``_``, a letter first; empty where there is no Latin letter."""
    made = re.sub(r"[^a-z0-9_]+", "_", text.casefold()).strip("_")
    made = re.sub(r"__+", "_", made)
    return (made if not made[:1].isdigit() else f"n{made}")[:LONGEST]


class Names:
    """Gives out names, none twice.

    taken: names of questions and groups already there. taken_lists: of lists. prefix: put before
    a name that is there already.
    """

    def __init__(self, taken: Iterable[str], taken_lists: Iterable[str], prefix: str) -> None:
        self._taken, self._taken_lists = set(taken), set(taken_lists)
        self._prefix = prefix

    def of_question(self, written: str, otherwise: str, suffix: str = "") -> str:
        """A name for a question or group. otherwise: when nothing of the written one can stay."""
        return self._free(written, otherwise, suffix, self._taken)

    def of_list(self, written: str, otherwise: str) -> str:
        """A name for a list of choices."""
        return self._free(written, f"list_{plain(otherwise)}", "", self._taken_lists)

    def _free(self, written: str, otherwise: str, suffix: str, taken: set[str]) -> str:
        suffix = re.sub(r"[^a-z0-9_]+", "_", suffix.casefold())[-20:]
        stem = plain(written) or plain(otherwise) or "question"
        name = f"{stem[: LONGEST - len(suffix)]}{suffix}"
        if name in taken:
            stem = plain(f"{self._prefix}_{stem}")
            name = f"{stem[: LONGEST - len(suffix)]}{suffix}"
        count = 2
        while name in taken:
            end = f"{suffix}_{count}"
            name, count = f"{stem[: LONGEST - len(end)]}{end}", count + 1
        taken.add(name)
        return name
