"""A trained network of `models/`: its graph, its words, its labels."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import onnx

from app.graphs import Stage, chain_metadata
from app.layers.base import INPUT, Array
from app.networks.chain import make_stages
from app.networks.compile import chain_model
from app.networks.facts import graph_facts
from app.networks.graph import Graph
from app.networks.open import metadata, open_graph
from app.networks.preparation import Preparation
from app.problems import Listed, NotFound
from app.settings import ROOT

FOLDER = ROOT / "models"
FACTS = "layerlab.facts"
_FILE = "model.onnx"


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

    @cached_property
    def known(self) -> dict[str, Any]:
        """Return what there is to say of the graph."""
        return graph_facts(self.graph)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Return its layers and operators, each after those that it takes from."""
        return self.graph.stages

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Return the shape of one prepared picture, (1, C, H, W)."""
        return self.graph.shape

    @property
    def preparation(self) -> Preparation:
        """Return what is done to a picture."""
        return Preparation(self.input_shape, self.facts, INPUT.name in self.graph.channels_last)

    def tensors(self) -> dict[str, Array]:
        """Return every weight by `<stage>.<tensor>`."""
        return {f"{s.name}.{n}": value for s in self.stages for n, value in s.weights.items()}

    def run(self, array: Array) -> dict[str, Array]:
        """Run the graph once; every stage's output by its name."""
        return self.graph.run(array, [stage.name for stage in self.stages])

    def shares(self, array: Array) -> Array:
        """Run the graph once; what comes out of it alone."""
        return self.graph.run(array, [self.graph.output])[self.graph.output]


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
            names=Listed(names()),
        )
    return read_network(FOLDER / name)
