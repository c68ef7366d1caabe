"""Awkward requests to `/v2`: its JSON, the bytes behind it, what they are packed in."""

import gzip
import json
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tests.hostile.cases import BRACES, INVALID, LONG, REFUSED, Case

V2 = "/v2"
MODELS = f"{V2}/models"
_INFER, _CONV, _NETWORK = (f"{MODELS}/{name}/infer" for name in ("softmax", "conv", "one-conv"))
_LENGTH = "Inference-Header-Content-Length"
_JSON = (("Content-Type", "application/json"),)
_MIB = 1 << 20
_ANSWERED = (200, *REFUSED)
_GOOD: dict[str, Any] = {"name": "input", "datatype": "FP32", "shape": [4], "data": [1, 2, 3, 4]}
_FOUR = struct.pack("<4f", 1, 2, 3, 4)


def _asked(name: str, said: Any, statuses: tuple[int, ...] = REFUSED, url: str = _INFER) -> Case:
    return Case(f"v2: {name}", "POST", url, json.dumps(said).encode(), _JSON, statuses)


def _any(*values: Any) -> tuple[Any, ...]:
    """Return values that have nothing in common."""
    return values


def _with(**more: Any) -> dict[str, Any]:
    """Return a good request with one input changed."""
    return {"inputs": [{**_GOOD, **more}]}


def _beside(**more: Any) -> dict[str, Any]:
    """Return a good request with something else beside its inputs."""
    return {"inputs": [_GOOD], **more}


def objects() -> Iterator[Case]:
    """Yield requests whose JSON is not what it should be."""
    for name, text in {
        "nothing": b"", "no JSON": b"{", "null": b"null", "a list": b"[]", "text": b'"x"',
        "not UTF-8": b'{"inputs": "\xff"}', "deep": b"[" * 100_000, "an object": b"{}",
        "NaN": b'{"inputs":[{"name":"input","datatype":"FP32","shape":[1],"data":[NaN]}]}',
        "1e999": b'{"inputs":[{"name":"input","datatype":"FP32","shape":[1],"data":[1e999]}]}',
        "a tail": json.dumps(_beside()).encode() + b" x",
    }.items():  # fmt: skip
        yield Case(f"v2: {name}", "POST", _INFER, text, _JSON, REFUSED)
    for value in _any(None, {}, "input", 1, True, [1], [None], [[]], ["input"], [{}], [_GOOD] * 65):
        yield _asked(f"inputs {str(value)[:20]}", {"inputs": value})
    for value in _any(None, 1, [], {}, "", "weight", LONG, BRACES, "../input", "input\n", "INPUT"):
        yield _asked(f"name {str(value)[:20]}", _with(name=value))
    for value in _any(
        None, "BYTES", "fp32", "FP8", "float32", "TYPE_FP32", 1, [], {}, LONG, BRACES
    ):
        yield _asked(f"datatype {str(value)[:20]}", _with(datatype=value))
    for value in _any(
        None, -1, [-1], [4.0], [True], ["4"], [None], [[4]], {}, "4", [5], [2, 3], [4, 0], [],
        [10**30], [2**63], [2**32, 2**32], [1] * 9, [1] * 100_000,
    ):  # fmt: skip
        yield _asked(f"shape {str(value)[:20]}", _with(shape=value))
    for value in _any(
        None, "1234", True, {}, ["1", 2, 3, 4], [None] * 4, [[1], [2, 3], 4], [True] * 4,
        [1, 2, 3, 1e39], [{}], {"ref": "x"}, [1, 2, 3], [10**400, 1, 1, 1],
    ):  # fmt: skip
        yield _asked(f"data {str(value)[:20]}", _with(data=value))
    yield _asked("twice the same", {"inputs": [_GOOD, _GOOD]}, INVALID)
    yield _asked("half a truth", _with(datatype="BOOL", data=[0, 0.5, 1, 1]), INVALID)
    yield _asked("truths", _with(datatype="BOOL", data=[True, False, 1, 0]), (200,))
    yield _asked("below a uint8", _with(datatype="UINT8", data=[-1, 0, 1, 2]), INVALID)
    yield _asked("above an int64", _with(datatype="INT64", data=[2**63, 0, 1, 2]), INVALID)
    yield _asked("a bfloat16", _with(datatype="BF16"), INVALID)
    for name in ("tensors", "model", BRACES, LONG, "ids"):
        yield _asked(f"also {name[:20]}", _beside(**{name: 1}), INVALID)
        yield _asked(f"an input's {name[:20]}", _with(**{name: 1}), INVALID)


