"""`tally87 estimate-register`: from the office's own linked lists to whom nobody recorded."""

from __future__ import annotations

import json

import click

from server.cli import estimate as of_files
from server.cli.opening import the_office
from server.db.engine import reading, transaction
from server.register.overlaps import linked_cases
from server.staff import audit
from shared.classification.child_labour import IN_CHILD_LABOUR
from shared.classification.forced_labour import IN_FORCED_LABOUR
from shared.errors import ServiceError

# After the command of files, which says how many threads the matrices may take.
import numpy as np  # isort: skip

from server.estimates.estimate import METHODS
from server.estimates.linked import FEWEST_DRAWS, from_register

_CLASSES = {"child-labour": IN_CHILD_LABOUR, "forced-labour": IN_FORCED_LABOUR}


class NothingToEstimate(ServiceError):
    """A period without anybody in the class."""


@click.command(name="estimate-register")
@click.argument("period")
@click.option(
    "--of", "found", type=click.Choice(list(_CLASSES)), required=True, help="In which persons are."
)
@click.option(
    "--merge",
    "merges",
    multiple=True,
    metavar="LIST+LIST=NAME",
    help="Count several lists as one; lists filled from one another must be merged.",
)
@click.option(
    "--recall",
    type=click.FloatRange(min=0, max=1, min_open=True),
    help="The share of true links that linking found, measured on a sample.",
)
@click.option("--recall-source", default="", help="By whom, when and how it was measured.")
@click.option("--draws", type=click.IntRange(min=FEWEST_DRAWS), default=FEWEST_DRAWS)
@click.option("--seed", type=click.IntRange(min=0), default=87, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    period: str,
    found: str,
    merges: tuple[str, ...],
    recall: float | None,
    recall_source: str,
    draws: int,
    seed: int,
    as_json: bool,
) -> None:
    """Estimate how many persons of PERIOD (2026) stand on no list, or say why not.

    Lists are the kinds of organisation that record. Links that were missed are put back by
    --recall, uncertain ones are drawn by their probability. Everything but what may be published
    stays in the office: small overlaps point to persons.
    """
    if recall is not None and not recall_source.strip():
        raise click.UsageError("A recall needs --recall-source: who measured it, when and how.")
    with the_office() as office:
        with reading(office.engine) as connection:
            names, persons = linked_cases(
                connection,
                period,
                found.replace("-", "_"),
                map(str, _CLASSES[found]),
                _read(merges),
            )
        details = {"period": period, "of": found, "recall": recall, "recall_source": recall_source}
        with transaction(office.engine) as connection:
            audit.enter(connection, office.now_s(), "command line", "estimated", details)
    if not persons:
        raise NothingToEstimate(
            f"Nobody of {period} is in that class: there is nothing to estimate."
        )
    done = from_register(
        names,
        [(one.lists, one.links) for one in persons],
        recall,
        np.random.default_rng(seed),
        draws,
    )
    if as_json:
        document = json.loads(of_files.as_json_text(done.corrected, list(METHODS)))
        document |= {
            "lists": list(names),
            "persons": done.raw.persons,
            "raw": json.loads(of_files.as_json_text(done.raw, list(METHODS)))["methods"],
            "recall": recall,
            "recall_source": recall_source or None,
            "draws": len(done.drawn),
        }
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
        return
    click.echo(f"Lists: {', '.join(names)}.")
    click.echo(of_files.as_page(done.corrected, list(METHODS)))
    low, high = np.nanquantile(done.drawn, (0.025, 0.975)) if any(done.drawn) else (0, 0)
    click.echo(f"Stepwise over {len(done.drawn)} draws of the links: {low:,.0f} to {high:,.0f}.")
    if recall is not None:
        before = done.raw.methods["stepwise"]
        if before is not None:
            click.echo(f"Without the correction for missed links: {before.estimate:,.0f}.")
        click.echo(f"Recall {recall:g}: {recall_source}.")


def _read(merges: tuple[str, ...]) -> dict[str, str]:
    read: dict[str, str] = {}
    for merge in merges:
        lists, separator, name = merge.partition("=")
        parts = [part.strip() for part in lists.split("+") if part.strip()]
        if not separator or not name.strip() or len(parts) < 2:
            raise click.BadParameter("say it as ngo+school=others.", param_hint="--merge")
        for part in parts:
            if part in read:
                raise click.BadParameter(f"{part} is merged twice.", param_hint="--merge")
            read[part] = name.strip()
    return read
