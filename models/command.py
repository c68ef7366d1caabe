"""The command of each training script: train, measure, write model.onnx, measure that as well.

The scripts run as modules from the project's root folder: `python -m models.one-conv.train DATA`.
"""

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from app.networks.chain import stage_name
from app.networks.network import read_network, write_network
from models.training import Change, Pictures, Script, train

_AT_ONCE = 500

Weights = dict[str, NDArray[np.float32]]
WEIGHTED = ("conv", "dense")


def named_by_torch(network: nn.Module, pictures: Pictures, prepare: Change) -> Tensor:
    """Return the class number that PyTorch gives each picture."""
    with torch.no_grad():
        parts = pictures.pixels.split(_AT_ONCE)
        return torch.cat([network(prepare(part)).argmax(1) for part in parts])


def named_by_file(folder: Path, pictures: Pictures, prepare: Change) -> Tensor:
    """Return the class number that the ONNX file gives each picture, in ONNX Runtime."""
    network = read_network(folder)
    parts = (prepare(part).contiguous().numpy() for part in pictures.pixels.split(1))
    return torch.tensor([int(network.shares(part).argmax()) for part in parts])


def fold(network: nn.Sequential) -> list[tuple[Tensor, Tensor]]:
    """Return weight and bias of each layer that has them, batch normalisation worked into them."""
    found: list[tuple[Tensor, Tensor]] = []
    for module in network:
        if isinstance(module, nn.Conv2d | nn.Linear):
            bias = module.bias if module.bias is not None else torch.zeros(len(module.weight))
            found.append((module.weight.double(), bias.double()))
        if isinstance(module, nn.BatchNorm2d):
            weight, bias = found.pop()
            mean, variance = module.running_mean, module.running_var
            assert mean is not None
            assert variance is not None
            factor = module.weight.double() / (variance.double() + module.eps).sqrt()
            shift = module.bias.double() - mean.double() * factor
            found.append((weight * factor[:, None, None, None], bias * factor + shift))
    return found


def write(script: Script, network: nn.Sequential, accuracy: float) -> None:
    """Write model.onnx: the chain of chain.json with the network's weights in it."""
    chain, facts = (
        json.loads((script.folder / f"{name}.json").read_text()) for name in ("chain", "facts")
    )
    layers, weights = chain["layers"], Weights()
    families = [spec["layer"] for spec in layers]
    weighted = [n for n, family in enumerate(families) if family in WEIGHTED]
    for number, pair in zip(weighted, fold(network), strict=True):
        stage = stage_name(families[number], families[:number])
        for name, value in zip(("weight", "bias"), pair, strict=True):
            weights[f"{stage}.{name}"] = value.detach().float().contiguous().numpy()
    told = facts | {"accuracy": accuracy}
    write_network(script.folder, layers, weights, tuple(chain["input"]), told)


def tell(where: str, named: Tensor, pictures: Pictures) -> float:
    """Print how often each class is named rightly and what it is taken for; return the share."""
    for number, name in enumerate(pictures.classes):
        given = named[pictures.targets == number]
        right = int((given == number).sum())
        wrong = Counter(given[given != number].tolist()).most_common(1)
        taken = f", else most often {pictures.classes[wrong[0][0]]}" if wrong else ""
        print(f"{name}: {right / len(given):.1%}{taken}")
    right = int((named == pictures.targets).sum())
    print(f"{where}: {right} of {len(named)}, {right / len(named):.2%}", flush=True)
    return right / len(named)


def arguments(script: Script, about: str | None) -> argparse.Namespace:
    """Read the command line."""
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=about, formatter_class=shape)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=script.recipe.seed)
    parser.add_argument("--epochs", type=int, default=script.recipe.epochs)
    parser.add_argument("--checkpoint", type=Path, help="a file to go on from when it is there")
    parser.add_argument("--bfloat16", action="store_true", help="for processors that multiply so")
    parser.add_argument(
        "--hold-back", type=int, default=0, metavar="N", help="measure by N training pictures only"
    )
    parser.add_argument("--measure", action="store_true", help="measure model.onnx, train nothing")
    return parser.parse_args()


def run(script: Script, about: str | None) -> None:
    """Do what the command line of a training script says."""
    asked = arguments(script, about)
    torch.set_num_threads(1)
    learn, test = script.read(asked.data)
    if not asked.measure:
        recipe = replace(
            script.recipe, epochs=asked.epochs, seed=asked.seed, bfloat16=asked.bfloat16
        )
        script = replace(script, recipe=recipe)
        if asked.hold_back:
            learn, test = learn.hold_back(asked.hold_back)
        network = train(script, learn, asked.checkpoint)
        share = tell("PyTorch", named_by_torch(network, test, script.prepare), test)
        if asked.hold_back:
            return
        write(script, network, share)
    tell("ONNX Runtime", named_by_file(script.folder, test, script.prepare), test)
