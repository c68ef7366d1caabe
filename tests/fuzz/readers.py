"""Readers of what strangers send, each held against an independent one on any bytes at all.

A target takes bytes and returns nothing: what is no problem that can be told is raised, and so is
a tensor that another reader of the same bytes does not see. `search.py` looks for such bytes for
minutes, the tests beside it for seconds.
"""

import io
import json
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import onnx
from onnx import numpy_helper
from starlette.datastructures import Headers
from tritonclient.utils import triton_to_np_dtype

from app.api.pipeline.open import MOST_PARTS
from app.api.request.fields import Fields, read_fields, take_tensors
from app.api.request.form import read_multipart
from app.api.request.said import check_known
from app.api.v2.sent import HEADER_LENGTH, read_sent
from app.graphs import IR_VERSION, chain_metadata
from app.layers.base import Array, Shape
from app.networks.chain import make_stages
from app.networks.compile import chain_model
from app.networks.recognised import recognise
from app.problems import Problem
from app.settings import Limits
from app.tensors import json_text, long_lists
from app.tensors.npy import MAGIC, read_npy, write_npy
from app.tensors.store import TensorStore
from app.uploads.checks import check_held, parse_model
from app.uploads.counted import count_fields

LIMITS = Limits()
BOUNDARY = b"----b"
# Never written to: what is read here holds nothing.
_STORE = TensorStore(Path("/nonexistent/layerlab"), LIMITS)
_JSON = Headers({"content-type": "application/json"})
_FORM = Headers({"content-type": f"multipart/form-data; boundary={BOUNDARY.decode()}"})


def _is_told(problem: Problem) -> None:
    """Hold a refusal to be the sender's fault, and short."""
    assert 400 <= problem.status < 500
    assert len(str(problem)) < 2000


def npy(data: bytes) -> None:
    """Read bytes as an .npy, and as one whose frame is right: header, line end, numbers."""
    _npy(data)
    header, _, numbers = data.partition(b"\n")
    size = struct.pack("<H", len(header[:60_000]) + 1)
    _npy(b"\x93NUMPY\x01\x00" + size + header[:60_000] + b"\n" + numbers)


def _npy(data: bytes) -> None:
    """Read an .npy; NumPy must see the same tensor in it."""
    try:
        found = read_npy(data, LIMITS).array
    except Problem as problem:
        _is_told(problem)
        return
    assert found.dtype == np.float32
    assert found.flags.c_contiguous
    with np.errstate(over="ignore"):
        theirs = np.load(io.BytesIO(data), allow_pickle=False).astype(np.float32)
    np.testing.assert_array_equal(found, theirs)


def _taken(fields: Fields) -> Array | None:
    check_known(fields, {"input"})
    found = take_tensors(fields, ["input"], LIMITS, _STORE).get("input")
    return None if found is None else found.array


def json_body(data: bytes) -> None:
    """Read bytes as a JSON body, and as the tensor in one; a list that is long makes no odds."""
    for body in (data, b'{"input":' + data + b"}"):
        found = _json_body(body)
        with _all_are_long():
            again = _json_body(body)
        # A shape is no long list, and with long ones a name that comes twice is refused.
        if b'"shape"' not in body and not _has_twins(body):
            np.testing.assert_equal(again, found)


def _has_twins(body: bytes) -> bool:
    """Tell whether an object has a name twice."""
    sizes: list[tuple[int, int]] = []
    with suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=lambda pairs: _noted(sizes, pairs))
    return any(named < given for named, given in sizes)


def _noted(sizes: list[tuple[int, int]], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    sizes.append((len(found), len(pairs)))
    return found


def _json_body(data: bytes) -> Array | None:
    """Read a tensor from a JSON body; Python's own parser and NumPy must see the same one."""
    try:
        found = _taken(read_fields(data, _JSON, "", LIMITS))
    except Problem as problem:
        _is_told(problem)
        return None
    value = json.loads(data).get("input")
    if found is None:
        assert value is None
        return np.zeros((0,))
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found, _by_numpy(value))
    return found


@contextmanager
def _all_are_long() -> Iterator[None]:
    """Take lists as long that are not, and read them in pieces of a few characters."""
    kept = json_text._LONG, long_lists._PIECE
    json_text._LONG, long_lists._PIECE = 1, 8
    try:
        yield
    finally:
        json_text._LONG, long_lists._PIECE = kept


def _by_numpy(value: Any) -> Array:
    if not isinstance(value, dict):
        return np.array(value, np.float64).astype(np.float32)
    array = np.array(value["data"], np.float64)
    kind = np.dtype(value.get("dtype", "float32"))
    if kind.kind in "iu":  # exact where float64 is not
        array = np.array(value["data"], object).astype(kind)
    return array.astype(kind).astype(np.float32).reshape(value.get("shape", array.shape))


