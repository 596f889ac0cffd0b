"""A report in words: headings, paragraphs and tables in one language, for whichever file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.exports.words import number, state_name
from server.progress.changes import ADDED, GONE, WITHDRAWN
from server.progress.judging import NOT_JUDGED
from server.progress.kinds import AREAS_OF_WORK, in_language
from server.releases.files import NumberState
from shared.texts import ENGLISH, has_text, is_right_to_left, text

NONE = "–"
_NAMED: Mapping[str, str] = {
    **dict.fromkeys(("measure", "unit", "proxy_for", "table", "cell"), "column.definition"),
    "baseline_period": "column.baseline",
    "year": "column.period",
    "is_overdue": "word.overdue",
}
"""What a field that changed is called, where no column has its name."""


@dataclass(frozen=True)
class PagePart:
    """A part of a page: a heading (level 1 or 2), a paragraph (0), or a table, with ``rows``."""

    said: str
    level: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class WordedReport:
    """A report in one language. over, under: beside the title. warnings: that it is not real."""

    title: str
    over: str
    under: str
    warnings: tuple[str, ...]
    blocks: tuple[PagePart, ...]
    footer: str


def worded(document: Mapping[str, Any], language: str) -> WordedReport:
    """What a report says, in this language; what organisations entered too, where they said it in
    this language, else as they said it first."""
    words = _Words(document, language)
    return WordedReport(
        words.say("title", period=words.day(document["period"])),
        f"{document['country']} · {document['programme']['name']}",
        words.say("under", number=document["number"], day=words.day(document["as_of"])),
        tuple(words.warnings()),
        tuple(words.blocks()),
        words.say("signed"),
    )


class _Words:
    def __init__(self, document: Mapping[str, Any], language: str) -> None:
        self._document, self._language = document, language
        self._is_turned = is_right_to_left(language)

    def say(self, message: str, **values: object) -> str:
        return text(f"progress.{message}", self._language, **values)

    def day(self, said: str) -> str:
        """A day or period that keeps its order among words from right to left (UAX 9: LRI, PDI)."""
        return f"\u2066{said}\u2069" if self._is_turned else said

    def _entered(self, said: str) -> str:
        """What somebody entered, in its own direction (UAX 9: FSI, PDI)."""
        return f"\u2068{said}\u2069" if self._is_turned else said

    def _said(self, one: Mapping[str, str], *names: str, between: str = ", ") -> str:
        """Columns of an entry in this language, in their own direction."""
        return self._entered(between.join(in_language(one, name, self._language) for name in names))

    def warnings(self) -> Iterator[str]:
        practice = "practice" if self._document["practice"] else ""
        for kind in (self._document["origin"], practice):
            if has_text(f"server.banner.{kind}.title", ENGLISH):
                yield " ".join(
                    text(f"server.banner.{kind}.{part}", self._language)
                    for part in ("title", "text")
                )

    def blocks(self) -> Iterator[PagePart]:
        yield PagePart(self.say("lead"))
        yield PagePart(self.say("recorded_note"))
        if self._document["action_group"]:
            yield PagePart(self.say("action_group", group=self._document["action_group"]))
        yield from self._changes()
        for kind in AREAS_OF_WORK:
            of_kind = [one for one in self._document["indicators"] if one["kind"] == kind]
            if of_kind:
                yield PagePart(self.say(f"kind.{kind}"), 1)
                yield from self._indicators(of_kind)
        yield from self._table(
            "commitments",
            ("commitment", "owner", "cost", "funded", "gap", "due", "state"),
            [self._commitment(one) for one in self._document["commitments"]],
        )
        yield from self._table(
            "pilots",
            ("pilot", "period", "lesson", "source"),
            [self._pilot(one) for one in self._document["pilots"]],
        )
        yield from self._table(
            "standards",
            ("standard", "topic", "conforms", "law", "source"),
            [self._standard(one) for one in self._document["standards"]],
        )
        yield from self._table(
            "availability",
            ("theme", "data", "period", "representative", "source"),
            [self._data(one) for one in self._document["availability"]],
        )

    def _table(
        self, section: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]
    ) -> Iterator[PagePart]:
        yield PagePart(self.say(f"section.{section}"), 1)
        if rows:
            yield PagePart("", columns=self._columns(columns), rows=tuple(rows))
        else:
            yield PagePart(self.say("nothing"))

    def _columns(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.say(f"column.{name}") for name in names)

    def _changes(self) -> Iterator[PagePart]:
        yield PagePart(self.say("section.changes"), 1)
        changes, since = self._document["changes"], self._document["since"]
        if since is None:
            yield PagePart(self.say("first"))
        elif not changes:
            yield PagePart(self.say("no_changes", number=since))
        else:
            yield PagePart(
                self.say("since", number=since),
                columns=self._columns(("what", "before", "now")),
                rows=tuple(self._change(one) for one in changes),
            )

    def _change(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        section = self.say(f"section.{one['section']}")
        where = f"{section}: {one['key']}"
        if one["what"] in (ADDED, GONE):
            what = self.say(one["what"])
            return (where, NONE, what) if one["what"] == ADDED else (where, what, NONE)
        field, _, rest = one["field"].partition(" ")
        field, _, language = field.partition("::")
        said = self.say(_NAMED.get(field, f"column.{field}"))
        said += f" ({language})" if language else ""
        before = self.say("withdrawn") if one["what"] == WITHDRAWN else self._word(one["before"])
        day = self.day(rest.partition(" ")[0])
        return (f"{where}, {said} {day}".strip(), before, self._word(one["now"]))

    def _word(self, said: Any) -> str:
        """A value as it is told: a word of ours in the language, anything else as it is."""
        if said in (None, ""):
            return NONE
        if isinstance(said, bool):
            return self.say("word.yes" if said else "word.no")
        named = f"progress.word.{said}"
        period, _, state = str(said).partition(": ")
        if has_text(named, ENGLISH):
            return text(named, self._language)
        if state in tuple(NumberState):
            return f"{period}: {state_name(NumberState(state), self._language)}"
        return _amount(str(said)) or str(said)

    def _indicators(self, indicators: Sequence[Mapping[str, Any]]) -> Iterator[PagePart]:
        rows = []
        for one in indicators:
            targets = one["targets"] or [None]
            for at, target in enumerate(targets):
                first = at == 0
                rows.append(
                    (
                        self._name(one) if first else "",
                        self._latest(one) if first else "",
                        self._baseline(one) if first else "",
                        self._target(target),
                        self._state(one, target),
                    )
                )
        columns = ("indicator", "latest", "baseline", "target", "state")
        yield PagePart("", columns=self._columns(columns), rows=tuple(rows))

    def _name(self, one: Mapping[str, Any]) -> str:
        theme = self.say(f"theme.{one['theme']}")
        said = f"{self._said(one, 'name')} ({self._said(one, 'unit')}). {theme}"
        if one["proxy_for"]:
            said += f". {self.say('proxy', what=self._said(one, 'proxy_for'))}"
        return said

    def _latest(self, one: Mapping[str, Any]) -> str:
        latest = one["latest"]
        if latest is None:
            return self.say("no_value")
        state = NumberState(latest["state"])
        told = (
            _amount(latest["value"])
            if latest["value"] is not None
            else state_name(state, self._language)
        )
        period = self.day(latest["period"])
        if "edition" in latest:
            source = self.say("edition", number=latest["edition"], table=latest["table"])
        elif "source" in latest:
            who = self._said(latest, "source", "organisation")
            source = f"{who}, {self.day(latest['on'])}"
        else:
            return f"{period}: {told}"
        return f"{period}: {told}. {source}"

    def _baseline(self, one: Mapping[str, Any]) -> str:
        if not one["baseline"]:
            return NONE
        period = self.day(one["baseline_period"])
        return f"{period}: {_amount(one['baseline'])}. {self._said(one, 'baseline_source')}"

    def _target(self, target: Mapping[str, Any] | None) -> str:
        if target is None:
            return NONE
        source = self._said(target, "source")
        return f"{self.day(target['deadline'])}: {_amount(target['value'])}. {source}"

    def _state(self, one: Mapping[str, Any], target: Mapping[str, Any] | None) -> str:
        if not one["is_judged"]:
            return self.say("word.not_judged")
        if target is None:
            return NONE
        said = self.say(f"word.{target['state']}")
        if target["movement"] != NOT_JUDGED:
            moved = self.say(f"word.{target['movement']}")
            said += f"; {moved}"
        return said

    def _commitment(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        money = [_amount(one[name] or "") for name in ("cost", "funded", "gap")]
        if one["funded"] and one["funded_by"]:
            money[1] += f" ({in_language(one, 'funded_by', self._language)})"
        state = self.say(f"word.{one['state']}")
        if one["is_overdue"]:
            state += f"; {self.say('word.overdue')}"
        return (
            self._said(one, "title", "source", between=". "),
            self._said(one, "owner"),
            *(self.day(f"{said} {one['currency']}") if said else NONE for said in money),
            self.day(one["due"]),
            state,
        )

    def _pilot(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        return (
            self._said(one, "title", *(["place"] if one["place"] else [])),
            self.day(one["period"]),
            self._said(one, "lesson"),
            self._said(one, "source"),
        )

    def _standard(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        return (
            self._said(one, "instrument", "article"),
            self._said(one, "topic"),
            self.say(f"word.{one['conforms']}"),
            self._said(one, "law"),
            f"{self._said(one, 'source')}, {self.day(one['on'])}",
        )

    def _data(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        return (
            self.say(f"theme.{one['theme']}"),
            self._said(one, "data"),
            self.day(one["year"]) if one["year"] else NONE,
            self.say(f"word.{one['representative']}"),
            self._said(one, "source"),
        )


def _amount(said: str) -> str:
    """A decimal number with narrow spaces between thousands, "" when it is none."""
    whole, point, rest = said.partition(".")
    if not whole.lstrip("-").isdecimal() or (point and not rest.isdecimal()):
        return ""
    sign = "\u2212" if whole.startswith("-") else ""
    return f"{sign}{number(abs(int(whole)))}{point}{rest}"
