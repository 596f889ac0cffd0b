"""Planned questions written out: words, logic and marks of each row of the new survey sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from server.forms.defaults import clock_time, is_day
from server.forms.model import FormRow
from server.forms.own_words import said, said_of
from server.forms.parameters import appearance_of, pairs_of, why_not_taken
from server.forms.placing import PlacedSection, Scope
from server.forms.privacy import AREA, Proposal, proposed
from server.forms.questions import CLOCK, PLACES, Planned
from server.forms.reading import is_off, is_on
from server.forms.report import Report
from server.forms.rewriting import Rewriter
from server.forms.sheets import ASKED, MEASURE, OutRow
from server.forms.targets import Target, Targets
from server.forms.unread import unread_of
from shared.classification.measures import MEASURES
from shared.errors import QuestionnaireError
from shared.questionnaire.filled import NOT_ANSWERED
from shared.questionnaire.model import Asked, Kind
from shared.questionnaire.privacy import read_mark

_REFERENCE = re.compile(r"\$\{\s*([^{}]+?)\s*\}")
_DYNAMIC = re.compile(r"\$\{|[a-z-]+\(")
_OF_DATES = frozenset(
    {
        *("month-year", "year", "no-calendar", "ethiopian", "coptic", "islamic", "bikram-sambat"),
        *("myanmar", "persian", "buddhist"),
    }
)
ASKED_ALWAYS = "so it is asked of everybody now"


class RowWriter:
    """Writes the rows of planned questions. Each cell that cannot be said is told and left out."""

    def __init__(self, targets: Targets, languages: Mapping[str, str], report: Report) -> None:
        self._targets, self._languages, self._report = targets, languages, report
        self._sections: dict[str, str] = {}

    def rows(self, planned: Sequence[Planned]) -> list[OutRow]:
        """All rows, in document order."""
        return [row for one in planned for row in self._of(one)]

    def _of(self, planned: Planned) -> Iterator[OutRow]:
        placed, row = planned.placed, planned.placed.row
        section = placed.section
        if section.name not in self._sections:
            self._sections[section.name] = self._section_relevant(section)
            row_of_section = section.row or row
            section.labels = {
                code: self._named(row_of_section, "label", words, section.scope)
                for code, words in section.labels.items()
            }
        rank = row.type_words.kind == "rank" and planned.kind == "calculate"
        main = OutRow(planned.kind, planned.target.name, self._texts(planned), {}, row, section)
        main.section_relevant = self._sections[section.name]
        self._logic(planned, main)
        self._marks(planned, main)
        self._tell_left(planned)
        if rank:
            yield from self._ranked(planned, main)
        elif planned.kind == "calculate":
            yield self._calculation(planned, main)
            yield from self._shown(planned, main)
        else:
            yield main
            yield from self._beside(planned, main)

    # Words

    def _texts(self, planned: Planned) -> dict[str, dict[str, str]]:
        row, scope = planned.placed.row, planned.placed.scope
        found: dict[str, dict[str, str]] = {}
        for what in ("label", "hint", "constraint_message", "say"):
            texts = {
                code: self._named(row, what, words, scope)
                for code, words in row.texts.get(what, {}).items()
            }
            found[what] = self._in_english(texts)
        for code, words in row.texts.get("guidance_hint", {}).items():
            more = self._named(row, "guidance_hint", words, scope)
            found["hint"][code] = f"{found['hint'].get(code, '')}\n{more}".strip()
        found["hint"] = self._in_english(found["hint"])
        if planned.constraint_words and not found["constraint_message"]:
            found["constraint_message"] = dict(planned.constraint_words)
        if "en" not in found["label"] and planned.kind != "calculate":
            words = found["hint"].get("en") or row.name.replace("_", " ") or planned.target.name
            found["label"]["en"] = words
            if row.columns:
                why = "it has no words: its hint or name shows"
                self._tell(row, "label", f"adapted: label of {planned.target.name}", why)
        if planned.kind == "calculate":
            return {}
        return {what: texts for what, texts in found.items() if texts}

    def _in_english(self, texts: dict[str, str]) -> dict[str, str]:
        """English is what shows where a language has no words; the first language stands in."""
        if texts and "en" not in texts:
            first = next((texts[code] for code in self._languages if code in texts), None)
            if first:
                return {"en": first, **texts}
        return texts

    def _named(self, row: FormRow, column: str, words: str, scope: Scope) -> str:
        def name(match: re.Match[str]) -> str:
            found = self._targets.seen_from(match[1], scope)
            if found and found[0].name:
                if len(found) > 1:
                    what = (
                        f"adapted: {column} of {row.name} shows ${{{match[1]}}} of the first turn"
                    )
                    why = "from outside the repeat a question is read as it was answered first"
                    self._tell(row, column, what, why)
                return f"${{{found[0].name}}}"
            why = "is not asked here" if found else "is no question of the form"
            self._tell(row, column, f"adapted: {column} of {row.name}", f"${{{match[1]}}} {why}")
            return NOT_ANSWERED

        if "${" in _REFERENCE.sub("", words):
            why = "a ${ is not closed; it shows as it is written"
            self._tell(row, column, f"adapted: {column} of {row.name}", why)
        return _REFERENCE.sub(name, words)

    # Logic

    def _section_relevant(self, section: PlacedSection) -> str:
        found = []
        for condition in section.conditions:
            said = self._said(
                condition.row,
                "relevant",
                condition.row.name,
                lambda r, c=condition: r.condition(c.source),  # type: ignore[misc]
                condition.scope,
                why_more=ASKED_ALWAYS,
                blocks=condition.blocks,
            )
            if said:
                found.append(said)
        unique = list(dict.fromkeys(found))
        return unique[0] if len(unique) == 1 else " and ".join(f"({one})" for one in unique)

    def _logic(self, planned: Planned, out: OutRow) -> None:
        row, target, scope = planned.placed.row, planned.target, planned.placed.scope
        cells = row.cells

        def said(
            column: str, make: Callable[[Rewriter], str], why: str = "", written: str = ""
        ) -> None:
            if written or cells.get(column):
                text = self._said(row, column, target.name, make, scope, target, planned, why)
                if text:
                    out.cells[column] = text

        said("relevant", lambda r: r.condition(cells["relevant"]), ASKED_ALWAYS)
        if planned.kind in {"note", "calculate"}:
            return
        required = cells.get("required", "")
        if is_on(required):
            out.cells["required"] = "yes"
        elif required and not is_off(required):
            said("required", lambda r: r.condition(required))
        said("constraint", lambda r: r.condition(cells["constraint"]))
        if planned.constraint:
            own = out.cells.get("constraint")
            joined = f"({own}) and {planned.constraint}" if own else planned.constraint
            out.cells["constraint"] = joined
        if out.cells.get("constraint") is None:
            out.texts.pop("constraint_message", None)
        if planned.choices is not None:
            chosen = planned.choice_filter
            said("choice_filter", lambda r: r.condition(chosen), "all are offered", chosen)
        self._default(planned, out)
        out.cells["appearance"] = appearance_of(planned.appearance)[0]

    def _said(
        self,
        row: FormRow,
        column: str,
        name: str,
        make: Callable[[Rewriter], str],
        scope: Scope,
        target: Target | None = None,
        planned: Planned | None = None,
        why_more: str = "",
        blocks: Sequence[str] | None = None,
    ) -> str:
        def tell(what: str, why: str) -> None:
            self._tell(row, column, f"adapted: {column} of {name} {what}", why)

        filtered = planned.choices if planned and column == "choice_filter" else None
        around = planned.placed.blocks if planned else blocks
        rewriter = Rewriter(self._targets, scope, column, tell, target, filtered, blocks=around)
        try:
            return make(rewriter)
        except QuestionnaireError as problem:
            why = f"{problem}; {why_more}" if why_more else str(problem)
            self._tell(row, column, f"dropped: {column} of {name}", why)
        except RecursionError:
            self._tell(row, column, f"dropped: {column} of {name}", "it goes round in a circle")
        return ""

    def _default(self, planned: Planned, out: OutRow) -> None:
        row, target = planned.placed.row, planned.target
        given = row.cells.get("default", "")
        if not given:
            return
        kind = planned.kind.split(" ")[0]
        if _DYNAMIC.search(given):
            text = self._said(
                row,
                "default",
                target.name,
                lambda r: r.value(given)[0],
                planned.placed.scope,
                planned=planned,
            )
        elif planned.choices is not None:
            words = given.split() if kind == "select_multiple" else [given]
            codes = [code for word in words for code in planned.choices.codes_of(word)[:1]]
            text = " ".join(codes) if len(codes) == len(words) else ""
        elif kind in {"integer", "decimal"}:
            text = given if re.fullmatch(r"-?\d+(\.\d+)?", given) else ""
        elif kind == "date":
            text = given[:10] if is_day(given[:10]) else ""
        elif row.type_words.kind == "time":
            text = clock_time(given)
        else:
            text = given if "(" not in given and "'" not in given else ""
        if text:
            out.cells["default"] = text
        elif not _DYNAMIC.search(given):
            why = f"{given[:30]!r} is no answer of this question"
            self._tell(row, "default", f"dropped: default of {target.name}", why)

    def _calculation(self, planned: Planned, main: OutRow) -> OutRow:
        row, source = planned.placed.row, planned.target.calculation
        text = self._said(
            row,
            "calculation",
            planned.target.name,
            lambda r: r.value(source)[0],
            planned.placed.scope,
            planned.target,
            planned,
            why_more="it gives nothing",
        )
        main.cells["calculation"] = text or "''"
        if not text:
            planned.target.calculation = ""
        return main

    # Further rows

    def _shown(self, planned: Planned, main: OutRow) -> Iterator[OutRow]:
        row, scope = planned.placed.row, planned.placed.scope
        for name in planned.parts:
            texts = self._in_english(
                {
                    code: f"{self._named(row, 'label', words, scope)}: ${{{main.name}}}"
                    for code, words in row.texts.get("label", {}).items()
                }
            )
            cells = {"relevant": main.cells.get("relevant", "")}
            yield self._part(planned, "note", name, {"label": texts}, cells)

    def _beside(self, planned: Planned, main: OutRow) -> Iterator[OutRow]:
        labels = main.texts.get("label", {})
        relevant = main.cells.get("relevant", "")
        for name in planned.parts:
            if planned.placed.row.type_words.or_other:
                asked = f"selected(${{{main.name}}}, 'other')"
                joined = f"({relevant}) and {asked}" if relevant else asked
                texts = {"label": said("what_other", self._languages)}
                part = self._part(planned, "text", name, texts, {"relevant": joined})
            else:
                texts = {
                    "label": said_of("time_of_day", self._languages, labels, main.name),
                    "constraint_message": said("clock", self._languages),
                }
                cells = {"relevant": relevant, "constraint": CLOCK}
                part = self._part(planned, "text", name, texts, cells)
            part.proposal = proposed("text", name, ())
            yield part

    def _ranked(self, planned: Planned, main: OutRow) -> Iterator[OutRow]:
        assert planned.choices is not None
        row = planned.placed.row
        texts = self._texts_of_rank(planned)
        for place, name in enumerate(planned.parts, start=1):
            before = planned.parts[: place - 1]
            labels = {code: f"{words} ({place})" for code, words in texts.items()}
            cells = {
                "relevant": main.cells.get("relevant", ""),
                "choice_filter": " and ".join(f"name != ${{{one}}}" for one in before),
                "required": "yes" if is_on(row.cells.get("required", "")) else "",
            }
            part = self._part(
                planned, f"select_one {planned.choices.name}", name, {"label": labels}, cells
            )
            words = row.texts.get("label", {}).values()
            part.proposal = proposed(
                "select_one",
                row.name,
                words,
                len(planned.choices.choices),
                planned.placed.unbounded,
            )
            yield part
        joined = ", ".join(f"${{{name}}}" for name in planned.parts)
        main.cells["calculation"] = f"normalize-space(join(' ', {joined}))"
        yield main

    def _texts_of_rank(self, planned: Planned) -> dict[str, str]:
        row, scope = planned.placed.row, planned.placed.scope
        texts = {
            code: self._named(row, "label", words, scope)
            for code, words in row.texts.get("label", {}).items()
        }
        return self._in_english(texts) or {"en": row.name.replace("_", " ")}

    def _part(
        self,
        planned: Planned,
        kind: str,
        name: str,
        texts: dict[str, dict[str, str]],
        cells: dict[str, str],
    ) -> OutRow:
        placed = planned.placed
        part = OutRow(kind, name, texts, dict(cells), placed.row, placed.section)
        part.section_relevant = self._sections[placed.section.name]
        return part

    # Marks

    def _marks(self, planned: Planned, out: OutRow) -> None:
        row = planned.placed.row
        kind = planned.kind.split(" ")[0]
        if kind == "note":
            return
        count = len(planned.choices.choices) if planned.choices else 0
        words = row.texts.get("label", {}).values()
        out.proposal = proposed(kind, row.name, words, count, planned.placed.unbounded)
        if row.type_words.kind in PLACES and not planned.placed.unbounded:
            out.proposal = AREA
        mark = row.cells.get("tally:privacy", "")
        if mark:
            try:
                read_mark(mark, Kind("select_one" if "select_one" in kind else kind))
                out.proposal = Proposal(mark, "the form marks it so")
            except (QuestionnaireError, ValueError) as problem:
                self._tell(row, "tally:privacy", f"dropped: mark {mark}", str(problem))
        for column, known, header in (
            ("tally:measure", set(MEASURES), MEASURE),
            ("tally:asked", set(Asked), ASKED),
        ):
            given = row.cells.get(column, "")
            if given in known:
                out.cells[header] = given
            elif given:
                self._tell(row, column, f"dropped: {column} {given}", "no such word is known")

    def _tell_left(self, planned: Planned) -> None:
        row = planned.placed.row
        _, left = appearance_of(planned.appearance)
        for word in left:
            self._tell(row, "appearance", f"dropped: appearance {word}", _why_not(word))
        pairs, rest = pairs_of(row.cells.get("parameters", ""))
        for name in pairs:
            why = why_not_taken(name, row.type_words.kind)
            if why:
                self._tell(row, "parameters", f"dropped: parameter {name}", why)
        if rest:
            why = "a parameter is written name=value"
            self._tell(row, "parameters", f"dropped: parameter {rest[:30]}", why)
        if row.cells.get("trigger"):
            why = "worked out again whenever an answer it reads changes"
            self._tell(row, "trigger", f"dropped: trigger of {row.name}", why)
        for column, why in unread_of(planned):
            self._tell(row, column, f"dropped: {column} of {row.name}", why)

    def _tell(self, row: FormRow, column: str, what: str, why: str) -> None:
        header = row.columns.get(column) or column
        self._report.tell(row.sheet, row.number, header, what, why)


def _why_not(appearance: str) -> str:
    if appearance.startswith("ex:"):
        return "another program is not opened"
    if appearance.casefold() in _OF_DATES:
        return "a whole date is asked, in the calendar of the country"
    if appearance.startswith("search("):
        return "choices come from the choices sheet or with select_one_from_file"
    return "the tablet draws all questions alike"
