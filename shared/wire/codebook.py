"""The codebook of a questionnaire: answers as numbers, and back.

Answers are named by the question's place in its level of the questionnaire, and choices by their
place in the list. What does not fit is carried as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from shared.answers import REFUSED, UNKNOWN, Value
from shared.errors import RecordUnreadable
from shared.questionnaire.model import Kind, Level, Questionnaire
from shared.wire import cbor
from shared.wire.cbor import Item, Plain

_MARKERS: dict[Value, Item] = {UNKNOWN: cbor.UNKNOWN, REFUSED: cbor.REFUSED}
_MASK_BITS = 64


def codebook(questionnaire: Questionnaire, level: Level) -> AnswerBook:
    """The codebook of this questionnaire (the same object, not an equal one: it is deep)."""
    return _made(_Same(questionnaire), level)


class AnswerBook:
    """Numbers for the questions of one level, and for the choices of each."""

    def __init__(self, questionnaire: Questionnaire, level: Level) -> None:
        questions = questionnaire.of_level(level)
        self._numbers = {question.name: number for number, question in enumerate(questions)}
        self._names = [question.name for question in questions]
        self._kinds = {question.name: question.kind for question in questions}
        self._codes = {
            question.name: tuple(
                choice.code for choice in questionnaire.choices.get(question.choice_list or "", ())
            )
            for question in questions
            if not question.from_file
        }
        self._places = {
            name: {code: place for place, code in enumerate(codes)}
            for name, codes in self._codes.items()
        }
        self._known: dict[tuple[Item, Item, type], tuple[str, Value]] = {}
        """What numbers and items were read as, once they proved to be their one spelling."""
        self.seen: dict[bytes, tuple[str, Value]] = {}
        """What the bytes of an answer were read as (shared.wire.kept)."""

    def order(self, name: str) -> tuple[int, str]:
        """Sorts questions by number, and names the questionnaire lacks behind them."""
        return (self._numbers.get(name, len(self._names)), name)

    def key(self, name: str) -> int | str:
        return self._numbers.get(name, name)

    def item(self, name: str, value: Value) -> Item:
        """An answer as CBOR: see docs/wire-protocol.md, "Answers"."""
        if isinstance(value, str) and value in _MARKERS:
            return _MARKERS[value]
        kind, places = self._kinds.get(name), self._places.get(name, {})
        if isinstance(value, tuple):
            return self._several(kind, places, value)
        if isinstance(value, str):
            return places.get(value, value) if kind is Kind.SELECT_ONE else value
        number = _exact(value)
        return Plain(number) if kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE) else number

    def answers(self, content: tuple[Item, ...]) -> dict[str, Value]:
        """Every answer by name. Raises RecordUnreadable unless this is the content we would have
        written ourselves: every other order and spelling is refused."""
        found: dict[str, Value] = {}
        last = -1, ""
        known = self._known
        for key, item in pairs(content):
            number = type(key) is int
            pair = known.get((key, item, type(item))) if number else None
            if pair is None:
                pair = self.answer(key, item)
                name, value = pair
                if not _same_item(self.key(name), key) or not _same_item(
                    self.item(name, value), item
                ):
                    raise not_laid_out()
                if number and len(known) < _MOST_KNOWN:
                    known[key, item, type(item)] = pair
            name, value = pair
            place = (int(key), name) if number else self.order(name)  # type: ignore[arg-type]
            if place <= last:
                raise not_laid_out()
            last = place
            found[name] = value
        return found

    def answer(self, key: Item, item: Item) -> tuple[str, Value]:
        """Name and value of what ``key`` and ``item`` wrote. Raises RecordUnreadable."""
        if isinstance(key, str):
            name = key
        elif type(key) is int and 0 <= key < len(self._names):
            name = self._names[key]
        else:
            raise RecordUnreadable("An answer is to a question the questionnaire does not have.")
        return name, self._value(name, item)

    def remember(self, spelt: bytes, answer: tuple[str, Value]) -> None:
        """Notes what these bytes say."""
        if len(self.seen) < _MOST_KNOWN:
            self.seen[spelt] = answer

    def _value(self, name: str, item: Item) -> Value:
        kind, codes = self._kinds.get(name), self._codes.get(name, ())
        if item is cbor.UNKNOWN:
            return UNKNOWN
        if item is cbor.REFUSED:
            return REFUSED
        if isinstance(item, tuple):
            return tuple(map(text, item))
        if isinstance(item, Plain):
            return _number(item.value)
        if isinstance(item, Decimal):
            return float(item)
        if type(item) is str:
            return item
        if type(item) is not int:
            raise RecordUnreadable("An answer is of a type no answer has.")
        if kind is Kind.SELECT_ONE:
            if not 0 <= item < len(codes):
                raise RecordUnreadable("A choice is beyond the end of its list.")
            return codes[item]
        if kind is Kind.SELECT_MULTIPLE:
            return tuple(_chosen(item, _with_unknown(codes)))
        return float(item) if kind is Kind.DECIMAL else item

    def _several(
        self, kind: Kind | None, places: Mapping[str, int], value: tuple[str, ...]
    ) -> Item:
        """Several choices as a set of bits when they are in the list and in its order."""
        codes = _with_unknown(tuple(places))
        if kind is Kind.SELECT_MULTIPLE and 0 < len(codes) <= _MASK_BITS:
            mask = sum(1 << place for place, code in enumerate(codes) if code in value)
            if tuple(_chosen(mask, codes)) == value:
                return mask
        return value


_MOST_KNOWN = 20_000
"""Answers remembered: choices are few, and what people type is not remembered without end."""


def _same_item(ours: Item, theirs: Item) -> bool:
    """Whether they are written alike. One item has one spelling; only their types must be compared,
    too: True is 1 to Python."""
    return type(ours) is type(theirs) and ours == theirs


def _with_unknown(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The list, and behind it ``unknown`` and ``refused``, which every list has."""
    return codes + tuple(word for word in (UNKNOWN, REFUSED) if word not in codes)


def _chosen(mask: int, codes: tuple[str, ...]) -> Iterator[str]:
    if not 0 <= mask < 1 << len(codes):
        raise RecordUnreadable("A choice is beyond the end of its list.")
    return (code for place, code in enumerate(codes) if mask >> place & 1)


def _exact(value: float) -> int | Decimal:
    """The number without the noise of binary: 0.1 is one tenth. 12.0 and 12 are one value."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    return value


def _number(item: int | Decimal) -> int | float:
    return float(item) if isinstance(item, Decimal) else item


class _Same:
    """A questionnaire as a cache key: the same object, not an equal one (it is deep)."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.questionnaire is self.questionnaire

    def __hash__(self) -> int:
        return id(self.questionnaire)


@lru_cache(maxsize=32)
def _made(same: _Same, level: Level) -> AnswerBook:
    return AnswerBook(same.questionnaire, level)


def pairs(items: tuple[Item, ...]) -> list[tuple[Item, Item]]:
    """Names and what belongs to them, which stand one after the other. Raises RecordUnreadable."""
    if len(items) % 2:
        raise RecordUnreadable("The record has a name without a value.")
    return list(zip(items[::2], items[1::2], strict=True))


def text(item: Item) -> str:
    """The item, a text. Raises RecordUnreadable when it is anything else."""
    if type(item) is not str:
        raise RecordUnreadable("The record has something else where a text belongs.")
    return item


def not_laid_out() -> RecordUnreadable:
    """What is raised for a record in another order or spelling than the one there is."""
    return RecordUnreadable("The record is not laid out as this version of the protocol says.")
