"""The three works: their models, their inputs, their requests."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import orjson
from onnx import TensorProto, helper

Array = npt.NDArray[np.float32]
_JSON = {"Content-Type": "application/json"}


def _model(node: onnx.NodeProto, inputs: list[str], rank: int) -> onnx.ModelProto:
    def value(name: str) -> onnx.ValueInfoProto:
        axes = [f"{name}{i}" for i in range(rank)]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, axes)

    graph = helper.make_graph([node], "work", [value(n) for n in inputs], [value("output")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def softmax_model() -> onnx.ModelProto:
    """Return softmax along the last axis."""
    node = helper.make_node("Softmax", ["input"], ["output"], axis=-1)
    return _model(node, ["input"], 2)


def conv_model() -> onnx.ModelProto:
    """Return a 3x3 convolution with padding 1."""
    node = helper.make_node(
        "Conv", ["input", "weight"], ["output"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]
    )
    return _model(node, ["input", "weight"], 4)


def one_thread(model: onnx.ModelProto) -> ort.InferenceSession:
    """Return a session with one thread that does not spin."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(model.SerializeToString(), options)


def npy(array: Array) -> bytes:
    """Return an array as .npy."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@dataclass(frozen=True)
class Request:
    """One POST."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Work:
    """A layer on certain shapes, asked for in certain forms.

    Attributes:
        name: what is done.
        model: the bare graph.
        feeds: its inputs.
        ours: the request to this service.
        first: the request to the first endpoint, where there is one.
        replies_npy: the answer is an .npy, else JSON with `output`.
    """

    name: str
    model: onnx.ModelProto
    feeds: dict[str, Array]
    ours: Request
    first: Request | None
    replies_npy: bool

    def expected(self) -> Array:
        """Return what ONNX Runtime says."""
        output: Array = one_thread(self.model).run(None, self.feeds)[0]
        return output

    def answer(self, body: bytes) -> Array:
        """Read an answer."""
        if self.replies_npy:
            return np.asarray(np.load(io.BytesIO(body), allow_pickle=False), np.float32)
        return np.array(orjson.loads(body)["output"], np.float32)


def works() -> list[Work]:
    """Return the three works, their inputs drawn from one seed."""
    generator = np.random.Generator(np.random.PCG64(0))

    def draw(*shape: int) -> Array:
        return generator.normal(size=shape).astype(np.float32)

    scores, small, picture = draw(1, 1000), draw(1, 1, 28, 28), draw(1, 3, 224, 224)
    few, many = draw(8, 1, 3, 3), draw(16, 3, 3, 3)
    return [
        _json_work("softmax 1x1000, JSON", "softmax", softmax_model(), {"input": scores}, {}),
        _json_work(
            "conv 3x3 1→8, 1x1x28x28, JSON", "conv", conv_model(),
            {"input": small, "weight": few}, {"padding": 1},
        ),
        _npy_work(picture, many),
    ]  # fmt: skip


def _json_work(
    name: str, layer: str, model: onnx.ModelProto, feeds: dict[str, Array], params: dict[str, int]
) -> Work:
    tensors = {key: value.tolist() for key, value in feeds.items()}
    ours = Request(f"/api/v1/layers/{layer}", _JSON, orjson.dumps(tensors | params))
    return Work(name, model, feeds, ours, Request(f"/{layer}", _JSON, orjson.dumps(tensors)), False)


def _npy_work(picture: Array, weight: Array) -> Work:
    boundary = "layerlab-bench"
    parts = b""
    for key, value in {"input": picture, "weight": weight}.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"; filename="a"\r\n\r\n'
        parts += head.encode() + npy(value) + b"\r\n"
    parts += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="padding"\r\n\r\n1\r\n'
        f"--{boundary}--\r\n"
    ).encode()
    kind = f"multipart/form-data; boundary={boundary}"
    headers = {"Content-Type": kind, "Accept": "application/x-npy"}
    ours = Request("/api/v1/layers/conv", headers, parts)
    feeds = {"input": picture, "weight": weight}
    return Work("conv 3x3 3→16, 1x3x224x224, .npy", conv_model(), feeds, ours, None, True)
