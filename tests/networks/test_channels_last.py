"""Networks that take pictures as (N, H, W, C), as Keras exports them, held against PyTorch."""

import io
from typing import Any

import numpy as np
import onnx
import pytest
from PIL import Image

from app.layers.base import INPUT, Array
from app.networks.entered import shape_of, takes_channels_last
from app.networks.facts import graph_facts
from app.networks.preparation import Preparation
from app.networks.read import read_graph
from app.networks.why import class_map, contributions
from app.settings import Limits
from app.tensors.images import read_image
from tests.networks.keras_like import HEIGHT, KERNELS, ROWS, WIDTH, by_torch, channels_last
from tests.uploads.made import model, node

KERNEL = onnx.numpy_helper.from_array(KERNELS, "k")
TURN = node("Transpose", "x", "t", perm=[0, 3, 1, 2])
X = np.random.default_rng(6).uniform(0, 1, (1, 3, HEIGHT, WIDTH)).astype(np.float32)


def _turned(picture: Array) -> Array:
    return np.ascontiguousarray(picture.transpose(0, 2, 3, 1))


LAST: dict[str, onnx.ModelProto] = {
    "turned": model([TURN, node("Conv", "t k", "y")], (1, 9, 8, 3), [KERNEL]),
    "padded, then turned": model(
        [
            node("Pad", "x pads", "p"),
            node("Transpose", "p", "t", perm=[0, 3, 1, 2]),
            node("Conv", "t k", "y"),
        ],
        (1, 9, 8, 3),
        [KERNEL, onnx.numpy_helper.from_array(np.array([0, 1, 1, 0, 0, 1, 1, 0]), "pads")],
    ),
    "one channel, given another shape": model(
        [node("Reshape", "x s", "t"), node("MaxPool", "t", "y", kernel_shape=[2, 2])],
        (1, 9, 8, 1),
        [onnx.numpy_helper.from_array(np.array([1, 1, 9, 8]), "s")],
    ),
    "laid in a row at once": model([node("Flatten", "x", "y")], (1, 28, 28, 1), rank=2),
    "any size": model([TURN, node("Conv", "t k", "y")], ("N", "H", "W", 3), [KERNEL]),
}
FIRST: dict[str, onnx.ModelProto] = {
    "convolved": model([node("Conv", "x k", "y")], (1, 3, 8, 3), [KERNEL]),
    "pooled": model([node("MaxPool", "x", "y", kernel_shape=[2, 2])], (1, 9, 8, 3)),
    "turned otherwise": model([node("Transpose", "x", "y", perm=[0, 2, 3, 1])], (1, 9, 8, 3)),
    "colours on axis 1": model([node("Relu", "x", "y")], (1, 3, 8, 3)),
    "no colours": model([node("Relu", "x", "y")], (1, 9, 8, 4)),
    "no picture": model([node("Relu", "x", "y")], (1, 9, 3), rank=3),
}


@pytest.mark.parametrize("name", LAST)
def test_the_first_operator_that_minds_says_that_channels_come_last(name: str) -> None:
    assert takes_channels_last(LAST[name])
    assert graph_facts(read_graph(LAST[name]))["input"]["channels_last"]


@pytest.mark.parametrize("name", FIRST)
def test_or_that_they_do_not(name: str) -> None:
    assert not takes_channels_last(FIRST[name])
    assert not graph_facts(read_graph(FIRST[name]))["input"]["channels_last"]


def test_sizes_that_are_left_free_are_those_of_rows_and_columns() -> None:
    assert shape_of(LAST["any size"], None) == (1, 224, 224, 3)
    free = model([TURN, node("Conv", "t k", "y")], ("N", "H", "W", "C"), [KERNEL])
    assert shape_of(free, None) == (1, 224, 224, 3)


def test_stages_see_what_the_same_network_with_channels_first_sees() -> None:
    told = {stage["name"]: stage for stage in graph_facts(read_graph(channels_last()))["stages"]}
    last = [name for name, stage in told.items() if stage["channels_last"]]
    assert last == ["scaled", "back"]
    fields = {name: told[name]["receptive_field"] for name in ("scaled", "maps", "small", "back")}
    assert fields["scaled"] == {"size": (1, 1), "stride": (1, 1), "offset": (0, 0)}
    assert fields["maps"] == {"size": (3, 3), "stride": (1, 1), "offset": (-1, -1)}
    # 3 × 3, and the window of 2 moved by 2: 4 × 4.
    assert fields["small"] == {"size": (4, 4), "stride": (2, 2), "offset": (-1, -1)}
    assert fields["back"] == fields["small"]
    assert [told[name]["sees"] for name in ("flat", "scores", "y")] == ["unknown", "all", "all"]
    links = {name: told[name]["links"][INPUT.name] for name in ("scaled", "turned", "back")}
    each = {"groups": 3, "first": 0, "maps": 3}
    assert links == {"scaled": each, "turned": each, "back": {"groups": 5, "first": 0, "maps": 5}}


def _picture(mode: str = "RGB") -> tuple[bytes, Array]:
    pixels = np.random.default_rng(7).integers(0, 256, (HEIGHT, HEIGHT, 3), np.uint8)
    image = Image.fromarray(pixels).convert(mode)
    values = np.asarray(image, np.float32).reshape(1, HEIGHT, HEIGHT, -1) / 255
    with io.BytesIO() as out:
        image.save(out, "PNG")
        return out.getvalue(), values


@pytest.mark.parametrize(("mode", "channels"), [("RGB", 3), ("L", 1)])
def test_a_picture_is_laid_out_as_the_network_takes_it(mode: str, channels: int) -> None:
    data, pixels = _picture(mode)
    how = Preparation((1, HEIGHT, HEIGHT, channels), {"scale": 2, "offset": -1}, channels_last=True)
    made, said = how.prepare(read_image(data, how.decoding, Limits()))
    np.testing.assert_allclose(made, pixels * 2 - 1, 1e-6, 1e-6)
    assert made.flags.c_contiguous
    assert "(N, H, W, C)" in str(said[-1])


def test_each_channel_has_its_own_mean() -> None:
    data, pixels = _picture()
    facts: dict[str, Any] = {"scale": [1, 2, 4], "offset": [0, -1, -2]}
    how = Preparation((1, HEIGHT, HEIGHT, 3), facts, channels_last=True)
    made, _ = how.prepare(read_image(data, how.decoding, Limits()))
    np.testing.assert_allclose(made, pixels * [1, 2, 4] + [0, -1, -2], 1e-6, 1e-6)


def test_a_class_map_adds_up_the_channels_of_each_place() -> None:
    graph = read_graph(channels_last())
    names = [stage.name for stage in graph.stages]
    values = {INPUT.name: _turned(X)} | graph.run(_turned(X), names)
    made, weights = by_torch(X), ROWS.reshape(HEIGHT // 2, WIDTH // 2, 5, -1)
    np.testing.assert_allclose(values["y"], made["shares"], 1e-4, 1e-6)
    for chosen in range(ROWS.shape[1]):
        found = class_map(graph, values, chosen)
        cells = (made["maps"][0] * weights[..., chosen].transpose(2, 0, 1)).sum(0)
        np.testing.assert_allclose(found.cells, cells, 1e-4, 1e-5)
        assert names[found.stage] == "back"
        assert contributions(graph, values, chosen).score == pytest.approx(
            made["logits"][0, chosen], 1e-4
        )
