"""The size of an input: what the file says, what its operators need, what was asked for."""

from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

from app.layers.base import Shape
from app.networks.read import read_graph
from app.problems import Invalid
from tests.uploads.made import model, node

FREE = ("N", "C", "H", "W")


def _convolved(
    shape: Sequence[int | str] = FREE, kernel: Shape = (4, 5, 3, 3), group: int = 1
) -> onnx.ModelProto:
    held = [
        numpy_helper.from_array(np.ones(kernel, np.float32), "w"),
        numpy_helper.from_array(np.ones((1,), np.float32), "one"),
    ]
    return model([node("Sub", "x one", "s"), node("Conv", "s w", "y", group=group)], shape, held)


@pytest.mark.parametrize(("kernel", "group"), [((4, 5, 3, 3), 1), ((6, 2, 3, 3), 3)])
def test_free_channels_are_those_that_the_first_convolution_takes(
    kernel: Shape, group: int
) -> None:
    sent = _convolved(kernel=kernel, group=group)
    graph = read_graph(sent)
    assert graph.shape == (1, kernel[1] * group, 224, 224)
    x = np.ones(graph.shape, np.float32)
    [expected] = ort.InferenceSession(sent.SerializeToString()).run(None, {"x": x})
    np.testing.assert_allclose(graph.run(x, [graph.output])[graph.output], expected, 1e-5)


def test_those_of_a_norm_and_of_a_kernel_among_the_nodes() -> None:
    weight = numpy_helper.from_array(np.ones((7, 2, 3, 3), np.float32))
    stamped = [node("Constant", "", "w", value=weight), node("ConvTranspose", "x w", "y")]
    assert read_graph(model(stamped, FREE)).shape[1] == 7
    held = [numpy_helper.from_array(np.ones(6, np.float32), name) for name in "gbmv"]
    normed = [
        node("MaxPool", "x", "p", kernel_shape=[2, 2]),
        node("BatchNormalization", "p g b m v", "y"),
    ]
    assert read_graph(model(normed, FREE, held)).shape[1] == 6


def test_where_nothing_says_how_many_a_size_is_asked_for() -> None:
    sent = model([node("Relu", "x", "y")], FREE)
    with pytest.raises(
        Invalid, match=r"channels the input \[\?, \?, \?, \?\] .* send its size"
    ) as no:
        read_graph(sent)
    assert no.value.faults[0].loc == ("size",)
    assert read_graph(sent, (2, 5, 6, 7)).shape == (2, 5, 6, 7)


@pytest.mark.parametrize("shape", [(1, 5, -3, 8), (1, 0, 8, 8), (-1, 5, 8, 8)])
def test_a_size_that_cannot_be_is_refused(shape: Shape) -> None:
    with pytest.raises(Invalid) as no:
        read_graph(_convolved(shape))
    assert str(no.value) == f"an input of {list(shape)} is not taken here"


@pytest.mark.parametrize("asked", [(1, 5, 16, 16), (1, 5, 8), (2, 5, 8, 8)])
def test_one_that_does_not_fit_what_the_file_has_is_refused(asked: Shape) -> None:
    with pytest.raises(Invalid) as no:
        read_graph(_convolved((1, 5, 8, "W")), asked)
    expected = f"size {list(asked)} does not fit the input of this model, [1, 5, 8, ?]"
    assert (str(no.value), no.value.faults[0].loc) == (expected, ("size",))
