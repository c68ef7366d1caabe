"""What every layer promises, held against each of its examples. No layer is named here."""

import itertools

import numpy as np
import onnx
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from app.graphs import layer_model
from app.layers import FAMILIES, LAYERS
from app.layers._explain import number as number_of
from app.layers.base import INPUT, Layer, Shape
from app.problems import Invalid
from app.runs import Plan, make_plan
from app.runtime.session_cache import SessionCache
from app.runtime.sessions import load
from tests.layers.cases import CASES, LIMITS, drawn, every_case, every_layer, run, run_of
from tests.layers.combine import cells_of, combined
from tests.layers.oracles import RTOL, assert_same, by_reference, by_torch

_FLOAT_BYTES = 4


@every_layer
def test_is_told_in_words_and_by_examples(kind: type[Layer]) -> None:
    assert kind.title
    assert kind.summary.endswith(".")
    assert kind.examples, "a layer without examples is not tested"
    assert FAMILIES[kind.family].variants[kind.tag] is kind
    assert all(spec.description.endswith(".") for spec in kind.inputs)


def test_names_are_unique_and_each_family_has_its_default() -> None:
    assert len({(kind.family, kind.tag) for kind in LAYERS}) == len(LAYERS)
    for family in FAMILIES.values():
        assert next(iter(family.variants)) == family.default
        assert (family.selector is None) == (family.default == "")


@every_case
def test_graph_passes_the_full_checker(number: int) -> None:
    plan = run_of(number).plan
    for finite in (True, False):
        onnx.checker.check_model(
            layer_model(plan.layer, plan.shapes, finite=finite), full_check=True
        )


@every_case
def test_onnx_runtime_gives_the_shapes_that_were_planned(number: int) -> None:
    done = run_of(number)
    assert {name: value.shape for name, value in done.outputs.items()} == done.plan.outputs


@every_case
def test_onnx_runtime_agrees_with_onnx_reference(number: int) -> None:
    done = run_of(number)
    expected = by_reference(layer_model(done.plan.layer, done.plan.shapes), done.tensors)
    for name, value in done.outputs.items():
        assert_same(value, expected[name], name)


@every_case
def test_onnx_runtime_agrees_with_the_pytorch_that_is_shown(number: int) -> None:
    done = run_of(number)
    expected = by_torch(done.plan.layer, done.tensors)
    for (name, value), theirs in zip(done.outputs.items(), expected, strict=True):
        assert_same(value, theirs, name)


@every_case
def test_a_graph_for_anything_gives_the_same_on_finite_input(number: int) -> None:
    done = run_of(number)
    session = load(layer_model(done.plan.layer, done.plan.shapes, finite=False), "cpu")
    for name, value in session.run(done.tensors).items():
        np.testing.assert_array_equal(value, done.outputs[name])


@every_case
def test_counts_parameters_and_macs(number: int) -> None:
    done = run_of(number)
    counter = FlopCounterMode(display=False)
    with counter:
        by_torch(done.plan.layer, done.tensors)
    cost, learned = done.plan.cost, [s.name for s in done.plan.layer.inputs if s.learned]
    assert cost.macs == counter.get_total_flops() // 2
    assert cost.output_bytes == done.outputs["output"].size * _FLOAT_BYTES
    given = [v.size for n, v in done.tensors.items() if n in learned and n != INPUT.name]
    assert cost.parameters == sum(given)


def test_buffers_and_masks_are_no_parameters() -> None:
    """As in PyTorch, where a module's parameters are what is learned."""
    module = torch.nn.BatchNorm2d(3)
    kind = next(k for k in LAYERS if len(k.inputs) == 5)
    learned = {spec.name for spec in kind.inputs if spec.learned} - {INPUT.name}
    assert learned == set(dict(module.named_parameters()))


@every_case
def test_working_memory_is_at_least_what_moves(number: int) -> None:
    done = run_of(number)
    moved = [*done.tensors.values(), *done.outputs.values()]
    assert done.plan.working_bytes >= sum(value.nbytes for value in moved)


