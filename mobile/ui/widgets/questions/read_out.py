"""What is said to the person on the card of a question: its words, its answers one by one, and how
far they can be trusted ("reviewed", "draft", "withheld")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kivy.metrics import dp

from mobile.ui.widgets.controls import IconButton
from mobile.ui.widgets.surfaces import ColumnLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import NOT_SAID

_MARKS = " ?¿؟."
_POINT = "\n\u2022 "


def words_to_read(
    to_say: tuple[str, str], says_whom: bool, hear: IconButton | None = None
) -> RowLayout:
    """The words to say, each question of several on a line of its own. says_whom: with a line that
    they are to be said to the person. hear: the sign that lets the person hear them."""
    words, wording = to_say
    holder = RowLayout(
        spacing=dp(10), padding=(dp(12), dp(6), dp(12), dp(6)), ground=theme.low, radius=dp(8)
    )
    holder.add_widget(Icon(icon="account-voice", tint=theme.quiet))
    told = ColumnLayout(spacing=dp(2))
    if words:  # nothing is to be said where the words are withheld
        if says_whom:
            told.add_widget(Text(words=say("question.say_this"), role="small", tint=theme.quiet))
        told.add_widget(Text(words=_POINT.join(words.splitlines())))
    # What a draft is to be said like stands at the first of a page; the mark stands at each.
    is_marked_short = wording == "draft" and not says_whom
    if wording != "reviewed" and not is_marked_short:
        told.add_widget(
            Text(words=say(f"question.words_{wording}"), role="small", tint=theme.attention)
        )
    holder.add_widget(told)
    if is_marked_short:
        holder.add_widget(_mark(say("bar.draft")))
    if hear is not None:
        holder.add_widget(hear)
    return holder


def beside_their_labels(
    said: Mapping[str, tuple[str, str]], choices: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """What to say of each answer, by code, where its label does not say the same already."""
    labels = {code: label.strip(_MARKS).casefold() for code, label in choices}
    return {
        code: words
        for code, (words, _) in said.items()
        if words.strip(_MARKS).casefold() not in ("", labels.get(code, ""))
    }


def unreviewed(
    to_say: tuple[str, str] | None,
    choices: Sequence[tuple[str, str]],
    asked_one_by_one: Mapping[str, tuple[str, str]],
    draft: bool,
) -> frozenset[str]:
    """Codes of the answers that are read aloud and that nobody has reviewed in their language.

    draft: nobody has reviewed the labels, which are read where answers have no words of their own.
    """
    if asked_one_by_one:
        return frozenset(code for code, (_, how) in asked_one_by_one.items() if how == "draft")
    said = to_say is not None and to_say[1] != "withheld"
    # Yes and no are told by nobody: the question itself is answered.
    several = len([code for code, _ in choices if code not in NOT_SAID]) > len(("yes", "no"))
    return frozenset(code for code, _ in choices) if draft and said and several else frozenset()


def beside(words: Text, mark: str) -> RowLayout:
    """Words with a mark at their end."""
    row = RowLayout(spacing=dp(10))
    row.add_widget(words)
    row.add_widget(_mark(mark))
    return row


def _mark(words: str) -> Text:
    """A mark as wide as its words, to stand beside what it marks."""
    return Text(words=words, role="small", tint=theme.attention, hug=True)
