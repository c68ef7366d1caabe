"""A chain recognised in a file: what the file says that it is, held against its graph."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import onnx
import orjson
from pydantic import ValidationError

from app.admission.room import need
from app.graphs import CHAIN, OPSET, OUTPUT, Stage, recipe_free, weighted_model
from app.layers import FAMILIES
from app.layers.base import INPUT, Array, Layer, Shape
from app.networks.compared import check_same
from app.networks.compile import chain_model
from app.networks.joins import joining, take_joins
from app.networks.planned import ChainPlan
from app.problems import Fault, Invalid, Problem, TooLarge, message
from app.runs import FLOAT_BYTES
from app.settings import Limits
from app.tensors.received import check_shape

_LONGEST = 256 * 1024  # characters of what a file says of its chain
_LAYER, _LAYERS = "layer", "layers"
# Bytes of memory for one of the tensors: read, and in graphs that hold tables of their sizes.
_WRITING = 4
_PLACEHOLDER: Array = np.zeros(0, np.float32)


class Recognised(NamedTuple):
    """A chain that a file has.

    Attributes:
        stages: with their weights.
        plan: of them.
    """

    stages: tuple[Stage, ...]
    plan: ChainPlan

    @property
    def shape(self) -> Shape:
        """Return that of the input, as the first stage takes it."""
        return self.stages[0].shapes[INPUT.name]


def names_chain(model: onnx.ModelProto) -> bool:
    """Tell whether a file says that it is a chain."""
    return any(entry.key == CHAIN for entry in model.metadata_props)


def recognise(model: onnx.ModelProto, limits: Limits) -> Recognised:
    """Return the chain that a file says it is, if its graph is what that chain compiles to.

    Nothing is run. Nothing that the file says is believed: the chain is planned, written as a graph
    again and compared.

    Args:
        model: parsed, with no tensor in another file.
        limits: hold for the chain as they would if it were asked for.

    Raises:
        Invalid: it names no chain, or none that can be, or its graph is another.
        TooLarge: the chain passes a limit.
    """
    shape, specs = _said(model, limits)
    if [(used.domain, used.version) for used in model.opset_import] != [("", OPSET)]:
        raise Invalid("a chain is written in ONNX's own opset {version} alone", version=OPSET)
    if model.functions:
        raise Invalid("a chain has no functions of its own")
    held = {tensor.name: tensor for tensor in model.graph.initializer}
    plan, stages = ChainPlan(shape, limits), list[Stage]()
    for number, spec in enumerate(specs):
        try:
            stages.append(_added(plan, spec, held))
        except Problem as problem:
            said = message(
                "layer {number} of the chain that this file names: {reason}",
                number=number,
                reason=problem.message,
            )
            raise type(problem).of([Fault((_LAYERS, number), said)]) from None
    need(_WRITING * plan.totals.held)
    check_same(model.graph, lambda: _written(stages, model), _weights(stages))
    return Recognised(tuple(stages), plan)


def _said(model: onnx.ModelProto, limits: Limits) -> tuple[Shape, list[Mapping[str, Any]]]:
    """Return the input's shape and the layers that a file names."""
    said = next((entry.value for entry in model.metadata_props if entry.key == CHAIN), None)
    if said is None:
        raise Invalid(
            "only a chain that was exported here opens as one; "
            "this file does not say which chain it is"
        )
    try:
        found = orjson.loads(said if len(said) <= _LONGEST else "")
        shape, specs = found[INPUT.name], found[_LAYERS]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise Invalid("what this file says of its chain cannot be read") from None
    is_shape = isinstance(shape, list) and all(type(n) is int and n >= 0 for n in shape)
    is_list = isinstance(specs, list) and all(isinstance(spec, dict) for spec in specs)
    if not (is_shape and is_list and specs):
        raise Invalid("what this file says of its chain cannot be read")
    check_shape(tuple(shape), limits)
    if len(specs) > limits.stages:
        raise TooLarge(
            "a chain of {count} layers; at most {most} can be",
            loc=(_LAYERS,),
            count=len(specs),
            most=limits.stages,
        )
    return tuple(shape), specs


