"""The same call elsewhere, as a program with the numbers of one run: NumPy, PyTorch, Keras."""

import base64
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

import numpy as np

from app.exports.sources import source_of
from app.layers.base import INPUT, Array, Shape
from app.runs import Plan
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


class Language(NamedTuple):
    """How a language takes tensors and calls a layer.

    Attributes:
        numbers: what takes a nested list, `{}` where it stands.
        array: what takes a NumPy array.
        reshaped: `x` in another shape.
        call: the lines that call a layer, the last one an expression; of its plan and the names of
            the tensors that are there.
        head: the imports, and the functions of ours, that those lines need for some layers; they
            come after NumPy's, if arrays are loaded.
    """

    numbers: str
    array: str
    reshaped: str
    call: Callable[[Plan, Collection[str]], list[str]]
    head: Callable[[Sequence[Plan], bool], list[str]]


def _numpy_call(plan: Plan, held: Collection[str]) -> list[str]:
    call = plan.layer.numpy_call(plan.shapes)
    names = {INPUT.name: "x"}
    given = [names.get(n, n) if n in held else "None" for n in call.tensors]
    written = [f"{name}={value!r}" for name, value in call.arguments.items()]
    return [f"{call.function.__name__}({', '.join([*given, *written])})"]


def _numpy_head(plans: Sequence[Plan], arrays: bool) -> list[str]:
    functions = dict.fromkeys(plan.layer.numpy_call(plan.shapes).function for plan in plans)
    source = source_of(*functions)
    return [*([] if _NUMPY in source else [_NUMPY]), source]


def _torch_call(plan: Plan, held: Collection[str]) -> list[str]:
    missing = "bias" in {spec.name for spec in plan.layer.inputs} - set(held)
    return [*(["bias = None"] if missing else []), plan.layer.torch(plan.shapes)]


def _torch_head(plans: Sequence[Plan], arrays: bool) -> list[str]:
    return [*([_NUMPY] if arrays else []), "import torch", "import torch.nn.functional as F"]


def _keras_call(plan: Plan, held: Collection[str]) -> list[str]:
    """Keras has no tensors of its own to be told of.

    Raises:
        Inexpressible: it has nothing for the layer.
    """
    return plan.layer.keras(plan.shapes)


def _keras_head(plans: Sequence[Plan], arrays: bool) -> list[str]:
    lines = (line for plan in plans for line in plan.layer.keras(plan.shapes))
    needed = arrays or any("np." in line for line in lines)
    return [*([_NUMPY] if needed else []), "from keras import ops"]


LANGUAGES: Mapping[str, Language] = {
    "pytorch": Language(
        "torch.tensor({})", "torch.from_numpy({})", "x.reshape({})", _torch_call, _torch_head
    ),
    "numpy": Language(
        "np.array({})", "{}.astype(np.float64)", "x.reshape({})", _numpy_call, _numpy_head
    ),
    "keras": Language(
        'ops.array({}, "float32")', "ops.array({})", "ops.reshape(x, {})", _keras_call, _keras_head
    ),
}
"""What programs are written in, channels first in all of them."""


def program(language: Language, tensors: Tensors) -> str:
    """Return a program that computes the run.

    Raises:
        Inexpressible: the language has nothing for the layer.
    """
    plan = tensors.plan
    *lines, made = language.call(plan, tensors.held)
    given = tensors.lines(language.numbers, language.array)
    head = [*tensors.imports(), *language.head([plan], tensors.large)]
    body = [*given, *map(folded, [*lines, f"{outputs(plan)} = {made}"])]
    return "\n\n".join(["\n".join(head), *tensors.definitions(), "\n".join(body)])


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
