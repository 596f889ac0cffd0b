"""What a form says at a place where it means nothing: cells of a question, lists nobody uses."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence, Set

from server.forms.model import FormChoice
from server.forms.questions import Planned
from server.forms.reading import is_off, is_on
from server.forms.report import Report


def unread_of(planned: Planned) -> Iterator[tuple[str, str]]:
    """Columns of a question's row that are filled and mean nothing there, each with the reason."""
    row, kind = planned.placed.row, planned.placed.row.type_words.kind
    filled = {column for column, cell in {**row.cells, **row.texts}.items() if cell}
    is_ranked = kind == "rank" and planned.kind == "calculate"
    meaningless = {"repeat_count"}
    if planned.choices is None or is_ranked:
        meaningless.add("choice_filter")
    if "calculation" in filled and planned.target.calculation != row.cells["calculation"]:
        meaningless.add("calculation")
    for column in sorted(meaningless & filled):
        yield column, f"it has no meaning in a {kind}"
    if planned.kind in {"note", "calculate"} and not is_ranked:
        unasked = {"constraint", "constraint_message"}
        unasked |= {"default"} if planned.kind == "note" else set()
        unasked |= set() if is_off(row.cells.get("required", "")) else {"required"}
        if planned.kind == "calculate":
            unasked |= {"hint", "guidance_hint", "say"}
            unasked |= set() if planned.parts else {"label"}
            unasked |= {"default"} if row.cells.get("calculation") else set()
        for column in sorted(unasked & filled):
            yield column, f"nobody answers a {kind}"
    elif "constraint_message" in filled and not row.cells.get("constraint"):
        yield "constraint_message", "there is no constraint it could explain"
    if is_ranked:
        for column in sorted({"constraint", "default", "hint", "guidance_hint", "say"} & filled):
            yield column, "it is asked as a question for each place"
    readonly = row.cells.get("readonly", "")
    if readonly and not is_on(readonly) and not is_off(readonly):
        yield "readonly", f"{readonly[:30]!r} is neither yes nor no; it can be answered"
    elif is_on(readonly) and planned.kind not in {"note", "calculate"}:
        yield "readonly", f"it can be answered: there is no {kind} that only shows"


def tell_unused(
    written: Mapping[str, Sequence[FormChoice]], kind: str, used: Set[str], report: Report
) -> None:
    """Tells of each list no question asks from: mostly one misspelt in some of its rows.

    kind: what the names in ``used`` end in, for lists of this kind.
    """
    for name, choices in written.items():
        if f"{name}{kind}" in used:
            continue
        asked = [one.removesuffix(kind) for one in used]
        near = difflib.get_close_matches(name, asked, n=1, cutoff=0.8)
        meant = f"; did you mean {near[0]}?" if near else ""
        why = f"no question asks from it{meant}"
        first = choices[0]
        report.tell(first.sheet, first.number, "list_name", f"dropped: list {name}", why)
