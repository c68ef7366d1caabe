"""A formula says the same as the layer: with its numbers as ONNX Runtime, with x as PyTorch."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from app.layers import FAMILIES
from app.layers._cases import Cases, cases, up_to
from app.layers._formula import Name, Number, Sum, call, exp
from app.layers._notation import LATEX, MATHML, PLAIN, both, shown, written
from app.layers._numbers import branch, equation, in_numbers, symbols
from app.layers._running import STATISTICS
from app.layers._sliding import MET
from app.layers.base import Layer
from tests.layers.cases import CASES, every_case, every_layer, run_of
from tests.layers.oracles import RTOL, by_torch

SHORT = 32
GIVEN = ("weight", "bias")
X = Name("x")


@every_case
def test_with_its_numbers_it_gives_what_onnx_runtime_gave(number: int) -> None:
    done = run_of(number)
    output, layer = done.outputs["output"], done.plan.layer
    for at in np.ndindex(*output.shape):
        found = layer.explain(done.tensors, at)
        if len(found.terms) <= SHORT:
            assert in_numbers(layer, found).value({}) == pytest.approx(output[at], RTOL, 1e-5), at


@every_case
def test_stands_in_both_notations(number: int) -> None:
    done = run_of(number)
    at = tuple(n - 1 for n in done.outputs["output"].shape)
    found = done.plan.layer.explain(done.tensors, at)
    texts = equation(done.plan.layer, found)
    assert set(texts) == {"latex", "mathml", "latex_numbers", "mathml_numbers"}
    assert texts["latex_numbers"].endswith(f"= {LATEX.number(shown(found.value))}")
    for name in ("mathml", "mathml_numbers"):
        root = ElementTree.fromstring(texts[name])
        assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    for name in ("latex", "latex_numbers"):
        assert texts[name].count("{") == texts[name].count("}")
        assert texts[name].count(r"\left") == texts[name].count(r"\right")


WINDOWED = [n for n, case in enumerate(CASES) if MET in symbols(case.kind.formula)["mathml"]]


def test_every_window_tells_where_it_meets_the_input() -> None:
    assert {CASES[n].kind.family for n in WINDOWED} == {"conv", "pooling"}


def met(values: dict[str, int]) -> int:
    """Work out the index that the formula shows."""
    parts = re.findall(r"(−?)\s*([^\s+−]+)", MET)
    return sum((-1 if s else 1) * math.prod(values[w] for w in p.split("·")) for s, p in parts)


@pytest.mark.parametrize("number", WINDOWED)
def test_the_index_of_a_window_is_the_cell_that_is_met(number: int) -> None:
    done = run_of(number)
    layer, sizes = done.plan.layer, done.tensors["input"].shape[2:]
    used = {n: getattr(layer, n) for n in ("stride", "dilation", "padding")}
    kernels = list(np.ndindex(*layer.known()["kernel_size"]))
    for at in np.ndindex(*done.outputs["output"].shape):
        terms = layer.explain(done.tensors, at).terms
        for i, term in enumerate(terms):
            places = zip(at[2:], kernels[i % len(kernels)], strict=True)
            found = [
                met({"i": place, "k": k} | {name: values[axis] for name, values in used.items()})
                for axis, (place, k) in enumerate(places)
            ]
            if term["padding"]:
                assert any(not 0 <= i < n for i, n in zip(found, sizes, strict=True))
            else:
                assert term["input_index"][2:] == found


def test_a_formula_names_what_the_layer_is_sent() -> None:
    layer = FAMILIES["batch_norm"].first.model_validate({})
    tensors = {name: np.full(2, i + 1.5, np.float32) for i, name in enumerate(STATISTICS + GIVEN)}
    found = layer.explain({"input": np.ones((1, 2, 3), np.float32), **tensors}, (0, 1, 2))
    texts = equation(layer, found)
    for name in GIVEN:
        assert name in texts["latex"]
        assert name not in texts["latex_numbers"]
    assert written(in_numbers(layer, found), PLAIN).endswith(f"· {shown(3.5)} + {shown(4.5)}")


@every_layer
def test_every_layer_has_one_with_symbols(kind: type[Layer]) -> None:
    assert symbols(kind.formula)["latex"].startswith("y = ")


@pytest.mark.parametrize("tag", FAMILIES["activation"].variants)
def test_a_function_with_x_in_it_is_the_function(tag: str) -> None:
    kind = FAMILIES["activation"].variants[tag]
    x = np.array([-7.5, -3, -1.25, -0.5, 0, 0.25, 1, 1.5, 3, 6, 9.25], np.float32)
    for parameters, shapes in kind.examples:
        layer = kind.model_validate(parameters)
        weight = np.array([0.3], np.float32)
        tensors = {"input": x} | ({"weight": weight} if "weight" in shapes else {})
        (expected, *_) = by_torch(layer, tensors)
        fields = {n: float(v) for n, v in layer.known().items() if isinstance(v, int | float)}
        for one, theirs in zip(x, np.asarray(torch.as_tensor(expected)), strict=True):
            values = fields | {"x": float(one), "weight": 0.3}
            assert layer.used_formula.value(values) == pytest.approx(theirs, 1e-5, 1e-6), one


def test_the_branch_is_the_condition_that_holds() -> None:
    kind = FAMILIES["activation"].variants["hardtanh"]
    layer, x = kind.model_validate({}), np.array([-2.0, 0.5, 3.0], np.float32)
    found = [branch(layer, layer.explain({"input": x}, (i,))) for i in range(3)]
    assert found == ["x ≤ min_val", "min_val < x < max_val", "x ≥ max_val"]
    smooth = FAMILIES["activation"].variants["tanh"].model_validate({})
    assert branch(smooth, smooth.explain({"input": x}, (0,))) is None


def test_signs_and_brackets() -> None:
    a, b = Number(-0.5), Number(2.0)
    assert written(a * b + a, LATEX) == r"\left( -0.50 \right) \cdot 2 - 0.50"
    assert written((X + 1) * 2, LATEX) == r"\left( x + 1 \right) \cdot 2"
    assert written(X - (X + 1), LATEX) == r"x - \left( x + 1 \right)"
    assert written(exp(-X), MATHML) == (
        "<msup><mrow><mi>e</mi></mrow><mrow><mrow><mo>−</mo><mi>x</mi></mrow></mrow></msup>"
    )
    assert written(call("max", X, 0), LATEX) == r"\max \left( x , 0 \right)"
    assert both([Sum((X, Number(1e-5)))])["latex"] == r"x + 1 \cdot 10^{-5}"


def test_numbers_for_a_reader() -> None:
    known = {0.125: "0.12", -3.0: "−3", 0.0123: "0.0123", 1234.5: "1234.50", 1e-5: "1e−05"}
    assert {v: shown(v) for v in known} == known
    assert (shown(float("nan")), shown(float("-inf"))) == ("NaN", "−∞")


def test_what_is_filled_in_leaves_the_case_that_holds() -> None:
    found = cases((0, up_to(X, 0)), (X * Name("a"), up_to(X, 9)))
    assert isinstance(found, Cases)
    assert found.filled({"x": 2.0, "a": 3.0}) == Number(2.0) * Number(3.0)
    assert found.filled({"x": -2.0}) == Number(0.0)
