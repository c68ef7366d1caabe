"""Any graph is read: each node is what explains it, and what is explained is what ran."""

import numpy as np
import pytest

from app.layers.base import INPUT, Array
from app.networks.graph import Graph
from app.networks.names import Names
from app.networks.read import read_graph
from tests.networks.light import every_light, expected, light, with_drawn_weights


def traced(graph: Graph) -> dict[str, Array]:
    """Return every value of one run, the input's own among them."""
    x = np.random.default_rng(0).uniform(0, 1, graph.shape).astype(np.float32)
    return {INPUT.name: x} | graph.run(x, [stage.name for stage in graph.stages])


@every_light
def test_a_published_architecture_gives_what_the_standard_says(name: str) -> None:
    graph = read_graph(light(name))
    last = graph.stages[-1].name
    ones = np.ones(graph.shape, np.float32)
    np.testing.assert_allclose(graph.run(ones, [last])[last], expected(name), 1e-3, 1e-6)


@every_light
def test_every_node_of_it_is_explained(name: str) -> None:
    graph = read_graph(with_drawn_weights(light(name)))
    values = traced(graph)
    draw = np.random.default_rng(1)
    for stage in graph.stages:
        sources = {t: values[s].reshape(stage.shapes[t]) for t, s in stage.sources.items()}
        made = values[stage.name]
        for _ in range(3):
            at = tuple(int(draw.integers(n)) for n in made.shape)
            found = stage.layer.explain(sources | dict(stage.weights), at)
            slack = 1e-4 * float(np.abs(made).max())
            assert found.value == pytest.approx(float(made[at]), 1e-3, slack), stage.name


def test_names_can_stand_in_an_address_and_each_is_there_once() -> None:
    graph = read_graph(light("light_resnet50"))
    names = [stage.name for stage in graph.stages]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and "/" not in name and " " not in name for name in names)


def test_letters_of_any_script_stay_in_names() -> None:
    names = Names()
    assert names.take("/层 1/卷积/Conv", "Conv") == "层_1_卷积_Conv"
    assert names.take("/Слой.2/été", "Conv") == "Слой.2_été"
    assert names.take("a?b#c%d/e\\f\u2028g\u202eh", "Conv") == "a_b_c_d_e_f_g_h"
    assert names.take("///", "Conv") == "conv"
