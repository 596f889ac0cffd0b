"""What a name of the form stands for once questions have their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.forms.lists import OutList
from server.forms.placing import Scope
from shared.questionnaire.functions import Type
from shared.questionnaire.syntax import Node


@dataclass(slots=True)
class Target:
    """A question, as expressions see it.

    name: in the new sheets; "" when nothing of it is left. stands_for: what is read in its place.
    source: the calculation, for finding its type.
    """

    scope: Scope
    name: str
    type: Type = Type.TEXT
    choices: OutList | None = None
    stands_for: Node | None = None
    calculation: str = ""


@dataclass(slots=True)
class Targets:
    """All of them by the form's own names. counts: how often each repeat is there."""

    by_name: dict[str, list[Target]] = field(default_factory=dict)
    counts: Mapping[str, list[tuple[Scope, str]]] = field(default_factory=dict)
    copies: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, OutList] = field(default_factory=dict)
    version: str = ""

    def add(self, written: str, target: Target) -> None:
        """Adds one under the form's name."""
        self.by_name.setdefault(written, []).append(target)

    def seen_from(self, written: str, scope: Scope) -> Sequence[Target]:
        """The questions of that name as seen from a place: in repeats around it, those of the
        same turn; in others, of every turn."""
        here = dict(scope)
        return [
            target
            for target in self.by_name.get(written, ())
            if all(here.get(repeat, turn) == turn for repeat, turn in target.scope)
        ]
