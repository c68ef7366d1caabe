"""The works that are measured: their graphs and their inputs."""

import io
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[np.float32]


def _graph(nodes: list[onnx.NodeProto], feeds: dict[str, Array], held: dict[str, Array]) -> bytes:
    """Return a model whose inputs may be of any size; what is held are its weights."""

    def value(name: str, rank: int) -> onnx.ValueInfoProto:
        axes = [f"{name}{i}" for i in range(rank)]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, axes)

    inputs = [value(name, feed.ndim) for name, feed in feeds.items()]
    output = value("output", feeds["input"].ndim)
    weights = [numpy_helper.from_array(array, name) for name, array in held.items()]
    graph = helper.make_graph(nodes, "work", inputs, [output], weights)
    imports = [helper.make_opsetid("", 21)]
    return bytes(helper.make_model(graph, opset_imports=imports, ir_version=10).SerializeToString())


def convolution(output: str = "output") -> onnx.NodeProto:
    """Return a 3x3 convolution with padding 1."""
    return helper.make_node(
        "Conv", ["input", "weight"], [output], kernel_shape=[3, 3], pads=[1, 1, 1, 1]
    )


def one_thread(model: bytes) -> ort.InferenceSession:
    """Return a session that works in the thread that calls it."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(model, options)


def npy(array: Array) -> bytes:
    """Return an array as .npy."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def read_npy(body: bytes) -> Array:
    """Read an .npy."""
    return np.asarray(np.load(io.BytesIO(body), allow_pickle=False), np.float32)


@dataclass(frozen=True)
class Request:
    """One POST."""

    path: str
    headers: dict[str, str]
    body: bytes

    def raw(self) -> bytes:
        """Return it as it goes over the wire."""
        lines = [f"POST {self.path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""]).encode() + (
            self.body
        )


def form_request(path: str, files: dict[str, bytes], **fields: str) -> Request:
    """Return a form that is POSTed."""
    heads = {f'"{name}"; filename="{name}"': value for name, value in files.items()}
    heads |= {f'"{name}"': value.encode() for name, value in fields.items()}
    edge = "layerlab-bench"
    parts = [
        f"--{edge}\r\nContent-Disposition: form-data; name={head}\r\n\r\n".encode() + value
        for head, value in heads.items()
    ]
    body = b"\r\n".join([*parts, f"--{edge}--\r\n".encode()])
    return Request(path, {"Content-Type": f"multipart/form-data; boundary={edge}"}, body)


@dataclass(frozen=True)
class Work:
    """A layer on certain shapes.

    Attributes:
        name: as the goals call it.
        title: what is done.
        layer: its name here, of the endpoint and of the file with its graph.
        nodes: the bare graph.
        feeds: what each request carries.
        held: what the server has from before.
        params: what this service needs to be told beside.
        binary: arrays go over the wire as bytes, else as JSON.
    """

    name: str
    title: str
    layer: str
    nodes: list[onnx.NodeProto]
    feeds: dict[str, Array]
    held: dict[str, Array]
    params: dict[str, int]
    binary: bool

    @cached_property
    def model(self) -> bytes:
        """The bare graph, as ONNX."""
        return _graph(self.nodes, self.feeds, self.held)

    @cached_property
    def expected(self) -> Array:
        """What ONNX Runtime says."""
        output: Array = one_thread(self.model).run(None, self.feeds)[0]
        return output

    def check(self, output: Array) -> None:
        """Raise unless an answer is what ONNX Runtime says."""
        np.testing.assert_allclose(output, self.expected, rtol=1e-3, atol=1e-4)


@cache
def works() -> tuple[Work, ...]:
    """Return the works, their inputs drawn from one seed."""
    generator = np.random.Generator(np.random.PCG64(0))

    def draw(*shape: int) -> Array:
        return generator.normal(size=shape).astype(np.float32)

    softmax = helper.make_node("Softmax", ["input"], ["output"], axis=-1)
    scores, small, picture = draw(1, 1000), draw(1, 1, 28, 28), draw(1, 3, 224, 224)
    few, many = draw(8, 1, 3, 3), draw(16, 3, 3, 3)
    return (
        Work(
            "W1", "conv 3x3, 3→16, 1x3x224x224, .npy in and out, weight by ref",
            "conv", [convolution()], {"input": picture}, {"weight": many}, {"padding": 1}, True,
        ),
        Work(
            "W2", "conv 3x3, 1→8, 1x1x28x28, JSON both ways",
            "conv", [convolution()], {"input": small, "weight": few}, {}, {"padding": 1}, False,
        ),
        Work(
            "W3", "softmax 1x1000, JSON both ways",
            "softmax", [softmax], {"input": scores}, {}, {}, False,
        ),
    )  # fmt: skip
