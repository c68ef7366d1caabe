"""Each stage is timed as a model of its own, and that model makes what the whole graph made."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from app.layers.base import INPUT, Array
from app.networks.graph import Graph
from app.networks.network import names, network
from app.networks.parts import Part, parts
from app.networks.read import read_graph
from app.networks.times import stage_times
from app.runtime.sessions import load
from tests.networks.light import every_light, light


def traced(graph: Graph) -> dict[str, Array]:
    x = np.random.default_rng(0).uniform(0, 1, graph.shape).astype(np.float32)
    return {INPUT.name: x} | graph.run(x, [stage.name for stage in graph.stages])


def whole(part: Part) -> onnx.ModelProto:
    """Return the model with its constants in it."""
    model = onnx.ModelProto()
    model.CopyFrom(part.model)
    for tensor in model.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(part.held[tensor.name], tensor.name))
    return model


def hold_parts(graph: Graph) -> list[str]:
    """Hold each part's value against that of the whole run; return the names of the stages."""
    values, found = traced(graph), []
    for stage, part in parts(graph, values):
        feeds = {name: values[source] for name, source in part.inputs.items()}
        made = load(whole(part), "cpu", as_written=True).run(feeds)[part.output]
        np.testing.assert_allclose(made, values[stage.name], 1e-5, 1e-6, err_msg=stage.name)
        found.append(stage.name)
    return found


@pytest.mark.parametrize("name", names())
def test_the_parts_of_a_network_of_ours_make_its_values(name: str) -> None:
    graph = network(name).graph
    assert hold_parts(graph) == [stage.name for stage in graph.stages]


@every_light
def test_the_parts_of_a_published_architecture_make_its_values(name: str) -> None:
    graph = read_graph(light(name))
    assert hold_parts(graph) == [stage.name for stage in graph.stages]


def _odd() -> onnx.ModelProto:
    """Return a graph with a shape that is counted, a value passed on and a node of two outputs."""
    nodes = [
        helper.make_node("Split", ["x"], ["a", "b"], axis=1, num_outputs=2),
        helper.make_node("Identity", ["a"], ["same"]),
        helper.make_node("Shape", ["b"], ["size"]),
        helper.make_node("Gather", ["size", "zero"], ["batch"]),
        helper.make_node("Concat", ["batch", "rest"], ["to"], axis=0),
        helper.make_node("Add", ["same", "b"], ["sum"]),
        helper.make_node("Reshape", ["sum", "to"], ["row"]),
        helper.make_node("Gemm", ["row", "w"], ["y"]),
    ]
    held: dict[str, Array] = {
        "zero": np.array([0], np.int64),
        "rest": np.array([-1], np.int64),
        "w": np.random.default_rng(1).normal(0, 1, (32, 40)).astype(np.float32),
    }
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 4, 4, 4))]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 40))]
    tensors = [numpy_helper.from_array(value, name) for name, value in held.items()]
    graph = helper.make_graph(nodes, "odd", inputs, outputs, tensors)
    opset = helper.make_opsetid("", 18)
    return helper.make_model(graph, opset_imports=[opset], ir_version=8)


def test_what_depends_on_shapes_alone_is_a_constant_of_a_part() -> None:
    graph = read_graph(_odd())
    values = traced(graph)
    operators = []
    for stage, part in parts(graph, values):
        feeds = {name: values[source] for name, source in part.inputs.items()}
        [made] = ReferenceEvaluator(whole(part)).run([part.output], feeds)
        np.testing.assert_allclose(np.asarray(made), values[stage.name], 1e-5, 1e-6)
        operators.append([node.op_type for node in part.model.graph.node])
    # The second output of `Split` has no time of its own.
    assert operators == [["Split"], ["Identity", "Add"], ["Reshape"], ["Gemm"]]
    assert len(graph.stages) == 5


def test_a_constant_that_is_a_plain_number_is_float32() -> None:
    nodes = [
        helper.make_node("Constant", [], ["two"], value_float=2.0),
        helper.make_node("Mul", ["x", "two"], ["y"]),
    ]
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, (1, 4)) for n in "xy")
    opset = helper.make_opsetid("", 18)
    graph = helper.make_graph(nodes, "g", [x], [y])
    read = read_graph(helper.make_model(graph, opset_imports=[opset], ir_version=8))
    assert list(read.settled.held) == ["two"]
    assert read.settled.held["two"].dtype == np.float32
    assert stage_times(read).is_whole


@pytest.mark.parametrize("name", names())
def test_every_stage_has_its_time(name: str) -> None:
    shown = network(name)
    found = stage_times(shown.graph)
    assert (found.runs, found.is_whole) == (5, True)
    assert list(found.microseconds) == [stage.name for stage in shown.stages]
    assert all(taken >= 0 for taken in found.microseconds.values())


def test_a_slow_network_is_run_fewer_times() -> None:
    found = stage_times(network("lenet-digits").graph, seconds=0)
    assert (found.runs, found.is_whole, found.microseconds) == (1, False, {})


def test_a_weight_that_there_is_no_time_to_put_in_order_is_left_out() -> None:
    """ONNX Runtime copies it before the first run, which takes longer than the run itself."""
    nodes = [helper.make_node("Relu", ["x"], ["r"]), helper.make_node("MatMul", ["r", "w"], ["y"])]
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, (1, 4096)) for n in "xy")
    weight = numpy_helper.from_array(np.ones((4096, 4096), np.float32), "w")
    opset = helper.make_opsetid("", 18)
    graph = helper.make_graph(nodes, "g", [x], [y], [weight])
    read = read_graph(helper.make_model(graph, opset_imports=[opset], ir_version=8))
    found = stage_times(read, seconds=0.1)
    assert (found.is_whole, len(found.microseconds)) == (False, 1)
    assert stage_times(read).is_whole
