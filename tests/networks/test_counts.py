"""The table of costs counts what PyTorch counts for the same network, stage by stage."""

from collections.abc import Mapping

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from app.layers.base import INPUT
from app.networks.follow import explain_stage
from app.networks.network import Network, network
from tests.networks.data import DATA, needs_efficientnet, script
from tests.networks.test_network import CHAINS

LARGE = "efficientnet-lite0"


def _macs(stage_code: str, names: Mapping[str, torch.Tensor]) -> int:
    """Return what PyTorch's own counter says of one call; a MAC is two operations."""
    with FlopCounterMode(display=False) as counter:
        eval(stage_code, {"F": F, "torch": torch, **names})
    operations = int(counter.get_total_flops())
    assert operations % 2 == 0
    return operations // 2


@pytest.mark.parametrize("name", CHAINS)
def test_each_stage_of_a_chain_costs_what_pytorch_counts(name: str) -> None:
    shown = network(name)
    for stage, known in zip(shown.stages, shown.known["stages"], strict=True):
        tensors = {key: torch.tensor(value) for key, value in stage.weights.items()}
        call = {"x": torch.zeros(stage.shapes[INPUT.name])} | tensors
        if known["layer"] in ("conv", "dense"):
            assert known["cost"].macs == _macs(stage.layer.torch(stage.shapes), call), known["name"]
        assert known["cost"].parameters == sum(t.numel() for t in tensors.values())
    assert shown.known["parameters"] == sum(s["cost"].parameters for s in shown.known["stages"])


@needs_efficientnet
def test_the_large_one_costs_what_the_published_network_does() -> None:
    """Batch normalisation is worked into the convolutions: of each, one number a map is left."""
    _, published, _ = script(f"{LARGE}.convert").published(DATA)
    norms = [m for m in published.modules() if isinstance(m, nn.BatchNorm2d)]
    parameters = sum(p.numel() for p in published.parameters())
    known = network(LARGE).known
    assert known["totals"].parameters == parameters - sum(norm.num_features for norm in norms)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        published(torch.zeros(1, 3, 224, 224))
    weighed = [s["cost"].macs for s in known["stages"] if s["layer"] in ("conv", "dense")]
    assert 2 * sum(weighed) == counter.get_total_flops()


@needs_efficientnet
def test_every_stage_of_the_large_one_explains_what_was_traced() -> None:
    shown: Network = network(LARGE)
    draw = np.random.default_rng(1)
    picture = draw.uniform(-1, 1, shown.input_shape).astype(np.float32)
    values = {INPUT.name: picture} | shown.run(picture)
    for stage in shown.stages:
        made = values[stage.name]
        for _ in range(4):
            at = tuple(int(draw.integers(n)) for n in made.shape)
            found = explain_stage(stage, values, at)
            assert found.value == pytest.approx(float(made[at]), 1e-3, 1e-4), stage.name
