"""What a contender is, and how most of them are asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import orjson

from benchmarks.servers import ROOT, Server, free_port, running
from benchmarks.works import Array, Request, Work, npy, read_npy, works

MADE = ROOT / "build" / "bench"
JSON = {"Content-Type": "application/json"}
NPY = {"Content-Type": "application/x-npy", "Accept": "application/x-npy"}


@dataclass(frozen=True)
class Contender:
    """A server that does the works.

    Attributes:
        name: as it stands in the tables.
        command: what starts it on a port.
        ask: the request for a work, which may first lodge what the server is to hold.
        read: the array of an answer.
        settings: environment variables, given a port.
    """

    name: str
    command: Callable[[int], list[str]]
    ask: Callable[[Work, Server], Request | None]
    read: Callable[[Work, bytes], Array]
    settings: dict[str, str] = field(default_factory=dict)

    def _is_ready(self, server: Server) -> bool:
        """Tell whether it answers the smallest work."""
        asked = self.ask(works()[-1], server)
        try:
            return asked is None or bool(server.post(asked))
        except (RuntimeError, OSError):
            server.hang_up()
            return False

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Run it until the block ends."""
        port = free_port()
        settings = self.settings | {
            "LAYERLAB_PORT": str(port),
            "LAYERLAB_WORKERS": "1",
            "BENCH_MODELS": str(MADE / "models"),
            "PYTHONPATH": str(ROOT),
        }
        with running(self.command(port), port, settings, self._is_ready) as server:
            yield server


def write_models() -> None:
    """Write each work's graph where the others find it."""
    folder = MADE / "models"
    folder.mkdir(parents=True, exist_ok=True)
    for work in works():
        (folder / f"{work.name}.onnx").write_bytes(work.model)


def ask_plain(work: Work, _: Server) -> Request:
    """Return the request that names the work and carries its arrays, nothing more."""
    if work.binary:
        return Request(f"/{work.name}", NPY, npy(work.feeds["input"]))
    tensors = {name: array.tolist() for name, array in work.feeds.items()}
    return Request(f"/{work.name}", JSON, orjson.dumps(tensors))


def read_plain(work: Work, body: bytes) -> Array:
    """Read an .npy, or `output` of JSON."""
    return read_npy(body) if work.binary else np.array(orjson.loads(body)["output"], np.float32)
