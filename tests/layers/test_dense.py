"""Dense on numbers that can be checked by hand."""

import numpy as np
import pytest

from app.problems import Invalid
from tests.layers.apply import applied, explained, layer_of, output

WEIGHT = [[1, 10, 100], [0, -1, 1]]


def test_each_output_is_a_weighted_sum_and_its_bias() -> None:
    y = output(layer_of("dense"), input=[[1, 2, 3], [0, 0, 1]], weight=WEIGHT, bias=[0.5, 0])
    assert y.tolist() == [[321.5, 1], [100.5, 1]]


def test_flattens_all_but_the_batch_axis() -> None:
    y = output(layer_of("dense"), input=np.arange(12).reshape(2, 3, 2), weight=np.ones((1, 6)))
    assert y.tolist() == [[15], [51]]


def test_without_flattening_it_works_on_the_last_axis() -> None:
    layer = layer_of("dense", flatten=False)
    y = output(layer, input=[[[1, 2, 3]], [[3, 2, 1]]], weight=WEIGHT)
    assert y.tolist() == [[[321, 1]], [[123, -1]]]


def test_one_sample_has_one_row_or_none() -> None:
    assert output(layer_of("dense"), input=[1, 2, 3], weight=WEIGHT).shape == (1, 2)
    assert output(layer_of("dense", flatten=False), input=[1, 2, 3], weight=WEIGHT).shape == (2,)


def test_draws_a_weight() -> None:
    done = applied(layer_of("dense", out_features=4, init="ones"), input=[1, 2, 3])
    assert done.outputs["output"].tolist() == [[6, 6, 6, 6]]
    assert done.tensors["weight"].shape == (4, 3)


def test_counts_its_cost() -> None:
    done = applied(layer_of("dense"), input=np.ones((5, 3)), weight=WEIGHT, bias=[0, 0])
    assert (done.plan.cost.parameters, done.plan.cost.macs) == (8, 5 * 3 * 2)
    assert done.plan.layer.rule(done.plan.shapes) == ["5 × 3 · (2 × 3)ᵀ"]


def test_explains_a_vote() -> None:
    found = explained(layer_of("dense"), (0, 1), input=[[1, 2, 3]], weight=WEIGHT, bias=[0, 4])
    assert found.value == -2 + 3 + 4
    assert [t["product"] for t in found.terms] == [0, -2, 3]


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        ({"input": (2, 4), "weight": (2, 3)},
         "weight [2, 3] takes 3 features, but the input has 4"),
        ({"input": (2, 3), "weight": (2, 3), "bias": (3,)},
         "bias [3] must have one number for each of the 2 outputs"),
        ({"input": (2, 3), "weight": (3,)},
         "weight [3] must have the two axes (out_features, in_features)"),
        ({"input": (2, 3), "weight": (0, 2)}, "weight [0, 2] has an empty axis"),
        ({"input": (2, 3)}, "one of weight or out_features must be there"),
        ({"input": (), "weight": (1, 1)},
         "dense needs at least one axis; the input is a single number"),
        ({"input": (2, 0), "weight": (1, 1)}, "input [2, 0] has an empty axis"),
    ],
)  # fmt: skip
def test_refuses_what_does_not_fit(shapes: dict[str, tuple[int, ...]], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        layer_of("dense").resolve(shapes)
    assert str(refused.value) == sentence
