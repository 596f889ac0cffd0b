"""Every fuzz target by name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fuzz import forms, messages, offices
from tests.fuzz.known import Target

TARGETS: Mapping[str, Target] = {
    target.name: target for target in (*messages.TARGETS, *forms.TARGETS, *offices.TARGETS)
}
