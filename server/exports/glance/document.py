"""The two pages as PDF: words in one language, numbers as they are published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.exports.edition import Cell, ExportedDimension, ExportedEdition
from server.exports.glance.figures import Chart, Glance, glance, largest, newest_period
from server.exports.printing import printed
from server.exports.words import notes_of, number, published_at, state_name, title_of, warnings_of
from server.releases.files import NumberState
from shared.texts import is_right_to_left, text

HERE = Path(__file__).parent
MOST_BARS, MOST_INDUSTRIES, MOST_NAMES = 10, 6, 24
"""As many as two pages hold; the tables have the rest."""
MOST_LETTERS = 34
"""Of a label beside a bar."""


@dataclass(frozen=True)
class PublishedEstimate:
    """What may be said of persons nobody recorded, as `tally87 estimate-register` published it."""

    estimate: int
    lower: int
    upper: int


def glance_file(
    edition: ExportedEdition, language: str, estimate: PublishedEstimate | None = None
) -> dict[str, bytes]:
    """The two pages in this language."""
    said = glance_words(edition, language, estimate)
    pdf = printed(HERE / "glance.typ", edition, language, said)
    return {f"at-a-glance.{language}.pdf": pdf}


def glance_words(
    edition: ExportedEdition, language: str, estimate: PublishedEstimate | None = None
) -> dict[str, Any]:
    """What the two pages and the page in the browser say of the newest period: ``figures``,
    ``charts`` with their bars and their finding, ``parts``. Nothing that is withheld is in it."""
    return _Words(edition, language, glance(edition, newest_period(edition)), estimate).data()


class _Words:
    def __init__(
        self,
        edition: ExportedEdition,
        language: str,
        found: Glance,
        estimate: PublishedEstimate | None,
    ) -> None:
        self._edition, self._language, self._found = edition, language, found
        self._estimate = estimate

    def data(self) -> dict[str, Any]:
        """What the template is handed."""
        edition, moment = self._edition, published_at(self._edition)
        day = moment.date().isoformat()
        warnings = warnings_of(edition, self._language)
        return {
            "over": f"{edition.country} · {edition.programme}",
            "title": f"{self._say('title')}, {self._period(self._found.period)}",
            "under": f"{title_of(edition, self._language)} · {_left_to_right(day)}",
            "footer": text("exports.signed_list", self._language, digest=edition.digest),
            "warnings": warnings,
            "figures": self._figures(),
            "charts": [
                self._by_area(),
                self._chart("by_age", self._found.by_age, self._found.in_child_labour),
            ],
            "parts": self._parts(warnings),
        }

    def _period(self, said: str) -> str:
        return _left_to_right(said) if is_right_to_left(self._language) else said

    def _by_area(self) -> dict[str, Any]:
        """Children in child labour by area; of an edition that tells areas of hazardous work alone,
        those."""
        found = self._found
        if found.by_area is None and found.hazardous_by_area is not None:
            return self._chart("hazardous_by_area", found.hazardous_by_area, found.hazardous)
        return self._chart("by_area", found.by_area, found.in_child_labour)

    def _figures(self) -> list[dict[str, Any]]:
        found = self._found
        children = ""
        if found.children and found.children.count is not None:
            children = self._say("of_recorded", n=number(found.children.count))
        young = self._said(found.forced_children)
        return [
            self._figure("in_child_labour", found.in_child_labour, children),
            self._figure("hazardous", found.hazardous),
            self._share("agriculture", found.agriculture, found.all_sectors),
            self._figure("forced", found.forced, self._say("of_them_children", n=young)),
        ]

    def _figure(self, message: str, cell: Cell | None, beside: str = "") -> dict[str, Any]:
        is_number = cell is not None and cell.count is not None
        return {
            "what": self._say(message),
            "said": self._said(cell),
            "is_number": is_number,
            "beside": beside if is_number else "",
        }

    def _share(self, message: str, part: Cell | None, whole: Cell | None) -> dict[str, Any]:
        said = self._figure(message, part)
        if part and whole and part.count is not None and whole.count:
            told = f"{number(part.count)} / {number(whole.count)}"
            percent = round(100 * part.count / whole.count)
            return said | {"said": f"{percent} %", "beside": told}
        return said

    def _chart(
        self,
        message: str,
        chart: Chart | None,
        whole: Cell | None = None,
        most: int = MOST_BARS,
    ) -> dict[str, Any]:
        bars: list[dict[str, Any]] = []
        finding = ""
        if chart is not None:
            labels = {one.code: one.label(self._language) for one in chart.dimension.codes}
            bars = [self._bar(labels[bar.code], bar.cell) for bar in chart.bars[:most]]
            longest = largest(chart)
            if longest is not None and whole is not None and whole.count is not None:
                finding = self._say(
                    "most",
                    name=labels[longest.code],
                    n=number(longest.cell.count or 0),
                    all=number(whole.count),
                )
            if len(chart.bars) > most:
                rest = f"… +{len(chart.bars) - most}"
                bars.append(
                    {"label": rest, "short": rest, "is_number": True, "count": 0, "said": "…"}
                )
        some_hidden = any(not bar["is_number"] for bar in bars)
        return {
            "title": self._say(message),
            "finding": finding,
            "note": text("server.public.most_of_shown", self._language)
            if finding and some_hidden
            else "",
            "bars": bars,
            "none": self._say("not_here"),
        }

    def _bar(self, label: str, cell: Cell) -> dict[str, Any]:
        return {
            "label": label,
            "short": shortened(label),
            "is_number": cell.count is not None,
            "count": cell.count or 0,
            "said": self._said(cell),
        }

    def _parts(self, warnings: list[str]) -> list[dict[str, Any]]:
        found = self._found
        time = [self._bar(self._period(period), cell) for period, cell in found.over_time]
        several = len(time) > 1
        trend = {"title": "", "finding": "", "note": "", "bars": time, "none": ""}
        notes = notes_of(self._edition, self._language)[:-1]
        return [
            {
                "title": "",
                "said": [],
                "chart": self._chart(
                    "by_industry", found.by_industry, found.all_sectors, most=MOST_INDUSTRIES
                ),
            },
            {
                "name": "over_time",
                "title": self._say("over_time"),
                "said": [self._say("trend_note" if several else "no_trend")],
                "chart": trend if several else None,
            },
            {
                "title": self._say("forced_by_sex"),
                "said": [],
                "chart": self._chart("forced", found.forced_by_sex, found.forced),
            },
            {"title": self._say("not_known"), "said": list(self._not_known()), "chart": None},
            {"title": self._say("unrecorded"), "said": [self._unrecorded()], "chart": None},
            {
                "title": text("exports.sheet.notes", self._language),
                "said": [one for one in notes if one not in warnings],
                "chart": None,
            },
        ]

    def _not_known(self) -> list[str]:
        found = self._found
        said = [
            self._say("withheld_numbers", n=found.withheld, all=found.withheld + found.shown),
            f"{state_name(NumberState.WITHHELD, self._language)}: "
            + text("server.counts.withheld", self._language, n=self._edition.threshold),
        ]
        if found.undetermined is not None:
            said.append(self._say("undetermined", n=self._said(found.undetermined)))
        if found.not_looked_in:
            names = self._area_names()
            areas = ", ".join(names.get(one, one) for one in found.not_looked_in[:MOST_NAMES])
            if len(found.not_looked_in) > MOST_NAMES:
                areas += f" … +{len(found.not_looked_in) - MOST_NAMES}"
            said.append(self._say("not_looked_in", areas=areas))
        return said

    def _area_names(self) -> Mapping[str, str]:
        dimensions: list[ExportedDimension] = [
            one for table in self._edition.tables for one in table.dimensions if one.name == "area"
        ]
        return {code.code: code.label(self._language) for one in dimensions for code in one.codes}

    def _unrecorded(self) -> str:
        if self._estimate is None:
            return self._say("no_estimate")
        one = self._estimate
        return self._say(
            "at_least",
            lower=number(one.lower),
            upper=number(one.upper),
            estimate=number(one.estimate),
        )

    def _said(self, cell: Cell | None) -> str:
        if cell is None:
            return self._say("not_here")
        return (
            number(cell.count) if cell.count is not None else state_name(cell.state, self._language)
        )

    def _say(self, message: str, **values: object) -> str:
        return text(f"exports.glance.{message}", self._language, **values)


def shortened(label: str) -> str:
    """A label in the room a printed bar has: two pages hold them all. Tables have it whole."""
    if len(label) <= MOST_LETTERS:
        return label
    return label[: MOST_LETTERS - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"


def _left_to_right(said: str) -> str:
    """A date that keeps its order among words that run the other way (Unicode UAX 9, LRI, PDI)."""
    return f"\u2066{said}\u2069"
