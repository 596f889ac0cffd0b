"""Each question of a form as rows of the new sheet: what it becomes, by its type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from server.forms.beside import Search, list_of_row, search_of_row
from server.forms.lists import ChoiceLists, OutChoice, OutList
from server.forms.model import FormRow, WrittenForm
from server.forms.names import Names
from server.forms.own_words import said
from server.forms.parameters import RANGE, pairs_of
from server.forms.placing import MORE, PlacedRow
from server.forms.report import Report
from server.forms.said import VISIT_DATE
from server.forms.targets import Target, Targets
from shared.questionnaire.functions import Type
from shared.questionnaire.syntax import AnswerReference, Literal

CLOCK = "regex(., '([01][0-9]|2[0-3]):[0-5][0-9]')"
MOST_RANKED = 8
PLACES = ("geopoint", "geotrace", "geoshape")
"""Types whose answer is an exact place, a way or an outline: an area is chosen instead."""
_NOT_KEPT: Mapping[str, str] = {
    **dict.fromkeys(("image", "video"), "no picture is taken: it would show who somebody is"),
    "audio": "no sound is recorded: a voice is a person",
    "file": "no file is attached: nobody could see what is in it",
    **dict.fromkeys(
        ("deviceid", "phonenumber", "simserial", "subscriberid", "username", "email"),
        "refused: it would point to the tablet's owner",
    ),
    **dict.fromkeys(
        ("start-geopoint", "background-geopoint"),
        "no exact place is recorded",
    ),
    "background-audio": "no sound is recorded: a voice is a person",
    "caseid": "refused: it would point to a case of another program",
    "audit": "how somebody filled in a form is not recorded",
    **dict.fromkeys(
        ("csv-external", "xml-external"), "lists come as CSV files beside the form or as choices"
    ),
    "osm": "maps are not edited on the tablet",
    "include": "the form it includes is another file; convert that one too",
    "cascading_select": "the old form of cascades; use a choice filter",
}
_DAYS: Mapping[str, str] = {
    "start": "the date of the visit is read in its place; the tablet keeps no times",
    "end": "the date of the visit is read in its place; the tablet keeps no times",
    "today": "the date of the visit is read in its place",
}


@dataclass(slots=True)
class Planned:
    """A question with its place, its new kind and what expressions see of it.

    parts: names of further rows it needs.
    """

    placed: PlacedRow
    kind: str
    target: Target
    choices: OutList | None = None
    parts: list[str] = field(default_factory=list)
    constraint: str = ""
    """A further constraint, already in the tablet's words."""
    constraint_words: Mapping[str, str] = field(default_factory=dict)
    """What it says when it does not hold, by language."""
    search: Search | None = None

    @property
    def choice_filter(self) -> str:
        """Which choices are offered, in the form's words."""
        own = self.placed.row.cells.get("choice_filter", "")
        given = [one for one in (own, self.search.filter if self.search else "") if one]
        return given[0] if len(given) == 1 else " and ".join(f"({one})" for one in given)

    @property
    def appearance(self) -> str:
        """How it looks, but for where its choices come from."""
        return self.search.left if self.search else self.placed.row.cells.get("appearance", "")


