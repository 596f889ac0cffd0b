"""A case that is not a draft: where it stands, why it came back, what can be done."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from kivy.metrics import dp

from mobile.ui.screens.asked_lines import QueryCard, decision_band, queried
from mobile.ui.screens.faults import sentence_of
from mobile.ui.screens.follow_up_lines import case_card
from mobile.ui.screens.found import FoldedAway
from mobile.ui.screens.notes import case_band
from mobile.ui.screens.paper_button import offer_paper
from mobile.ui.screens.rows import badge_of, class_word, short_day, title_of
from mobile.ui.screens.withdrawing import ask_why, show_withdrawal, withdraw_and_show
from mobile.ui.shell import Screen
from mobile.ui.widgets.controls import LineButton, PushButton
from mobile.ui.widgets.overlays import notice
from mobile.ui.widgets.surfaces import Band, CardLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.classification.headlines import child_labour_of
from shared.identifiers import RecordId
from shared.lifecycle import ALLOWED_MOVES, CaseState


class CaseScreen(Screen):
    """State, facts, findings of the office, actions."""

    def prepare(self, *, record_id: RecordId, **_arguments: Any) -> None:
        """Shows the case as it stands."""
        self.record_id = record_id
        self.casework = self.app.unlocked.casework
        row = self.row = self.casework.row(record_id)
        self.title = title_of(row)
        self.subtitle = say("row.number", number=f"{row.number:04d}")
        self.ids.state.add_widget(badge_of(row))
        word = row.on_the_way.value if row.state is CaseState.FINALISED else row.state.value
        self.ids.state_words.words = say(f"case.{word}")
        if row.danger and row.state is not CaseState.WITHDRAWN:
            # Whoever looks on may read it: that nobody calls for help would be worse.
            self.ids.findings.add_widget(case_band(self.app, record_id))
        decided = decision_band(self.app, row)
        if decided is not None:
            self.ids.findings.add_widget(decided)
        for asked in queried(self.app, record_id).values():
            self.ids.findings.add_widget(QueryCard(self.app, asked, self.app.rebuild))
        for label, words in (
            ("case.place", row.place),
            ("case.day", short_day(row.day) if row.day else ""),
            ("case.revision", str(row.revision)),
            ("case.attempts", str(row.attempts) if row.attempts else ""),
        ):
            if words:
                self.ids.facts.add_widget(Text(words=say(label), role="small", tint=theme.quiet))
                self.ids.facts.add_widget(Text(words=words))
        if row.classes and row.state is not CaseState.WITHDRAWN:
            self.found = FoldedAway(self._found)
            self.ids.why.add_widget(self.found)
        self._say_until_when()
        self._show_history()
        self._show_findings()
        follow_ups = case_card(self.app, record_id, may_add=not row.identity_erased)
        if follow_ups is not None and row.state is not CaseState.WITHDRAWN:
            self.ids.follow_ups.add_widget(follow_ups)
        self._show_actions()

    def reopen(self, question: str | None = None) -> None:
        """Makes it a draft again and opens it, at the question if one is named."""
        try:
            self.casework.reopen(self.record_id)
        except Exception as fault:  # noqa: BLE001 - every fault is told
            notice(sentence_of(fault), "alert-circle-outline")
            return
        self.app.replace("interview", record_id=self.record_id, question=question)

    def withdraw(self) -> None:
        """Asks why, then takes the case back."""
        ask_why(
            say("case.withdraw_title"),
            say("case.withdraw_words"),
            partial(withdraw_and_show, self.app, self.record_id),
        )

    def _found(self) -> list[CardLayout]:
        """The classes; the answers that decided, and what to do next."""
        classes = CardLayout(spacing=dp(4))
        told = [("cl_sna", child_labour_of(self.row.classes))]
        if "fl" in self.row.classes:
            told.append(("fl", self.row.classes["fl"]))
        for rule, found in told:
            classes.add_widget(Text(words=say(f"review.{rule}"), role="small", tint=theme.quiet))
            classes.add_widget(Text(words=class_word(found, rule)))
        sentences = self.casework.why(self.record_id)
        if not sentences:
            return [classes]
        why = CardLayout(spacing=dp(10))
        why.add_widget(Text(words=say("review.why"), role="subtitle"))
        for sentence in sentences:
            why.add_widget(Text(words=sentence))
        return [classes, why]

    def _show_history(self) -> None:
        """What happened to it, in words, with the tablet's own day and time."""
        self.ids.history.add_widget(Text(words=say("case.history"), role="subtitle"))
        for one in self.casework.histories.of(self.record_id):
            moment = datetime.fromtimestamp(one.at_s, self.app.clock().tzinfo)
            day = short_day(moment.date().isoformat())
            words = say(f"history.{one.act}", revision=one.revision)
            when = say("history.when", day=day, time=f"{moment:%H:%M}")
            self.ids.history.add_widget(Text(words=when, role="small", tint=theme.quiet))
            self.ids.history.add_widget(Text(words=words))

    def _say_until_when(self) -> None:
        """How long the names stay on this tablet."""
        day = self.casework.follow_ups.erased_on(self.record_id)
        if day is None:
            return
        open_ones = any(one.urgency for one in self.casework.follow_ups.of(self.record_id))
        held = open_ones and self.row.state is not CaseState.WITHDRAWN
        words = "case.erased_at_latest" if held else "case.erased_on"
        line = RowLayout(spacing=dp(12))
        line.add_widget(Icon(icon="shield-lock-outline", tint=theme.quiet))
        line.add_widget(Text(words=say(words, day=short_day(day.isoformat()))))
        self.ids.facts.add_widget(line)

    def _show_findings(self) -> None:
        findings = self.casework.returned_findings(self.record_id)
        if self.row.state is not CaseState.REJECTED or not findings:
            return
        self.ids.findings.add_widget(Text(words=say("case.why_returned"), role="subtitle"))
        for finding in findings:
            line = LineButton(
                title=finding.sentence(theme.language),
                detail=say("case.tap_to_mend"),
                icon="alert-circle",
                meaning="danger",
                end_icon="chevron-right",
            )
            line.finding = finding
            line.bind(on_release=lambda line: self.reopen(line.finding.question))
            self.ids.findings.add_widget(line)

    def _show_actions(self) -> None:
        moves = ALLOWED_MOVES[self.row.state]
        actions = self.ids.actions
        is_withdrawn = self.row.state is CaseState.WITHDRAWN
        if CaseState.DRAFT in moves and not (is_withdrawn or self.row.identity_erased):
            self.reopen_button = PushButton(
                words=say("case.reopen"), icon="pencil-outline", kind="filled", big=True
            )
            self.reopen_button.bind(on_release=lambda *_: self.reopen())
            actions.add_widget(self.reopen_button)
        if self.row.identity_erased:
            actions.add_widget(Band("information", "shield-check-outline", say("case.erased")))
        else:
            look = PushButton(words=say("case.look"), icon="eye-outline", kind="outlined")
            look.bind(on_release=lambda *_: self.app.go("interview", record_id=self.record_id))
            actions.add_widget(look)
        if not (is_withdrawn or self.row.identity_erased):
            offer_paper(self.app, "slip", self.record_id, actions)
        if is_withdrawn:
            show_withdrawal(self.app, self.record_id, actions)
        if CaseState.WITHDRAWN in moves:
            out = PushButton(words=say("case.withdraw"), icon="undo-variant", kind="plain")
            out.bind(on_release=lambda *_: self.withdraw())
            actions.add_widget(out)
