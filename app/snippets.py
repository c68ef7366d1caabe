"""The same call elsewhere: as curl and as PyTorch, with the numbers of one run."""

from collections.abc import Mapping
from shlex import quote
from typing import Any

import orjson

from app.layers.base import INPUT
from app.runs import Run

_ADDRESS = "localhost:8000/api/v1/layers"
_WIDTH = 74
"""Signs that stand beside each other on the page."""


def snippets(family: str, run: Run) -> dict[str, str]:
    """Return the call by language."""
    return {"curl": curl(family, run), "pytorch": pytorch(run)}


def curl(family: str, run: Run) -> str:
    """Return a command that posts the tensors as files and asks for an .npy."""
    layer = run.plan.layer
    files = [n for n in run.tensors if n not in run.plan.to_make]
    fields = {k: v for k, v in layer.known().items() if _said(layer, k, v)}
    parts = [f"-F {name}=@{name}.npy" for name in files]
    parts += [f"-F {quote(f'{name}={_text(value)}')}" for name, value in fields.items()]
    return " \\\n  ".join(
        ["curl", *parts, "-H 'Accept: application/x-npy'", f"{_ADDRESS}/{family} -o output.npy"]
    )


def _said(layer: Any, name: str, value: object) -> bool:
    """Tell whether a parameter must be written: not when it is absent or its default."""
    field = type(layer).model_fields.get(name)
    if value is None:
        return False
    if field is None:
        return True
    plain = value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
    return plain != field.default and name != "spatial_dims"


def _text(value: object) -> str:
    if isinstance(value, tuple):
        same = len(set(value)) == 1 and not isinstance(value[0], str)
        return str(value[0]) if same else ",".join(map(str, value))
    return orjson.dumps(value).decode() if isinstance(value, bool) else str(value)


def pytorch(run: Run) -> str:
    """Return a PyTorch program that gives the same numbers."""
    lines = ["import numpy as np, torch", "import torch.nn.functional as F"]
    names: Mapping[str, str] = {INPUT.name: "x"}
    for name, value in run.tensors.items():
        shape = " × ".join(map(str, value.shape))
        lines.append(
            f'{names.get(name, name)} = torch.from_numpy(np.load("{name}.npy"))  # {shape}'
        )
    needs_bias = "bias" in {spec.name for spec in run.plan.layer.inputs} - set(run.tensors)
    if needs_bias:
        lines.append("bias = None")
    return "\n".join([*lines, folded(f"y = {run.plan.layer.torch(run.plan.shapes)}")])


def folded(code: str, indent: str = "") -> str:
    """Return one expression in lines that fit: a long call's arguments stand apart."""
    start = code.find("(")
    if len(indent + code) <= _WIDTH or start < 0:
        return indent + code
    inside, rest = _split(code[start + 1 :])
    deeper = indent + "    "
    joined = deeper + ", ".join(inside)
    lines = ",\n".join(folded(argument, deeper) for argument in inside)
    lines += "," if len(inside) > 1 else ""  # one argument with a comma would be a tuple
    lines = joined if len(joined) <= _WIDTH else lines
    return f"{indent}{code[: start + 1]}\n{lines}\n{indent}){folded(rest) if rest else ''}"


def _split(code: str) -> tuple[list[str], str]:
    """Return the arguments up to the bracket that closes them, and what follows it."""
    depth, start, arguments = 0, 0, []
    for i, sign in enumerate(code):
        if not depth and sign in ",)":
            arguments.append(code[start:i].strip())
            start = i + 1
            if sign == ")":
                break
        depth += (sign in "([") - (sign in ")]")
    return arguments, code[start:]
