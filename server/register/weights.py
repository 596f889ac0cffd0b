"""The weights by which agreement of codes becomes a probability: data, learnt, never changed.

A linkage edition is a set of weights and the size of the register they are used for. Both are
frozen: other weights or another size are another edition, and everything is linked again. Weights
were learnt on simulated records (``python -m benchmarks.linkage_weights``), never on the data they
are judged by. They are whole thousandths of log-odds, so that a score is the same to the last bit
however many pairs are scored together, on every machine.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shared.errors import TallyError

SHIPPED = Path(__file__).parent / "data" / "weights-2026-12.json"
THOUSANDTHS = 1000
SMALLEST_REGISTER = 1_000
"""Below it the prior is no longer raised: in a small file a homonym is still a homonym."""


class WeightsUnreadable(TallyError):
    """A file of weights that cannot be used."""


@dataclass(frozen=True)
class WeightModel:
    """Weights of one kind of pair, thousandths of log-odds.

    agree, differ: by type of code, when both carry it. observed: by name of an observation of the
    attributes in clear (server.register.score.OBSERVATIONS); cells: by what names and time of
    birth say together (server.register.score.CELLS).
    """

    intercept: int
    agree: Mapping[int, int]
    differ: Mapping[int, int]
    observed: Mapping[str, int]
    cells: Mapping[str, int]


@dataclass(frozen=True)
class Weights:
    """A linkage edition's numbers.

    models: by kind of pair (server.register.score.kind_of_pair). records: of the simulated
    register they were learnt on. link_at, possible_at: probabilities from which a pair is linked,
    and from which people are asked. least_mean: mean probability over the cross pairs of two
    groups from which they may become one. most_records: of one person.
    """

    name: str
    records: int
    models: Mapping[str, WeightModel]
    link_at: float
    possible_at: float
    least_mean: float
    most_records: int

    def prior_shift(self, records: int) -> int:
        """What a register of that many records takes from every score, thousandths of log-odds.

        Pairs that agree by chance grow with the square of the register, pairs of one person with
        the register.
        """
        size = max(records, SMALLEST_REGISTER)
        return round(THOUSANDTHS * math.log(size / self.records))


@cache
def load_weights(path: Path = SHIPPED) -> Weights:
    """The weights in this file. Raises WeightsUnreadable, with a sentence."""
    try:
        document = json.loads(path.read_text("utf-8"))
        return weights_from(document)
    except OSError as error:
        raise WeightsUnreadable(f"{path} cannot be read. Nothing was linked.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsUnreadable(f"{path} holds no linkage weights. Nothing was linked.") from error


def weights_from(document: Mapping[str, Any]) -> Weights:
    """Weights from their document. Raises KeyError, TypeError or ValueError when it is none."""
    models = {
        name: WeightModel(
            int(model["intercept"]),
            {int(number): int(weight) for number, weight in model["agree"].items()},
            {int(number): int(weight) for number, weight in model["differ"].items()},
            {str(what): int(weight) for what, weight in model["observed"].items()},
            {str(cell): int(weight) for cell, weight in model["cells"].items()},
        )
        for name, model in document["models"].items()
    }
    return Weights(
        name=str(document["name"]),
        records=int(document["records"]),
        models=MappingProxyType(models),
        link_at=float(document["link_at"]),
        possible_at=float(document["possible_at"]),
        least_mean=float(document["least_mean"]),
        most_records=int(document["most_records"]),
    )


def with_settings(weights: Weights, settings: Mapping[str, Any]) -> Weights:
    """The weights with thresholds of one's own. Raises WeightsUnreadable for impossible ones."""
    changed = replace(
        weights,
        **{
            name: settings[name]
            for name in ("link_at", "possible_at", "least_mean", "most_records")
            if name in settings
        },
    )
    shares = (changed.possible_at, changed.link_at, changed.least_mean)
    if not all(isinstance(share, int | float) and 0 < share < 1 for share in shares):
        raise WeightsUnreadable("link_at, possible_at and least_mean lie between 0 and 1.")
    if changed.possible_at > changed.link_at:
        raise WeightsUnreadable("possible_at is not above link_at.")
    if not isinstance(changed.most_records, int) or changed.most_records < 1:
        raise WeightsUnreadable("most_records is a whole number of at least 1.")
    return changed
