"""Files that somebody might send: small models, good and hostile ones."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def model(
    nodes: Sequence[onnx.NodeProto],
    shape: Sequence[int | str] = (1, 3, 8, 8),
    held: Sequence[onnx.TensorProto] = (),
    rank: int = 4,
    **more: Any,
) -> onnx.ModelProto:
    """Return a graph from `x` to the last node's first output."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    y = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, [None] * rank)
    graph = helper.make_graph(list(nodes), "sent", [x], [y], list(held))
    more.setdefault("opset_imports", of_opset(17))
    return helper.make_model(graph, ir_version=8, **more)


def of_opset(version: int) -> list[onnx.OperatorSetIdProto]:
    """Return what says that a model is written in a version of ONNX's own operators."""
    return [helper.make_opsetid("", version)]


def node(operator: str, given: str, made: str, **more: Any) -> onnx.NodeProto:
    """Return a node; inputs and outputs are words."""
    return helper.make_node(operator, given.split(), made.split(), **more)


def good() -> onnx.ModelProto:
    """Return a convolution and a ReLU."""
    weight = np.random.default_rng(0).normal(0, 1, (2, 3, 3, 3)).astype(np.float32)
    return model(
        [node("Conv", "x w", "c"), node("Relu", "c", "y")],
        held=[numpy_helper.from_array(weight, "w")],
    )


def scoring() -> onnx.ModelProto:
    """Return a small network that ends in a dense layer: scores, and no softmax after them."""
    draw = np.random.default_rng(1)
    held = {"k": (4, 3, 3, 3), "w": (3, 4), "b": (3,)}
    return model(
        [
            node("Conv", "x k", "c"),
            node("Relu", "c", "r"),
            node("GlobalAveragePool", "r", "p"),
            node("Flatten", "p", "f"),
            node("Gemm", "f w b", "y", transB=1),
        ],
        held=[
            numpy_helper.from_array(draw.normal(0, 1, shape).astype(np.float32), name)
            for name, shape in held.items()
        ],
        rank=2,
    )


def external() -> onnx.ModelProto:
    """Return a model whose weight is another file's, this machine's list of users."""
    sent = good()
    tensor = sent.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    return sent


def external_constant() -> onnx.ModelProto:
    """Return the same in a constant among the nodes."""
    tensor = external().graph.initializer[0]
    return model([node("Constant", "", "w", value=tensor), node("Conv", "x w", "y")])


def endless() -> onnx.ModelProto:
    """Return a loop that never ends."""
    go = helper.make_tensor_value_info("go", TensorProto.BOOL, [])
    i = helper.make_tensor_value_info("i", TensorProto.INT64, [])
    also = helper.make_tensor_value_info("also", TensorProto.BOOL, [])
    body = helper.make_graph([node("Identity", "go", "also")], "body", [i, go], [also])
    true = numpy_helper.from_array(np.array(True), "true")
    loop = helper.make_node("Loop", ["", "true"], [], body=body)
    return model([loop, node("Relu", "x", "y")], held=[true])


def terabyte() -> onnx.ModelProto:
    """Return a constant of 2^40 numbers."""
    size = numpy_helper.from_array(np.array([1 << 20, 1 << 20]), "size")
    nodes = [
        node("ConstantOfShape", "size", "big"),
        node("ReduceSum", "big", "sum", keepdims=0),
        node("Add", "x sum", "y"),
    ]
    return model(nodes, held=[size])


def doubling() -> onnx.ModelProto:
    """Return concatenations of a thing with itself, forty times."""
    links = enumerate(_chain("x", "v", 40))
    return model([node("Concat", f"{a} {a}", f"v{n}", axis=1) for n, a in links])


def doubling_constants() -> onnx.ModelProto:
    """Return the same of a constant, which is folded."""
    one = numpy_helper.from_array(np.ones((1, 1024), np.float32), "one")
    links = _chain("one", "v", 30)
    nodes = [node("Concat", f"{a} {a}", f"v{n}", axis=1) for n, a in enumerate(links)]
    last = node("ReduceSum", "v29", "sum", keepdims=0)
    return model([*nodes, last, node("Add", "x sum", "y")], held=[one])


def slow_constants() -> onnx.ModelProto:
    """Return products of large constants, minutes of work."""
    size = numpy_helper.from_array(np.array([3000, 3000]), "size")
    links = _chain("c", "v", 400)
    nodes = [node("MatMul", f"{a} c", f"v{n}") for n, a in enumerate(links)]
    last = node("ReduceSum", "v399", "sum", keepdims=0)
    first = node("ConstantOfShape", "size", "c")
    return model([first, *nodes, last, node("Add", "x sum", "y")], held=[size])


def heavy() -> onnx.ModelProto:
    """Return a convolution of more work than a run may take."""
    weight = numpy_helper.from_array(np.zeros((512, 3, 31, 31), np.float32), "w")
    pads = [15, 15, 15, 15]
    return model([node("Conv", "x w", "y", pads=pads)], (1, 3, 2000, 2000), [weight])


def heavy_rows() -> onnx.ModelProto:
    """Return a product of what is made of the input, of more work than a run may take."""
    nodes = [node("Transpose", "x", "t", perm=[0, 1, 3, 2]), node("MatMul", "t x", "y")]
    return model(nodes, (1, 1, 1000, 6000))


def _chain(first: str, name: str, count: int) -> list[str]:
    return [first, *(f"{name}{n}" for n in range(count - 1))]


def many_nodes() -> onnx.ModelProto:
    """Return twenty thousand ReLUs in a row."""
    links = enumerate(_chain("x", "v", 20_000))
    return model([node("Relu", a, f"v{n}") for n, a in links])


