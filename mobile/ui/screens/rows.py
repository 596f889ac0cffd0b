"""Lines of cases and visits, and the word, sign and colour of each state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from kivy.metrics import dp
from kivy.uix.recycleboxlayout import RecycleBoxLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from mobile.casework import CaseRow, OnTheWay, SectionState
from mobile.ui import background
from mobile.ui.shell import Shell
from mobile.ui.widgets.controls import Badge, Pressable
from mobile.ui.widgets.questions.dates import short_in
from mobile.ui.widgets.scrolling import SteadyEffect
from mobile.ui.widgets.surfaces import ColumnLayout, RowLayout
from mobile.ui.widgets.text import Icon, Text
from mobile.ui.widgets.theme import theme
from mobile.ui.widgets.words import say
from shared.classification.headlines import headlines
from shared.lifecycle import CaseState
from shared.questionnaire import Level
from shared.texts import listed

STATE_LOOKS = {
    CaseState.DRAFT: ("information", "pencil-outline", "draft"),
    CaseState.ACCEPTED: ("good", "check-circle-outline", "accepted"),
    CaseState.REJECTED: ("danger", "keyboard-return", "returned"),
    CaseState.CONFLICT: ("danger", "call-split", "conflict"),
    CaseState.WITHDRAWN: ("neutral", "close-circle-outline", "withdrawn"),
}
WAY_LOOKS = {
    OnTheWay.READY: ("primary", "cloud-upload-outline", "ready"),
    OnTheWay.WAITING: ("attention", "timer-sand", "waiting"),
    OnTheWay.STUCK: ("danger", "timer-alert-outline", "stuck"),
    OnTheWay.NOTHING_TO_SEND: ("neutral", "check", "ready"),
}
SECTION_LOOKS = {
    SectionState.EMPTY: ("neutral", "circle-outline", "empty"),
    SectionState.STARTED: ("information", "circle-half-full", "started"),
    SectionState.COMPLETE: ("good", "check-circle", "complete"),
    SectionState.WRONG: ("danger", "alert-circle", "wrong"),
}


def look_of(row: CaseRow) -> tuple[str, str, str]:
    """The meaning (colour), the sign and the word of the state of a case or visit."""
    if row.state is CaseState.FINALISED:
        meaning, icon, word = WAY_LOOKS[row.on_the_way]
    else:
        meaning, icon, word = STATE_LOOKS[row.state]
    return meaning, icon, say(f"state.{word}")


def title_of(row: CaseRow) -> str:
    """The name, or the number where there is none."""
    if row.level is Level.VISIT:
        return row.place or say("row.visit", number=f"{row.number:04d}")
    if row.name:
        return row.name
    return say("row.erased" if row.identity_erased else "row.unnamed", number=f"{row.number:04d}")


def detail_of(row: CaseRow, *, at_its_visit: bool = False, tells_class: bool = False) -> str:
    """Number, class, place and day, as far as they are known and its visit does not say them.

    tells_class: whether the officer has opened what was found (mobile.ui.screens.found).

    The class comes before the place: where a line is short, its end is cut.
    """
    parts = [say("row.number", number=f"{row.number:04d}")]
    if tells_class:
        parts += [told_class(row, rule, found) for rule, found in headlines(row.classes)]
    if row.level is Level.CASE and row.place and not at_its_visit:
        parts.append(row.place)
    if row.day and not at_its_visit:
        parts.append(short_day(row.day))
    return "  ·  ".join(parts)


def told_class(row: CaseRow, rule: str, found: str) -> str:
    """A class with the answers that decided it: "Hazardous work: carrying heavy loads, dust"."""
    answers = listed(row.because.get(rule, ()), theme.language)
    word = class_word(found, rule)
    return say("row.because", found=word, answers=answers) if answers else word


def short_day(day: str) -> str:
    """2026-11-03 as 3 November 2026, in the officer's language; where the country lives by another
    calendar as that says it, with ours behind: what is reported goes by its months."""
    year, month, number = day.split("-")
    plain = say("date.short", day=int(number), month=say(f"month.{int(month)}"), year=year)
    own = short_in(theme.calendar, date(int(year), int(month), int(number)))
    return f"{own} ({plain})" if own else plain


def class_word(code: str, rule: str = "cl_sna") -> str:
    """A class of child labour (cl_sna) or of forced labour (fl) in a few words."""
    words = say(f"class.{rule}.{code}")
    return code.replace("_", " ").capitalize() if words.startswith("screens.") else words


def badge_of(row: CaseRow) -> Badge:
    """The state as a badge."""
    return Badge(*look_of(row))


Look = tuple[str, str, str]
"""A meaning (colour), a sign and a word."""


class ListLine(RecycleDataViewBehavior, Pressable, RowLayout):
    """One line of a long list: sign, title, a line of details, the state as a badge."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(own_height=True, **properties)
        self.padding = (dp(16), dp(6), dp(12), dp(6))
        self.spacing = dp(14)
        self.radius = dp(12)
        self._sign = Icon(tint=theme.quiet)
        column = ColumnLayout(spacing=dp(2))
        self._title = Text(role="subtitle", lines=1)
        self._detail = Text(role="small", tint=theme.quiet, lines=1)
        column.add_widget(self._title)
        column.add_widget(self._detail)
        self._end = RowLayout(size_hint_x=None)
        self._end.bind(minimum_width=self._end.setter("width"))
        self.add_widget(self._sign)
        self.add_widget(column)
        self.add_widget(self._end)
        self._said: tuple[str, Look] | None = None
        self._narrow: bool | None = None
        # Layouts try several widths before the one that stays.
        self._show_soon = background.collapsed(self._show_state)
        self.fbind("width", self._fit)
        self._act: Callable[[], None] = lambda: None
        self.paint_veil(theme.text)

    def refresh_view_attrs(self, _view: Any, _index: int, data: dict[str, Any]) -> None:
        """Takes the data of another line."""
        self.show(data["row"], data["open"])

    def show(self, row: Any, on_open: Callable[[Any], None]) -> None:
        """Shows this row."""
        raise NotImplementedError

    def put(
        self,
        icon: str,
        tint: list[float],
        title: str,
        detail: str,
        look: Look,
        act: Callable[[], None],
    ) -> None:
        """Puts in what a line says and does."""
        self._act = act
        self._sign.icon, self._sign.tint = icon, tint
        self._title.words = title
        if self._said != (detail, look):
            self._said = (detail, look)
            if self._narrow is not None:
                self._show_state()

    def _fit(self, *_: object) -> None:
        narrow = is_narrow(self.width)
        if narrow != self._narrow:
            self._narrow = narrow
            self._show_soon()

    def _show_state(self) -> None:
        """On a phone the word of the state stands under the title, which needs the room; title
        and details have two lines each there."""
        if self._said is None:
            return
        self._title.lines = self._detail.lines = 2 if self._narrow else 1
        detail, (meaning, icon, word) = self._said
        self._detail.words = f"{word}  ·  {detail}" if self._narrow else detail
        self._end.clear_widgets()
        self._end.add_widget(Badge(meaning, icon, "" if self._narrow else word))

    def on_release(self) -> None:
        """Opens it."""
        self._act()


