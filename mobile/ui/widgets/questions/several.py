"""Several answers out of a list too long for buttons: what is chosen stands on the card and is
taken away by a tap; more is searched for on a page that stays open until enough is chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from kivy.metrics import dp

from mobile.ui.widgets.controls import ChoiceButton, PushButton
from mobile.ui.widgets.questions.answering import Answering
from mobile.ui.widgets.questions.choosing import EXCLUSIVE, LEAST_DP, MOST_DP, is_all_said, tapped
from mobile.ui.widgets.questions.codes import Entry, Nearby, SearchPage
from mobile.ui.widgets.surfaces import Tiles
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.answers import NOT_SAID, Value


class SeveralCodes(Answering):
    """The chosen ones as buttons, and beside them, chosen or not, "none" and what the list has of
    its own for "don't know" and "refused": nobody searches for those.

    choices: the whole list as (code, words); what is answered stands in its order. search, nearby:
    as CodeAnswer has them. drafts: codes whose words nobody has reviewed.
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, str]],
        label_of: Callable[[str], str],
        search: Callable[[str], Sequence[Entry]],
        nearby: Nearby | None = None,
        *,
        drafts: Collection[str] = (),
    ) -> None:
        super().__init__()
        self._title, self._label_of, self._nearby = title, label_of, nearby
        self._places = {code: place for place, (code, _) in enumerate(choices)}
        alone = [code for code, _ in choices if code in EXCLUSIVE | NOT_SAID]
        self._alone, self._drafts = tuple(alone), drafts
        self._search = lambda typed: [one for one in search(typed) if one[0] not in alone]
        self._page: SeveralPage | None = None
        self.chosen: tuple[str, ...] = ()
        self.choose_button = PushButton(words=say("codes.choose"), icon="magnify", kind="outlined")
        self.choose_button.bind(on_release=self._open)
        self.add_widget(self.choose_button)
        self.buttons: dict[str, ChoiceButton] = {}
        self._tiles = Tiles(most_columns=3, spacing=dp(8))
        self.add_widget(self._tiles)
        self._draw()

    def show(self, value: Value | None) -> None:
        """Shows which are chosen."""
        self.chosen = tuple(value) if isinstance(value, tuple) else ()
        self._draw()

    def _draw(self) -> None:
        """A button for each that is chosen, then for those that stand alone; one that stands there
        already stays, with the ring that may be around it."""
        wanted = [code for code in self.chosen if code not in self._alone] + list(self._alone)
        if list(self.buttons) != wanted:
            self.buttons = {code: self.buttons.get(code) or self._button(code) for code in wanted}
            self._tiles.clear_widgets()
            for button in self.buttons.values():
                self._tiles.add_widget(button)
            widest = max((button.needs() for button in self.buttons.values()), default=0)
            self._tiles.least = min(
                max(widest / max(theme.text_scale, 1), dp(LEAST_DP)), dp(MOST_DP)
            )
        for code, button in self.buttons.items():
            button.chosen = code in self.chosen
        if self._page is not None:
            self._page.mark(self.chosen)

    def _button(self, code: str) -> ChoiceButton:
        button = ChoiceButton(
            words=self._label_of(code), code=code, several=True, draft=code in self._drafts
        )
        button.bind(on_release=lambda *_: self._tapped(code))
        return button

    def _tapped(self, code: str) -> None:
        after = tapped(self.chosen, code)
        last = len(self._places)
        self.chosen = tuple(sorted(after, key=lambda one: self._places.get(one, last)))
        self._draw()
        self.dispatch("on_answer", self.chosen or None)
        if is_all_said(self.chosen):
            self.dispatch("on_done")

    def _open(self, *_: object) -> None:
        self._page = SeveralPage(self._title, self._search, self._tapped, self.chosen, self._nearby)
        self._page.open()


class SeveralPage(SearchPage):
    """A search field over a list; a tap chooses an entry or takes it away, and the page stays."""

    several = True

    def __init__(
        self,
        title: str,
        search: Callable[[str], Sequence[Entry]],
        tapped: Callable[[str], None],
        chosen: Collection[str],
        nearby: Nearby | None = None,
    ) -> None:
        super().__init__(title, search, tapped, chosen, nearby)
        self.done_button = PushButton(words=say("codes.done"), icon="check", kind="filled")
        self.done_button.bind(on_release=self.close)
        self.sheet.add_widget(self.done_button)

    def mark(self, chosen: Collection[str]) -> None:
        """Shows which are chosen now; nothing moves under the finger."""
        self._chosen = chosen
        self.list.mark(chosen)

    def _take(self, code: str) -> None:
        self._take_code(code)
