"""Two registers that differ in nothing but what is withheld give the same bytes in every file, and
no page depends on the register behind the files: no width, digest, order or share tells of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from sqlalchemy import update

from server.db.engine import transaction
from server.disclosure.cube import TOTAL, Bools, Codes, cube_of
from server.disclosure.release_protect import protect_release
from server.exports.edition import edition_of
from server.exports.formats import FORMATS
from server.office import Office
from server.releases import published as released_files
from server.releases.counted import QualityRow, ReleaseCounts, SourceTable
from server.releases.declaration import ReleaseDeclaration
from server.releases.making import make
from server.releases.model import SealedCounts
from server.releases.structure import EditionRead
from server.web import create_app
from shared.counting.standing import UNDETERMINED
from tests.server.field import Clock, make_office, seeded
from tests.server.releases.register import Field, released, work
from tests.server.releases.synthetic_release import counted, published
from tests.server.tables.synthetic import DECLARED
from tests.server.web.walk import Look, walk

TABLES = ("CL-CLASS:area,child_labour", "CL-CLASS:sex,age_band,child_labour")

CHOOSING = "server.releases.protection.protect_release"
FOR_THIS_MACHINE = "health.Metrics"
"""Refused to everybody else (tests/server/web/test_behind_a_proxy.py)."""


def another(counts: ReleaseCounts, withheld: Mapping[str, Bools], seed: int) -> ReleaseCounts:
    """A register of which the same is published: where a count is withheld it has another one,
    wherever there is another. Nobody is where nobody was."""
    chance = np.random.default_rng(seed)
    start, tables = 0, {}
    rows, low, high = [], [], []
    margins: dict[Codes, list[int]] = {}
    for name, table in counts.tables.items():
        cube = table.cube
        leaves = [[d.codes[leaf] for leaf in d.leaves] for d in cube.dimensions]
        finest = [*np.ndindex(*(len(some) for some in leaves))]
        cells = [tuple(s[at] for s, at in zip(leaves, p, strict=True)) for p in finest]
        above = [
            {d.codes[leaf]: {d.codes[at] for at in d.above[leaf]} for leaf in d.leaves}
            for d in cube.dimensions
        ]
        tables[name] = (start, cells)
        flat, hidden = cube.counts.ravel(), withheld[name].ravel()
        for at, codes in enumerate(cube.keys()):
            row = [
                start + place
                for place, cell in enumerate(cells)
                if all(c in a[one] for c, a, one in zip(codes, above, cell, strict=True))
            ]
            rows.append([(column, 1) for column in row])
            count = int(flat[at])
            low.append(min(1, count) if hidden[at] else count)
            high.append(np.inf if hidden[at] and count else count)
            if all(code == TOTAL for code in codes[:-1]):
                margins.setdefault((codes[-1],), []).append(len(rows) - 1)
        start += len(cells)
    for same in margins.values():
        for other in same[1:]:
            rows.append([*rows[same[0]], *((column, -1) for column, _ in rows[other])])
            low.append(0)
            high.append(0)
    matrix = np.zeros((len(rows), start))
    for at, terms in enumerate(rows):
        for column, sign in terms:
            matrix[at, column] += sign
    found = milp(
        chance.uniform(-1, 1, start),
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds(np.zeros(start), np.full(start, 1e4)),
        integrality=np.ones(start),
    )
    numbers = np.round(found.x).astype(int)

    def remade(name: str, table: SourceTable) -> SourceTable:
        begin, cells = tables[name]
        finest = {cell: int(numbers[begin + at]) for at, cell in enumerate(cells)}
        return replace(table, cube=cube_of(table.cube.dimensions, finest, table.cube.sensitive))

    return with_quality(
        replace(counts, tables={name: remade(name, one) for name, one in counts.tables.items()})
    )


def with_quality(counts: ReleaseCounts) -> ReleaseCounts:
    """With the shares that a report on quality has of these persons, each a record."""
    rows: list[QualityRow] = []
    for table in counts.tables.values():
        for axis, d in enumerate(table.cube.dimensions):
            line = np.moveaxis(table.cube.counts, axis, 0).reshape(len(d.codes), -1)[:, 0]
            if UNDETERMINED in d.places:
                share = round(100 * int(line[d.places[UNDETERMINED]]) / int(line[0]))
                rows.append((f"{d.name}_undetermined", "2026", "", "percent", share))
    return replace(counts, quality=tuple(rows))


def same_choice(
    counts: ReleaseCounts, monkeypatch: pytest.MonkeyPatch, earlier: tuple[EditionRead, ...] = ()
) -> Iterator[tuple[dict[str, bytes], ReleaseCounts]]:
    """The files of a register, and of others of which the same cells are withheld."""
    chosen: list[dict[str, Bools]] = []

    def noted(*args: object, **more: object) -> dict[str, Bools]:
        chosen.append(protect_release(*args, **more))  # type: ignore[arg-type]
        return chosen[-1]

    declared = ReleaseDeclaration(
        tuple(counts.tables), ("2026",), 10, steps=300, corrects=1 if earlier else None
    )
    with monkeypatch.context() as first:
        first.setattr(CHOOSING, noted)
        made = make(counts, declared, earlier, levels={}, dimensions=DECLARED.dimensions)
    yield dict(made.files), counts
    for seed in (1, 2, 3):
        other = another(counts, chosen[-1], seed)
        with monkeypatch.context() as again:
            again.setattr(CHOOSING, lambda *_, **__: chosen[-1])
            made = make(other, declared, earlier, levels={}, dimensions=DECLARED.dimensions)
        yield dict(made.files), other


@pytest.mark.parametrize("is_correction", [False, True])
def test_files_of_registers_that_differ_in_what_is_withheld_are_the_same(
    is_correction: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier: tuple[EditionRead, ...] = ()
    if is_correction:
        then = with_quality(counted(400, 5, seed=3, tables=TABLES))
        earlier = (EditionRead(1, published(then, levels={}).files, then),)
    counts = with_quality(counted(400, 5, seed=3, tables=TABLES, more=150 if is_correction else 0))

    (files, of), *others = same_choice(counts, monkeypatch, earlier)

    assert ("changes.csv" in files) is is_correction
    for same, other in others:
        differing = sum(
            int((one.cube.counts != other.tables[name].cube.counts).sum())
            for name, one in of.tables.items()
        )
        assert differing > 20
        assert same == files


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = make_office(tmp_path_factory.mktemp("bytes") / "office")
    Field.begin(made).meet(240)
    work(made)
    released(made, tables=("CL-CLASS",), steps=500)
    yield made
    made.close()


def public_answers(office: Office) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """What anybody is told at every address, headers and all, by a server that just started."""
    app = create_app(office.config, Clock(), seeded(7))
    (table,) = released_files.tables_of(office, 1)[1]
    here = f"/explore/1/{table.name}"
    beside = ["/api/editions/1", f"{here}/embed", f"{here}/selection.csv", f"/map/1/{table.name}"]
    beside += [f"{here}?rows={name}" for name in table.dimensions]
    beside += [f"/map/1/{table.name}?show={code}" for code in table.codes["child_labour"]]
    beside += ["/api/sdmx/2.1/dataflow", "/api/sdmx/3.0/structure/dataflow"]
    exported = edition_of(office, 1)
    for form in FORMATS.values():
        for language in ("en", "ar"):
            beside += [f"/editions/1/formats/{name}" for name in form.names(exported, language)]
    seen: dict[Look, object] = dict(walk(app, {"": app.test_client()}, beside))
    found = {}
    for look in [*seen, *(Look("", address, "") for address in beside)]:
        if look.endpoint == FOR_THIS_MACHINE:
            continue
        reply = app.test_client().get(look.address)
        headers = {n: said for n, said in reply.headers.items() if n not in ("Date", "Set-Cookie")}
        found[look.address] = (reply.status_code, headers, reply.data)
    app.extensions["tally87"].close()
    return found


def test_no_public_page_depends_on_the_register_behind_the_files(office: Office) -> None:
    before = public_answers(office)

    Field.begin(office, 300).meet(60)
    work(office)
    with transaction(office.engine) as connection:
        connection.execute(update(SealedCounts).values(sealed=b"others"))
    after = public_answers(office)

    assert len(before) > 60
    assert before.keys() == after.keys()
    assert {address for address, told in before.items() if told != after[address]} == set()
