"""Choice lists as the sheets take them: codes that are right, once each, kept or mapped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server.forms.model import FormChoice
from server.forms.names import Names, plain
from server.forms.own_words import said
from server.forms.report import Report
from shared.answers import REFUSED
from shared.questionnaire.filled import NOT_ANSWERED

AS_WRITTEN = "as_written"
"""Column that holds the code of the form where the code had to be mapped."""
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_REFERENCE = re.compile(r"\$\{[^{}]*\}")
_ITS_OWN = frozenset({"list_name", "name", "label", AS_WRITTEN})
"""Columns of the choices sheet itself: one of a file that is called so gets another name."""
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(slots=True)
class OutChoice:
    """A row of the choices sheet to be written. written: its code in the form."""

    code: str
    written: str
    labels: dict[str, str]
    columns: dict[str, str]
    sheet: str = ""
    number: int = 0


@dataclass(slots=True)
class OutList:
    """A list to be written. mapped: whether codes are others than in the form."""

    name: str
    choices: list[OutChoice] = field(default_factory=list)
    mapped: bool = False
    filters: dict[str, str] = field(default_factory=dict)
    """Names of the columns by the form's own."""

    def codes_of(self, written: str) -> list[str]:
        """The codes that stand for a code of the form; none if the list has no such code."""
        return [choice.code for choice in self.choices if choice.written == written]


class ChoiceLists:
    """The lists that questions use, each made when the first one asks for it."""

    def __init__(
        self,
        form_lists: Mapping[str, Sequence[FormChoice]],
        names: Names,
        languages: Sequence[str],
        report: Report,
    ) -> None:
        self._lists, self._names, self._report = form_lists, names, report
        self._languages = languages
        self._made: dict[tuple[str, bool], OutList] = {}

    def made(self) -> list[OutList]:
        """All lists asked for, in the order of asking."""
        return list(self._made.values())

    def asked_for(self) -> set[str]:
        """The form's names of the lists that were asked for."""
        return {name for name, _ in self._made}

    def find(self, written: str) -> str | None:
        """The name of the form's list that is meant; ``None`` if there is none."""
        if written in self._lists:
            return written
        folded = [name for name in self._lists if name.casefold() == written.casefold()]
        return folded[0] if len(folded) == 1 else None

    def get(self, written: str, other: bool = False) -> OutList | None:
        """The list of that name, if it is there; other: with a choice ``other`` at its end."""
        name = self.find(written)
        if name is None:
            return None
        key = (name, other)
        if key not in self._made:
            stem = f"{name}_or_other" if other else name
            made = self._make(self._names.of_list(stem, name), self._lists[name])
            if other and not made.codes_of("other"):
                made.choices.append(OutChoice("other", "other", said("other", self._languages), {}))
            self._made[key] = made
        return self._made[key]

    def _make(self, name: str, choices: Iterable[FormChoice]) -> OutList:
        made = OutList(name)
        codes: set[str] = set()
        for choice in choices:
            code = self._code(choice, codes)
            if code is None:
                continue
            codes.add(code)
            made.mapped |= code != choice.code
            labels = self._labels(choice)
            columns = {}
            for column, text in choice.columns.items():
                if column in {"image", "audio", "video", "big-image", "sms_option", "short"}:
                    continue
                out = made.filters.get(column) or self._column(column)
                made.filters[column] = out
                columns[out] = text
            made.choices.append(
                OutChoice(code, choice.code, labels, columns, choice.sheet, choice.number)
            )
        if made.mapped:
            for out_choice in made.choices:
                out_choice.columns[AS_WRITTEN] = out_choice.written
        return made

    def _code(self, choice: FormChoice, taken: set[str]) -> str | None:
        if choice.code == REFUSED:
            self._report.tell(
                choice.sheet,
                choice.number,
                "name",
                "dropped: choice refused",
                "every question can be answered 'would rather not say' already",
            )
            return None
        code = choice.code if _CODE.fullmatch(choice.code) else _right_code(choice.code)
        if code in taken or not code:
            group = next((text for text in choice.columns.values() if text), "")
            stem = _right_code(f"{code}_{group}" if group else code or "choice")[:36]
            code, count = stem, 2
            while code in taken:
                code, count = f"{stem}_{count}", count + 1
        if code != choice.code:
            twice = code.startswith(choice.code) and choice.code in taken
            self._report.tell(
                choice.sheet,
                choice.number,
                "name",
                f"renamed: code {choice.code} to {code}",
                "the code is in the list more than once; each code is there once here"
                if twice
                else "a code has letters, digits, - and _, at most 40",
            )
        return code

    def _labels(self, choice: FormChoice) -> dict[str, str]:
        labels = {code: _REFERENCE.sub(NOT_ANSWERED, word) for code, word in choice.labels.items()}
        if labels != choice.labels:
            held = ", ".join(dict.fromkeys(_REFERENCE.findall(" ".join(choice.labels.values()))))
            self._report.tell(
                choice.sheet,
                choice.number,
                "label",
                f"adapted: label of {choice.code} shows three dots for {held}",
                "the words of a choice hold no answer; those of a question may",
            )
        if "en" not in labels:
            other = next((labels[code] for code in self._languages if code in labels), "")
            if not other:
                self._report.tell(
                    choice.sheet,
                    choice.number,
                    "label",
                    "adapted: label",
                    "no words: the code shows",
                )
            labels["en"] = other or choice.code
        return labels

    def _column(self, column: str) -> str:
        made = column if _COLUMN.fullmatch(column) else plain(column)
        return f"{made}_of_file" if made in _ITS_OWN else made


def _right_code(text: str) -> str:
    made = re.sub(r"[^A-Za-z0-9_-]+", "_", text).strip("_")[:40]
    if made and (made.strip("_") or not text.strip("_")):
        return made
    digest = sum(ord(letter) * (index + 1) for index, letter in enumerate(text)) % 1_000_000
    return f"code_{digest}" if text else ""
