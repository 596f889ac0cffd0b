"""Makes a Questionnaire of its sheets, or says everything that is wrong with them.

Whatever can be known to be wrong is found here, with sheet, row and column: an expression that
cannot be read or whose types do not fit, a cycle, a missing privacy mark, an unknown measure,
an answer that leaves the tablet while it depends on one that must not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from shared.answers import NOT_SAID, written_day
from shared.errors import QuestionnaireError
from shared.places import Place
from shared.questionnaire import order
from shared.questionnaire.choice_rows import choices_of
from shared.questionnaire.digest import digest_of
from shared.questionnaire.expressions import Declared, Expression, compile_expression
from shared.questionnaire.filled import WITH_WORDS, names_in
from shared.questionnaire.functions import Type
from shared.questionnaire.in_use import in_use
from shared.questionnaire.kinds import KINDS, TYPES
from shared.questionnaire.lookups import NO_LISTS, Lists
from shared.questionnaire.model import (
    Asked,
    Choice,
    Kind,
    Level,
    Privacy,
    PrivacyKind,
    Question,
    Questionnaire,
    Section,
    meanings_of,
)
from shared.questionnaire.privacy import read_mark
from shared.questionnaire.sheets import (
    SURVEY,
    Row,
    Sheets,
    each_question,
    read_sheets,
    statuses,
)

STANDARD = Path(__file__).parent.parent / "data" / "questionnaire"
PRIVACY, MEASURE, SINCE, ASKED = (
    f"bind::tally:{column}" for column in ("privacy", "measure", "since", "asked")
)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
_FILE = re.compile(r"(?P<list>[a-z][a-z0-9_]*)\.csv")
_DYNAMIC = re.compile(r"\$\{|\(")


def load_questionnaire(
    folders: Sequence[Place] = (STANDARD,), translations: Sequence[Place] = ()
) -> Questionnaire:
    """The questionnaire of these folders: the standard first, then a country's additions.

    translations: folders with further languages for the first. While somebody holds what was made
    of the same bytes, it is that one: an edition is read by whoever publishes it, takes it into use
    and opens a record of it.
    Raises QuestionnaireError for the first thing that is wrong; ``problems_of`` gives them all.
    """
    return in_use(
        folders, translations, lambda: questionnaire_of(read_sheets(folders, translations))
    )


def questionnaire_of(sheets: Sheets) -> Questionnaire:
    """The questionnaire these sheets say. Raises QuestionnaireError as load_questionnaire."""
    reading = _Reading(sheets)
    questionnaire = reading.questionnaire()
    if reading.problems or questionnaire is None:
        raise reading.problems[0]
    return questionnaire


def problems_of(sheets: Sheets) -> list[QuestionnaireError]:
    """Everything that keeps these sheets from being a questionnaire; empty if nothing does."""
    reading = _Reading(sheets)
    reading.questionnaire()
    return reading.problems


class _Reading:
    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.problems: list[QuestionnaireError] = []
        self._rows: dict[str, Row] = {}
        self._names: dict[str, Declared] = {}
        self._levels: dict[str, Level] = {}
        self._lists: Lists = NO_LISTS

    def questionnaire(self) -> Questionnaire | None:
        choices = choices_of(self.sheets.choices, self._problem)
        self._lists = {
            name: [{**c.columns, "name": c.code, "label": c.label("en")} for c in listed]
            for name, listed in choices.items()
        }
        try:
            placed = list(each_question(self.sheets))
        except QuestionnaireError as problem:
            self.problems.append(problem)
            return None
        if not placed:
            self.problems.append(QuestionnaireError("has no questions", sheet=SURVEY, row=1))
            return None
        self._declare(placed, choices)
        self._type_calculations(placed)
        sections = self._sections()
        questions: dict[str, Question] = {}
        for row, inside_case, group in placed:
            question = self._question(row, inside_case, group, choices)
            if question is not None and question.name not in questions:
                questions[question.name] = question
        if self.problems:
            return None
        by_section = {section.name: section for section in sections}
        try:
            sequence = order.evaluation_order(questions, by_section)
            order.refuse_leaks(questions, by_section)
        except order.OrderError as problem:
            self.problems.append(self._rows[problem.question].error(str(problem), "relevant"))
            return None
        settings = self.sheets.settings
        return Questionnaire(
            version=settings["version"],
            digest=digest_of(settings["version"], sections, questions, choices),
            title=settings["form_title"] or "Tally87",
            languages=tuple(self.sheets.languages()),
            sections=sections,
            questions=MappingProxyType(questions),
            choices=MappingProxyType(choices),
            order=sequence,
            translation_status=MappingProxyType(statuses(settings["translation_status"])),
        )

    # Names and types

    def _declare(
        self,
        placed: Sequence[tuple[Row, bool, str]],
        choices: Mapping[str, tuple[Choice, ...]],
    ) -> None:
        for row, inside_case, _ in placed:
            name, kind = row["name"], KINDS.get(row.kind)
            if kind is None:
                self._problem(row, f"the type {row['type']!r} is not one Tally87 knows", "type")
                continue
            if len(row.type_words) > (2 if kind in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE} else 1):
                further = " ".join(row.type_words[2:] or row.type_words[1:])
                self._problem(row, f"further words in the type: {further}", "type")
                continue
            if not _NAME.fullmatch(name):
                self._problem(row, "a name has small letters, digits and _, at most 48", "name")
                continue
            if name in self._rows:
                first = self._rows[name].number
                self._problem(row, f"the name {name!r} is already used in row {first}", "name")
                continue
            self._rows[name] = row
            self._levels[name] = Level.CASE if inside_case else Level.VISIT
            codes = wanted = None
            listed: tuple[Choice, ...] = ()
            if kind in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE} and "from_file" not in row.kind:
                wanted = row.type_words[1] if len(row.type_words) > 1 else ""
                listed = choices.get(wanted, ())
                codes = frozenset(choice.code for choice in listed)
            self._names[name] = Declared(TYPES[kind], codes, wanted, meanings_of(listed))

    def _type_calculations(self, placed: Sequence[tuple[Row, bool, str]]) -> None:
        """Finds what calculations give, so that conditions over them can be checked.

        A calculation may use others: one round per calculation settles any chain of them.
        """
        rows = [row for row, _, _ in placed if row.kind == "calculate" and row["calculation"]]
        for _ in rows:
            changed = False
            for row in rows:
                try:
                    made = compile_expression(row["calculation"], self._names, lists=self._lists)
                except QuestionnaireError:
                    continue  # said properly when the question itself is read
                declared = Declared(made.type)
                if row["name"] in self._names and self._names[row["name"]].type is not made.type:
                    self._names[row["name"]] = declared
                    changed = True
            if not changed:
                break

    def _readable(self, level: Level) -> dict[str, Declared]:
        """A case may read its visit; a visit has many cases and cannot read one."""
        if level is Level.CASE:
            return self._names
        return {n: d for n, d in self._names.items() if self._levels[n] is Level.VISIT}

    # Sections and questions

    def _sections(self) -> tuple[Section, ...]:
        found: dict[str, Section] = {}
        inside_case = False
        for row in self.sheets.survey:
            inside_case = (inside_case or row.kind == "begin_repeat") and row.kind != "end_repeat"
            if row.kind != "begin_group":
                continue
            level = Level.CASE if inside_case else Level.VISIT
            name = row["name"]
            if name in found or name in self._names:
                self._problem(row, f"the name {name!r} is used twice", "name")
                continue
            labels = row.texts("label")
            if "en" not in labels:
                self._problem(row, "an English label is needed", "label::English (en)")
            self._check_words(row, level)
            relevant = self._expression(row, "relevant", level, wanted=Type.TRUTH)
            found[name] = Section(name, level, MappingProxyType(labels), relevant)
        return tuple(found.values())

    def _question(
        self,
        row: Row,
        inside_case: bool,
        group: str,
        choices: Mapping[str, tuple[Choice, ...]],
    ) -> Question | None:
        name = row["name"]
        if self._rows.get(name) is not row:
            return None
        kind = KINDS[row.kind]
        level = Level.CASE if inside_case else Level.VISIT
        declared = self._names[name]
        choice_list, from_file = self._choice_list(row, kind, choices)
        labels = row.texts("label")
        if "en" not in labels and kind is not Kind.CALCULATE:
            self._problem(row, "an English label is needed", "label::English (en)")
        if kind is Kind.CALCULATE and not row["calculation"]:
            self._problem(row, "a calculation is needed", "calculation")
        self._check_words(row, level)
        measure = row[MEASURE] or None
        if measure is not None and measure not in _measures():
            self._problem(row, f"there is no measure {measure!r}", MEASURE)
        asked = row[ASKED]
        if asked and asked not in set(Asked):
            self._problem(row, f"asked is one of {', '.join(Asked)}", ASKED)
        columns = frozenset(
            column
            for choice in choices.get(choice_list or "", ())
            for column in (*choice.columns, "name")
        )
        return Question(
            name=name,
            kind=kind,
            level=level,
            section=group,
            privacy=self._privacy(row, kind),
            labels=MappingProxyType(labels),
            hints=MappingProxyType(row.texts("hint")),
            required=self._required(row, level),
            relevant=self._expression(row, "relevant", level, wanted=Type.TRUTH),
            constraint=self._expression(
                row, "constraint", level, current=declared, wanted=Type.TRUTH
            ),
            constraint_messages=MappingProxyType(row.texts("constraint_message")),
            says=MappingProxyType(row.texts("say")),
            reviews=MappingProxyType(row.texts("reviewed")),
            asked=Asked(asked) if asked in set(Asked) else None,
            calculation=self._expression(row, "calculation", level),
            default=self._default(row, kind, level),
            choice_list=choice_list,
            from_file=from_file,
            choice_filter=self._expression(
                row, "choice_filter", level, columns=columns, wanted=Type.TRUTH
            ),
            appearance=row["appearance"],
            parameters=MappingProxyType(
                dict(part.split("=", 1) for part in row["parameters"].split() if "=" in part)
            ),
            measure=measure,
            since=row[SINCE],
            row=row.number,
        )

    def _check_words(self, row: Row, level: Level) -> None:
        """What words name with ``${...}`` must be a question that can be read there."""
        readable = self._readable(level)
        for column, text in row.cells.items():
            if column.partition("::")[0] in WITH_WORDS:
                for name in sorted(names_in(text) - readable.keys()):
                    self._problem(row, f"the words name ${{{name}}}: no such question", column)

    def _choice_list(
        self, row: Row, kind: Kind, choices: Mapping[str, tuple[Choice, ...]]
    ) -> tuple[str | None, bool]:
        if kind not in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE}:
            return None, False
        words = row.type_words
        wanted = words[1] if len(words) > 1 else ""
        if "from_file" in row.kind:
            match = _FILE.fullmatch(wanted)
            if match is None:
                self._problem(row, "the file of a code list is needed: name.csv", "type")
                return None, True
            return match["list"], True
        if wanted not in choices:
            self._problem(row, f"there is no choice list {wanted!r}", "type")
        return wanted, False

    def _privacy(self, row: Row, kind: Kind) -> Privacy:
        try:
            return read_mark(row[PRIVACY], kind)
        except QuestionnaireError as problem:
            self._problem(row, str(problem), PRIVACY)
            return Privacy(PrivacyKind.IDENTITY)

    def _required(self, row: Row, level: Level) -> Expression | None:
        word = row["required"].lower()
        if word in {"", "no", "false", "false()"}:
            return None
        source = "true()" if word in {"yes", "true", "true()"} else row["required"]
        return self._compiled(row, "required", source, level, wanted=Type.TRUTH)

    def _default(self, row: Row, kind: Kind, level: Level) -> Expression | None:
        source = row["default"]
        if not source:
            return None
        if not _DYNAMIC.search(source) and kind not in {Kind.INTEGER, Kind.DECIMAL}:
            self._check_default(row, kind, source)
            source = f"'{source}'"
        return self._compiled(row, "default", source, level)

    def _check_default(self, row: Row, kind: Kind, source: str) -> None:
        codes = self._names[row["name"]].codes
        if codes is not None:
            given = {source} if kind is Kind.SELECT_ONE else set(source.split())
            for code in sorted(given - codes - NOT_SAID):
                self._problem(row, f"the choice list has no code {code!r}", "default")
        elif kind is Kind.DATE and written_day(source) is None:
            self._problem(row, "a day is written 2026-01-31, or calculated", "default")

    def _expression(
        self,
        row: Row,
        column: str,
        level: Level,
        *,
        current: Declared | None = None,
        columns: frozenset[str] | None = None,
        wanted: Type | None = None,
    ) -> Expression | None:
        if not row[column]:
            return None
        return self._compiled(
            row, column, row[column], level, current=current, columns=columns, wanted=wanted
        )

    def _compiled(
        self,
        row: Row,
        column: str,
        source: str,
        level: Level,
        *,
        current: Declared | None = None,
        columns: frozenset[str] | None = None,
        wanted: Type | None = None,
    ) -> Expression | None:
        try:
            made = compile_expression(
                source,
                self._readable(level),
                current=current,
                columns=columns,
                wanted=wanted,
                lists=self._lists,
            )
            if made.uses_today and column not in {"constraint", "default"}:
                # Asked again on another day, or by the server, the form would take another path.
                raise QuestionnaireError(
                    "today() fits in constraint and default only; elsewhere "
                    "use the date of the visit"
                )
            return made
        except QuestionnaireError as problem:
            self._problem(row, str(problem), column)
            return None

    def _problem(self, row: Row, message: str, column: str) -> None:
        self.problems.append(row.error(message, column))


def _measures() -> Mapping[str, str]:
    # Imported when needed: the rules read questionnaires, and would be imported in a circle.
    from shared.classification.measures import MEASURES

    return MEASURES