def _function(name: str, calls: Sequence[str]) -> onnx.FunctionProto:
    links = _chain("x", "v", len(calls))
    nodes = [
        helper.make_node(call, [a], [f"v{n}"], domain="" if call == "Relu" else "mine")
        for n, (a, call) in enumerate(zip(links, calls, strict=True))
    ]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    return helper.make_function("mine", name, ["x"], [f"v{len(calls) - 1}"], nodes, opsets)


def _calling(functions: Sequence[onnx.FunctionProto], name: str) -> onnx.ModelProto:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    call = helper.make_node(name, ["x"], ["y"], domain="mine")
    return model([call], opset_imports=opsets, functions=list(functions))


def function() -> onnx.ModelProto:
    """Return a model with a function of its own, which is no harm."""
    return _calling([_function("twice", ["Relu", "Relu"])], "twice")


def recursive() -> onnx.ModelProto:
    """Return functions that call each other."""
    return _calling([_function("a", ["b"]), _function("b", ["Relu", "a"])], "a")


def unfolding() -> onnx.ModelProto:
    """Return functions each of which calls the one before twice: 2^40 nodes in the end."""
    first = _function("f0", ["Relu"])
    others = [_function(f"f{n}", [f"f{n - 1}", f"f{n - 1}"]) for n in range(1, 41)]
    return _calling([first, *others], "f40")


def custom() -> onnx.ModelProto:
    """Return an operator that nobody here has."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.example", 1)]
    mine = helper.make_node("Steal", ["x"], ["y"], domain="com.example")
    return model([mine], opset_imports=opsets)


def nested() -> onnx.ModelProto:
    """Return conditions within conditions."""
    inner = helper.make_graph([node("Relu", "x", "z")], "g", [], [_float("z")])
    for _ in range(12):
        both = helper.make_node("If", ["yes"], ["z"], then_branch=inner, else_branch=inner)
        inner = helper.make_graph([both], "g", [], [_float("z")])
    outer = helper.make_node("If", ["yes"], ["y"], then_branch=inner, else_branch=inner)
    return model([outer], held=[numpy_helper.from_array(np.array(True), "yes")])


def _float(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)


def two_inputs() -> onnx.ModelProto:
    """Return a graph that wants a second tensor."""
    sent = good()
    sent.graph.input.append(helper.make_tensor_value_info("x2", TensorProto.FLOAT, [1]))
    return sent


def old() -> onnx.ModelProto:
    """Return a version that is not read any more."""
    sent = good()
    sent.opset_import[0].version = 6
    return sent


def newer() -> onnx.ModelProto:
    """Return a version that nobody has written yet."""
    sent = good()
    sent.opset_import[0].version = 10_000
    return sent


def broken() -> onnx.ModelProto:
    """Return a node that takes what nobody makes."""
    return model([node("Relu", "nothing", "y")])


def mismatched() -> onnx.ModelProto:
    """Return a convolution whose kernel has other channels than its input."""
    weight = numpy_helper.from_array(np.zeros((2, 5, 3, 3), np.float32), "w")
    return model([node("Conv", "x w", "y")], held=[weight])


def constant() -> onnx.ModelProto:
    """Return a graph that does not look at its input."""
    return model([node("Constant", "", "y", value=numpy_helper.from_array(np.zeros(3)))])


def in_training(how: str = "held") -> onnx.ModelProto:
    """Return a dropout that drops: a tensor says so, a constant or what other nodes make of one."""
    yes = numpy_helper.from_array(np.array(True), "yes")
    ratio = numpy_helper.from_array(np.array(0.5, np.float32), "ratio")
    mode = {"made": "also", "drawn": "b"}.get(how, "yes")
    nodes = [node("Dropout", f"x ratio {mode}", "d"), node("Relu", "d", "y")]
    if how == "constant":
        nodes.insert(0, node("Constant", "", "yes", value=yes))
    if how == "made":
        nodes.insert(0, node("Not", "yes", "no"))
        nodes.insert(1, node("Not", "no", "also"))
    if how == "drawn":
        nodes.insert(0, node("ReduceMax", "x", "m", keepdims=0))
        nodes.insert(1, node("Cast", "m", "b", to=TensorProto.BOOL))
    return model(nodes, held=[ratio] if how == "constant" else [ratio, yes])


HOSTILE: dict[str, tuple[Callable[[], onnx.ModelProto], str]] = {
    "external": (external, "another file"),
    "external constant": (external_constant, "another file"),
    "endless": (endless, "operators that are not run here: Loop"),
    "terabyte": (terabyte, "more memory"),
    "doubling": (doubling, "would make .* numbers"),
    # A machine that is slow to give memory gets to the end of its time first.
    "doubling constants": (doubling_constants, "more memory|took too long"),
    "slow constants": (slow_constants, "took too long"),
    "heavy": (heavy, "multiply-accumulates"),
    "heavy rows": (heavy_rows, "multiply-accumulates"),
    "many nodes": (many_nodes, "20000 nodes"),
    "recursive": (recursive, "calls itself"),
    "unfolding": (unfolding, "nodes; at most"),
    "custom": (custom, "com.example"),
    "nested": (nested, "operators that are not run here: If"),
    "two inputs": (two_inputs, "has one input"),
    "old": (old, "opset 6"),
    "newer": (newer, "opset 10000"),
    "in training": (in_training, "training mode"),
    "broken": (broken, "no valid ONNX model"),
    "mismatched": (mismatched, "cannot be run"),
    "constant": (constant, "does not depend on its input"),
}
"""What must not be run, and a part of the sentence that says why."""
