"""What is said that a number depends on is what changes it; where nobody knows, that is said."""

from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, numpy_helper

from app.networks.facts import graph_facts
from app.networks.read import read_graph
from tests.uploads.made import model, node, of_opset

SIDE = 7
X = np.random.default_rng(0).uniform(0.5, 3, (1, 3, SIDE, SIDE)).astype(np.float32)
WEIGHT = np.random.default_rng(1).uniform(0.1, 1, (4, 3, 3, 3)).astype(np.float32)


def _graph(nodes: list[onnx.NodeProto], rank: int = 4, **held: Any) -> onnx.ModelProto:
    """Return a convolution of 3 × 3 that gives `c`, and nodes of which the last gives `y`."""
    held = {"w": WEIGHT} | held
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in held.items()]
    first = node("Conv", "x w", "c", pads=[1, 1, 1, 1])
    return model([first, *nodes], X.shape, tensors, rank, opset_imports=of_opset(18))


def _last(sent: onnx.ModelProto) -> dict[str, Any]:
    found: dict[str, Any] = graph_facts(read_graph(sent))["stages"][-1]
    return found


def _changing(sent: onnx.ModelProto, at: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Return the pixels of the input that an output depends on: each is changed by itself."""
    session, found = ort.InferenceSession(sent.SerializeToString()), set()
    before = session.run(None, {"x": X})[0][at]
    for place in np.ndindex(SIDE, SIDE):
        changed = X.copy()
        changed[0, :, *place] += 40
        if session.run(None, {"x": changed})[0][at] != before:
            found.add(place)
    return found


SCALE: dict[str, Any] = {"scale": np.float32(1), "zero": np.uint8(0)}
ALONE: dict[str, onnx.ModelProto] = {
    **{
        name: _graph([node(name, "c", "y")])
        for name in ("Abs", "Neg", "Sqrt", "Reciprocal", "Log", "Ceil")
    },
    "Erf": _graph([node("Mul", "c small", "r"), node("Erf", "r", "y")], small=np.float32(0.01)),
    "Div": _graph([node("Div", "c two", "r"), node("Add", "r c", "y")], two=np.float32(2)),
    "Pow": _graph([node("Pow", "c two", "y")], two=np.float32(2)),
    "Min": _graph([node("Sqrt", "c", "r"), node("Min", "c r", "y")]),
    "Where": _graph(
        [
            node("Greater", "c two", "g"),
            node("Neg", "c", "r"),
            node("Where", "g c r", "y"),
        ],
        two=np.float32(2),
    ),
    "Cast": _graph(
        [
            node("Cast", "c", "i", to=TensorProto.INT32),
            node("Cast", "i", "y", to=TensorProto.FLOAT),
        ]
    ),
    "QuantizeLinear": _graph(
        [
            node("QuantizeLinear", "c scale zero", "q"),
            node("DequantizeLinear", "q scale zero", "y"),
        ],
        **SCALE,
    ),
    "shares of channels": _graph([node("Softmax", "c", "y", axis=1)]),
}
WHOLE_ROW: dict[str, onnx.ModelProto] = {
    "product of rows": _graph(
        [node("MatMul", "c m", "y")], m=np.random.default_rng(2).uniform(1, 2, (7, 7)).astype("f4")
    ),
}
UNKNOWN: dict[str, onnx.ModelProto] = {
    "cut": _graph([node("Slice", "c begin end axes", "y")], begin=[0, 0], end=[2, 2], axes=[2, 3]),
    "two that vary": _graph([node("MatMul", "c c", "y")]),
    "then a window": _graph(
        [
            node("Slice", "c begin end axes", "s"),
            node("MaxPool", "s", "y", kernel_shape=[2, 2]),
        ],
        begin=[0, 0],
        end=[4, 4],
        axes=[2, 3],
    ),
    "laid in a row": _graph([node("Flatten", "c", "y")], rank=2),
    "rows last": _graph([node("Transpose", "c", "y", perm=[0, 3, 1, 2])]),
    "rows behind each other": _graph([node("Concat", "c c", "y", axis=2)]),
}


@pytest.mark.parametrize("name", ALONE)
def test_what_goes_element_by_element_sees_what_its_source_saw(name: str) -> None:
    told = _last(ALONE[name])
    assert told["sees"] == "window"
    assert told["receptive_field"] == {"size": (3, 3), "stride": (1, 1), "offset": (-1, -1)}
    seen = {(y, x) for y in range(2, 5) for x in range(3, 6)}
    assert _changing(ALONE[name], (0, 1, 3, 4)) == seen


@pytest.mark.parametrize("name", WHOLE_ROW)
def test_what_mixes_one_axis_sees_it_whole(name: str) -> None:
    """A convolution before it makes three rows of one."""
    told = _last(WHOLE_ROW[name])
    field = told["receptive_field"]
    (height, width), (step, none), (top, left) = field["size"], field["stride"], field["offset"]
    assert (told["sees"], height, step, top, none) == ("window", 3, 1, -1, 0)
    assert left <= 0
    assert left + width >= SIDE
    seen = {(y, x) for y in range(2, 5) for x in range(SIDE)}
    assert _changing(WHOLE_ROW[name], (0, 1, 3, 4)) == seen


@pytest.mark.parametrize("name", UNKNOWN)
def test_where_nobody_knows_it_is_not_called_everything(name: str) -> None:
    told = _last(UNKNOWN[name])
    assert told["receptive_field"] is None
    assert told["sees"] == "unknown"


def test_scores_of_all_that_was_laid_in_a_row_see_everything() -> None:
    size = 4 * SIDE * SIDE
    sent = _graph(
        [node("Flatten", "c", "f"), node("Gemm", "f m", "g"), node("Softmax", "g", "y", axis=1)],
        2,
        m=np.random.default_rng(2).uniform(1e-3, 1e-2, (size, 2)).astype("f4"),
    )
    told = graph_facts(read_graph(sent))["stages"]
    assert [stage["sees"] for stage in told] == ["window", "unknown", "all", "all"]
    assert len(_changing(sent, (0, 0))) == SIDE * SIDE


def test_means_of_whole_maps_have_seen_everything_wherever_they_are_laid() -> None:
    sent = _graph([node("GlobalAveragePool", "c", "p"), node("Flatten", "p", "y")], 2)
    assert _last(sent)["sees"] == "all"
    assert len(_changing(sent, (0, 0))) == SIDE * SIDE


def test_scores_of_what_was_cut_out_do_not() -> None:
    """Nobody knows what is left of the input behind an operator that is not known."""
    cut = [node("Slice", "c begin end axes", "s"), node("Flatten", "s", "f")]
    held = {"begin": [0, 0], "end": [2, 2], "axes": [2, 3], "m": np.ones((16, 2), np.float32)}
    sent = _graph([*cut, node("Gemm", "f m", "y")], 2, **held)
    assert _last(sent)["sees"] == "unknown"
    assert len(_changing(sent, (0, 0))) == 9


CHANNELS_LAST: dict[str, onnx.ModelProto] = {
    "turned": _graph([node("Transpose", "c", "y", perm=[0, 2, 3, 1])]),
    "turned, then element by element": _graph(
        [
            node("Transpose", "c", "t", perm=[0, 2, 3, 1]),
            node("Sqrt", "t", "s"),
            node("Mul", "s each", "m"),
            node("Relu", "m", "r"),
            node("Add", "r t", "y"),
        ],
        each=np.array([1, 2, 3, 4], np.float32),
    ),
}


@pytest.mark.parametrize("name", CHANNELS_LAST)
def test_what_is_turned_to_channels_last_sees_what_it_saw(name: str) -> None:
    told = _last(CHANNELS_LAST[name])
    assert told["channels_last"]
    assert told["receptive_field"] == {"size": (3, 3), "stride": (1, 1), "offset": (-1, -1)}
    seen = {(y, x) for y in range(2, 5) for x in range(3, 6)}
    assert _changing(CHANNELS_LAST[name], (0, 3, 4, 1)) == seen


def test_a_window_over_channels_that_come_last_is_none_over_columns() -> None:
    nodes = [
        node("Transpose", "c", "t", perm=[0, 2, 3, 1]),
        node("MaxPool", "t", "y", kernel_shape=[2, 2]),
    ]
    sent = _graph(nodes)
    told = _last(sent)
    assert (told["sees"], told["channels_last"]) == ("unknown", False)
    assert _changing(sent, (0, 3, 4, 1)) == {(y, x) for y in range(2, 5) for x in range(3, 7)}


def test_rows_that_are_laid_out_from_channels_last_are_seen_whole_by_scores() -> None:
    nodes = [
        node("Transpose", "c", "t", perm=[0, 2, 3, 1]),
        node("Flatten", "t", "f"),
        node("Gemm", "f m", "y"),
    ]
    m = np.random.default_rng(2).uniform(1e-3, 1e-2, (4 * SIDE * SIDE, 2)).astype("f4")
    sent = _graph(nodes, 2, m=m)
    told = graph_facts(read_graph(sent))["stages"]
    assert [stage["sees"] for stage in told] == ["window", "window", "unknown", "all"]
    assert len(_changing(sent, (0, 0))) == SIDE * SIDE