def _added(plan: ChainPlan, spec: Mapping[str, Any], held: Mapping[str, onnx.TensorProto]) -> Stage:
    """Let a layer follow with the weights that the file has for it."""
    layer, joined = _layer(spec, len(plan.stages))
    name = plan.next_name(layer)
    own = {
        tensor.name: _array(held[f"{name}.{tensor.name}"], plan.limits)
        for tensor in layer.inputs
        if f"{name}.{tensor.name}" in held
    }
    plan.add(layer, {tensor: array.shape for tensor, array in own.items()}, joined)
    made = plan.stages[-1].plan.to_make
    if made:
        raise Invalid("the file has no '{name}' for it", name=min(made))
    stage = plan.stages[-1].stage
    shapes = stage.shapes
    return stage._replace(weights={t: array.reshape(shapes[t]) for t, array in own.items()})


def _layer(spec: Mapping[str, Any], number: int) -> tuple[Layer, dict[str, int]]:
    """Return a layer of the chain, and which layers before it give tensors of it."""
    values = dict(spec)
    name = values.pop(_LAYER, None)
    if not isinstance(name, str) or name not in FAMILIES:
        raise Invalid("there is no such layer")
    family = FAMILIES[name]
    tag: object = family.default
    if family.selector:
        tag = values.pop(family.selector, tag)
    if not isinstance(tag, str) or tag not in family.variants:
        raise Invalid("there is no such layer")
    variant = family.variants[tag]
    joined = take_joins(values, joining(variant), number)
    try:
        return variant.model_validate(values), joined
    except ValidationError:
        raise Invalid("its settings cannot be") from None


def _array(tensor: onnx.TensorProto, limits: Limits) -> Array:
    """Return the numbers of a weight as we write them: float32, as bytes, here."""
    shape = tuple(tensor.dims)
    known = {field.name for field, _ in tensor.ListFields()}
    is_ours = known <= {"dims", "data_type", "name", "raw_data"}
    is_ours = is_ours and tensor.data_type == onnx.TensorProto.FLOAT and min(shape, default=0) >= 0
    data = tensor.raw_data if is_ours else b""
    if not is_ours or len(data) != FLOAT_BYTES * check_shape(shape, limits):
        raise Invalid("its weights are not float32 numbers as they are exported")
    found: Array = np.frombuffer(data, np.dtype("<f4")).reshape(shape)
    return found


def _weights(stages: Sequence[Stage]) -> frozenset[str]:
    return frozenset(f"{stage.name}.{name}" for stage in stages for name in stage.weights)


def _written(stages: Sequence[Stage], model: onnx.ModelProto) -> Iterator[onnx.GraphProto]:
    """Yield each graph that these layers are exported as, without the numbers of their weights."""
    bare = [s._replace(weights=dict.fromkeys(s.weights, _PLACEHOLDER)) for s in stages]
    last = any(value.name == OUTPUT for value in model.graph.output)
    for finite in (True, False):
        yield chain_model(bare, {}, finite=finite, last=last).graph
    if len(bare) == 1:  # a layer that its own page exported
        (stage,) = bare
        for finite in (True, False):
            layer, shapes = stage.layer, stage.shapes
            yield weighted_model(layer, shapes, stage.weights, finite=finite).graph


def shortest(stage: Stage) -> dict[str, Any]:
    """Return the parameters that make the layer of a stage, as few and as short as they can be."""
    layer, shapes = stage.layer, stage.shapes
    said = recipe_free(layer)
    for name, value in list(said.items()):
        if name == layer.selector:
            continue
        for other in [{}, *({name: shorter} for shorter in _shorter(value))]:
            trial = {k: v for k, v in said.items() if k != name} | other
            if _makes(layer, shapes, trial):
                said = trial
                break
    return {_LAYER: layer.family} | said


def _shorter(value: object) -> list[object]:
    """Return shorter ways to say a list: its one number, one side of each axis."""
    if not isinstance(value, tuple):
        return []
    half = value[: len(value) // 2]
    once: list[object] = [value[0]] if len(set(value)) == 1 else []
    return [*once, *([half] if half and half + half == value else [])]


def _makes(layer: Layer, shapes: Mapping[str, Shape], said: Mapping[str, Any]) -> bool:
    """Tell whether parameters make this very layer of these tensors."""
    values = {name: value for name, value in said.items() if name != layer.selector}
    try:
        other = type(layer).model_validate(values).resolve(shapes)
    except (ValidationError, Problem):
        return False
    return recipe_free(other) == recipe_free(layer)
