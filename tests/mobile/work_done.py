"""Counts what a tap costs: bodies unsealed and questionnaires worked through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from mobile.store.tables import Table
from shared.questionnaire import flow


@dataclass
class Work:
    """Since counting began or was begun again."""

    bodies: int = 0
    flows: int = 0

    def begin_again(self) -> None:
        self.bodies = self.flows = 0


def counted(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counts from now on, in this process, until the test ends."""
    work = Work()
    get, real = Table.get, flow.Flow

    def counting_get(table: Table, name: str) -> bytes | None:
        work.bodies += table.name == "bodies"
        return get(table, name)

    def counting_flow(*of: Any) -> flow.Flow:
        work.flows += 1
        return real(*of)

    monkeypatch.setattr(Table, "get", counting_get)
    monkeypatch.setattr(flow, "Flow", counting_flow)
    return work
