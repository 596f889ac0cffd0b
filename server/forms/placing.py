"""Blocks laid flat: sections one after the other, repeats and loops as so many questions.

The record of a case has a fixed layout, so a repeat becomes a bounded number of copies: as many as
its count says, or as the designer allows. A question inside copies has a scope: which turn of
which repeat it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from server.forms.model import Block, FormChoice, FormRow, WrittenForm
from server.forms.names import Names
from server.forms.own_words import said, said_of
from server.forms.report import Report
from server.forms.types import TypeWords

MOST_QUESTIONS = 3_000
MOST_COUNTED = 10
"""Copies of a repeat whose count is a plain number."""
MORE_LIST = "one_more"
MORE = "__more"
Scope = tuple[tuple[str, int], ...]
"""The repeats and loops around a question with the turn, from 1, outermost first."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold. source: an expression of the form, read in that scope and within
    those groups and repeats."""

    source: str
    row: FormRow
    scope: Scope
    blocks: tuple[str, ...] = ()


@dataclass(slots=True)
class PlacedSection:
    """A section to be written."""

    name: str
    row: FormRow | None
    labels: dict[str, str]
    conditions: tuple[Condition, ...]
    scope: Scope


@dataclass(slots=True)
class PlacedRow:
    """A row at its place. suffix: what its name ends in, inside copies. unbounded: in a repeat
    that said no number. blocks: names of the groups and repeats around, outermost first."""

    row: FormRow
    scope: Scope
    section: PlacedSection
    suffix: str = ""
    unbounded: bool = False
    blocks: tuple[str, ...] = ()


@dataclass(slots=True)
class Placement:
    """Everything at its place. repeats: by name, how often they are there, as an expression or a
    number, and the scope it is read in; copies: how many there are at most."""

    rows: list[PlacedRow] = field(default_factory=list)
    repeats: dict[str, list[tuple[Scope, str]]] = field(default_factory=dict)
    copies: dict[str, int] = field(default_factory=dict)
    lists: dict[str, list[FormChoice]] = field(default_factory=dict)
    looped: set[str] = field(default_factory=set)
    """Names of lists that loops go through."""


@dataclass(frozen=True, slots=True)
class _Around:
    block: Block
    turn: int
    conditions: tuple[Condition, ...]
    scope: Scope
    suffix: str
    unbounded: bool


def place(
    form: WrittenForm, names: Names, most_turns: int, title: str, report: Report
) -> Placement:
    """Lays the form flat. most_turns: copies of a repeat that says no plain number."""
    laying = _Laying(form, names, most_turns, title, report)
    laying.lay(form.content, ())
    return laying.placement


class _Laying:
    def __init__(
        self, form: WrittenForm, names: Names, most_turns: int, title: str, report: Report
    ) -> None:
        self._form, self._names, self._most, self._report = form, names, most_turns, report
        self._title = title
        self._section: tuple[tuple[int, int], ...] | None = None
        self._current: PlacedSection | None = None
        self._told_full = False
        self.placement = Placement()

    def lay(self, content: Sequence[FormRow | Block], around: tuple[_Around, ...]) -> None:
        for item in content:
            if isinstance(item, FormRow):
                self._row(item, around)
            elif item.kind == "repeat":
                self._repeat(item, around)
            elif item.kind == "loop" and item.row.type_words.choice_list:
                self._loop(item, around)
            else:
                self.lay(item.content, (*around, self._inside(item, around)))

    def _inside(
        self,
        block: Block,
        around: tuple[_Around, ...],
        turn: int = 0,
        more: tuple[Condition, ...] = (),
        suffix: str = "",
        unbounded: bool = False,
    ) -> _Around:
        outer = around[-1] if around else None
        scope = outer.scope if outer else ()
        conditions = outer.conditions if outer else ()
        if block.row.cells.get("relevant"):
            blocks = _names_of(around)
            conditions += (Condition(block.row.cells["relevant"], block.row, scope, blocks),)
        inner = (*scope, (_name_of(block), turn)) if turn else scope
        return _Around(
            block,
            turn,
            conditions + more,
            inner,
            (outer.suffix if outer else "") + suffix,
            unbounded or bool(outer and outer.unbounded),
        )

    def _row(self, row: FormRow, around: tuple[_Around, ...]) -> None:
        if len(self.placement.rows) >= MOST_QUESTIONS:
            if not self._told_full:
                self._told_full = True
                self._report.tell(
                    row.sheet,
                    row.number,
                    "type",
                    "dropped: the rest of the form",
                    f"more than {MOST_QUESTIONS} questions, repeats counted for each time",
                )
            return
        key = tuple((id(one.block), one.turn) for one in around)
        if self._current is None or key != self._section:
            self._section, self._current = key, self._new_section(around)
        inner = around[-1] if around else None
        self.placement.rows.append(
            PlacedRow(
                row,
                inner.scope if inner else (),
                self._current,
                inner.suffix if inner else "",
                bool(inner and inner.unbounded),
                _names_of(around),
            )
        )

    def _new_section(self, around: tuple[_Around, ...]) -> PlacedSection:
        inner = around[-1] if around else None
        labels: dict[str, str] = {}
        for one in reversed(around):
            labels = one.block.row.texts.get("label", {})
            if labels:
                break
        suffix = inner.suffix if inner else ""
        if inner and inner.turn and labels:
            labels = {code: f"{words} ({inner.turn})" for code, words in labels.items()}
        written = next((one.block.row.name for one in reversed(around) if one.block.row.name), "")
        name = self._names.of_question(
            f"{written or 'questions'}_group" if written else "questions", "group", suffix
        )
        return PlacedSection(
            name,
            inner.block.row if inner else None,
            labels or {"en": written.replace("_", " ").strip().capitalize() or self._title},
            inner.conditions if inner else (),
            inner.scope if inner else (),
        )

    # Repeats

    def _repeat(self, block: Block, around: tuple[_Around, ...]) -> None:
        name = _name_of(block)
        count = block.row.cells.get("repeat_count", "").strip()
        scope = around[-1].scope if around else ()
        if count:
            turns, fixed = self._turns(block, count)
            source = str(turns) if fixed else f"if(number({count}) > {turns}, {turns}, {count})"
            self.placement.repeats.setdefault(name, []).append((scope, source))
            for turn in range(1, turns + 1):
                more = () if fixed else (Condition(f"number({count}) >= {turn}", block.row, scope),)
                inside = self._inside(block, around, turn, more, f"_{turn}")
                self.lay(block.content, (*around, inside))
        else:
            turns = self._most
            self._tell_open(block, turns)
            counted = " + ".join(
                f"if(${{{MORE}_{name}_{turn}}} = 'yes', 1, 0)" for turn in range(1, turns + 1)
            )
            self.placement.repeats.setdefault(name, []).append((scope, counted))
            for turn in range(1, turns + 1):
                self._gate(block, name, turn, around)
                more = (Condition(f"${{{MORE}_{name}_{turn}}} = 'yes'", block.row, scope),)
                inside = self._inside(block, around, turn, more, f"_{turn}", unbounded=True)
                self.lay(block.content, (*around, inside))
        self.placement.copies[name] = turns

    def _turns(self, block: Block, count: str) -> tuple[int, bool]:
        """How many copies, and whether that is what the form says."""
        fixed = bool(re.fullmatch(r"\d{1,4}", count))
        turns = min(int(count), max(self._most, MOST_COUNTED)) if fixed else self._most
        if not fixed or int(count) > turns:
            what = f"adapted: repeat {block.row.name}"
            why = f"asked {turns} times at most: the record of a case has a fixed layout"
            self._report.tell(block.row.sheet, block.row.number, "repeat_count", what, why)
        return turns, fixed

    def _tell_open(self, block: Block, turns: int) -> None:
        self._report.tell(
            block.row.sheet,
            block.row.number,
            "repeat_count",
            f"adapted: repeat {block.row.name}",
            f"no repeat_count: asked as long as there is one more, {turns} times at most; "
            "its answers are proposed to stay on the tablet",
        )

    def _gate(self, block: Block, name: str, turn: int, around: tuple[_Around, ...]) -> None:
        self.placement.lists.setdefault(
            MORE_LIST,
            [FormChoice("", 0, one, said(one, self._form.languages), {}) for one in ("yes", "no")],
        )
        words = block.row.texts.get("label", {})
        asks = "one_to_record" if turn == 1 else "one_more"
        label = said_of(asks, self._form.languages, words, name.replace("_", " "))
        cells = {"name": f"{MORE}_{name}_{turn}", "type": f"select_one {MORE_LIST}"}
        if turn > 1:
            cells["relevant"] = f"${{{MORE}_{name}_{turn - 1}}} = 'yes'"
        row = FormRow(
            block.row.sheet,
            block.row.number,
            cells,
            {"label": label},
            TypeWords("select_one", MORE_LIST),
        )
        if block.row.cells.get("relevant"):
            conditions = [block.row.cells["relevant"], cells.get("relevant", "")]
            cells["relevant"] = " and ".join(f"({one})" for one in conditions if one)
        self._row(row, around)

    def _loop(self, block: Block, around: tuple[_Around, ...]) -> None:
        wanted = block.row.type_words.choice_list
        choices = self._form.choices.get(wanted, [])
        self.placement.looped.add(wanted)
        if not choices:
            self._report.tell(
                block.row.sheet,
                block.row.number,
                "type",
                f"dropped: loop {block.row.name}",
                f"there is no choice list {wanted}",
            )
        codes: set[str] = set()
        for turn, choice in enumerate(choices, start=1):
            if choice.code in codes:
                what = f"dropped: choice {choice.code}"
                why = "the code is in the list already; the loop asks it once"
                self._report.tell(choice.sheet, choice.number, "name", what, why)
                continue
            codes.add(choice.code)
            inside = self._inside(block, around, turn, (), f"_{choice.code}")
            said = {"name": choice.code, **choice.columns}
            self.lay(_with_choice(block.content, said, choice.labels), (*around, inside))
        if choices:
            self._report.tell(
                block.row.sheet,
                block.row.number,
                "type",
                f"adapted: loop {block.row.name}",
                f"asked once for each of the {len(codes)} choices of {wanted}",
            )


def _name_of(block: Block) -> str:
    return block.row.name or f"row{block.row.number}"


def _names_of(around: Sequence[_Around]) -> tuple[str, ...]:
    return tuple(_name_of(one.block) for one in around)


def _with_choice(
    content: Sequence[FormRow | Block], said: Mapping[str, str], labels: Mapping[str, str]
) -> list[FormRow | Block]:
    """The rows of a loop with ``%(label)s`` and ``%(name)s`` filled in, for one choice."""

    def filled(words: str, language: str) -> str:
        label = labels.get(language) or labels.get("en") or said["name"]
        return re.sub(r"%\((\w+)\)s", lambda m: {**said, "label": label}.get(m[1], m[0]), words)

    def rows(items: Sequence[FormRow | Block]) -> Iterator[FormRow]:
        for item in items:
            if isinstance(item, Block):
                yield item.row
                yield from rows(item.content)
            else:
                yield item

    copied = deepcopy(list(content))
    for row in rows(copied):
        for texts in row.texts.values():
            for language, words in texts.items():
                texts[language] = filled(words, language)
    return copied
