"""`tally87 protect`: from a table of counts to one that may be published, by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from server.disclosure import audit, coarser, protect, table_file
from server.disclosure.audited import AuditedFile
from server.disclosure.cube import Codes, Cube
from server.disclosure.earlier import EarlierEdition, at_codes_of
from server.disclosure.suppress import Unprotectable
from server.durable import replace_file

PROTECTED, AUDIT, PROPOSAL = "protected.csv", "audit.json", "proposal.json"
NO_TABLE = 3
"""How the process ends when its time limit came first, or nothing at this level was found safe."""


class _TimeOver(Exception):
    pass


_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(name="protect")
@click.argument("table", type=_File)
@click.option("--threshold", type=click.IntRange(2, 1000), default=10, show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--hierarchy", type=_File, help="CSV: dimension,code,parent.")
@click.option("--own", type=_File, help="The records of an organisation that may subtract them.")
@click.option("--earlier", type=_Folder, multiple=True, help="Folder of an earlier edition.")
@click.option("--sensitive", help="The dimension that says what happened; else the last one.")
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=900.0,
    show_default=True,
    help="Seconds of processor time.",
)
def command(
    table: Path,
    threshold: int,
    out: Path,
    hierarchy: Path | None,
    own: Path | None,
    earlier: tuple[Path, ...],
    sensitive: str | None,
    time_limit: float,
) -> None:
    """Withhold what could point to somebody in TABLE, a CSV file of counts.

    One column a dimension, Total marks a margin, the last column is count. Writes protected.csv,
    which may be published, and audit.json, which is for the office only.
    """
    began = time.process_time()

    def go_on() -> None:
        if time.process_time() - began > time_limit:
            raise _TimeOver

    parents_text = _text(hierarchy) if hierarchy else None
    cube, parents = _cube(table, _text(table), parents_text, sensitive)
    own_cube = _own(own, cube) if own else None
    editions = [_edition(folder, cube, parents) for folder in earlier]
    policy = protect.Policy(threshold)
    for name in (PROTECTED, AUDIT, PROPOSAL):
        (out / name).unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    try:
        pattern = protect.protect(
            cube,
            policy,
            protect.Knowledge(
                None if own_cube is None else own_cube.counts,
                [at_codes_of(cube, edition, parents) for edition in editions],
            ),
            steps=_improving_steps(cube.counts.size),
            go_on=go_on,
        )
        text = table_file.protected_text(cube, pattern.withheld)
        findings = _audited(text, cube, parents, own_cube, editions, policy, go_on)
    except _TimeOver:
        _propose(out, cube, f"The time limit of {time_limit:g} s came before the table was safe.")
    except Unprotectable as error:
        _propose(out, cube, str(error))
    except ArithmeticError:
        _propose(out, cube, "The solver found no way to protect the table at this level.")
    if not findings.may_leave:
        found = (
            f"The audit found {findings.unsafe} unsafe and {findings.exact} known cells, "
            f"{findings.known_classes} known classes."
        )
        _propose(out, cube, " ".join([found, *findings.faults]))
    report = {
        "primary": findings.primary,
        "secondary": findings.secondary,
        "unsafe": findings.unsafe,
        "exact": findings.exact,
        "known_classes": findings.known_classes,
        "narrowest": findings.narrowest,
        "threshold": threshold,
        "seconds": round(time.process_time() - began, 2),
    }
    replace_file(out / AUDIT, (json.dumps(report, indent=2) + "\n").encode())
    replace_file(out / PROTECTED, text.encode())


def _improving_steps(cells: int) -> int:
    """Of the solver, spent on withholding less: most of what can be gained comes early, and a
    step costs the more the larger the table."""
    return min(450 * cells, 10**9 // cells, 4 * 10**12 // cells**2)


def _propose(out: Path, cube: Cube, reason: str) -> NoReturn:
    proposal = {"reason": reason, **coarser.proposal(cube)}
    replace_file(
        out / PROPOSAL, (json.dumps(proposal, indent=2, ensure_ascii=False) + "\n").encode()
    )
    click.echo(
        f"{reason} No table was written; {out / PROPOSAL} says at which coarser level to try.",
        err=True,
    )
    raise click.exceptions.Exit(NO_TABLE)


def _cube(
    table: Path, text: str, hierarchy: str | None, sensitive: str | None
) -> tuple[Cube, Mapping[str, Mapping[str, str]]]:
    names, rows = table_file.rows_of(text, table.name)
    parents = table_file.parents_of(hierarchy, "The hierarchy", names) if hierarchy else {}
    return table_file.cube_from(names, rows, parents, sensitive, table.name), parents


def _own(path: Path, cube: Cube) -> Cube:
    names, rows = table_file.rows_of(_text(path), path.name)
    return table_file.cube_like(cube, names, rows, path.name)


def _edition(folder: Path, cube: Cube, parents: Mapping[str, Mapping[str, str]]) -> EarlierEdition:
    path = folder / PROTECTED
    if not path.is_file():
        raise table_file.TableUnreadable(
            f"{folder} holds no {PROTECTED}, so it is no earlier edition. Nothing was written."
        )
    names, cells = table_file.protected_rows(_text(path), str(path))
    if not set(names) <= {dimension.name for dimension in cube.dimensions}:
        raise table_file.TableUnreadable(
            f"{path} has a dimension that the table has not. Nothing was written."
        )
    for axis, name in enumerate(names):
        present = next(one for one in cube.dimensions if one.name == name).places
        lost = {codes[axis] for codes, n in cells.items() if n != 0}
        for code in sorted(lost - present.keys() - parents.get(name, {}).keys()):
            raise table_file.TableUnreadable(
                f"{path} counts persons of '{code}' ({name}), which the table does not name. Say "
                "in --hierarchy what it is part of, or in the table that it is nobody's now, with "
                "a row of 0. Nothing was written."
            )
    return EarlierEdition(names, cells)


def _audited(
    text: str,
    cube: Cube,
    parents: Mapping[str, Mapping[str, str]],
    own: Cube | None,
    editions: Sequence[EarlierEdition],
    policy: protect.Policy,
    go_on: Callable[[], None],
) -> audit.Findings:
    names, shown = table_file.protected_rows(text, PROTECTED)
    truth: dict[Codes, int] = dict(
        zip(cube.keys(), (int(count) for count in cube.counts.ravel()), strict=True)
    )
    theirs = (
        {}
        if own is None
        else dict(zip(own.keys(), (int(count) for count in own.counts.ravel()), strict=True))
    )
    subject = AuditedFile(
        names,
        shown,
        truth,
        parents,
        cube.dimensions[cube.sensitive].name,
        theirs,
        [(edition.names, edition.cells) for edition in editions],
    )
    return audit.audit(subject, policy.threshold, policy.interval, go_on)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise table_file.TableUnreadable(
            f"{path.name} is not in UTF-8. Save it as CSV in UTF-8. Nothing was written."
        ) from error