@every_case
def test_explains_every_element_as_onnx_runtime_made_it(number: int) -> None:
    done = run_of(number)
    output = done.outputs["output"]
    for at in np.ndindex(*output.shape):
        found = done.plan.layer.explain(done.tensors, at)
        assert found.at == at
        assert found.value == pytest.approx(output[at], RTOL, 1e-5)
        again = combined(found, done.tensors, done.plan.layer)
        assert again == pytest.approx(output[at], RTOL, 1e-5), (at, found.combine)


@every_case
def test_an_input_feeds_an_output_that_names_it_among_its_terms(number: int) -> None:
    """If any output has it among its terms: a stride can leave cells out."""
    done = run_of(number)
    layer, outputs = done.plan.layer, done.plan.outputs["output"]
    seen = {at: cells_of(layer.explain(done.tensors, at)) for at in np.ndindex(*outputs)}
    touched = set().union(*seen.values())
    for at in np.ndindex(*done.plan.shapes[INPUT.name]):
        fed = layer.feeds(done.plan.shapes, at)
        ranges = [
            range(n)[i] if isinstance(i, slice) else [i] for i, n in zip(fed, outputs, strict=True)
        ]
        for place in itertools.product(*ranges):
            assert all(0 <= i < n for i, n in zip(place, outputs, strict=True))
            assert at in seen[place] or at not in touched, (at, place)


@every_case
def test_equal_layers_have_equal_keys(number: int) -> None:
    case = CASES[number]
    one, other = (make_plan(case.layer(), case.shapes, LIMITS) for _ in range(2))
    assert one.layer is not other.layer
    assert one.layer.key(one.shapes) == other.layer.key(other.shapes)
    assert hash(one.layer.key(one.shapes)) == hash(other.layer.key(other.shapes))


def _alike(number: int) -> list[Shape]:
    """Return sizes of the input that the same layer with the same weights takes as well."""
    case, plan, found = CASES[number], run_of(number).plan, []
    for axis, size in enumerate(case.shapes[INPUT.name]):
        source = list(case.shapes[INPUT.name])
        source[axis] = size + 2
        try:
            grown = make_plan(case.layer(), case.shapes | {INPUT.name: tuple(source)}, LIMITS)
        except Invalid:
            continue
        if (grown.layer, _weights(grown)) == (plan.layer, _weights(plan)):
            found.append(tuple(source))
    return found


def _weights(plan: Plan) -> dict[str, Shape]:
    return {name: shape for name, shape in plan.shapes.items() if name != INPUT.name}


@every_case
def test_one_session_serves_every_size_of_the_input(number: int) -> None:
    """What the key leaves out is symbolic in the graph: PyTorch agrees at other sizes too."""
    case, first, sessions = CASES[number], run_of(number).plan, SessionCache(8)
    alike, baked = _alike(number), first.layer.bakes_sizes
    run(case.layer(), case.tensors(), sessions)
    for source in alike:
        done = run(case.layer(), drawn(case.shapes | {INPUT.name: source}, 1), sessions)
        same_key = done.plan.layer.key(done.plan.shapes) == first.layer.key(first.shapes)
        assert same_key is not baked
        expected = by_torch(done.plan.layer, done.tensors)
        for value, theirs in zip(done.outputs.values(), expected, strict=True):
            assert_same(value, theirs, str(source))
    assert len(sessions) == (1 + len(alike) if baked else 1)


@every_layer
def test_some_example_can_grow(kind: type[Layer]) -> None:
    """Else the test above would say nothing about this layer."""
    assert any(_alike(n) for n, case in enumerate(CASES) if case.kind is kind)


@every_case
def test_explains_what_is_not_finite_as_null(number: int) -> None:
    """NaN and infinities have no number in JSON; what does not depend on them keeps its own."""
    case, tensors = CASES[number], CASES[number].tensors()
    flat = tensors[INPUT.name].reshape(-1)
    for odd, place in zip((np.nan, np.inf, -np.inf), (0, -1, flat.size // 2), strict=True):
        flat[place] = odd
    done = run(case.layer(), tensors)
    output = done.outputs["output"]
    for at in np.ndindex(*output.shape):
        found = number_of(done.plan.layer.explain(done.tensors, at).value)
        expected = number_of(output[at])
        if found is None or expected is None:
            assert found is expected, at
        else:
            assert found == pytest.approx(expected, RTOL, 1e-5), at
