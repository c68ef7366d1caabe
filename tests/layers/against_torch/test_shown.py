"""The PyTorch expression that a reader is shown gives our numbers, whatever the parameters."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.layers import FAMILIES
from app.layers.base import Array
from app.problems import Invalid
from tests.layers.against_torch.convs import Call, calls
from tests.layers.against_torch.pools import Pool, pools
from tests.layers.against_torch.trial import per_axis
from tests.layers.cases import run
from tests.layers.oracles import assert_same, by_torch

WAYS: list[tuple[str, dict[str, Any]]] = [
    ("max", {}),
    ("max", {"return_indices": True}),
    ("avg", {"count_include_pad": True}),
    ("avg", {"count_include_pad": False}),
    ("lp", {"p": 1.0}),
    ("lp", {"p": 2.5}),
]
PADDINGS = st.sampled_from(["same", "valid"])
MODES = st.sampled_from(["zeros", "reflect", "replicate", "circular"])


def _check(family: str, tag: str, parameters: dict[str, Any], tensors: dict[str, Array]) -> None:
    try:
        done = run(FAMILIES[family].variants[tag].model_validate(parameters), tensors)
    except Invalid:
        return
    layer = done.plan.layer
    shown = by_torch(layer, done.tensors)
    for (name, mine), theirs in zip(done.outputs.items(), shown, strict=True):
        # The index of a maximum over padding alone means nothing.
        if name == "output" or max(parameters["dilation"]) == 1:
            assert_same(mine, theirs, layer.torch(done.plan.shapes))


@given(pools(two_sided=True), st.sampled_from(WAYS), st.none() | PADDINGS)
def test_pooling(pool: Pool, way: tuple[str, dict[str, Any]], padding: str | None) -> None:
    tag, more = way
    parameters = pool.parameters(**more)
    if padding:
        parameters["padding"] = padding
    _check("pooling", tag, parameters, {"input": pool.x})


@given(calls(batched=True), MODES, st.data())
def test_convolution(call: Call, mode: str, data: st.DataObject) -> None:
    padding = data.draw(PADDINGS | per_axis(2 * call.dims, 0, 2))
    parameters = call.parameters | {"padding": padding, "padding_mode": mode}
    _check("conv", "", parameters, call.tensors)
