"""The review: what is wrong, the class and why once it is opened, what will leave the tablet and
what stays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from kivy.metrics import dp

from mobile.casework import Review, ReviewLine
from mobile.casework.group import waiting
from mobile.ui import background
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.follow_up_lines import case_card
from mobile.ui.screens.found import FoldedAway
from mobile.ui.screens.offers import AlikeCard
from mobile.ui.screens.rows import class_word, title_of
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import LineButton, PushButton
from mobile.ui.widgets.overlays import Dialog, notice
from mobile.ui.widgets.remarks import open_remark
from mobile.ui.widgets.surfaces import Band, CardLayout, ColumnLayout, Divider, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say, say_count
from shared.classification import Classification
from shared.classification.headlines import (
    Weight,
    child_labour_of,
    weight_beside_doubts,
    weight_of_child_labour,
    weight_of_forced_labour,
)
from shared.classification.national import stricter_sentence
from shared.findings import Finding
from shared.identifiers import RecordId
from shared.questionnaire import Level
from shared.texts import is_reviewed, text

WEIGHT_LOOKS = {
    Weight.SERIOUS: ("danger", "alert-octagon-outline"),
    Weight.OPEN: ("attention", "help-circle-outline"),
    Weight.QUIET: ("information", "information-outline"),
    Weight.GOOD: ("good", "check-circle-outline"),
}
"""Colour and sign of a class (its word always stands beside them)."""


LINES_A_FRAME = 8
"""Lines of the two lists that are added between one frame and the next."""


class ReviewScreen(Screen):
    """Errors first; then the class; then the two lists; one button."""

    def prepare(self, *, record_id: RecordId, **_arguments: Any) -> None:
        """Shows the review of a case or of a visit."""
        self.record_id = record_id
        self.casework = self.app.unlocked.casework
        self.row = self.casework.row(record_id)
        self.is_visit = self.row.level is Level.VISIT
        self.title = say("review.title")
        self.subtitle = title_of(self.row)
        self.lay_beside(self.ids.halves)
        self.review: Review = self.casework.review(record_id)
        self._show_findings(self.review.findings)
        if self.review.classification is not None:
            self.found = FoldedAway(partial(self._class_cards, self.review.classification))
            self.ids.classes.add_widget(self.found)
        self._show_duplicates()
        follow_ups = None if self.is_visit else case_card(self.app, record_id, may_add=True)
        if follow_ups is not None:
            self.ids.follow_ups.add_widget(follow_ups)
        # Sixty lines at once would hold the screen up for a tenth of a second.
        shown = [
            (holder, [line for line in lines if not line.is_covered])
            for holder, lines in (
                (self.ids.leaves, self.review.leaves),
                (self.ids.stays, self.review.stays),
            )
        ]
        self._spreading: Any = background.spread(
            [
                partial(self._show_lines, holder, lines[first : first + LINES_A_FRAME], first)
                for holder, lines in shown
                for first in range(0, max(len(lines), 1), LINES_A_FRAME)
            ],
            self._all_shown,
        )
        self.ids.finalise_button.disabled = not self.review.may_finalise
        self.ids.finalise_button.words = say(
            "review.finalise" if self.review.may_finalise else "review.mend_first"
        )
        self._offer_next_person()

    def leave(self) -> None:
        """Lines that are not there yet are not needed any more."""
        if self._spreading is not None:
            self._spreading.cancel()

    def finalise(self, then: RecordId | None = None) -> None:
        """Freezes it, ready to send. then: whose interview is opened next, else the visit."""
        act = self.casework.finalise_visit if self.is_visit else self.casework.finalise
        try:
            result = act(self.record_id)
        except Exception as fault:  # noqa: BLE001 - every fault is told
            Dialog(
                say("fault.title"), sentence_of(fault), [(say("dialog.good"), "filled", None)]
            ).open()
            return
        if not result.done:
            self._tell_errors(result.findings)
            return
        self.app.go_from_first("visit", visit_id=self.row.visit_id)
        if then is not None:
            self.app.go("interview", record_id=then)
        notice(say("review.finalised"), "check-circle-outline")

    def _offer_next_person(self) -> None:
        """One tap to the next of those who were listed first."""
        questionnaire = self.app.unlocked.reference.questionnaire
        if self.is_visit or not self.review.may_finalise:
            return
        others = waiting(self.casework, questionnaire, self.row.visit_id)
        after = next((row for row in others if row.record_id != self.record_id), None)
        if after is None:
            return
        self.next_button = PushButton(
            words=say("review.finalise_next", name=title_of(after)),
            icon="account-outline",
            kind="filled",
            big=True,
        )
        self.next_button.bind(on_release=lambda *_: self.finalise(after.record_id))
        self.ids.finalise_button.kind = "outlined"
        self.ids.foot.add_widget(self.next_button)

    def _tell_errors(self, findings: Sequence[Finding]) -> None:
        mine = {finding.question for finding in self.review.findings}
        if any(finding.question not in mine for finding in findings):
            Dialog(
                say("review.visit_first"),
                "\n".join(finding.sentence(theme.language) for finding in findings),
                [
                    (say("dialog.later"), "outlined", None),
                    (
                        say("review.to_visit"),
                        "filled",
                        partial(self._mend, self.row.visit_id, findings[0].question),
                    ),
                ],
                icon="map-marker-alert-outline",
            ).open()
        else:
            self.app.rebuild()

    def _mend(self, record_id: RecordId, question: str | None) -> None:
        self.app.go("interview", record_id=record_id, question=question)

    def _show_findings(self, findings: Sequence[Finding]) -> None:
        holder = self.ids.findings
        if not findings:
            # The form is in order; what the case is its classes tell, and it may be grave or open.
            holder.add_widget(
                Band("information", "check-circle-outline", say("review.nothing_wrong"))
            )
            return
        card = CardLayout(padding=dp(8), spacing=dp(2))
        title = say_count("review.to_mend", len(self.review.errors)) if self.review.errors else ""
        card.add_widget(
            Text(
                words=title or say("review.please_check"),
                role="subtitle",
                padding=(dp(12), dp(8), dp(12), dp(4)),
            )
        )
        for finding in findings:
            is_error = finding.severity == "error"
            title, asked = self._told(finding)
            what = say("review.error" if is_error else "review.warning")
            line = LineButton(
                title=title,
                detail="  ·  ".join(filter(None, (asked, what))),
                icon="alert-circle" if is_error else "help-circle-outline",
                meaning="danger" if is_error else "attention",
                end_icon="chevron-right",
            )
            line.finding = finding
            line.bind(on_release=lambda line: self._to(line.finding))
            card.add_widget(line)
        holder.add_widget(card)

    def _told(self, finding: Finding) -> tuple[str, str]:
        """A finding as whoever looks on may read it, and the words of its question."""
        asked = self.review.asked.get(finding.question or "", "")
        if finding.is_for_the_officer:
            return say("remark.button"), ""
        if finding.question in self.review.covered:
            return say("review.covered"), ""
        if finding.code == "answer.required" and asked:
            # Of a list of questions without an answer each is told by its own name.
            return asked, ""
        return finding.sentence(theme.language), asked

    def _to(self, finding: Finding) -> None:
        """To its question; what is for the officer alone is read before."""
        mend = partial(self._mend, self.record_id, finding.question)
        if not finding.is_for_the_officer:
            mend()
            return
        asked = self.review.asked.get(finding.question or "", "")
        sentences = [*filter(None, (asked, finding.sentence(theme.language)))]
        open_remark(sentences, (say("remark.to_question"), "filled", mend))

    def _class_cards(self, classification: Classification) -> list[CardLayout]:
        codes, legal, cards = classification.codes(), classification.national, []
        for key, found, weight in (
            ("cl_sna", child_labour_of(codes), weight_of_child_labour(codes, legal.confirmed)),
            ("fl", codes["fl"], weight_of_forced_labour(codes, legal.confirmed)),
        ):
            meaning, icon = WEIGHT_LOOKS[weight_beside_doubts(weight, bool(self.review.findings))]
            ground, tint = theme.pair(meaning)
            card = CardLayout(ground=ground, outline=theme.clear, spacing=dp(6))
            card.add_widget(Text(words=say(f"review.{key}"), role="label", tint=tint))
            line = RowLayout(spacing=dp(10))
            line.add_widget(Icon(icon=icon, tint=tint, size_sp=30))
            line.add_widget(Text(words=class_word(found, key), role="headline", tint=tint))
            card.add_widget(line)
            if key == "fl" and codes["tip"] == "Y":
                trafficked = text("classification.trafficking.Y", theme.language)
                card.add_widget(Text(words=trafficked, tint=tint))
            stricter = stricter_sentence(legal, found) if key == "cl_sna" else None
            if stricter:
                words = text(f"classification.{stricter}", theme.language)
                card.add_widget(Text(words=words, tint=tint))
            cards.append(card)
        why = CardLayout(spacing=dp(10))
        why.add_widget(Text(words=say("review.why"), role="subtitle"))
        for sentence in self.review.sentences:
            why.add_widget(Text(words=sentence))
        if not is_reviewed(theme.language, "classification"):
            why.add_widget(Text(words=say("bar.draft_words"), role="small", tint=theme.attention))
        why.add_widget(Text(words=say("review.only_a_rule"), role="small", tint=theme.quiet))
        return [*cards, why]

    def _show_duplicates(self) -> None:
        if self.is_visit:
            return
        alike = self.casework.possible_duplicates(self.record_id)[:3]
        if not alike:
            return
        self.ids.duplicates.add_widget(AlikeCard(self.app, alike))

    def _show_lines(self, holder: Any, lines: Sequence[ReviewLine], first: int) -> None:
        """first: how many stand above them."""
        if not lines:
            holder.add_widget(Text(words=say("review.nothing"), tint=theme.quiet))
        for place, line in enumerate(lines, first):
            if place:
                holder.add_widget(Divider())
            column = ColumnLayout(spacing=dp(2), padding=(0, dp(8), 0, dp(8)))
            column.add_widget(Text(words=line.label, role="small", tint=theme.quiet))
            words = say("review.coarsened", answer=line.text) if line.coarsened else line.text
            column.add_widget(Text(words=words))
            holder.add_widget(column)

    def _all_shown(self) -> None:
        self._spreading = None
        covered = [line for line in self.review.leaves if line.is_covered]
        if covered:
            self.ids.leaves.add_widget(
                FoldedAway(partial(self._covered_lines, covered), answers=True)
            )

    def _covered_lines(self, lines: Sequence[ReviewLine]) -> list[ColumnLayout]:
        """What was answered about coercion and exploitation, once it is opened."""
        holder = ColumnLayout()
        self._show_lines(holder, lines, 0)
        return [holder]
