"""An officer who knows only what is written on the screen, and has a finger and a keyboard.

Nothing of a screen is called or set: a place is found by the words that stand there, in the
language of the tablet, and touched. The names of questions below only look up their words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.questionnaire import Level
from shared.reference import Reference
from shared.texts import LANGUAGE_NAMES as LANGUAGES
from shared.texts import plural, text
from tests.mobile.ui.driver import Driver
from tests.patience import PATIENCE_S

Script = Mapping[str, tuple[Any, ...]]
"""What is answered, by question: how (the name of a method below), then with what."""

HOLDS_S = 1.2
SEARCH_S = 0.2
"""The pause in typing after which a list is searched."""


class Officer:
    """Taps and types. ``after`` is called after every tap and every typed field, and once in the
    middle of typing, with what was done; ``ledger`` has every answer given so far, by question,
    for the visit and for each person in turn; ``typing`` is whose answer to which question is being
    given."""

    def __init__(self, driver: Driver, language: str, reference: Reference) -> None:
        self.driver, self.reference = driver, reference
        self.language = language
        self.after: Callable[[str], None] = lambda _: None
        self.ledger: list[dict[str, Any]] = []
        self.typing: tuple[int, str] | None = None
        self.finalised: set[int] = set()
        """Whom of the ledger the screen said to be finalised."""
        self.danger: int | None = None
        """Whose danger the screen said to be recorded."""

    # -- words

    def word(self, message_id: str, **values: object) -> str:
        """A sentence of the screens."""
        return text(f"screens.{message_id}", self.language, **values)

    def words(self, message_id: str, n: int) -> str:
        """The same for a number of things."""
        return plural(f"screens.{message_id}", self.language, n)

    def asked(self, question: str) -> str:
        """The words of a question."""
        return self.reference.questionnaire.questions[question].label(self.language)

    def sees(self, words: str) -> bool:
        """Whether it stands somewhere on the screen, also further down the page."""
        return self.driver.sees(words)

    # -- finger and keyboard

    def tap(self, words: str, on: Any = None) -> None:
        """Taps what bears these words."""
        target = self.driver.find(words, on)
        assert not target.disabled, f"{words!r} cannot be tapped now"
        self.driver.tap(target)
        self.after(f"tap {words}")

    def hold(self, words: str) -> None:
        """Keeps the finger on it for longer than a second."""
        self.driver.hold(self.driver.find(words), HOLDS_S)
        self.after(f"held {words}")

    def press(self, message_id: str, **values: object) -> None:
        """Taps what bears this sentence of the screens."""
        self.tap(self.word(message_id, **values))

    def tap_sign(self, message_id: str) -> None:
        """Taps a sign of the top bar that has a name but no words beside it."""
        from mobile.ui.widgets.controls import IconButton

        name = self.word(message_id)
        signs = [
            each
            for root in self.driver.window.children
            for each in root.walk(restrict=True)
            if isinstance(each, IconButton) and each.words == name
        ]
        assert signs, f"No sign is called {name!r}"
        self.driver.tap(signs[0])
        self.after(f"tap {name}")

    def type(self, label: str, typed: str, on: Any = None) -> None:
        """Types into the field under this label; what stood there goes."""
        for part in self.driver.texts(on):
            if part.words == label and (field := _around(part, "Field")) is not None:
                self.type_into(field, typed)
                return
        raise AssertionError(f"No field is called {label!r}")

    def type_into(self, field: Any, typed: str) -> None:
        """Types into the field, then pauses."""
        self.driver.start_writing(field, typed)
        self.after(f"typing {len(typed)} letters")
        self.driver.pause()
        self.after(f"typed {len(typed)} letters")

    def wait_for(self, words: str, timeout_s: float = PATIENCE_S) -> None:
        """Waits until it stands on the screen."""
        self.driver.until(lambda: self.sees(words), timeout_s)
        self.after(f"saw {words}")

    # -- the interview

    def choose_language(self) -> None:
        """From English, which a new tablet speaks."""
        wanted, self.language = self.language, "en"
        self.press("settings.language")
        self.language = wanted
        self.tap(LANGUAGES[wanted])

    def interview(self, script: Script, level: Level) -> None:
        """Every section from here to the last, as far as they are asked; ends after its button."""
        names = {
            self.asked(question.name): question.name
            for question in self.reference.questionnaire.of_level(level)
            if question.takes_answer
        }
        here = self.driver.screen
        done: set[str] = set()
        while self.driver.screen is here:
            page = here.section_name
            self.section(script, names, done)
            if self.driver.screen is here and here.section_name == page and self.turn_page(level):
                return

    def page_through(self, level: Level) -> None:
        """To the end of the interview without answering anything."""
        while not self.turn_page(level):
            pass

    def turn_page(self, level: Level) -> bool:
        """The button under the page; whether it was the last one's."""
        end = "interview.done" if level is Level.VISIT else "interview.review"
        if self.driver.all(self.word(end)):
            self.press(end)
            return True
        self.press("interview.next")
        return False

    def section(self, script: Script, names: Mapping[str, str], done: set[str]) -> None:
        """Every question that stands on the page and is not done, from the top; answers may open
        further ones, and the next section may follow on the same page."""
        page = self._page
        while self._page == page:
            waiting = [part for part in self._asked_here(names) if names[part.words] not in done]
            if not waiting:
                return
            name = self._first_of_list(names[waiting[0].words], script)
            if name is None:
                done |= self._answer_rest(names[waiting[0].words])
                continue
            done.add(name)
            self.answer(name, self.find_question(name), script.get(name))

    @property
    def _page(self) -> tuple[Any, str]:
        """Which page of questions is shown."""
        return self.driver.screen, getattr(self.driver.screen, "section_name", "")

    def _first_of_list(self, name: str, script: Script) -> str | None:
        """In a list of yes and no what is so is marked first; None: nothing of it is left."""
        left = self._left_with(name)
        return next((each for each in left if each in script), None) if left else name

    def _answer_rest(self, name: str) -> set[str]:
        """The one button that says no to what the list still asks."""
        lists = self.driver.screen.rests
        ((last, left),) = [(last, left) for last, left in lists.items() if name in left]
        card = self.find_question(last)
        self.typing = (len(self.ledger) - 1, name)
        self.driver.tap(self.driver.find(self.word("question.none_of_the_rest", n=len(left)), card))
        for each in left:
            codes = [choice.code for choice in self._choices(each)]
            self._keep(each, "no" if "no" in codes else ("none",))
        self.after(f"none of the rest up to {last}")
        return set(left)

    def _left_with(self, name: str) -> tuple[str, ...]:
        lists = self.driver.screen.rests
        return next((left for left in lists.values() if name in left), ())

    def _asked_here(self, names: Mapping[str, str]) -> Iterator[Any]:
        here = [part for part in self.driver.texts() if part.words in names]
        here = [part for part in here if _around(part, "QuestionCard") is not None]
        yield from sorted(here, key=lambda part: -part.to_window(part.x, part.top)[1])

    def find_question(self, question: str) -> Any:
        """The card on which it is asked."""
        (card,) = [
            card
            for part in self.driver.texts()
            if part.words == self.asked(question)
            and (card := _around(part, "QuestionCard")) is not None
        ]
        return card

    def answer(self, name: str, card: Any, how: tuple[Any, ...] | None) -> None:
        """As the script says; else no, none or don't know, where an answer is asked for."""
        if how is not None:
            getattr(self, f"_{how[0]}")(name, card, *how[1:])
        elif self.word("question.optional") not in self.driver.all_words(card):
            self._otherwise(name, card)

    def _keep(self, name: str, value: Any) -> None:
        self.ledger[-1][name] = value
        self.typing = None

    def _leave(self, name: str, card: Any) -> None:
        """It is answered already."""

    def _choose(self, name: str, card: Any, *codes: str) -> None:
        question = self.reference.questionnaire.questions[name]
        labels = {each.code: each.label(self.language) for each in self._choices(name)}
        several = question.kind.value == "select_multiple"
        for place, code in enumerate(codes):
            self.typing = (len(self.ledger) - 1, name)
            target = self.driver.find(labels[code], card)
            assert not target.disabled
            self.driver.tap(target)
            self._keep(name, codes[: place + 1] if several else code)
            self.after(f"choose {name}")

    def _write(self, name: str, card: Any, typed: str, value: Any = None) -> None:
        self.typing = (len(self.ledger) - 1, name)
        self.driver.start_writing(_within(card, "Field"), typed)
        self.after(f"typing {name}")
        self.driver.pause()
        self._keep(name, typed if value is None else value)
        self.after(f"typed {name}")
        self.driver.enter()

    def _date(self, name: str, card: Any, day: str, month: str, year: str) -> None:
        self.typing = (len(self.ledger) - 1, name)
        for label, typed in (("day", day), ("month", month), ("year", year)):
            self.type(self.word(f"date.{label}"), typed, card)
            self._on_from(self.word(f"date.{label}"), card)
        self._keep(name, f"{year}-{int(month):02}-{int(day):02}")
        self.after(f"dated {name}")

    def _proposed(self, name: str, card: Any, of: str, kind: str, code: str) -> None:
        """Taps what is proposed for the kind of place."""
        question = self.reference.questionnaire.questions[name]
        label = self.reference.codelists[question.choice_list or ""].label(code, self.language)
        kinds = {each.code: each.label(self.language) for each in self._choices(of)}
        self.typing = (len(self.ledger) - 1, name)
        self.driver.tap(self.driver.find(f"{kinds[kind]}: {label}", card))
        self._keep(name, code)
        self.after(f"took what is proposed for {name}")

    def _on_from(self, label: str, on: Any) -> None:
        """Enter leads from one field to the next, where the page did not go on by itself."""
        fields = [_around(part, "Field") for part in self.driver.texts(on) if part.words == label]
        if any(field is not None and field.input.focus for field in fields):
            self.driver.enter()

    def _search(self, name: str, card: Any, code: str) -> None:
        """Opens the list, types the first word and taps the line."""
        from mobile.ui.widgets.overlays import open_overlays

        question = self.reference.questionnaire.questions[name]
        self.typing = (len(self.ledger) - 1, name)
        codes = self.reference.codelists[question.choice_list or ""]
        label = codes.label(code, self.language)
        labels = {entry.label(self.language) for entry in codes} | {self.word("codes.choose")}
        # answered before, the button bears the answer
        (shown,) = [words for words in self.driver.all_words(card) if words in labels]
        self.tap(shown, card)
        page = open_overlays()[0]
        self.type_into(_within(page, "Field"), label)
        self.driver.wait(SEARCH_S)
        self.driver.step(2)
        self.driver.tap(self.driver.find(label, page))
        self._keep(name, code)
        self.after(f"choose {name}")

    def _week(self, name: str, card: Any, *hours: str) -> None:
        """Day by day, with the helper that adds up."""
        from mobile.ui.widgets.overlays import open_overlays

        self.typing = (len(self.ledger) - 1, name)
        self.tap(self.word("question.add_up_week"), card)
        page = open_overlays()[0]
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        for day, typed in zip(days, hours, strict=False):
            self.type(self.word(f"week.{day}"), typed, page)
            self._on_from(self.word(f"week.{day}"), page)
        self.driver.tap(self.driver.find(self.word("week.take"), page))
        total = math.fsum(map(float, hours))
        self._keep(name, int(total) if total.is_integer() else total)
        self.after(f"added up {name}")

    def _otherwise(self, name: str, card: Any) -> None:
        codes = [each.code for each in self._choices(name)]
        wanted = [code for code in ("no", "none") if code in codes]
        unknown = self.word("question.dont_know")
        if wanted:
            self._choose(name, card, wanted[0])
        elif self.driver.all(unknown, card):
            self.driver.tap(self.driver.find(unknown, card))
            self._keep(name, "unknown")
            self.after(f"choose {name}")
        else:
            self._choose(name, card, codes[0])

    def _choices(self, name: str) -> list[Any]:
        questionnaire = self.reference.questionnaire
        return list(questionnaire.choices.get(questionnaire.questions[name].choice_list or "", ()))


def _around(part: Any, kind: str) -> Any:
    """The widget of that kind this stands in, or None."""
    while part is not None and part is not getattr(part, "parent", None):
        if type(part).__name__ == kind:
            return part
        part = getattr(part, "parent", None)
    return None


def _within(root: Any, kind: str) -> Any:
    """The one widget of that kind in it."""
    (found,) = [each for each in root.walk(restrict=True) if type(each).__name__ == kind]
    return found
