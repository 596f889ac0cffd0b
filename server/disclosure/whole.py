"""Moves in whole persons, where linear programming gave halves. HiGHS solves integer programs."""

from __future__ import annotations

import highspy
import numpy as np

from server.disclosure.cube import Bools, Ints, Sums
from server.disclosure.moves import Floats, Moves, SilentHighs, is_whole

_INFINITY = highspy.kHighsInf
_NEAR = 1e-6
_NODES = 2_000
"""Nodes of branch and bound after which a search is given up; counted, so that the same table
always gives the same result."""


def rise_whole(
    moves: Moves, sums: Sums, floor: Ints, open_: Bools, cell: int, by: int
) -> Ints | None:
    """Counts in whole persons in which the cell is at least so many larger; only open cells change.

    None when there are none, or none was found soon.
    """
    base = moves.base
    least = np.where(open_, np.minimum(floor, base), base)
    least[cell] = base[cell] + by
    return _solve(base, sums, least, open_, np.full(len(base), 1.0))


def apart(
    moves: Moves, sums: Sums, floor: Ints, open_: Bools, cell: int, width: int
) -> tuple[Ints, ...]:
    """Two counts in whole persons between which the cell differs by so many: in the one as large
    as can be, or by so many larger, in the other smaller for the rest. Nothing when there are none,
    or none were found soon."""
    base = moves.base

    def moved(by: int) -> Ints | None:
        if by == 0:
            return base
        found = moves.rise(cell, by) if by > 0 else moves.fall(cell, -by)
        if found is None:
            return None
        if is_whole(found):
            return np.round(found).astype(np.int64)
        least = np.where(open_, np.minimum(floor, base), base)
        least[cell] = max(least[cell], base[cell] + by)
        most = (cell, -by) if by < 0 else None
        return _solve(base, sums, least, open_, np.full(len(base), 1.0), fall=most)

    most = float(moves.highest(cell, float(width))[cell])
    for rise in range(min(width, int(most - base[cell] + _NEAR)), -1, -1):
        up = moved(rise)
        if up is not None:
            down = moved(rise - width)
            return () if down is None else (up, down)
    return ()


def nearest_whole(values: Ints, sums: Sums, floor: Ints, open_: Bools, price: Floats) -> Ints:
    """Counts in whole persons that are at least ``floor`` in every open cell that is
    short of it."""
    least = np.where(open_, floor, values)
    found = _solve(values, sums, least, open_, price)
    if found is None:
        raise ArithmeticError("No counts agree with this reading.")
    return found


def between(low: Ints, high: Ints, sums: Sums) -> Ints | None:
    """Any whole numbers within these bounds for which all sums hold; None when there are none."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(low), sums.number
    lp.col_cost_ = np.zeros(len(low))
    lp.col_lower_, lp.col_upper_ = low.astype(float), high.astype(float)
    if (low > high).any():
        return None
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(low)
    lp.row_lower_ = lp.row_upper_ = np.zeros(sums.number)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = sums.starts.astype(np.int32)
    lp.a_matrix_.index_ = sums.cells.astype(np.int32)
    lp.a_matrix_.value_ = sums.signs.astype(float)
    model = _model()
    model.passModel(lp)
    model.run()
    if model.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
        return None
    return np.round(np.array(model.getSolution().col_value)).astype(np.int64)


def near(
    values: Ints, least: Floats, most: Floats, price: Floats, sums: Sums, constants: Floats
) -> Ints | None:
    """Whole numbers within these bounds whose signed sums are the constants, as near to the values
    as their price asks (0: wherever); None when there are none, or none was found soon."""
    if (least > most).any():
        return None
    number = len(values)
    lp = highspy.HighsLp()
    dear = np.flatnonzero(price > 0)
    # A dear number is its value, and so many more, less so many fewer.
    lp.num_col_, lp.num_row_ = number + 2 * len(dear), sums.number + len(dear)
    lp.col_cost_ = np.concatenate([np.zeros(number), price[dear], price[dear]])
    lp.col_lower_ = np.concatenate([least, np.zeros(2 * len(dear))])
    lp.col_upper_ = np.concatenate([most, np.full(2 * len(dear), _INFINITY)])
    lp.row_lower_ = lp.row_upper_ = np.concatenate([constants, values[dear].astype(float)])
    more = number + np.arange(len(dear))
    moved = np.column_stack([dear, more, more + len(dear)]).ravel()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    ends = sums.starts[-1] + 3 * np.arange(1, len(dear) + 1)
    lp.a_matrix_.start_ = np.concatenate([sums.starts, ends]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([sums.cells, moved]).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([sums.signs, np.tile([1, -1, 1], len(dear))]).astype(float)
    for whole in (False, True):
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
        model = _model()
        model.passModel(lp)
        model.run()
        if model.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return None
        found = np.array(model.getSolution().col_value)[:number]
        if is_whole(found):
            return np.round(found).astype(np.int64)
    return None


def _model() -> SilentHighs:
    model = SilentHighs()
    model.setOptionValue("threads", 1)
    model.setOptionValue("random_seed", 0)
    model.setOptionValue("mip_max_nodes", _NODES)
    # The first that is found does: what it changes is withheld already.
    model.setOptionValue("mip_max_improving_sols", 1)
    return model


def _solve(
    base: Ints,
    sums: Sums,
    least: Ints,
    open_: Bools,
    price: Floats,
    fall: tuple[int, int] | None = None,
) -> Ints | None:
    cells = np.flatnonzero(open_)
    column = np.full(len(base), -1, dtype=np.int64)
    column[cells] = np.arange(len(cells))
    number = len(cells)
    model = _model()
    lp = highspy.HighsLp()
    short = np.maximum(least - base, 0)[cells].astype(float)
    room = np.maximum(base - least, 0)[cells].astype(float)
    lp.num_col_, lp.col_cost_ = 2 * number, np.concatenate([price[cells], price[cells]])
    must_fall = np.zeros(number)
    if fall is not None:
        must_fall[column[fall[0]]] = fall[1]
        short[column[fall[0]]] = 0
    lp.col_lower_ = np.concatenate([short, must_fall])
    lp.col_upper_ = np.concatenate([np.full(number, _INFINITY), room])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * (2 * number)
    columns = column[sums.cells]
    row_of = np.repeat(np.arange(sums.number), np.diff(sums.starts))
    kept = columns >= 0
    columns, row_of, signs = columns[kept], row_of[kept], sums.signs[kept].astype(float)
    _, row_of = np.unique(row_of, return_inverse=True)
    rows = int(row_of.max()) + 1 if len(row_of) else 0
    index = np.empty(2 * len(columns), dtype=np.int32)
    value = np.empty(2 * len(columns))
    index[0::2], index[1::2], value[0::2], value[1::2] = columns, columns + number, signs, -signs
    lp.num_row_, lp.row_lower_, lp.row_upper_ = rows, np.zeros(rows), np.zeros(rows)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lengths = np.bincount(row_of, minlength=rows)
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(2 * lengths)]).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = index, value
    model.passModel(lp)
    model.run()
    if model.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
        return None
    solution = np.round(np.array(model.getSolution().col_value)).astype(np.int64)
    found = base.copy()
    found[cells] += solution[:number] - solution[number:]
    return found