class Planner:
    """Decides what each question becomes. Everything that is not kept as it is gets a line."""

    def __init__(
        self, form: WrittenForm, lists: ChoiceLists, names: Names, targets: Targets, report: Report
    ) -> None:
        self._form, self._lists, self._names = form, lists, names
        self._targets, self._report = targets, report
        self._languages = tuple(form.languages)
        self.searched: set[str] = set()
        """Lists of the form that only say which columns of a file are read."""

    def plan(self, placed: PlacedRow) -> Planned | None:
        """What this one becomes; ``None`` when nothing is left of it."""
        row, kind = placed.row, placed.row.type_words.kind
        if kind in {"set form title", "set form id"}:
            return None
        if kind in _DAYS or kind in _NOT_KEPT or not kind:
            self._dropped(placed, kind)
            return None
        make = self._MAKERS.get(kind)
        assert make is not None, kind
        planned = make(self, placed)
        if planned is not None:
            self._targets.add(row.name, planned.target)
        return planned

    # What is not kept

    def _dropped(self, placed: PlacedRow, kind: str) -> None:
        row = placed.row
        if not kind:
            written = row.cells.get("type", "")
            near = row.type_words.near
            why = f"no type is called {written!r}" + (f"; did you mean {near}?" if near else "")
        else:
            why = _DAYS.get(kind) or _NOT_KEPT[kind]
        self.tell(row, "type", f"dropped: {kind or 'question'} {row.name}", why)
        stands_for = AnswerReference(VISIT_DATE) if kind in _DAYS else Literal("")
        if row.name:
            self._targets.add(row.name, Target(placed.scope, "", stands_for=stands_for))

    def tell(self, row: FormRow, column: str, what: str, why: str) -> None:
        """Adds a line about a cell of that row, named by its header as it was written."""
        self._report.tell(row.sheet, row.number, row.columns.get(column) or column, what, why)

    # Kinds

    def _planned(
        self,
        placed: PlacedRow,
        kind: str,
        value: Type,
        choices: OutList | None = None,
        name: str = "",
    ) -> Planned:
        row = placed.row
        own = row.name.removeprefix(f"{MORE}_") if row.name.startswith(MORE) else row.name
        otherwise = f"{row.type_words.kind.replace('-', '_')}_{row.number}"
        name = name or self._names.of_question(own, otherwise, placed.suffix)
        if name != row.name and row.columns:
            self.tell(
                row,
                "name",
                f"renamed: question {row.name or '(no name)'} to {name}",
                "one name for each turn"
                if placed.suffix and name == f"{row.name}{placed.suffix}"
                else "names have small letters, digits and _, and are there once",
            )
        return Planned(placed, kind, Target(placed.scope, name, value, choices), choices)

    def _plain(self, placed: PlacedRow) -> Planned:
        row, kind = placed.row, placed.row.type_words.kind
        if row.cells.get("calculation") and kind != "note":
            planned = self._planned(placed, "calculate", Type.ANY)
            planned.target.calculation = row.cells["calculation"]
            if row.texts.get("label"):
                planned.parts.append(self._names.of_question(f"{planned.target.name}_shown", ""))
            self.tell(row, "calculation", f"adapted: {row.name}", "worked out and shown as a note")
            return planned
        readonly = row.cells.get("readonly", "").casefold()
        if readonly in {"yes", "true", "true()", "1"} and kind != "note":
            self.tell(row, "readonly", f"adapted: {row.name}", "nobody may change it: a note")
            planned = self._planned(placed, "note", Type.ANY)
            planned.target.stands_for = Literal(row.cells.get("default", ""))
            return planned
        value = {"integer": Type.NUMBER, "decimal": Type.NUMBER, "date": Type.DATE}
        if kind == "barcode":
            self.tell(row, "type", f"adapted: barcode {row.name}", "the code is typed")
            kind = "text"
        planned = self._planned(placed, kind, value.get(kind, Type.TEXT))
        if kind == "note":
            planned.target.type = Type.ANY
            planned.target.stands_for = Literal("")
        return planned

    def _range(self, placed: PlacedRow) -> Planned:
        row = placed.row
        pairs, _ = pairs_of(row.cells.get("parameters", ""))
        given = {"start": "1", "end": "10", "step": "1"}
        given |= {name: text for name, text in pairs.items() if name in RANGE}
        if not all(re.fullmatch(r"-?\d+(\.\d+)?", text) for text in given.values()):
            self.tell(row, "parameters", f"adapted: range {row.name}", "its ends are no numbers")
            given = {"start": "0", "end": "1000000", "step": "1"}
        whole = not any("." in text for text in given.values())
        planned = self._planned(placed, "integer" if whole else "decimal", Type.NUMBER)
        low, high = sorted((given["start"], given["end"]), key=float)
        planned.constraint = f". >= {low} and . <= {high}"
        step = given["step"].removeprefix("-")
        ends = {"low": low, "high": high}
        planned.constraint_words = said("between", self._languages, **ends)
        if float(step) and not (whole and step == "1"):
            planned.constraint += f" and {_on_a_step(low, step, whole)}"
            planned.constraint_words = said("between_steps", self._languages, **ends, step=step)
        why = "a number is typed, its ends and steps are checked"
        self.tell(row, "type", f"adapted: range {row.name}", why)
        return planned

    def _time(self, placed: PlacedRow) -> Planned:
        planned = self._planned(placed, "text", Type.TEXT)
        planned.constraint = CLOCK
        planned.constraint_words = said("clock", self._languages)
        why = "a time is typed as 08:30 and stays on the tablet"
        self.tell(placed.row, "type", f"adapted: time {placed.row.name}", why)
        return planned

    def _moment(self, placed: PlacedRow) -> Planned:
        planned = self._planned(placed, "date", Type.DATE)
        planned.parts.append(self._names.of_question(f"{planned.target.name}_time", ""))
        why = f"the day, and the time as {planned.parts[0]}, which stays on the tablet"
        self.tell(placed.row, "type", f"adapted: dateTime {placed.row.name}", why)
        return planned

    def _calculate(self, placed: PlacedRow) -> Planned | None:
        row = placed.row
        calculation = row.cells.get("calculation", "")
        if not calculation and row.cells.get("default"):
            calculation = row.cells["default"]
            if "(" not in calculation and "${" not in calculation:
                calculation = f"'{calculation}'" if "'" not in calculation else "''"
        if not calculation and row.type_words.kind == "hidden":
            why = "another program puts its value in; it has none here"
            self.tell(row, "type", f"adapted: hidden {row.name}", why)
            calculation = "''"
        if not calculation:
            why = "it has no calculation"
            self.tell(row, "calculation", f"dropped: {row.type_words.kind} {row.name}", why)
            self._targets.add(row.name, Target(placed.scope, "", stands_for=Literal("")))
            return None
        planned = self._planned(placed, "calculate", Type.ANY)
        planned.target.calculation = calculation
        return planned

    def _acknowledge(self, placed: PlacedRow) -> Planned:
        made = OutList("acknowledged", [OutChoice("OK", "OK", {"en": "OK"}, {})])
        made = self._targets.lists.get("acknowledged ", made)
        if "acknowledged " not in self._targets.lists:
            made.name = self._names.of_list("acknowledged", "acknowledged")
            self._targets.lists["acknowledged "] = made  # type: ignore[index]
        self.tell(placed.row, "type", f"adapted: {placed.row.name}", "one choice to tap: OK")
        return self._planned(placed, f"select_one {made.name}", Type.CODE, made)

    def _select(self, placed: PlacedRow) -> Planned:
        row, words = placed.row, placed.row.type_words
        one = words.kind != "select_multiple" and words.kind != "select_multiple_from_file"
        choices = self._choices(row)
        if choices is None or not choices.choices:
            return self._without_list(placed)
        kind, value = ("select_one", Type.CODE) if one else ("select_multiple", Type.CODES)
        planned = self._planned(placed, f"{kind} {choices.name}", value, choices)
        planned.search = search_of_row(row, self._form.choices)
        if planned.search:
            why = f"its choices are those of the file {planned.search.listed.file}"
            self.tell(row, "appearance", f"adapted: search() of {row.name}", why)
        if words.or_other:
            planned.parts.append(self._names.of_question(f"{planned.target.name}_other", ""))
            other = f"{row.name}_other"
            self._targets.add(other, Target(placed.scope, planned.parts[0], Type.TEXT))
            why = f"what 'other' is, is asked as {planned.parts[0]} and stays on the tablet"
            self.tell(row, "type", f"adapted: or_other of {row.name}", why)
        return planned

    def _choices(self, row: FormRow) -> OutList | None:
        words = row.type_words
        if words.kind == "select_one_external":
            wanted = f"{words.choice_list} (external)"
            return self._lists.get(wanted) or self._lists.get(words.choice_list)
        if listed := list_of_row(row):
            return self._lists.get(listed.key)
        if search := search_of_row(row, self._form.choices):
            self.searched.add(words.choice_list)
            return self._lists.get(search.listed.key)
        found = self._lists.get(words.choice_list, words.or_other)
        if found is None and words.choice_list.casefold().endswith(" or_other"):
            found = self._lists.get(words.choice_list[:-9].strip(), True)
        return found

    def _without_list(self, placed: PlacedRow) -> Planned:
        row = placed.row
        search = search_of_row(row, self._form.choices)
        listed = f"{search.listed.file}.csv" if search else row.type_words.choice_list
        is_file = search is not None or row.type_words.kind.endswith("_from_file")
        why = (
            f"the file {listed} is not beside the form: asked as a text that stays on the tablet"
            if is_file
            else f"there is no choice list {listed}: asked as a text that stays on the tablet"
        )
        self.tell(row, "type", f"adapted: {row.name}", why)
        planned = self._planned(placed, "text", Type.TEXT)
        for column, why in (
            ("choice_filter", "there are no choices to filter"),
            ("default", "there is no list it could be a code of"),
        ):
            if given := row.cells.pop(column, ""):
                self.tell(row, column, f"dropped: {column} {given}", why)
        return planned

    def _rank(self, placed: PlacedRow) -> Planned:
        row = placed.row
        choices = self._choices(row)
        if choices is None or not choices.choices:
            return self._without_list(placed)
        places = min(len(choices.choices), MOST_RANKED)
        planned = self._planned(placed, "calculate", Type.ANY)
        planned.target.type = Type.TEXT
        planned.choices = choices
        planned.parts = [
            self._names.of_question(f"{planned.target.name}_{place}", "")
            for place in range(1, places + 1)
        ]
        why = f"asked as {places} questions, the first place first; {row.name} joins them"
        self.tell(row, "type", f"adapted: rank {row.name}", why)
        return planned

    def _geopoint(self, placed: PlacedRow) -> Planned:
        why = "no exact place is recorded: the area of the country's list is chosen"
        kind = placed.row.type_words.kind
        self.tell(placed.row, "type", f"adapted: {kind} {placed.row.name}", why)
        for column in ("constraint", "default", "calculation"):
            if placed.row.cells.pop(column, ""):
                self.tell(placed.row, column, f"dropped: {column}", "it reads an exact place")
        return self._planned(placed, "select_one_from_file areas.csv", Type.CODE)

    _MAKERS: Mapping[str, Callable[[Planner, PlacedRow], Planned | None]] = {
        **dict.fromkeys(("text", "integer", "decimal", "date", "note", "barcode"), _plain),
        "range": _range,
        "time": _time,
        "datetime": _moment,
        **dict.fromkeys(("calculate", "hidden"), _calculate),
        "acknowledge": _acknowledge,
        **dict.fromkeys(
            (
                *("select_one", "select_multiple", "select_one_from_file"),
                *("select_multiple_from_file", "select_one_external"),
            ),
            _select,
        ),
        "rank": _rank,
        **dict.fromkeys(PLACES, _geopoint),
    }


def _on_a_step(low: str, step: str, whole: bool) -> str:
    """That a number lies on a step from the low end, as near as a decimal can be kept."""
    if whole:
        return f"(. - {low}) mod {step} = 0"
    steps = f"(. - {low}) div {step}"
    return f"abs({steps} - round({steps}, 0)) < 0.000001"


def settings_in(rows: Sequence[FormRow]) -> dict[str, str]:
    """What old forms say of themselves in the survey sheet."""
    found = {}
    for row in rows:
        if row.type_words.kind in {"set form title", "set form id"}:
            column = "form_title" if row.type_words.kind == "set form title" else "form_id"
            words = row.texts.get("label", {})
            found[column] = next(iter(words.values()), "") or row.name
    return found
