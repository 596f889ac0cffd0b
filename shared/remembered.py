"""What was worked out once and is remembered, and may hold something of an answer or a name.

A tablet forgets all of it when it locks: such a memory is marked here, where it is made, and one
call empties every one of them. The office never calls it.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar


class _Memory(Protocol):
    """What ``functools.lru_cache`` makes of a function."""

    def cache_clear(self) -> None: ...
    def cache_info(self) -> Any: ...


_Made = TypeVar("_Made", bound=_Memory)
_memories: list[_Memory] = []


def forgotten_on_locking(memory: _Made) -> _Made:
    """Marks a function under ``lru_cache`` whose arguments or results come from records."""
    _memories.append(memory)
    return memory


def forget_records() -> None:
    """Empties every memory that was marked."""
    for memory in _memories:
        memory.cache_clear()


def remembered() -> int:
    """How many entries there are in all of them."""
    return sum(memory.cache_info().currsize for memory in _memories)