class CaseLine(ListLine):
    """One case or visit in a list."""

    row: CaseRow | None = None
    at_its_visit = False
    tells_class = False

    def show(self, row: CaseRow, on_open: Callable[[CaseRow], None]) -> None:
        """Shows this case or visit."""
        if row == self.row:
            self._act = lambda: on_open(row)
            return
        self.row = row
        is_visit = row.level is Level.VISIT
        icon, tint = "map-marker-outline" if is_visit else "account-outline", theme.quiet
        if row.danger and self.tells_class:
            icon, tint = "alert", theme.danger
        detail = detail_of(row, at_its_visit=self.at_its_visit, tells_class=self.tells_class)
        self.put(icon, tint, title_of(row), detail, look_of(row), lambda: on_open(row))


class TellingLine(CaseLine):
    """The same with its class and what decided it."""

    tells_class = True


LEAST_DP = 60
"""Height of a line of a short list, which is otherwise as high as what stands in it."""
NARROW_DP = 400
"""Below this width of a line (of letters of the usual size) name and state share no line."""


def is_narrow(width: float) -> bool:
    """Whether a line of that width, in pixels, has no room for name and state beside each other."""
    return bool(width < dp(NARROW_DP) * theme.text_scale)


def line_height(width: float) -> float:
    """The height of a ListLine of that width, both in pixels."""
    lines = 68 if not is_narrow(width) else 124
    return float(max(dp(72), dp(lines) * theme.text_scale))


