"""The page's arithmetic is the runtime's, for windows of every kind, not for the examples alone."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.layers import FAMILIES
from app.layers.base import Array, Layer
from app.problems import Invalid
from tests.layers.against_torch.convs import Call, calls
from tests.layers.against_torch.pools import Pool, pools
from tests.layers.against_torch.trial import per_axis
from tests.layers.cases import run
from tests.layers.combine import cells_of, combined
from tests.layers.oracles import RTOL

WAYS: list[tuple[str, dict[str, Any]]] = [
    ("max", {}),
    ("avg", {"count_include_pad": True}),
    ("avg", {"count_include_pad": False}),
    ("lp", {"p": 1.5}),
]
PADDINGS = st.sampled_from(["same", "valid"])
MODES = st.sampled_from(["zeros", "reflect", "replicate", "circular"])
_LOOKED_AT = 5


def _check(
    kind: type[Layer], parameters: dict[str, Any], tensors: dict[str, Array], data: st.DataObject
) -> None:
    try:
        done = run(kind.model_validate(parameters), tensors)
    except Invalid:
        return
    layer, output = done.plan.layer, done.outputs["output"]
    for _ in range(_LOOKED_AT if output.size else 0):
        at = data.draw(st.tuples(*(st.integers(0, n - 1) for n in output.shape)))
        found = layer.explain(done.tensors, at)
        assert found.value == pytest.approx(output[at], RTOL, 1e-4)
        if cells_of(found):
            assert combined(found, done.tensors, layer) == pytest.approx(output[at], RTOL, 1e-4)
        for cell in list(cells_of(found))[:_LOOKED_AT]:
            fed = layer.feeds(done.plan.shapes, cell)
            place = tuple(i.start if isinstance(i, slice) else i for i in fed)
            assert cell in cells_of(layer.explain(done.tensors, place)), (at, cell, place)


@given(calls(batched=True), MODES, st.data())
def test_convolution(call: Call, mode: str, data: st.DataObject) -> None:
    padding = data.draw(PADDINGS | per_axis(2 * call.dims, 0, 2))
    parameters = call.parameters | {"padding": padding, "padding_mode": mode}
    _check(FAMILIES["conv"].first, parameters, call.tensors, data)


@given(pools(two_sided=True), st.sampled_from(WAYS), st.none() | PADDINGS, st.data())
def test_pooling(
    pool: Pool, way: tuple[str, dict[str, Any]], padding: str | None, data: st.DataObject
) -> None:
    tag, more = way
    parameters = pool.parameters(**more) | ({"padding": padding} if padding else {})
    _check(FAMILIES["pooling"].variants[tag], parameters, {"input": pool.x}, data)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_softmax(shape: list[int], data: st.DataObject) -> None:
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = np.random.default_rng(len(shape)).normal(size=shape).astype(np.float32)
    parameters = {"dim": dim, "temperature": 0.5, "log": data.draw(st.booleans())}
    _check(FAMILIES["softmax"].first, parameters, {"input": x}, data)
