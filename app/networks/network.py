"""A trained network of `models/`: its graph, its words, its labels."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from app.graphs import Stage
from app.layers.base import INPUT, Array
from app.networks import digits
from app.networks.chain import chain_metadata, make_stages
from app.networks.compile import chain_model
from app.networks.graph import Graph
from app.networks.open import metadata, open_graph
from app.problems import Invalid, Message, NotFound, message
from app.settings import ROOT
from app.tensors.images import HowToDecode
from app.tensors.received import Received

FOLDER = ROOT / "models"
FACTS = "layerlab.facts"
_FILE = "model.onnx"
_PREPARE = "prepare"
# What a network's facts may ask for beyond being cut square and resized, and what is said of it.
_PREPARATIONS: Mapping[str, tuple[Callable[[Array], Array], Message]] = {
    "digit": (digits.as_digit, digits.TOLD)
}


@dataclass(frozen=True)
class Network:
    """A graph with trained weights.

    Attributes:
        name: of its folder.
        graph: its stages, resolved for one picture, and what runs them.
        labels: what the outputs stand for.
        facts: title, data, accuracy and how a picture is prepared, as its training wrote them.
        path: of the ONNX file.
    """

    name: str
    graph: Graph
    labels: tuple[str, ...]
    facts: Mapping[str, Any]
    path: Path

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Return its layers and operators, each after those that it takes from."""
        return self.graph.stages

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Return the shape of one prepared picture, (1, C, H, W)."""
        return self.graph.shape

    @property
    def value_range(self) -> tuple[float, float]:
        """Return what black and white, 0 and 1, become."""
        return self.facts["offset"], self.facts["scale"] + self.facts["offset"]

    @property
    def decoding(self) -> HowToDecode:
        """Return how a picture is decoded for this network."""
        if _PREPARE in self.facts:
            return HowToDecode(self.facts["mode"])
        height, width = self.input_shape[2:]
        return HowToDecode(self.facts["mode"], (width, height), square=True)

    def tensors(self) -> dict[str, Array]:
        """Return every weight by `<stage>.<tensor>`."""
        return {f"{s.name}.{n}": value for s in self.stages for n, value in s.weights.items()}

    def prepare(self, sent: Received) -> tuple[Array, list[Message]]:
        """Return the input as the network wants it; arrays are taken as they are.

        Raises:
            Invalid: an array of another shape.
        """
        said, wanted = list(sent.conversions), self.input_shape
        array = self._from_picture(sent.array, said) if sent.is_picture else sent.array
        if array.shape == wanted[1:]:
            array = array[None]
        if array.ndim != len(wanted) or array.shape[1:] != wanted[1:] or array.shape[0] != 1:
            raise Invalid(
                "this network takes {wanted}, not {shape}",
                loc=(INPUT.name,),
                wanted=list(wanted),
                shape=list(sent.array.shape),
            )
        return array, said

    def _from_picture(self, array: Array, said: list[Message]) -> Array:
        """Bring a decoded picture to what the network was trained on."""
        if _PREPARE in self.facts:
            prepare, sentence = _PREPARATIONS[self.facts[_PREPARE]]
            said.append(sentence)
            array = prepare(array)
        low, high = self.value_range
        if (low, high) != (0, 1):
            said.append(message("0 to 1 became {low} to {high}", low=_sign(low), high=_sign(high)))
            array = array * np.float32(high - low) + np.float32(low)
        return array

    def run(self, array: Array) -> dict[str, Array]:
        """Run the graph once; every stage's output by its name."""
        return self.graph.run(array, [stage.name for stage in self.stages])

    def shares(self, array: Array) -> Array:
        """Run the graph once; what comes out of it alone."""
        return self.graph.run(array, [self.graph.output])[self.graph.output]


def _sign(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def write_network(
    folder: Path,
    layers: list[dict[str, Any]],
    weights: Mapping[str, Array],
    shape: tuple[int, ...],
    facts: Mapping[str, Any],
) -> None:
    """Compile a chain with its weights and write it as `model.onnx`."""
    stages = make_stages(layers, weights, shape)
    notes = chain_metadata(layers, shape) | {FACTS: json.dumps(dict(facts))}
    model = chain_model(stages, notes)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, folder / _FILE)


@lru_cache
def read_network(folder: Path) -> Network:
    """Read a network back from its folder."""
    model = onnx.load(folder / _FILE)
    facts = json.loads(metadata(model)[FACTS])
    labels = json.loads((folder / "labels.json").read_text())
    return Network(folder.name, open_graph(model), tuple(labels), facts, folder / _FILE)


def names() -> list[str]:
    """Return the names of the networks that are here, from the smallest on."""
    here = [(file.stat().st_size, file.parent.name) for file in FOLDER.glob(f"*/{_FILE}")]
    return [name for _, name in sorted(here)]


def network(name: str) -> Network:
    """Return a network by name.

    Raises:
        NotFound: there is none; the sentence lists those there are.
    """
    if name not in names():
        raise NotFound(
            "no network is called '{name}'; there is {names}",
            name=name[:40],
            names=", ".join(names()),
        )
    return read_network(FOLDER / name)
