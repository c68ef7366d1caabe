"""Graphs: pinned versions, names of our own, a chain that is its layers one after the other."""

from typing import Any

import numpy as np
import onnx
import pytest

from app.graphs import IR_VERSION, OPSET
from app.layers.base import INPUT, Array, Shape
from app.networks.chain import make_stages
from app.networks.compile import chain_model
from app.problems import Invalid
from app.runtime.sessions import load
from tests.layers.cases import drawn, run

SPECS: list[dict[str, Any]] = [
    {"layer": "conv", "out_channels": 4, "padding": 1},
    {"layer": "activation"},
    {"layer": "pooling", "mode": "avg"},
    {"layer": "conv", "groups": 2},
    {"layer": "activation", "function": "tanh"},
    {"layer": "dense"},
    {"layer": "softmax"},
]
SHAPES: dict[str, Shape] = {
    "conv.weight": (4, 3, 3, 3),
    "conv.bias": (4,),
    "conv_2.weight": (6, 2, 2, 2),
    "dense.weight": (5, 6 * 3 * 3),
    "dense.bias": (5,),
}


def _weights() -> dict[str, Array]:
    return drawn(SHAPES)


def test_a_chain_is_its_layers_one_after_the_other() -> None:
    stages = make_stages(SPECS, _weights(), (1, 3, 8, 8))
    model = chain_model(stages, {"told": "by us"})
    onnx.checker.check_model(model, full_check=True)
    x = drawn({INPUT.name: (2, 3, 8, 8)})[INPUT.name]
    outputs = load(model, "cpu").run({INPUT.name: x})
    assert list(outputs) == [stage.name for stage in stages]
    for stage in stages:
        x = run(stage.layer, {INPUT.name: x, **stage.weights}).outputs["output"]
        np.testing.assert_allclose(outputs[stage.name], x, 1e-4, 1e-5)
        assert x.shape[1:] == stage.output[1:]


def test_versions_are_pinned_and_names_are_unique() -> None:
    model = chain_model(make_stages(SPECS, _weights(), (1, 3, 8, 8)), {"told": "by us"})
    assert model.ir_version == IR_VERSION
    assert [(o.domain, o.version) for o in model.opset_import] == [("", OPSET)]
    assert {entry.key: entry.value for entry in model.metadata_props} == {"told": "by us"}
    assert {t.name for t in model.graph.initializer} >= set(SHAPES)
    made = [name for node in model.graph.node for name in node.output]
    assert len(set(made)) == len(made)


def test_stages_are_numbered_from_the_second_on() -> None:
    names = [stage.name for stage in make_stages(SPECS, _weights(), (1, 3, 8, 8))]
    assert names == ["conv", "activation", "pooling", "conv_2", "activation_2", "dense", "softmax"]


def test_a_stage_that_does_not_fit_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        make_stages([{"layer": "pooling"}, {"layer": "pooling"}], {}, (1, 1, 3, 3))
    assert refused.value.faults[0].loc == ("layers", 1, "kernel_size")
