"""tally87 link: the persons behind the records of a CSV file of names."""

from __future__ import annotations

import csv
import json
import secrets
import sys
from pathlib import Path
from typing import Any

import click

from server.register import splink as for_splink
from server.register.link_file import LEAST_MEAN, link_file
from server.register.plain_files import PeopleFile, PeopleFileUnreadable, key_of_run, read_people
from server.register.weights import SHIPPED, load_weights, with_settings
from shared.classification.case_files import as_text
from shared.linkage import TIER_2, VERSION_2

_SETTINGS = frozenset(
    (
        "weights",
        "link_at",
        "possible_at",
        "least_mean",
        "most_records",
        "register_records",
        "one_record_per_organisation",
    )
)


@click.command()
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON with settings of one's own: thresholds, weights, size of the register.",
)
@click.option(
    "--tier",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="2 adds codes of names with a letter left out.",
)
@click.option(
    "--splink",
    type=click.Path(file_okay=False, path_type=Path),
    help="Link nothing: write codes and settings for Splink into this folder.",
)
def link(file: Path, config: Path | None, tier: int, splink: Path | None) -> None:
    """Which records of FILE (- is stdin) are of one person.

    FILE is a CSV with the columns record_id, given, family, parent, sex, birth_date, birth_year,
    district, postcode, organisation; all but the first may be missing; with commas, semicolons or
    tabs, in UTF-8. Writes record_id,
    person_id, score to standard output, in the order of FILE: a person's id is the smallest of its
    record ids, the score how sure it is that the record stands with its person.

    The names become codes under a key that is forgotten when the command ends; only the codes, sex
    and birth year are compared, by the rules and weights of an office.
    """
    settings = _settings(config)
    chosen = Path(settings["weights"]) if "weights" in settings else SHIPPED
    weights = with_settings(load_weights(chosen), {"least_mean": LEAST_MEAN} | settings)
    opened = click.open_file(str(file), encoding="utf-8-sig", errors="replace")
    try:
        with opened as lines:
            people = read_people(
                lines,
                key_of_run(secrets.token_bytes(32)),
                TIER_2 if tier == 2 and splink is None else VERSION_2,
            )
    except PeopleFileUnreadable as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if splink is not None:
        _for_splink(splink, people, settings.get("register_records"))
        return
    silent = int(people.records.without_codes.sum())
    if silent:
        click.echo(
            f"{silent} of {people.records.count} records have too little to be found by, and each "
            "stands alone: names need a sex, a birth date, a parent or a place beside them.",
            err=True,
        )
    linked = link_file(
        people.records,
        weights,
        people.organisation,
        people.place,
        settings.get("register_records"),
        bool(settings.get("one_record_per_organisation", False)),
    )
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("record_id", "person_id", "score"))
    writer.writerows(
        (
            as_text(people.ids[row]),
            as_text(people.ids[int(linked.person[row])]),
            f"{linked.certainty[row]:.4f}",
        )
        for row in people.in_file
    )


def _for_splink(folder: Path, people: PeopleFile, register_records: int | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    document = for_splink.settings(
        for_splink.shipped_weights(), register_records or people.records.count
    )
    (folder / "settings.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    with (folder / "codes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(for_splink.columns())
        writer.writerows(for_splink.rows(people.ids, people.records))
    click.echo(f"{people.records.count} records written for Splink into {folder}.", err=True)


def _settings(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        settings = json.loads(config.read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise click.UsageError(f"{config} is no JSON. Nothing was linked.") from error
    if not isinstance(settings, dict) or not set(settings) <= _SETTINGS:
        raise click.UsageError(
            f"{config} may name only {', '.join(sorted(_SETTINGS))}. Nothing was linked."
        )
    size = settings.get("register_records", 1)
    if not isinstance(size, int) or size < 1:
        raise click.UsageError("register_records is a whole number of at least 1.")
    return settings
