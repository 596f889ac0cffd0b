"""Asking why a case or a visit is taken back: nothing is withdrawn without a reason and a tap."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from mobile.casework.withdrawal import WITHDRAWAL_REASONS
from mobile.ui.screens.faults import sentence_of
from mobile.ui.shell import Shell
from mobile.ui.widgets.controls import PushButton
from mobile.ui.widgets.overlays import Dialog, notice
from mobile.ui.widgets.text import Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.identifiers import RecordId
from shared.lifecycle import CONSENT_WITHDRAWN
from shared.texts import text


def ask_why(title: str, words: str, then: Callable[[str], None]) -> None:
    """One button for each reason, and one to keep it; ``then`` gets the code of the reason. The
    one that erases is asked for twice."""
    acts = {reason: partial(then, reason) for reason in WITHDRAWAL_REASONS}
    acts[CONSENT_WITHDRAWN] = partial(_ask_to_erase, acts[CONSENT_WITHDRAWN])
    reasons = [(_named(reason), "tonal", act) for reason, act in acts.items()]
    keep = (say("dialog.keep"), "outlined", None)
    words = f"{say('withdrawal.when')}\n\n{words}"
    Dialog(title, words, [*reasons, keep], icon="undo-variant").open()


def _named(reason: str) -> str:
    return text(f"tablet.withdrawal.{reason}", theme.language)


def _ask_to_erase(then: Callable[[], None]) -> None:
    Dialog(
        say("withdrawal.consent_title"),
        say("withdrawal.consent_words"),
        [(say("dialog.keep"), "outlined", None), (_named(CONSENT_WITHDRAWN), "danger", then)],
        icon="alert",
    ).open()


def withdraw_and_show(app: Shell, record_id: RecordId, reason: str) -> None:
    """Takes it back and shows it as it stands then; a fault is told, and nothing is changed."""
    try:
        app.unlocked.casework.withdraw(record_id, reason)
    except Exception as fault:  # noqa: BLE001 - every fault is told
        notice(sentence_of(fault), "alert-circle-outline")
        return
    app.rebuild()


def show_withdrawal(app: Shell, record_id: RecordId, holder: Any) -> None:
    """Why it was taken back, and what can still be done: undo that, erase what was said."""
    withdrawals = app.unlocked.casework.withdrawals
    reason = withdrawals.reason(record_id)
    if reason:
        holder.add_widget(Text(words=say("withdrawal.reason", reason=_named(reason))))
    if withdrawals.can_be_undone(record_id):
        holder.add_widget(_way_back(app, record_id))
    if withdrawals.may_lose_consent(record_id):
        lose = partial(withdraw_and_show, app, record_id, CONSENT_WITHDRAWN)
        button = PushButton(words=_named(CONSENT_WITHDRAWN), icon="alert", kind="plain")
        button.bind(on_release=lambda *_: _ask_to_erase(lose))
        holder.add_widget(button)


def _way_back(app: Shell, record_id: RecordId) -> PushButton:
    """Asked first where the office may have the withdrawal."""
    undo = partial(_undo, app, record_id)
    words, act = say("withdrawal.undo"), undo
    withdrawals = app.unlocked.casework.withdrawals
    if withdrawals.may_be_known(record_id):
        is_draft = withdrawals.comes_back_as_draft(record_id)
        words, act = say("withdrawal.again"), partial(_ask_again, is_draft, undo)
    button = PushButton(words=words, icon="undo", kind="outlined")
    button.bind(on_release=lambda *_: act())
    return button


def _ask_again(is_draft: bool, then: Callable[[], None]) -> None:
    Dialog(
        say("withdrawal.again_title"),
        say("withdrawal.again_draft_words") if is_draft else say("withdrawal.again_words"),
        [(say("withdrawal.leave"), "outlined", None), (say("withdrawal.again"), "filled", then)],
        icon="undo",
    ).open()


def _undo(app: Shell, record_id: RecordId) -> None:
    try:
        app.unlocked.casework.withdrawals.undo(record_id)
    except Exception as fault:  # noqa: BLE001 - every fault is told
        notice(sentence_of(fault), "alert-circle-outline")
    app.rebuild()
