"""The same call elsewhere, as a program with the numbers of one run: NumPy, PyTorch, Keras."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from app.layers.base import INPUT, Array, Shape
from app.runs import Plan
from app.sources import source_of
from app.tensors.npy import npy_parts

MOST_WRITTEN = 30
"""Numbers of a tensor that is written into a program; a larger one comes from a file."""
_WIDTH = 74
"""Signs that stand beside each other on the page."""
_NUMPY = "import numpy as np"
_HELD = '''def held(text):
    """Return the array of an .npy file that is written as base64."""
    return np.load(io.BytesIO(base64.b64decode(text)))'''


@dataclass(frozen=True)
class Tensors:
    """How the tensors of a run come into a program.

    Attributes:
        plan: of the run.
        held: every tensor of it, by name.
        sent: the shapes of those that were sent, as their files have them.
        inside: write large ones into the program too, so that it needs no file.
    """

    plan: Plan
    held: Mapping[str, Array]
    sent: Mapping[str, Shape]
    inside: bool

    @property
    def large(self) -> bool:
        """Tell whether there is one that is not written as numbers."""
        return any(literal(value) is None for value in self.held.values())

    def lines(self, numbers: str, array: str) -> list[str]:
        """Return an assignment a tensor; those not sent, of a layer that takes them, are None.

        Args:
            numbers: what takes a nested list, `{}` where it stands.
            array: what takes a NumPy array.
        """
        found = []
        for name, value in self.held.items():
            written, named = literal(value), "x" if name == INPUT.name else name
            shape = " × ".join(map(str, value.shape))
            if written is not None:
                found.append(_assigned(named, numbers, written))
            elif self.inside:
                found.append(f"{named} = {array.format(_encoded(value))}  # {shape}")
            else:
                loaded = f'np.load("{name}.npy")'
                if self.sent.get(name, value.shape) != value.shape:
                    loaded += f".reshape({', '.join(map(str, value.shape))})"
                found.append(f"{named} = {array.format(loaded)}  # {shape}")
        return found

    def imports(self) -> list[str]:
        """Return the modules that the tensors need, besides NumPy."""
        return ["import base64", "import io"] if self.inside and self.large else []

    def definitions(self) -> list[str]:
        """Return the functions that the tensors need."""
        return [_HELD] if self.inside and self.large else []


def _assigned(name: str, numbers: str, written: str) -> str:
    """Return an assignment of written numbers, as many to a line as fit."""
    line = f"{name} = {numbers.format(written)}"
    if len(line) <= _WIDTH:
        return line
    rows = wrap(written, _WIDTH, initial_indent="    ", subsequent_indent="    ")
    opening, closing = numbers.split("{}")
    more = closing.removesuffix(")").removeprefix(", ")
    rest = [f"    {more},"] if more else []
    rows[-1] += "," if more else ""
    return "\n".join([f"{name} = {opening}", *rows, *rest, ")"])


def literal(value: Array) -> str | None:
    """Return a small tensor as Python writes it, None where it is large or not finite."""
    if not 0 < value.size <= MOST_WRITTEN or not np.isfinite(value).all():
        return None
    return _nested(value)


def _nested(value: Array) -> str:
    if value.ndim == 0:
        # The shortest decimal that is this float32.
        return str(value[()])
    return f"[{', '.join(map(_nested, np.asarray(value)))}]"


def _encoded(value: Array) -> str:
    text = base64.b64encode(b"".join(npy_parts(value))).decode()
    return 'held("""\n' + "\n".join(wrap(text, _WIDTH)) + '\n""")'


def numpy_program(tensors: Tensors) -> str:
    """Return a program that computes the run by NumPy alone, in float64."""
    plan = tensors.plan
    call = plan.layer.numpy_call(plan.shapes)
    source = source_of(call.function)
    names = {INPUT.name: "x"}
    given = [names.get(n, n) if n in tensors.held else "None" for n in call.tensors]
    written = [f"{name}={value!r}" for name, value in call.arguments.items()]
    made = f"{outputs(tensors.plan)} = {call.function.__name__}({', '.join([*given, *written])})"
    lines = tensors.lines("np.array({})", "{}.astype(np.float64)")
    imports = [*tensors.imports(), *([] if "import numpy as np" in source else [_NUMPY])]
    head = "\n".join([*imports, source])
    return "\n\n".join([head, *tensors.definitions(), "\n".join([*lines, folded(made)])])


def torch_program(tensors: Tensors) -> str:
    """Return a program that computes the run by PyTorch."""
    plan = tensors.plan
    head = [*tensors.imports(), *([_NUMPY] if tensors.large else []), "import torch"]
    head.append("import torch.nn.functional as F")
    lines = tensors.lines("torch.tensor({})", "torch.from_numpy({})")
    if "bias" in {spec.name for spec in plan.layer.inputs} - set(tensors.held):
        lines.append("bias = None")
    made = folded(f"{outputs(tensors.plan)} = {plan.layer.torch(plan.shapes)}")
    return "\n\n".join(["\n".join(head), *tensors.definitions(), "\n".join([*lines, made])])


def keras_program(tensors: Tensors) -> str:
    """Return a program that computes the run by Keras 3, channels first.

    Raises:
        Inexpressible: Keras has nothing for it.
    """
    plan = tensors.plan
    *lines, made = plan.layer.keras(plan.shapes)
    given = tensors.lines('ops.array({}, "float32")', "ops.array({})")
    calls = [*lines, f"{outputs(tensors.plan)} = {made}"]
    arrays = tensors.large or any("np." in line for line in calls)
    head = [*tensors.imports(), *([_NUMPY] if arrays else []), "from keras import ops"]
    body = "\n".join([*given, *map(folded, calls)])
    return "\n\n".join(["\n".join(head), *tensors.definitions(), body])


def outputs(plan: Plan) -> str:
    """Return what a program calls the outputs, the main one `y`."""
    return ", ".join(["y", *list(plan.outputs)[1:]])


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


PROGRAMS: Mapping[str, Callable[[Tensors], str]] = {
    "pytorch": torch_program,
    "numpy": numpy_program,
    "keras": keras_program,
}
"""What writes a program, by the name of the language."""
