"""What things lie on: columns, rows that turn round for right-to-left, cards, lines, bands."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Line, RoundedRectangle
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ListProperty, NumericProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.scrollview import ScrollView
from kivy.uix.stacklayout import StackLayout
from kivy.uix.widget import Widget

from mobile.ui.widgets.scrolling import SteadyEffect
from mobile.ui.widgets.theme import theme


class Ground:
    """Mixin: a background of one colour with round corners and, if asked, a thin outline."""

    ground = ListProperty([0, 0, 0, 0])
    outline = ListProperty([0, 0, 0, 0])
    radius = NumericProperty(0)
    outline_width = NumericProperty(dp(1))

    def paint_ground(self) -> None:
        """Adds the background below everything the widget draws. Call once, when built."""
        with self.canvas.before:  # type: ignore[attr-defined]
            self._ground_colour = Color(rgba=self.ground)
            self._ground_shape = RoundedRectangle()
            self._outline_colour = Color(rgba=self.outline)
            self._outline_shape = Line(width=1)
        for name in ("pos", "size", "ground", "outline", "outline_width", "radius"):
            self.fbind(name, self._follow_ground)  # type: ignore[attr-defined]
        self._follow_ground()

    def _follow_ground(self, *_: object) -> None:
        # Whole pixels: a thin line between two rows of pixels is drawn broken.
        x, y = map(round, self.pos)  # type: ignore[attr-defined]
        width, height = map(round, self.size)  # type: ignore[attr-defined]
        round_by = min(self.radius, width / 2, height / 2)
        self._ground_colour.rgba = self.ground
        self._ground_shape.pos, self._ground_shape.size = (x, y), (width, height)
        self._ground_shape.radius = [round_by]
        self._outline_colour.rgba = self.outline
        inset = self.outline_width / 2
        self._outline_shape.width = max(self.outline_width / 2, 0.5)
        self._outline_shape.rounded_rectangle = (
            x + inset,
            y + inset,
            max(width - 2 * inset, 1),
            max(height - 2 * inset, 1),
            max(round_by, 0.1),
        )


class ColumnLayout(Ground, BoxLayout):
    """Things under each other, as high as they are together."""

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("orientation", "vertical")
        if "size_hint" not in properties:
            properties.setdefault("size_hint_y", None)
        super().__init__(**properties)
        self.paint_ground()
        if self.size_hint_y is None:
            self.height = 0
            self.bind(minimum_height=self.setter("height"))


class RowLayout(Ground, BoxLayout):
    """Things beside each other in reading order: from the right in a right-to-left language.

    As high as its highest child, unless ``own_height``; children without a height hint stand in
    the middle of the height.
    """

    own_height = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("orientation", "horizontal")
        if "size_hint" not in properties:
            properties.setdefault("size_hint_y", None)
        super().__init__(**properties)
        self.paint_ground()
        if self.size_hint_y is None:
            self.height = properties.get("height", 0)
            self.bind(minimum_height=self._as_high_as_children)

    def _as_high_as_children(self, *_: object) -> None:
        if not self.own_height:
            self.height = self.minimum_height

    def add_widget(self, widget: Widget, *arguments: Any, **named: Any) -> None:
        """Adds in reading order."""
        if theme.rtl and not arguments and not named:
            super().add_widget(widget, index=len(self.children))
        else:
            super().add_widget(widget, *arguments, **named)

    def do_layout(self, *arguments: Any) -> None:
        """Lays out as a box, then centres what is lower than the row."""
        super().do_layout(*arguments)
        middle = self.y + self.padding[3] + (self.height - self.padding[1] - self.padding[3]) / 2
        for child in self.children:
            if child.size_hint_y is None:
                child.center_y = middle


class CardLayout(ColumnLayout):
    """A quiet surface that holds what belongs together."""

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("padding", dp(20))
        properties.setdefault("spacing", dp(12))
        properties.setdefault("radius", dp(16))
        properties.setdefault("ground", theme.card)
        properties.setdefault("outline", theme.line)
        super().__init__(**properties)


class Band(RowLayout):
    """A coloured notice with a sign and words; the colour is one of the theme's meanings. low: one
    of several on a page that is gone through."""

    def __init__(
        self, meaning: str, icon: str, words: str, *, low: bool = False, **properties: Any
    ) -> None:
        from mobile.ui.widgets.text import Icon, Text

        ground, tint = theme.pair(meaning)
        super().__init__(
            padding=(dp(16), dp(8 if low else 12)),
            spacing=dp(12),
            radius=dp(12),
            ground=ground,
            **properties,
        )
        self.add_widget(Icon(icon=icon, tint=tint))
        self.words_text = Text(words=words, tint=tint)
        self.add_widget(self.words_text)


class Divider(Widget):
    """A thin line between two things."""

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("size_hint_y", None)
        properties.setdefault("height", dp(1))
        super().__init__(**properties)
        with self.canvas:
            Color(rgba=theme.line)
            self._line = RoundedRectangle(radius=[0])
        self.bind(pos=self._follow, size=self._follow)

    def _follow(self, *_: object) -> None:
        self._line.pos, self._line.size = self.pos, self.size


class Gap(Widget):
    """Empty room: of a fixed height in a column, or what is left over in a row."""


class Scroll(ScrollView):
    """A page that scrolls up and down with the finger, the wheel or its bar. What is in sight stays
    where it is while something comes or goes below it."""

    scroll_y: Any  # Kivy's property: a number when it is read

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("effect_cls", SteadyEffect)
        properties.setdefault("do_scroll_x", False)
        properties.setdefault("bar_width", dp(6))
        properties.setdefault("scroll_type", ["bars", "content"])
        properties.setdefault("bar_color", theme.outline)
        properties.setdefault("bar_inactive_color", theme.line)
        properties.setdefault("scroll_wheel_distance", dp(60))
        self._was_hidden = 0.0
        super().__init__(**properties)
        self.fbind("height", self._stay)

    def add_widget(self, widget: Widget, *arguments: Any, **named: Any) -> None:
        """Takes the page."""
        super().add_widget(widget, *arguments, **named)
        widget.fbind("height", self._stay)

    def _stay(self, *_: object) -> None:
        """Kivy keeps the share that is above; this keeps how much it is."""
        hidden = max(self.children[0].height - self.height, 0) if self.children else 0
        above, self._was_hidden = (1 - self.scroll_y) * self._was_hidden, hidden
        if hidden and above > 0:
            self.scroll_y = max(1 - above / hidden, 0)


class Middle(AnchorLayout):
    """Keeps its one child in the middle and no wider than ``at_most``: lines stay readable."""

    at_most = NumericProperty(dp(760))

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("anchor_y", "top")
        properties.setdefault("size_hint_y", None)
        super().__init__(**properties)
        self.bind(width=self._fit, at_most=self._fit)

    def add_widget(self, widget: Widget, *arguments: Any, **named: Any) -> None:
        """Takes the child and follows its height."""
        super().add_widget(widget, *arguments, **named)
        widget.size_hint_x = None
        if self.size_hint_y is None:
            widget.bind(height=self._follow)
            self._follow()
        self._fit()

    def _follow(self, *_: object) -> None:
        if self.children:
            self.height = self.children[0].height + self.padding[1] + self.padding[3]

    def _fit(self, *_: object) -> None:
        for child in self.children:
            child.width = max(min(self.width - self.padding[0] - self.padding[2], self.at_most), 1)


class FlowLayout(StackLayout):
    """Small things beside each other, on further lines when they do not fit."""

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("size_hint_y", None)
        properties.setdefault("spacing", dp(8))
        properties.setdefault("orientation", "rl-tb" if theme.rtl else "lr-tb")
        super().__init__(**properties)
        self.height = 0
        self.bind(minimum_height=self.setter("height"))


class Tiles(GridLayout):
    """Children of equal width in as many columns as fit, at least ``least`` wide each; a few small
    ones all in one row where they have room (``one_row``)."""

    least = NumericProperty(dp(220))
    most_columns = NumericProperty(4)
    one_row = NumericProperty(0)
    """Sum of what the children need across, in pixels, where they say it (``needs``): with that
    much room they stand in one row, each as wide as it needs."""

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("size_hint_y", None)
        properties.setdefault("spacing", dp(12))
        properties.setdefault("cols", 1)
        super().__init__(**properties)
        self.row_force_default = False
        if theme.rtl:
            self.orientation = "rl-tb"
        self.bind(minimum_height=self.setter("height"), width=self._choose, one_row=self._choose)

    def do_layout(self, *arguments: Any) -> None:
        """Lays out as a grid, then lets what is lower than its line stand at the line's top."""
        super().do_layout(*arguments)
        in_order = self.children[::-1]
        for first in range(0, len(in_order), self.cols):
            line = in_order[first : first + self.cols]
            top = max(child.top for child in line)
            for child in line:
                child.top = top

    def _choose(self, *_: object) -> None:
        gap = self.spacing[0]
        inner = self.width - self.padding[0] - self.padding[2]
        between = gap * (len(self.children) - 1)
        in_a_row = 0 < self.one_row <= inner - between
        for child in self.children if self.one_row else ():
            child.size_hint_x = child.needs() if in_a_row else 1
        if in_a_row:
            self.cols = len(self.children)
            return
        fitting = int((inner + gap) // (self.least * max(theme.text_scale, 1) + gap))
        self.cols = max(1, min(fitting, int(self.most_columns), max(len(self.children), 1)))
