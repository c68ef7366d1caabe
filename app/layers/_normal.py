"""What the normalisations have in common: their checks, one number of theirs taken apart."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.layers._explain import Explanation, number
from app.layers._formula import Name, Root, X
from app.layers.base import Shape, Shapes, Tensors, TensorSpec
from app.problems import Invalid

EACH = ("out",)
FORMULA = (X - Name("mean")) / Root(Name("var") + Name("eps")) * Name("weight") + Name("bias")


def check_channels(inputs: Sequence[TensorSpec], shapes: Shapes) -> None:
    """Refuse an input without channels, and what has not one number for each of them.

    Raises:
        Invalid: with the rule.
    """
    shape = shapes["input"]
    if len(shape) < 2 or 0 in shape[1:]:
        raise Invalid(
            "input {shape} must be (N, C, ...) with at least one channel and no empty axis",
            loc=("input",),
            shape=list(shape),
        )
    for spec in inputs[1:]:
        if spec.name in shapes and shapes[spec.name] != (shape[1],):
            raise Invalid(
                "{name} {shape} must have one number for each of the {channels} channels",
                loc=(spec.name,),
                name=spec.name,
                shape=list(shapes[spec.name]),
                channels=shape[1],
            )


def of_channel(tensors: Tensors, place: int | Shape) -> tuple[float, float]:
    """Return the scale and the shift at a place of `weight` and `bias`, if they were sent."""
    scale = float(tensors["weight"][place]) if "weight" in tensors else 1.0
    return scale, float(tensors["bias"][place]) if "bias" in tensors else 0.0


def explained(
    at: Shape,
    x: Any,
    mean: Any,
    var: Any,
    eps: float,
    scale: float,
    shift: float,
    more: Mapping[str, Any],
) -> Explanation:
    """Take one number apart: how far it is from the mean, by which root that is divided.

    Args:
        at: where it is.
        x: what went in there.
        mean: of the numbers that it is normalised with.
        var: theirs, the biased one.
        eps: added to it.
        scale: what the normal number is multiplied by.
        shift: what is added then.
        more: further facts.
    """
    with np.errstate(all="ignore"):
        normal = (np.float64(x) - mean) / np.sqrt(var + np.float64(eps))
        value = np.float32(normal * scale + shift)
    term = {"input_index": list(at), "input": number(x), "weight": number(scale)}
    facts = {
        "mean": number(mean),
        "var": number(var),
        "eps": eps,
        "normalised": number(normal),
        "scale": number(scale),
        "shift": number(shift),
    }
    return Explanation(at, float(value), "function", [term], shift, facts=facts | dict(more))