def long_lists() -> Iterator[Case]:
    """Yield lists that are read from their text."""
    for name, one in {"truths": "true", "numbers": "1", "glued": "0etrue", "two": "1true"}.items():
        for kind in ("BOOL", "FP32"):
            text = f"[{','.join([one] * 20_000)}]"
            head = f'"name":"input","datatype":"{kind}","shape":[20000]'
            is_good = name == "numbers" or (name, kind) == ("truths", "BOOL")
            body = f'{{"inputs":[{{{head},"data":{text}}}]}}'.encode()
            statuses = (200,) if is_good else (400, 422)
            yield Case(f"v2: long {name} as {kind}", "POST", _INFER, body, _JSON, statuses)
    flat = [0.5] * 20_000
    yield _asked("long, too few", _with(shape=[20_001], data=flat), INVALID)
    yield _asked("long as parameters", _beside(parameters={"dim": flat}), INVALID)
    yield _asked("long as inputs", {"inputs": flat}, INVALID)
    yield _asked("long as outputs", _beside(outputs=flat), INVALID)
    yield _asked("long as a shape", _with(shape=[1] * 40_000), INVALID)


def beside() -> Iterator[Case]:
    """Yield parameters, ids and outputs that cannot be."""
    for value in _any([], "x", 1, True, {"dim": {}}, {"dim": [[0]]}, {"dim": "x"}, {"dim": LONG},
                  {"dmi": 0}, {"input": [1, 2]}, {"weight": "ref:x"}, {LONG: 1}, {BRACES: 1},
                  {"device": "tpu"}, {"device": 1}, {"format": "npy"}, {"refs": 1},
                  {"binary_data_output": "yes"}, {"binary_data_output": 1}, {"triton": 1},
                  {"content_type": "str"}, {"headers": 1, "x": 1},
                  {"temperature": "NaN"}, {"temperature": "1e999"}, {"dim": "9" * 5000},
                  {"dim": "[" * 5000}, {"": 1}):  # fmt: skip
        yield _asked(f"parameters {str(value)[:30]}", _beside(parameters=value))
    for value in _any({"sequence_id": 1}, {"priority": -1}, {"timeout": LONG}, {"triton_x": {}}):
        yield _asked(f"no matter {str(value)[:30]}", _beside(parameters=value), (200,))
    for value in _any(1, True, [], {}, "x" * 257):
        yield _asked(f"id {str(value)[:20]}", _beside(id=value), INVALID)
    for name in ("model_name", "model_version"):
        for value in _any(1, True, [], {}):
            yield _asked(f"{name} {str(value)[:20]}", _beside(**{name: value}), INVALID)
        for value in _any(None, "", "softmax", LONG, BRACES):
            yield _asked(f"{name} as it is {str(value)[:20]}", _beside(**{name: value}), (200,))
    for value in _any("", BRACES, "\u0000", "é" * 256, '"}{'):
        yield _asked(f"id as it is {value[:20]!r}", _beside(id=value), (200,))
    for value in _any(1, {}, "output", [1], ["output"], [{}], [{"name": 1}], [{"name": "outptu"}],
                  [{"name": "weight"}], [{"name": LONG}], [{"name": "output"}] * 2,
                  [{"name": "output"}] * 65, [{"name": "output", "shape": [1]}]):  # fmt: skip
        yield _asked(f"outputs {str(value)[:30]}", _beside(outputs=value))
    for value in _any(1, [], {"binary_data": 1}, {"binary_data": "true"}, {"classification": -1},
                  {"classification": 1.5}, {"classification": True}, {"classification": "1"},
                  {"classification": 10**40}, {"shared_memory_region": "x"}):  # fmt: skip
        wanted = [{"name": "output", "parameters": value}]
        yield _asked(f"an output's {str(value)[:30]}", _beside(outputs=wanted))
    for value in _any({"shared_memory_region": "x"}, {"binary_data_size": 16}, {"x": 1}, [], "x"):
        yield _asked(f"an input's parameters {str(value)[:30]}", _with(parameters=value))


def _packed(
    name: str,
    size: Any,
    behind: bytes,
    statuses: tuple[int, ...],
    *,
    length: str | None = None,
    more: int = 0,
    **changed: Any,
) -> Case:
    """Return a case whose numbers are behind the JSON."""
    one = {k: v for k, v in _GOOD.items() if k != "data"} | changed
    head = json.dumps({"inputs": [one | {"parameters": {"binary_data_size": size}}]}).encode()
    said = str(len(head) + more) if length is None else length
    headers = (("Content-Type", "application/octet-stream"), (_LENGTH, said))
    return Case(f"v2: {name}", "POST", _INFER, head + behind, headers, statuses)