def multipart(data: bytes) -> None:
    """Read bytes as a form, as a part with its headers, and as the tensor in one."""
    _multipart(data)
    _multipart(b"--" + BOUNDARY + b"\r\n" + data + b"\r\n" + END)
    _multipart(part("input", data, file=data[:1] == MAGIC[:1]) + END)


def _multipart(data: bytes) -> None:
    """Read a form; each part must stand in it as it was read, and give a tensor or a problem."""
    try:
        for part in read_multipart(data, _FORM["content-type"], LIMITS):
            assert part.data in data
        fields = read_fields(data, _FORM, "", LIMITS)
        assert len(fields.values) + len(fields.files) <= LIMITS.parts
        found = _taken(fields)
    except Problem as problem:
        _is_told(problem)
        return
    assert found is None or found.dtype == np.float32


def v2(data: bytes) -> None:
    """Read bytes as a request of a client of model servers: JSON, what follows a NUL behind it."""
    head, _, rest = data.partition(b"\0")
    _v2(head, rest, {HEADER_LENGTH: str(len(head))})
    _v2(data, b"", {})


def _v2(head: bytes, rest: bytes, headers: dict[str, str]) -> None:
    """Read a request; Python's own parser, NumPy and tritonclient's types see the same tensors."""
    try:
        unread = read_sent(head + rest, Headers(headers), LIMITS).fields.unread
        found = {name: read(LIMITS).array for name, read in unread.items()}
    except Problem as problem:
        _is_told(problem)
        return
    inputs = json.loads(head)["inputs"]
    assert [one["name"] for one in inputs] == list(found)
    for one in inputs:
        size = (one.get("parameters") or {}).get("binary_data_size") or 0
        theirs = _by_triton(one, rest[:size])
        np.testing.assert_array_equal(found[one["name"]], theirs)
        rest = rest[size:]
    assert not rest


def _by_triton(told: dict[str, Any], data: bytes) -> Array:
    kind = np.dtype(triton_to_np_dtype(told["datatype"]))
    if told.get("data") is not None:
        array = np.array(told["data"], object if kind.kind in "iu" else np.float64).astype(kind)
    elif told["datatype"] == "BF16":
        array = np.frombuffer(data, ml_dtypes.bfloat16)
    else:
        array = np.frombuffer(data, kind)
    with np.errstate(over="ignore"):
        return array.astype(np.float32).reshape(told["shape"])


def chain(data: bytes) -> None:
    """Read bytes as the file of a chain; ONNX's own checker must find nothing wrong with it."""
    try:
        count_fields(data, MOST_PARTS)
        model = parse_model(data)
        check_held(model)
        found = recognise(model, LIMITS)
    except Problem as problem:
        _is_told(problem)
        return
    # What says nothing of the computing may be anything.
    model.ir_version, model.graph.name = IR_VERSION, "graph"
    del model.graph.value_info[:]
    onnx.checker.check_model(model, full_check=True)
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for stage in found.stages:
        for name, value in stage.weights.items():
            theirs = held[f"{stage.name}.{name}"]
            np.testing.assert_array_equal(value.reshape(-1), theirs.reshape(-1))


def part(name: str, data: bytes, file: bool = False) -> bytes:
    """Return one part of a form as it is sent."""
    said = f'Content-Disposition: form-data; name="{name}"' + '; filename="x"' * file
    return b"--" + BOUNDARY + b"\r\n" + said.encode() + b"\r\n\r\n" + data + b"\r\n"


END = b"--" + BOUNDARY + b"--\r\n"


def _seeds_of_npy() -> list[bytes]:
    kinds = ("<f4", ">f8", "<f2", "|b1", "|i1", ">u2", "<i8", "<u8", "<c8", "<M8[D]", "<U2")
    found = [write_npy(np.zeros((2, 3), kind)) for kind in kinds]
    for version in ((1, 0), (2, 0), (3, 0)):
        file = io.BytesIO()
        np.lib.format.write_array(file, np.asfortranarray(np.ones((2, 3))), version)
        found.append(file.getvalue())
    found += [file[file.index(b"{") :] for file in found]
    return [
        *found,
        write_npy(np.array([1, 2], np.float32)),
        write_npy(np.zeros((0, 3), np.float32)),
    ]


def _seeds_of_json() -> list[bytes]:
    tensors: tuple[object, ...] = (
        *([1, 2], [[1, 2], [3, 4]], [[[1.5]]], [], [[]], 3, None, "ref:x", {"ref": "x"}),
        {"shape": [2, 1], "dtype": "int64", "data": [9007199254740993, 1]},
        *({"data": [0, 1], "dtype": kind} for kind in ("bool", "uint8", "float16", "float64")),
    )
    bodies = [json.dumps({"input": value}).encode() for value in tensors]
    bare = [json.dumps(value).encode() for value in tensors]
    return [*bodies, *bare, b'{"input":[1e999,-0.0,1E+3]}', b'{"input":[1],"input":[2]}']


