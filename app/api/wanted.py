"""What a client wants of the answer: its form, how much of it, what beside it."""

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers

from app.api.answers import choose_format
from app.problems import Invalid


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of a request, judged.

    Attributes:
        form: `json`, `npy`, `png` or `safetensors`.
        device: where to run.
        refs: hold the input and the outputs and name them.
        numbers: write the tensors into a JSON answer.
        fields: the only names that a JSON answer shall have, None for all.
        code: write the same call as programs.
        check: compare the output with the layer's NumPy form.
        colormap: for a picture.
        scale: for a picture.
    """

    form: str
    device: str
    refs: bool
    numbers: bool
    fields: frozenset[str] | None
    code: bool
    check: bool
    colormap: Any
    scale: Any

    def pick(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return the facts that were asked for."""
        if self.fields is None:
            return facts
        return {name: value for name, value in facts.items() if name in self.fields}

    def has(self, name: str) -> bool:
        """Tell whether a tensor is to be written."""
        return self.numbers and (self.fields is None or name in self.fields)


def wanted(options: dict[str, Any], headers: Headers) -> Wanted:
    """Judge the options.

    Raises:
        Invalid: one that cannot be.
        NotAcceptable: no form of answer is accepted.
    """
    device, output = options.get("device", "auto"), options.get("output")
    if not isinstance(device, str):
        raise Invalid("device must be text", loc=("device",))
    if output not in (None, "ref"):
        raise Invalid("output can only be 'ref', to leave the numbers out", loc=("output",))
    return Wanted(
        choose_format(options.get("format"), headers.get("accept")),
        device,
        bool(options.get("refs")) or output == "ref",
        output is None,
        _fields(options.get("fields")),
        bool(options.get("code")),
        bool(options.get("check")),
        options.get("colormap"),
        options.get("scale"),
    )


def _fields(value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    listed = value
    if isinstance(value, str):
        listed = [name.strip() for name in value.split(",")]
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise Invalid(
            "fields must be names of the answer's parts, as output,shape", loc=("fields",)
        )
    return frozenset(listed)