def in_bytes() -> Iterator[Case]:
    """Yield bytes that are not what the JSON says of them."""
    yield _packed("four numbers", 16, _FOUR, (200,))
    for size in _any(-1, 0, 15, 17, 2**31, 2**63, 10**40, 16.0, True, "16", [16], {}):
        yield _packed(f"{str(size)[:12]} bytes", size, _FOUR, REFUSED)
    for length in ("-1", "+1", "", " ", "0", "1", "1.5", "1e2", "0x10", "²", "9" * 40, LONG):
        yield _packed(f"length {length[:12]}", 16, _FOUR, REFUSED, length=length)
    for more in (-5, -1, 1, 4, 16, 17):
        yield _packed(f"length {more:+}", 16, _FOUR, REFUSED, more=more)
    for data in (b"", _FOUR[:-1], _FOUR + b"\0", _FOUR * 2):
        yield _packed(f"{len(data)} bytes of 16", 16, data, REFUSED)
    yield _packed("both", 16, _FOUR, INVALID, data=[1, 2, 3, 4])
    yield _packed("odd truths", 4, b"\0\1\2\1", INVALID, datatype="BOOL")
    yield _packed("truths in bytes", 4, b"\0\1\1\0", (200,), datatype="BOOL")
    yield _packed("not a number", 16, b"\xff" * 16, (200,))
    yield _packed("bfloat16", 8, b"\x80\x3f\xc0\x7f\x80\x7f\x80\xff", (200,), datatype="BF16")
    for value, statuses in {1e300: INVALID, -3.5e38: INVALID, float("inf"): (200,)}.items():
        yield _packed(f"{value} for float32", 8, struct.pack("<d", value), statuses,
                      shape=[1], datatype="FP64")  # fmt: skip
    yield _packed("no element", 0, b"", (200,), shape=[0, 4])
    for shape in ([2**31, 2**31], [2**62], [10**30], [0, 10**30], [5], [-4], [1] * 100):
        yield _packed(f"shape {str(shape)[:20]} in bytes", 16, _FOUR, REFUSED, shape=shape)
    yield _packed("text", 5, b"\1\0\0\0a", INVALID, shape=[1], datatype="BYTES")


