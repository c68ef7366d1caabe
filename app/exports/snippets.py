"""The same call elsewhere, as the page shows it: curl, PyTorch, NumPy, Keras."""

from collections.abc import Callable, Mapping
from shlex import quote
from typing import Any

import orjson

from app.exports.programs import LANGUAGES, Tensors, literal, program
from app.layers._keras import Inexpressible
from app.layers.base import Layer, Shape
from app.runs import Run

_ADDRESS = "localhost:8000/api/v1/layers"
_SPATIAL_DIMS = 2  # as many as the service takes when nothing says otherwise


def snippets(run: Run, sent: Mapping[str, Shape], say: Callable[[str], str]) -> dict[str, Any]:
    """Return `code`, the call by language, and `code_notes`, why one of them is None.

    Tensors that are not small come from `NAME.npy`.

    Args:
        run: whose numbers are written down.
        sent: the shapes of the tensors that came with the request.
        say: translates the notes.
    """
    tensors = Tensors(run.plan, run.tensors, sent, inside=False)
    code: dict[str, str | None] = {"curl": curl(run)}
    notes: dict[str, str] = {}
    for name, language in LANGUAGES.items():
        try:
            code[name] = program(language, tensors)
        except Inexpressible as problem:
            code[name], notes[name] = None, problem.message.say(say)
    return {"code": code, "code_notes": notes}


def curl(run: Run) -> str:
    """Return a command that posts small tensors as text, others as files; asks for an .npy."""
    layer = run.plan.layer
    fields = {k: v for k, v in layer.known().items() if _said(layer, k, v, bool(run.plan.to_make))}
    parts = []
    for name, value in run.tensors.items():
        if name not in run.plan.to_make:
            written = literal(value)
            file = f"-F {name}=@{name}.npy"
            parts.append(file if written is None else f"-F {quote(f'{name}={written}')}")
    parts += [f"-F {quote(f'{name}={_text(value)}')}" for name, value in fields.items()]
    return " \\\n  ".join(
        [
            "curl",
            *parts,
            "-H 'Accept: application/x-npy'",
            f"{_ADDRESS}/{layer.family} -o output.npy",
        ]
    )


def _said(layer: Layer, name: str, value: object, made: bool) -> bool:
    """Tell whether a parameter must be written: not when it is absent or its default.

    Nor when it says how a tensor is made, and none was.
    """
    field = type(layer).model_fields.get(name)
    if value is None or (name in layer.recipe and not made):
        return False
    if name == "spatial_dims":
        return value != _SPATIAL_DIMS
    if field is None:
        return True
    plain = value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
    return bool(plain != field.default)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        same = len(set(value)) == 1 and not isinstance(value[0], str)
        return str(value[0]) if same else ",".join(map(str, value))
    return orjson.dumps(value).decode() if isinstance(value, bool) else str(value)
