"""What an animation shows, as data, against PyTorch and against what ONNX Runtime computed."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional as F

from app.animation.films import Cell, Film
from app.animation.frames import frames
from app.animation.planes import centre
from app.layers import FAMILIES
from app.layers.base import Array, Shape
from app.problems import Invalid
from app.runs import make_plan
from app.settings import Limits
from tests.layers.against_torch.convs import CALLS, Call, calls
from tests.layers.against_torch.pools import MAX, Pool, pools
from tests.layers.against_torch.test_conv_transpose import CALLS as TRANSPOSED
from tests.layers.against_torch.test_conv_transpose import Stamps, stamps
from tests.layers.against_torch.trial import per_axis
from tests.layers.cases import CASES, every_case, run_of

MOST = 16


def film_of(
    family: str,
    parameters: Mapping[str, Any],
    tensors: Mapping[str, Array],
    tag: str | None = None,
    *,
    at: Shape | None = None,
    most: int = MOST,
) -> Film:
    """Return the film of a layer, about its middle output."""
    known = FAMILIES[family]
    layer = known.variants[known.default if tag is None else tag].model_validate(dict(parameters))
    plan = make_plan(layer, {n: v.shape for n, v in tensors.items()}, Limits())
    shape = plan.outputs["output"]
    return frames(plan, tensors, centre(plan.layer, shape) if at is None else at, most)


def tried(*asked: Any, **more: Any) -> Film:
    """Return the film of a call that is one: sizes drawn at random need not fit each other."""
    try:
        film = film_of(*asked, **more)
    except (Invalid, ValueError):
        assume(False)
        raise
    return film


def by_torch(call: Any, *tensors: Array | None, **arguments: Any) -> Array:
    """Return what PyTorch makes of it, with its batch axis."""
    made = call(*(None if t is None else torch.from_numpy(t) for t in tensors), **arguments)
    found: Array = made.numpy()
    return found


def batched(x: Array, dims: int) -> Array:
    return x[None] if x.ndim == dims + 1 else x


def index(lead: Shape, cell: Cell, dims: int) -> tuple[int, ...]:
    """Return where a cell of a plane lies in the input."""
    return (*lead, *cell.place[2 - min(dims, 2) :])


@given(calls(), st.data())
def test_a_convolution_is_the_sum_of_the_cells_that_are_shown(
    call: Call, data: st.DataObject
) -> None:
    padding = data.draw(per_axis(call.dims, 0, 2))
    assume(call.x.shape[0] or call.x.ndim == call.dims + 1)
    film = tried("conv", call.parameters | {"padding": padding}, call.tensors)
    x = batched(call.x, call.dims)
    y = by_torch(CALLS[call.dims], x, call.weight, call.bias, padding=padding, **call.parameters)
    sides = [p for one in reversed(padding) for p in (one, one)]
    around = F.pad(torch.from_numpy(x), sides).numpy()
    kernel = call.weight.shape[2:]
    for frame in film.frames:
        assert frame.value == pytest.approx(y[frame.at], rel=1e-4, abs=1e-5)
        total = 0.0 if call.bias is None else float(call.bias[frame.at[1]])
        for pair, cells in zip(film.pairs, frame.cells, strict=True):
            if call.dims == 3 and not cells:  # its windows see the padding before and behind alone
                continue
            assert len(cells) == np.prod(kernel[-2:])
            assert pair.weight is not None
            for cell in cells:
                n, c, *place = index(pair.input.lead, cell, call.dims)
                moved = [i + p for i, p in zip(place, padding, strict=True)]
                assert cell.value == around[(n, c, *moved)]
                assert cell.is_padding == any(
                    not 0 <= i < size for i, size in zip(place, x.shape[2:], strict=True)
                )
                assert cell.met is not None
                met = (*pair.weight.lead, *cell.met[2 - min(call.dims, 2) :])
                assert met[0] == frame.at[1]
                assert cell.factor == call.weight[met]
                total += float(around[(n, c, *moved)] * call.weight[met])
        if not film.left_out:
            assert frame.value == pytest.approx(total, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_shows_the_cell_that_stands_there(mode: str) -> None:
    x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
    weight = np.ones((1, 1, 3, 3), np.float32)
    film = film_of("conv", {"padding": 2, "padding_mode": mode}, {"input": x, "weight": weight})
    around = F.pad(torch.from_numpy(x), [2] * 4, mode=mode).numpy()[0, 0]
    shown = {cell.place: cell for frame in film.frames for cell in frame.cells[0]}
    assert set(shown) == set(product(range(-2, 6), range(-2, 6)))
    for (row, column), cell in shown.items():
        assert cell.value == around[row + 2, column + 2]
        assert cell.is_padding == (not (0 <= row < 4 and 0 <= column < 4))
    assert film.pairs[0].input.region == (-2, -2, 6, 6)


@given(pools())
def test_a_maximum_is_the_one_winner_of_its_window(pool: Pool) -> None:
    assume(0 not in pool.x.shape and not pool.sees_only_padding())
    asked = {**pool.parameters(), "spatial_dims": pool.dims}
    try:
        y = by_torch(MAX[pool.dims], batched(pool.x, pool.dims), **pool.parameters())
    except RuntimeError:
        assume(False)
    film = tried("pooling", asked, {"input": pool.x}, "max")
    for frame in film.frames:
        assert frame.value == y[frame.at]
        cells = [cell for plane in frame.cells for cell in plane]
        if not film.left_out:
            assert [cell.value for cell in cells if cell.is_winner] == [frame.value]
        seen = [cell.value for cell in cells if cell.value is not None]
        assert max(seen, default=frame.value) <= frame.value
        assert all(cell.value is None for cell in cells if cell.is_padding)


@given(stamps(), st.data())
def test_a_stamp_is_the_sum_of_the_products_that_are_shown(
    call: Stamps, data: st.DataObject
) -> None:
    asked = call.sizes | {"padding": data.draw(per_axis(call.dims, 0, 2))}
    x = batched(call.x, call.dims)
    assume(x.size)
    film = tried("conv_transpose", asked, call.tensors)
    y = by_torch(TRANSPOSED[call.dims], x, call.weight, call.bias, **asked)
    for frame in film.frames:
        assert frame.value == pytest.approx(y[frame.at], rel=1e-4, abs=1e-5)
        total = 0.0 if call.bias is None else float(call.bias[frame.at[1]])
        for pair, cells in zip(film.pairs, frame.cells, strict=True):
            for cell in cells:
                assert cell.value == x[index(pair.input.lead, cell, call.dims)]
                assert cell.value is not None
                assert cell.factor is not None
                total += cell.value * cell.factor
        if not film.left_out:
            assert frame.value == pytest.approx(total, rel=1e-4, abs=1e-5)


@every_case
def test_every_layer_is_walked_over_as_it_is_computed(number: int) -> None:
    case, run = CASES[number], run_of(number)
    output = run.outputs["output"]
    at = centre(run.plan.layer, output.shape)
    film = frames(run.plan, case.tensors(), at, 4)
    region, size = film.output.region, film.output.size
    assert (region.rows, region.columns) == tuple(min(length, 4) for length in size)
    assert len(film.frames) == region.rows * region.columns == len({f.at for f in film.frames})
    assert [frame.at for frame in film.frames] == sorted(frame.at for frame in film.frames)
    assert at in [frame.at for frame in film.frames]
    expected = np.array([output[frame.at] for frame in film.frames])
    values = np.array([frame.value for frame in film.frames])
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(film.output.values.reshape(-1), values)
    assert all(frame.sum for frame in film.frames)


def test_every_cell_that_is_read_lies_in_what_is_shown() -> None:
    x = np.random.default_rng(0).normal(size=(1, 40, 60, 60)).astype(np.float32)
    asked = {"out_channels": 3, "padding": 4, "stride": 3, "dilation": 2}
    film = film_of("conv", asked, {"input": x}, at=(0, 2, 0, 21), most=5)
    region = film.pairs[0].input.region
    assert region == (-4, 47, 13, 64)
    assert (len(film.pairs), film.left_out) == (3, 37)
    for frame in film.frames:
        for cell in (cell for cells in frame.cells for cell in cells):
            assert region.top <= cell.place[0] < region.bottom
            assert region.left <= cell.place[1] < region.right


def test_of_many_channels_the_elements_own_is_shown() -> None:
    x = np.random.default_rng(0).normal(size=(1, 9, 2, 2)).astype(np.float32)
    film = film_of("softmax", {"dim": 1}, {"input": x}, at=(0, 6, 0, 0))
    assert [pair.input.lead for pair in film.pairs] == [(0, 5), (0, 6), (0, 7)]
    assert film.left_out == 6


def test_of_a_volume_the_slices_are_shown_that_the_element_sees() -> None:
    x = np.random.default_rng(0).normal(size=(1, 1, 6, 4, 4)).astype(np.float32)
    asked = {"out_channels": 1, "kernel_size": [2, 3, 3], "spatial_dims": 3}
    film = film_of("conv", asked, {"input": x}, at=(0, 0, 3, 0, 0))
    assert [pair.input.lead for pair in film.pairs] == [(0, 0, 3), (0, 0, 4)]
    assert [pair.weight and pair.weight.lead for pair in film.pairs] == [(0, 0, 0), (0, 0, 1)]
    assert {frame.at[2] for frame in film.frames} == {3}
    assert film.is_volume


@pytest.mark.parametrize(("x", "said"), [(-2.0, "x = −2, x ≤ 0: 0"), (3.0, "x = 3, x > 0: 3")])
def test_a_case_is_told_by_what_made_it_the_one(x: float, said: str) -> None:
    film = film_of("activation", {}, {"input": np.array([x], np.float32)}, "relu")
    assert [frame.sum for frame in film.frames] == [said]


@pytest.mark.parametrize(
    ("family", "tag", "parameters", "said"),
    [
        ("pooling", "avg", {"kernel_size": [1, 3]}, "(1 − 2 + 4) / 3"),
        ("pooling", "max", {"kernel_size": [1, 3]}, "max(1, −2, 4)"),
        ("pooling", "lp", {"kernel_size": [1, 3]}, "(|1|^2 + |−2|^2 + |4|^2)^(1 / 2)"),
        ("softmax", None, {}, "e^−3 / (e^−3 + e^−6 + e^0)"),
        ("activation", "sigmoid", {}, "1 / (1 + e^−1)"),
        ("activation", "softsign", {}, "1 / (1 + |1|)"),
    ],
)
def test_a_sum_is_one_line(family: str, tag: str | None, parameters: Any, said: str) -> None:
    film = film_of(family, parameters, {"input": np.array([[1, -2, 4]], np.float32)}, tag)
    assert film.frames[0].sum == said