@lru_cache(1)
def _bomb() -> bytes:
    """Return 300 MiB of nothing, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(_MIB)) for _ in range(300)) + packer.flush()


def _as_gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(data) + packer.flush()


def _coded(name: str, coding: str, body: bytes, statuses: tuple[int, ...] = REFUSED) -> Case:
    headers = (*_JSON, ("Content-Encoding", coding))
    return Case(f"v2: {name}", "POST", _INFER, body, headers, statuses)


def compressed() -> Iterator[Case]:
    """Yield bodies that are not packed as they say, or in which too much is packed."""
    good = json.dumps(_beside()).encode()
    yield _coded("gzip", "gzip", gzip.compress(good), (200,))
    yield _coded("deflate", "Deflate", zlib.compress(good), (200,))
    yield _coded("as it is", "identity", good, (200,))
    yield _coded("a bomb", "deflate", _bomb(), (413,))
    yield _coded("a bomb in gzip", "gzip", _as_gzip(b" " * (80 * _MIB)), (413,))
    yield _coded("too much JSON", "gzip", _as_gzip(good + b" " * (9 * _MIB)), (413,))
    yield _coded("deep", "gzip", _as_gzip(b"[" * (4 * _MIB)), (400, 413))
    for coding in ("br", "zstd", "gzip, gzip", "gzip, deflate", "x", LONG, "*", "compress", "\xff"):
        yield _coded(f"packed as {coding[:12]}", coding, gzip.compress(good), (415,))
    packed = gzip.compress(good)
    for coding, body in {
        "gzip": zlib.compress(good), "deflate": packed, "gzip ": good, "gzip\t": b"",
        " gzip": packed[:-1], "\tgzip": packed[:-9], "GZIP": packed + b"\0", "Gzip": packed * 2,
        "gZip": packed[:4] + b"\xff" * 40, "giZp": packed,
    }.items():  # fmt: skip
        yield _coded(f"packed otherwise than {coding!r}", coding, body, (400, 415))
    for wanted in (
        "gzip",
        "deflate",
        "gzip;q=0",
        "br",
        "*",
        "gzip;q=x",
        LONG,
        "gzip" * 300,
        "\xff",
    ):
        headers = (*_JSON, ("Accept-Encoding", wanted))
        yield Case(f"v2: wants {wanted[:12]}", "POST", _INFER, good, headers, (200,))


def addresses() -> Iterator[Case]:
    """Yield methods, names, versions, media types and queries that are not there."""
    good = json.dumps(_beside()).encode()
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        yield Case(f"v2: {method} infer", method, _INFER, statuses=(405,))
    for path in ("", "/health/live", "/models/softmax", "/models/softmax/ready"):
        yield Case(f"v2: POST {path}", "POST", V2 + path, b"{}", _JSON, (405,))
    for path in ("/models", "/health", "/models/softmax/stats", "/models/stats", "/logging",
                 "/models/softmax/trace/setting", "/systemsharedmemory/status",
                 "/models/softmax/versions/1/nothing", "//", "/%00", "/..%2Fapi"):  # fmt: skip
        yield Case(f"v2: nothing at {path}", "GET", V2 + path, statuses=(307, 404))
    for path in ("/repository/models/softmax/load", "/repository/models/softmax/unload",
                 "/models/softmax/generate"):  # fmt: skip
        yield Case(f"v2: nothing at {path}", "POST", V2 + path, b"{}", _JSON, (404,))
    for name in ("nobody", "%2F..%2Fetc", LONG, BRACES, "%00", "%ff", "Softmax"):
        yield Case(f"v2: model {name[:20]}", "GET", f"{MODELS}/{name}", statuses=(307, 404))
        where = f"{MODELS}/{name}/infer"
        yield Case(f"v2: infer {name[:20]}", "POST", where, good, _JSON, (307, 404, 405))
    for version in ("0", "2", "-1", "01", "1.0", "latest", "%31%00", LONG, BRACES):
        where = f"{MODELS}/softmax/versions/{version}"
        yield Case(f"v2: version {version[:20]}", "GET", where, statuses=(404,))
        yield Case(f"v2: infer version {version[:20]}", "POST", f"{where}/infer", good, _JSON,
                   (404,))  # fmt: skip
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-npy", "image/png",
                 "application/x-www-form-urlencoded", "application/jsonp", LONG):  # fmt: skip
        given = (("Content-Type", kind),)
        yield Case(f"v2: kind {kind[:20]}", "POST", _INFER, good, given, (415,))
    for query in ("dim=0", "format=npy", "x" * 5000, "%00", "&"):
        yield Case(f"v2: query {query[:12]}", "POST", f"{_INFER}?{query}", good, _JSON, INVALID)
    for text in (b"x", b"[]", b"1", b'{"ready": 1}', b'{"raedy": true}', b"[" * 4000, b" " * 5000):
        where = f"{V2}/repository/index"
        statuses = (*REFUSED, 200) if not text.strip() else REFUSED
        yield Case(f"v2: index {text[:12]!r}", "POST", where, text, _JSON, statuses)


def heavy() -> Iterator[Case]:
    """Yield what would take too much, or what no network takes."""
    image: dict[str, Any] = {
        "name": "input",
        "datatype": "FP32",
        "shape": [1, 1, 2, 2],
        "data": [1, 2, 3, 4],
    }
    for given in ({"out_channels": 10**9}, {"out_channels": 4, "kernel_size": 10**6},
                  {"kernel": "box", "padding": "[1000000, 1000000]"}):  # fmt: skip
        said: dict[str, Any] = {"inputs": [image], "parameters": given}
        yield _asked(f"terabytes {str(given)[:40]}", said, (413, 422), _CONV)
    for shape in ([1, 3, 32, 33], [3, 32, 32, 1], [0, 3, 32, 32], [2, 3, 32], [3072]):
        size = 1
        for axis in shape:
            size *= axis
        one = {"name": "input", "datatype": "FP32", "shape": shape, "data": [0.5] * size}
        yield _asked(f"a network on {shape}", {"inputs": [one]}, (200, 422), _NETWORK)
    yield _asked("a network on nothing", {"inputs": []}, INVALID, _NETWORK)
    yield _asked("a network on a weight", {"inputs": [image, image]}, INVALID, _NETWORK)
    whole = {**image, "shape": [1, 3, 32, 32], "data": [0.5] * 3072}
    for value in _any(10**12 - 1, 5, 0):
        wanted = [{"name": "output", "parameters": {"classification": value}}]
        said = {"inputs": [whole], "outputs": wanted}
        yield _asked(f"{value} classes", said, (200,), _NETWORK)
    ordinary = [{"name": "output", "parameters": {"classification": 10**6}}]
    flat = _with(shape=[20_000], data=[0.5] * 20_000) | {"outputs": ordinary}
    yield _asked("a name for every number", flat, (413,))
    for given in ({"stride": 1}, {"device": "tpu"}, {"device": 1}, {"input": 1}):
        said = {"inputs": [whole], "parameters": given}
        yield _asked(f"a network's {given}", said, INVALID, _NETWORK)


def every_case_of_v2() -> list[Case]:
    """Return all of them."""
    makers = (objects, long_lists, beside, in_bytes, compressed, addresses, heavy)
    return [case for make in makers for case in make()]
