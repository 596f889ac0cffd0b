"""The report on the quality of an edition's data, in words and as a table, from its own file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.web.pages.edition_words import area_word, dimension_word, list_word, say


@dataclass(frozen=True)
class QualityLine:
    """A row of the table. about: of which area, list or question, in words."""

    measure: str
    about: str
    period: str
    value: str
    is_withheld: bool


def quality_table(rows: Sequence[Mapping[str, str]]) -> list[QualityLine]:
    """Every row of the report."""
    return [
        QualityLine(
            say(f"quality.{row['measure']}"),
            _about(row["measure"], row["by"]),
            row["period"],
            _value(row),
            row["status"] == "withheld",
        )
        for row in rows
    ]


def quality_words(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The main findings as sentences, a period after the other."""
    found = {(row["period"], row["measure"]): _value(row) for row in rows if not row["by"]}
    sentences = []
    for period in dict.fromkeys(row["period"] for row in rows if row["period"]):
        said = {measure: value for (of, measure), value in found.items() if of == period}
        if {"complete", "timely", "tablet_agrees"} <= said.keys():
            sentences.append(
                say(
                    "quality.words",
                    period=period,
                    complete=said["complete"],
                    timely=said["timely"],
                    agrees=said["tablet_agrees"],
                )
            )
        if "visits_planned" in said:
            sentences.append(
                say(
                    "quality.words_plan",
                    period=period,
                    made=said["visits_of_plan"],
                    planned=said["visits_planned"],
                    unseen=said["plan_not_visited"],
                )
            )
    return sentences


def _value(row: Mapping[str, str]) -> str:
    if row["status"] == "withheld":
        return say("state.withheld")
    return f"{row['value']} %" if row["unit"] == "percent" else row["value"]


def _about(measure: str, by: str) -> str:
    first, _, second = by.partition(" ")
    if measure == "no_answer":
        return f"{dimension_word(second)} ({first})"
    if measure in ("visits_planned", "visits_of_plan") and second:
        return f"{area_word(first)}, {second}"
    if measure == "timely" and by:
        return area_word(by)
    if measure == "met_again":
        return list_word(by)
    return by
