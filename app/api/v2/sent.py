"""What a client of model servers sends: a JSON object, and numbers as bytes behind it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.datastructures import Headers

from app.api.body import JSON, media_type
from app.api.coding import decoded
from app.api.fields import Fields, text_value
from app.api.v2.datatypes import numpy_name
from app.api.v2.pieces import (
    check_own,
    known,
    listed,
    parameters_of,
    take_content,
    take_hints,
    truth,
)
from app.api.v2.wanted import Output, read_outputs
from app.layers.base import Shape
from app.problems import Invalid, Problem, TooLarge, Unreadable, UnsupportedMedia
from app.settings import Limits
from app.tensors.json_text import read_json
from app.tensors.nested import read_nested, shape_of
from app.tensors.raw import BFLOAT16, Raw, read_raw

HEADER_LENGTH = "Inference-Header-Content-Length"
BYTES = "application/octet-stream"
_MEDIA = ("", JSON, BYTES)
# The address says which model is run, and some clients say it in the body too.
_ADDRESSED = ("model_name", "model_version")
_REQUEST = ("id", "parameters", "inputs", "outputs", *_ADDRESSED)
_INPUT = ("name", "shape", "datatype", "parameters", "data")
_SIZE, _BINARY_OUTPUT = "binary_data_size", "binary_data_output"
LONGEST_ID, _DIGITS = 256, 12


@dataclass(frozen=True, slots=True)
class Sent:
    """A request, understood but for what the model makes of it.

    Attributes:
        id: to be said in the answer too.
        fields: tensors and parameters.
        outputs: those asked for; None for all.
        binary: how outputs come of which nothing is said.
        unpacked: bytes of the body beside those that came, where it was compressed.
    """

    id: str | None
    fields: Fields
    outputs: tuple[Output, ...] | None
    binary: bool
    unpacked: int


def read_sent(body: bytes, headers: Headers, limits: Limits) -> Sent:
    """Return what a request says.

    Raises:
        Problem: it cannot be read, or something in it cannot be.
    """
    kind = media_type(headers)
    if kind not in _MEDIA:
        raise UnsupportedMedia(
            "the body is '{kind}'; what can be read here: {kinds}",
            kind=kind[:80],
            kinds=", ".join(_MEDIA[1:]),
        )
    came, body = body, decoded(body, headers, limits)
    size = _json_size(body, headers, limits)
    said = read_json(body[:size] if size < len(body) else body, limits)
    if not isinstance(said, dict):
        raise Unreadable("the body must be a JSON object with the inputs in a list")
    said = known(said, _REQUEST)
    _check_addressed(said)
    given = parameters_of(said, ("parameters",))
    binary = truth(given.pop(_BINARY_OUTPUT, False), ("parameters", _BINARY_OUTPUT))
    take_content(given, ("parameters",))
    take_hints(given)
    fields = Fields()
    for name, value in given.items():
        is_text = isinstance(value, str)
        fields.add(name, text_value(value.encode(), limits) if is_text else value)
    _add_inputs(fields, said.get("inputs"), memoryview(body)[size:])
    unpacked = 0 if body is came else len(body)
    outputs = read_outputs(said.get("outputs"), binary)
    return Sent(_id(said.get("id")), fields, outputs, binary, unpacked)


def _json_size(body: bytes, headers: Headers, limits: Limits) -> int:
    """Return how many bytes of the body are JSON."""
    told, size = headers.get(HEADER_LENGTH), len(body)
    if told is not None:
        if not told.isdecimal() or len(told) > _DIGITS or int(told) > len(body):
            raise Unreadable(
                "{header} must be how many bytes of the {size} are JSON",
                header=HEADER_LENGTH,
                size=len(body),
            )
        size = int(told)
    if size > limits.json_bytes:
        raise TooLarge(
            "the JSON has {size} bytes; at most {most} can be", size=size, most=limits.json_bytes
        )
    return size


def _check_addressed(said: dict[str, Any]) -> None:
    for name in _ADDRESSED:
        if not isinstance(said.get(name, ""), str):
            raise Invalid("must be text", loc=(name,))


def _id(value: object) -> str | None:
    if value is not None and (not isinstance(value, str) or len(value) > LONGEST_ID):
        raise Invalid("id must be text of at most {most} characters", loc=("id",), most=LONGEST_ID)
    return value


def _add_inputs(fields: Fields, value: object, data: memoryview) -> None:
    """Add each input by what reads it; all bytes behind the JSON must belong to one."""
    used = 0
    for number, one in enumerate(listed(value, "inputs")):
        try:
            used += _add_input(fields, one, data[used:])
        except Problem as problem:
            raise problem.at("inputs", number) from None
    if used != len(data):
        raise Unreadable(
            "{there} bytes follow the JSON, but the inputs say {used}", there=len(data), used=used
        )


def _add_input(fields: Fields, one: dict[str, Any], data: memoryview) -> int:
    """Add one input; return how many of the bytes are its numbers."""
    one = known(one, _INPUT)
    name, kind = one["name"], numpy_name(one.get("datatype"))
    shape = _shape(one.get("shape"))
    given = parameters_of(one, ("parameters",))
    take_content(given, ("parameters",))
    check_own(given, (_SIZE,), ("parameters",))
    size = given.get(_SIZE)
    if (size is None) == ("data" not in one):
        raise Invalid(
            "the numbers stand in 'data', or behind the JSON and 'binary_data_size' says how many "
            "bytes; one of the two",
            loc=("data",),
        )
    if size is None:
        if kind == BFLOAT16:
            raise Invalid("BF16 can be sent as bytes only", loc=("data",))
        told = {"shape": list(shape), "dtype": kind, "data": one["data"]}
        fields.add_unread(name, partial(read_nested, told, truths=kind == "bool"))
        return 0
    if type(size) is not int or not 0 <= size <= len(data):
        raise Invalid(
            "must be a number of bytes, of which {there} are left",
            loc=("parameters", _SIZE),
            there=len(data),
        )
    fields.add_unread(name, partial(read_raw, Raw(kind, shape, data[:size])))
    return size


def _shape(value: object) -> Shape:
    try:
        return shape_of(value)
    except Invalid as problem:
        raise problem.at("shape") from None
