"""A layer as a file that runs elsewhere: an ONNX model, or a script with its tensors in it."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from app.exports.programs import LANGUAGES, Tensors, program
from app.graphs import weighted_model
from app.layers.base import INPUT, Array
from app.problems import TooLarge
from app.runs import Plan, complete, count
from app.settings import Limits

_FLOAT_BYTES = 4
ONNX = "onnx"
EXPORTS = (ONNX, *LANGUAGES)
SHOWN = "\n\nprint(y)\n"
PYTHON, BINARY = "text/x-python", "application/octet-stream"


class Export(NamedTuple):
    """A file: its name, its media type, what is in it."""

    name: str
    media_type: str
    body: bytes


def check_export(plan: Plan, kind: str, limits: Limits) -> None:
    """Refuse a script that would carry too many numbers.

    Raises:
        TooLarge: naming the limit, and the form that has none.
    """
    check_script(sum(map(count, plan.shapes.values())), kind, limits)


def check_script(elements: int, kind: str, limits: Limits) -> None:
    """Refuse so many numbers in a file of a kind, if it is a script.

    Raises:
        TooLarge: naming the limit, and the form that has none.
    """
    size = _FLOAT_BYTES * elements
    if kind != ONNX and size > limits.script_bytes:
        raise TooLarge(
            "the script would carry {size} bytes of tensors; at most {most} can be (format=onnx "
            "carries the weights only)",
            size=size,
            most=limits.script_bytes,
        )


def export(plan: Plan, sent: Mapping[str, Array], kind: str) -> Export:
    """Write a planned layer and its tensors as a file of one of `EXPORTS`.

    Raises:
        Inexpressible: the language has nothing for the layer.
    """
    tensors = complete(plan, sent)
    if kind == ONNX:
        weights = {name: value for name, value in tensors.items() if name != INPUT.name}
        finite = not plan.layer.minds_nonfinite or bool(np.isfinite(tensors[INPUT.name]).all())
        model = weighted_model(plan.layer, plan.shapes, weights, finite=finite)
        body = model.SerializeToString()
        return Export(f"{plan.layer.family}.onnx", BINARY, body)
    shapes = {name: value.shape for name, value in sent.items()}
    written = program(LANGUAGES[kind], Tensors(plan, tensors, shapes, inside=True))
    return Export(f"{plan.layer.family}_{kind}.py", PYTHON, (written + SHOWN).encode())