def _seeds_of_multipart() -> list[bytes]:
    tensor = write_npy(np.ones((1, 2), np.float32))
    return [
        part("input", tensor, True) + END,
        part("input", b"[[1, 2]]") + part("stride", b"1,2") + END,
        part("input", b"x", True) + part("input.mode", b"L") + part("input.size", b"2x2") + END,
        part("input", b"ref:x") + part("input", b"[1]") + END,
        b"\r\n" + part("", b"") + END,
        END,
    ]


def _seeds_of_v2() -> list[bytes]:
    inputs: list[dict[str, Any]] = [
        {"name": "input", "datatype": kind, "shape": [2, 1], "data": [[1], [0]]}
        for kind in ("FP32", "INT64", "UINT8", "FP16", "FP64")
    ]
    inputs.append({"name": "a", "datatype": "BOOL", "shape": [2], "data": [True, False]})
    behind = [
        ({"name": f"{kind}{size}", "datatype": kind, "shape": [2]}, size)
        for kind, size in (("FP32", 4), ("BF16", 2), ("BOOL", 1), ("INT16", 2), ("FP64", 8))
    ]
    packed = [
        (told | {"parameters": {"binary_data_size": 2 * size}}, b"\0\1" * size)
        for told, size in behind
    ]
    found = [json.dumps({"id": "1", "inputs": [one]}).encode() for one in inputs]
    found += [json.dumps({"inputs": [one]}).encode() + b"\0" + data for one, data in packed]
    many = {"inputs": [one for one, _ in packed], "outputs": [{"name": "output"}]}
    return [*found, json.dumps(many).encode() + b"\0" + b"".join(data for _, data in packed)]


def _seeds_of_chain() -> list[bytes]:
    every: list[tuple[Shape, list[dict[str, Any]], dict[str, Shape]]] = [
        ((1, 2), [{"layer": "softmax"}], {}),
        ((1, 1, 3, 3), [{"layer": "conv"}, {"layer": "activation"}], {"conv.weight": (1, 1, 2, 2)}),
        ((1, 4), [{"layer": "dense"}], {"dense.weight": (2, 4), "dense.bias": (2,)}),
        ((1, 1, 2, 2), [{"layer": "pooling"}, {"layer": "flatten"}], {}),
    ]
    found = []
    for shape, specs, sizes in every:
        stages = make_stages(specs, {n: np.ones(s, np.float32) for n, s in sizes.items()}, shape)
        for last in (True, False):
            model = chain_model(stages, chain_metadata(specs, shape), last=last)
            found.append(bytes(model.SerializeToString()))
    return found


TARGETS: dict[str, Callable[[bytes], None]] = {
    "npy": npy,
    "json": json_body,
    "multipart": multipart,
    "v2": v2,
    "chain": chain,
}
SEEDS = {
    "npy": _seeds_of_npy(),
    "json": _seeds_of_json(),
    "multipart": _seeds_of_multipart(),
    "v2": _seeds_of_v2(),
    "chain": _seeds_of_chain(),
}
# What is seldom met by chance.
WORDS = {
    "npy": ("'descr': ", "'fortran_order': True", "'shape': (", "<f2", ">i8", "|b1", "(0, "),
    "json": (
        *('{"input":', '"data":[', '"shape":[', '"dtype":"', '"}', "]}", "],[", "[[", "]]", ","),
        *("int64", "uint64", "int8", "uint8", "bool", "float16", "float64", "1e38", "-0.5", "null"),
        *("9223372036854775807", "18446744073709551615", "true", '"ref:'),
    ),
    "multipart": ('name="input"', '; filename="x"', "\r\n\r\n", "--" + BOUNDARY.decode(), "--\r\n"),
    "v2": (
        *('{"inputs":[{"name":"', '"datatype":"', '"shape":[', '"data":[', '"binary_data_size":'),
        *('"parameters":{', '"outputs":[{"name":"', '"}]', "FP32", "FP16", "BF16", "BOOL", "INT64"),
        *("UINT8", "FP64", "\0", "true", "null", "[[", "]]", "-1", "1e39", "9007199254740993"),
    ),
    "chain": (
        *('{"layer": "', '"layers": [', '"input": [', "conv.weight", "input", "output", "Conv"),
        *("Relu", "Identity", "strides", "layerlab.chain", "\x0a\x00", "\x08\x01", "\x10\x0f"),
    ),
}
