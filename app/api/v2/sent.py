"""What a client of model servers sends: a JSON object, and numbers as bytes behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.datastructures import Headers

from app.api.request.body import JSON, media_type
from app.api.request.coding import decoded
from app.api.request.fields import Fields
from app.api.request.texts import text_value
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
from app.problems import (
    Invalid,
    Listed,
    Loc,
    NoNumber,
    Problem,
    TooLarge,
    Unreadable,
    UnsupportedMedia,
    message,
)
from app.settings import Limits
from app.tensors.json_text import read_json
from app.tensors.nested import read_nested, shape_of
from app.tensors.raw import BFLOAT16, Raw, read_raw
from app.tensors.received import Received

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
        fields: the tensors.
        parameters: what else is said, by name.
        places: where each of these stands, by its name.
        outputs: those asked for; None for all.
        binary: how outputs come of which nothing is said.
        unpacked: bytes of the body beside those that came, where it was compressed.
    """

    id: str | None
    fields: Fields
    parameters: Mapping[str, Any]
    places: Mapping[str, Loc]
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
            kinds=Listed(_MEDIA[1:]),
        )
    came, body = body, decoded(body, headers, limits)
    size = _json_size(body, headers, limits)
    said = _read_json(body[:size] if size < len(body) else body, limits)
    if not isinstance(said, dict):
        raise Unreadable("the body must be a JSON object with the inputs in a list")
    said = known(said, _REQUEST)
    _check_addressed(said)
    given = parameters_of(said, ("parameters",))
    binary = truth(given.pop(_BINARY_OUTPUT, False), ("parameters", _BINARY_OUTPUT))
    take_content(given, ("parameters",))
    take_hints(given)
    parameters = {name: _value(name, value, limits) for name, value in given.items()}
    fields = _inputs(said.get("inputs"), memoryview(body)[size:])
    places: dict[str, Loc] = {name[:80]: ("parameters", name[:80]) for name in parameters}
    places |= {name[:80]: ("inputs", number) for number, name in enumerate(fields.unread)}
    unpacked = 0 if body is came else len(body)
    outputs = read_outputs(said.get("outputs"), binary)
    return Sent(_id(said.get("id")), fields, parameters, places, outputs, binary, unpacked)


def _read_json(text: bytes, limits: Limits) -> Any:
    try:
        return read_json(text, limits)
    except NoNumber as problem:
        raise _or_in_bytes(problem) from None


def _or_in_bytes(problem: Problem) -> Problem:
    """Return the problem of what JSON has no number for, with the way that there is."""
    problem.message = message(
        "{said}; NaN and infinities can be sent as bytes, by binary_data_size", said=problem.message
    )
    return problem


def _value(name: str, value: object, limits: Limits) -> Any:
    """Return a parameter; a text may be anything that JSON or a list says."""
    try:
        return text_value(value.encode(), limits) if isinstance(value, str) else value
    except Problem as problem:
        raise problem.at("parameters", name[:80]) from None


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


def _inputs(value: object, data: memoryview) -> Fields:
    """Return each input by what reads it; all bytes behind the JSON must belong to one."""
    if value is None:
        raise Invalid("must be there, as a list of tensors", loc=("inputs",))
    fields, used = Fields(), 0
    for number, one in enumerate(listed(value, "inputs")):
        try:
            used += _add_input(fields, one, data[used:])
        except Problem as problem:
            raise problem.at("inputs", number) from None
    if used != len(data):
        raise Unreadable(
            "{there} bytes follow the JSON, but the inputs say {used}", there=len(data), used=used
        )
    return fields


def _add_input(fields: Fields, one: dict[str, Any], data: memoryview) -> int:
    """Add one input; return how many of the bytes are its numbers."""
    one = known(one, _INPUT)
    name, kind = one["name"], numpy_name(one.get("datatype"))
    if name in fields.unread:
        raise Invalid("'{name}' is given twice", name=name[:80])
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
        fields.add_unread(name, partial(_read_told, told))
        return 0
    if type(size) is not int or not 0 <= size <= len(data):
        raise Invalid(
            "must be a number of bytes, of which {there} are left",
            loc=("parameters", _SIZE),
            there=len(data),
        )
    fields.add_unread(name, partial(read_raw, Raw(kind, shape, data[:size])))
    return size


def _read_told(told: dict[str, Any], limits: Limits) -> Received:
    try:
        return read_nested(told, limits, truths=told["dtype"] == "bool")
    except NoNumber as problem:
        raise _or_in_bytes(problem) from None


def _shape(value: object) -> Shape:
    try:
        return shape_of(value)
    except Invalid as problem:
        raise problem.at("shape") from None