AT_FIRST = 100
"""Lines of a list at first, and as many more each time its end comes near. Laying out ten thousand
would hold the screen up for a fifth of a second, and a thumb finds nothing among them."""


class Lines(RecycleView):
    """Many lines of one kind, only those in sight drawn; further ones come when they are near."""

    def __init__(self, line: type[ListLine], **properties: Any) -> None:
        super().__init__(
            effect_cls=SteadyEffect,
            do_scroll_x=False,
            bar_width=dp(6),
            scroll_type=["bars", "content"],
            bar_color=theme.outline,
            bar_inactive_color=theme.line,
            scroll_wheel_distance=dp(60),
            **properties,
        )
        layout = RecycleBoxLayout(
            orientation="vertical",
            default_size=(None, dp(72)),
            default_size_hint=(1, None),
            size_hint_y=None,
        )
        layout.bind(minimum_height=layout.setter("height"))
        self.add_widget(layout)
        self.viewclass = line
        self._rows: Sequence[Any] = ()
        self._open: Callable[[Any], None] = lambda _row: None
        self.bind(width=self._size_lines, scroll_y=self._go_on)

    def fill(self, rows: Sequence[Any], on_open: Callable[[Any], None]) -> None:
        """Shows these rows from the top."""
        self._size_lines()
        self._rows, self._open = rows, on_open
        self.data = self._lines(0)
        self.scroll_y = 1

    def _lines(self, first: int) -> list[dict[str, Any]]:
        return [{"row": row, "open": self._open} for row in self._rows[first : first + AT_FIRST]]

    def _go_on(self, *_: object) -> None:
        """Further lines, when fewer than a screenful are left below; what is in sight stays."""
        shown = len(self.data)
        line = self.layout_manager.default_size[1]
        hidden = shown * line - self.height
        if shown >= len(self._rows) or self.scroll_y * hidden > self.height:
            return
        above = (1 - self.scroll_y) * hidden
        self.data.extend(self._lines(shown))
        self.scroll_y = 1 - above / (len(self.data) * line - self.height)

    def _size_lines(self, *_: object) -> None:
        self.layout_manager.default_size = (None, line_height(self.width))


def line_of(
    row: CaseRow,
    on_open: Callable[[CaseRow], None],
    *,
    at_its_visit: bool = False,
    tells_class: bool = False,
) -> CaseLine:
    """One line for a short list that does not scroll by itself."""
    line = TellingLine() if tells_class else CaseLine()
    line.at_its_visit = at_its_visit
    line.bind(minimum_height=lambda _l, needed: setattr(line, "height", max(needed, dp(LEAST_DP))))
    line.show(row, on_open)
    return line


def open_row(app: Shell, row: CaseRow) -> None:
    """Opens a visit at its own screen, a draft in the interview, another case at its state."""
    if row.level is Level.VISIT:
        app.go("visit", visit_id=row.record_id)
    elif row.state is CaseState.DRAFT:
        app.go("interview", record_id=row.record_id)
    else:
        app.go("case", record_id=row.record_id)
