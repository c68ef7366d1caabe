"""What is said of a graph before it runs, against published figures and PyTorch's gradients.

AlexNet 195, VGG-16 212 and ResNet-50 are in "Computing Receptive Fields of Convolutional Neural
Networks" (Araujo, Norris, Sim; Distill, 2019). Its ResNet-50 strides in the 1 × 1 convolutions
(483); the one of the `onnx` package strides in the 3 × 3, as PyTorch's does, which sees 427. VGG-19
is not in that table: the gradient that says 212 of VGG-16 says 268 of it.
"""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.networks.facts import graph_facts
from app.networks.open import open_graph
from tests.conftest import every_other
from tests.networks.light import light, with_drawn_weights

VGG = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
STEMS_AND_STAGES = ((3, 64), (4, 128), (6, 256), (3, 512))


def facts(name: str, side: int = 224) -> dict[str, Any]:
    model = with_drawn_weights(light(name))
    for axis in model.graph.input[0].type.tensor_type.shape.dim[2:]:
        axis.dim_value = side
    return graph_facts(open_graph(model))


def last_map(known: dict[str, Any], operator: str) -> dict[str, Any]:
    """Return the last stage of a kind that has maps."""
    of_kind = [s for s in known["stages"] if s["operator"] == operator and len(s["shape"]) == 4]
    found: dict[str, Any] = of_kind[-1]
    return found


def ones(side: int, stride: int = 1) -> dict[str, Any]:
    return {"weight": torch.ones(1, 1, side, dtype=torch.float64), "stride": stride}


def seen_by_gradient(made: torch.Tensor, x: torch.Tensor) -> int:
    """Count the input cells that the middle output depends on."""
    made[..., made.shape[-1] // 2].sum().backward()
    assert x.grad is not None
    return int((x.grad != 0).sum())


def vgg_by_gradient(layers: int) -> int:
    x = torch.ones(1, 1, 1024, dtype=torch.float64, requires_grad=True)
    made: torch.Tensor = x
    for convolutions in VGG[layers]:
        for _ in range(convolutions):
            made = F.conv1d(made, padding=1, **ones(3))
        made = F.avg_pool1d(made, 2)
    return seen_by_gradient(made, x)


def resnet_by_gradient() -> int:
    x = torch.ones(1, 1, 2048, dtype=torch.float64, requires_grad=True)
    made: torch.Tensor = F.avg_pool1d(F.conv1d(x, padding=3, **ones(7, 2)), 3, 2, padding=1)
    for number, (blocks, _) in enumerate(STEMS_AND_STAGES):
        for block in range(blocks):
            stride = 2 if number and not block else 1
            made = F.conv1d(made, padding=1, **ones(3, stride)) + made[..., ::stride]
    return seen_by_gradient(made, x)


def test_the_gradients_are_those_of_the_published_table() -> None:
    assert vgg_by_gradient(16) == 212


def test_alexnet_has_its_published_figures() -> None:
    known = facts("light_bvlc_alexnet", 227)
    field = last_map(known, "MaxPool")["receptive_field"]
    assert (field["size"], field["stride"]) == ((195, 195), (32, 32))
    assert known["totals"].macs == pytest.approx(724e6, rel=1e-3)
    assert known["totals"].parameters == 60_965_224


@pytest.mark.parametrize("name", every_other(["light_vgg19"], 1))
def test_vgg_19_has_its_published_figures(name: str) -> None:
    """Its gradient takes 20 s: in the bounded run AlexNet's and ResNet's stand for it."""
    known = facts(name)
    field = last_map(known, "MaxPool")["receptive_field"]
    assert field["size"] == (vgg_by_gradient(19),) * 2 == (268, 268)
    assert field["stride"] == (32, 32)
    assert known["totals"].parameters == 143_667_240
    assert known["totals"].macs == pytest.approx(19.63e9, rel=1e-3)


def test_resnet_50_has_its_published_figures() -> None:
    known = facts("light_resnet50")
    field = last_map(known, "Sum")["receptive_field"]
    assert field["size"] == (resnet_by_gradient(),) * 2 == (427, 427)
    assert field["stride"] == (32, 32)
    assert known["totals"].parameters == 25_557_032
    assert known["totals"].macs == pytest.approx(4.09e9, rel=1e-3)


@pytest.mark.parametrize("name", ["light_shufflenet", "light_inception_v1", "light_bvlc_alexnet"])
def test_the_lines_between_maps_are_those_that_numbers_go_along(name: str) -> None:
    """A map is changed before a stage: those that change after it are the ones it is joined to."""
    graph = open_graph(with_drawn_weights(light(name)))
    by_name = {stage.name: stage for stage in graph.stages}
    draw = np.random.default_rng(0)
    checked = 0
    for told in graph_facts(graph)["stages"]:
        stage = by_name[told["name"]]
        links = told["links"].get("input")
        if links is None or told["layer"] != "conv" or links["groups"] == 1:
            continue
        groups = stage.shapes["input"][1] // stage.weights["weight"].shape[1]
        assert links["groups"] == groups
        x = draw.normal(size=(1, stage.shapes["input"][1], 9, 9))
        weight = torch.tensor(stage.weights["weight"], dtype=torch.float64)
        more = {"padding": weight.shape[-1] // 2, "groups": groups}
        before = F.conv2d(torch.tensor(x), weight, **more)
        channel = int(draw.integers(x.shape[1]))
        x[:, channel] += 1
        after = F.conv2d(torch.tensor(x), weight, **more)
        changed = {int(m) for m in ((after - before).abs().amax((0, 2, 3)) > 1e-9).nonzero()}
        width = links["maps"] // groups
        group = channel * groups // x.shape[1]
        first = links["first"] + group * width
        assert changed == set(range(first, first + width))
        checked += 1
    assert checked or name == "light_inception_v1"


def test_a_concatenation_says_where_each_source_went() -> None:
    known = facts("light_inception_v1")
    joined = last_map(known, "Concat")
    sizes = [last_shape(known, source)[1] for source in joined["sources"].values()]
    starts = [sum(sizes[:n]) for n in range(len(sizes))]
    told = [(links["groups"], links["first"]) for links in joined["links"].values()]
    assert told == list(zip(sizes, starts, strict=True))


def last_shape(known: dict[str, Any], name: str) -> tuple[int, ...]:
    shape: tuple[int, ...] = next(s["shape"] for s in known["stages"] if s["name"] == name)
    return shape
