"""`tally87 estimate`: from overlapping lists to the persons nobody recorded, or why not."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np

from server.estimates import histories
from server.estimates.estimate import METHODS, Estimates, estimate
from server.estimates.models import ConfidenceInterval

_TITLES = {
    "main": "independent lists",
    "stepwise": "pairs by p < 0.02",
    "bic": "pairs by BIC",
    "aic": "pairs by AIC",
    "dga": "decomposable graphs",
    "chao": "Chao's lower bound",
}


@click.command(name="estimate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--method",
    "asked",
    type=click.Choice(METHODS),
    multiple=True,
    help="Show this method only; may be given again. What is published is judged by all.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=87,
    show_default=True,
    help="Of the replicates: the same seed gives the same limits.",
)
def command(file: Path, as_json: bool, asked: tuple[str, ...], seed: int) -> None:
    """Estimate from FILE how many persons stand on no list, or say why that cannot be published.

    FILE is CSV: a column of 0 and 1 for each list, the last column is count; lines that begin
    with # are comments. Every combination of lists stands in one line.
    """
    found = estimate(histories.read(_text(file), file.name), np.random.default_rng(seed))
    shown = [name for name in METHODS if not asked or name in asked]
    click.echo(as_json_text(found, shown) if as_json else as_page(found, shown))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise histories.HistoriesUnreadable(
            f"{path.name} is not in UTF-8. Save it as CSV in UTF-8."
        ) from error
    except OSError as error:
        raise histories.HistoriesUnreadable(f"{path.name} cannot be read.") from error


def as_json_text(found: Estimates, shown: list[str]) -> str:
    """One JSON object: methods, published, refusals (docs/estimates.md)."""
    methods = {name: _numbers(found.methods[name]) for name in shown}
    if "dga" in methods:
        methods["dga"]["mean"] = _number(found.mean)
    document = {
        "methods": methods,
        "published": None if found.published is None else _numbers(found.published),
        "refusals": list(found.refusals),
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _numbers(interval: ConfidenceInterval | None) -> dict[str, float | None]:
    """Null: the method does not apply, or there is no limit."""
    if interval is None:
        return {"estimate": None, "lower": None, "upper": None}
    return {
        "estimate": _number(interval.estimate),
        "lower": _number(interval.lower),
        "upper": _number(interval.upper),
    }


def _number(value: float | None) -> float | None:
    return round(float(value), 4) if value is not None and math.isfinite(value) else None


def as_page(found: Estimates, shown: list[str]) -> str:
    """The same for a person to read."""
    lines = [
        f"{found.persons:,} persons recorded, {found.shared:,} of them on two or more lists.",
        "",
    ]
    if found.published is None:
        lines += ["No estimate can be published:", *(f"- {reason}" for reason in found.refusals)]
    else:
        lines += [_sentence(found.published)]
    lines += ["", "For the office only, persons recorded and unrecorded:", ""]
    lines.append(f"{'method':<9} {'':<20} {'estimate':>10} {'95 % from':>10} {'to':>10}  pairs")
    for name in shown:
        interval = found.methods[name]
        numbers = (
            ("-", "-", "-")
            if interval is None
            else tuple(map(_whole, (interval.estimate, interval.lower, interval.upper)))
        )
        pairs = " ".join(":".join(pair) for pair in found.pairs.get(name, ()))
        row = f"{name:<9} {_TITLES[name]:<20} " + " ".join(f"{n:>10}" for n in numbers)
        lines.append(f"{row}  {pairs}".rstrip())
    if found.without:
        left = ", ".join(f"{name} {_whole(value)}" for name, value in found.without.items())
        lines += ["", f"Stepwise without one list: {left}."]
    return "\n".join(lines)


def _sentence(published: ConfidenceInterval) -> str:
    """The lower limit first: where persons differ in how easily they are found, all these methods
    give too few, and only the lower limit holds."""
    return (
        f"At least about {_rounded(published.lower, math.floor):,} persons, recorded or not "
        f"(estimate {_rounded(published.estimate, round):,}, 95 % interval "
        f"{published.lower:,.0f} to {published.upper:,.0f}). Where some persons are harder to find "
        "than others there are more."
    )


def _rounded(value: float, to: Callable[[float], int]) -> int:
    """To two figures."""
    unit = int(10 ** max(0, len(str(int(value))) - 2))
    return to(value / unit) * unit


def _whole(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "no limit"
