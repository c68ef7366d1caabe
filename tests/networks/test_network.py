"""The trained networks: the graph is the chain it says, and a number can be followed through it."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from app.layers.base import INPUT, Array
from app.networks.follow import explain_stage, follow
from app.networks.network import FOLDER, Network, names, network
from app.problems import NotFound
from tests.layers.cases import run

CHAINS = [name for name in names() if (FOLDER / name / "chain.json").exists()]
every_chain = pytest.mark.parametrize("shown", [network(name) for name in CHAINS], ids=CHAINS)


def _picture(shown: Network) -> Array:
    return np.random.default_rng(0).uniform(-1, 1, shown.input_shape).astype(np.float32)


def test_they_are_told_from_the_smallest_on() -> None:
    sizes = [sum(value.size for value in network(name).tensors().values()) for name in names()]
    assert names()[:3] == ["one-conv", "lenet-digits", "tiny-vgg-photos"]
    assert sizes == sorted(sizes)


@every_chain
def test_several_pictures_may_go_at_once(shown: Network) -> None:
    """The batch axis of the file is free, whatever stands between its ends."""
    pictures = np.concatenate([_picture(shown), -_picture(shown)])
    for name, both in shown.run(pictures).items():
        alone = [shown.run(picture[None])[name] for picture in pictures]
        np.testing.assert_allclose(both, np.concatenate(alone), 1e-4, 1e-5)


@every_chain
def test_every_stage_is_what_its_layer_makes(shown: Network) -> None:
    x = _picture(shown)
    outputs = shown.run(x)
    assert list(outputs) == [stage.name for stage in shown.stages]
    for stage in shown.stages:
        sent = {INPUT.name: x.reshape(stage.shapes[INPUT.name]), **stage.weights}
        x = run(stage.layer, sent).outputs["output"]
        np.testing.assert_allclose(outputs[stage.name], x, 1e-4, 1e-5)
    assert x.shape == (1, len(shown.labels))
    assert x.sum() == pytest.approx(1, 1e-5)


@every_chain
def test_every_stage_is_what_pytorch_makes(shown: Network) -> None:
    x = _picture(shown)
    outputs, made = shown.run(x), torch.tensor(x)
    for stage in shown.stages:
        known = {name: torch.tensor(value) for name, value in stage.weights.items()}
        known["x"] = made.reshape(stage.shapes[INPUT.name])
        made = eval(stage.layer.torch(stage.shapes), {"F": F, "torch": torch} | known)
        np.testing.assert_allclose(outputs[stage.name], made.numpy(), 1e-4, 1e-5)


@every_chain
def test_every_stage_explains_what_was_traced(shown: Network) -> None:
    x, draw = _picture(shown), np.random.default_rng(1)
    values = {INPUT.name: x} | shown.run(x)
    for stage in shown.stages:
        made = values[stage.name]
        for _ in range(20):
            at = tuple(int(draw.integers(n)) for n in made.shape)
            found = explain_stage(stage, values, at)
            assert found.value == pytest.approx(float(made[at]), 1e-4, 1e-5)


@every_chain
def test_a_number_is_followed_by_terms_that_join(shown: Network) -> None:
    """Each step's term is the element that the step before made, from the first to the last."""
    x = _picture(shown)
    outputs = shown.run(x)
    values = [x, *outputs.values()]
    named = {INPUT.name: x} | outputs
    for stage in range(-1, len(shown.stages)):
        at = tuple(n // 2 for n in values[stage + 1].shape)
        steps = follow(shown.graph, named, stage, at)
        assert [step.stage for step in steps] == list(range(len(shown.stages)))
        for number, step in enumerate(steps):
            made = values[number + 1][step.explanation.at]
            assert step.explanation.value == pytest.approx(made, 1e-3, 1e-4)
            assert step.followed is not None, "the path goes through one of the terms"
            assert step.followed["input"] == pytest.approx(float(values[number][step.source]))


def test_a_network_that_is_not_there_is_refused_naming_those_that_are() -> None:
    with pytest.raises(NotFound, match=f"there is {', '.join(names())}"):
        network("no-such")
